"""The server on this machine, with a tiny model that can do nothing but write, and with the real one where it is."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest

from assistant.errors import AssistantError, LanguageModelError, LanguageModelUnreachable
from assistant.language_models import LOCAL_MODEL, Prompt, build_language_model
from assistant.model_building import served_model
from assistant.model_call import Limits
from assistant.model_client import ModelClient
from assistant.model_server import ModelServer
from assistant.models import locate_weights
from assistant.settings import load_settings
from tests.tiny_model import NAME, tiny_file
from ui.cli.app import run

ROOT = Path(__file__).parents[2]
PATIENT = Limits(first_token_s=60, gap_s=30, total_s=120, backoff_s=0.1)
STORY = Prompt(system="You tell stories.", user="Tell a very long story about a fox.")
FORM = {
    "type": "object",
    "properties": {"animal": {"type": "string", "enum": ["fox", "hen"]}},
    "required": ["animal"],
    "additionalProperties": False,
}


@pytest.fixture(scope="session")
def tiny_model(model_home: Path) -> Path:
    """The file of a model of 98 MB, fetched once for all beside the embedding model."""
    return tiny_file(model_home)


def tiny_server(tiny_model: Path, **others: float) -> ModelServer:
    # One thread: several that wait for each other are slow where other programs want the processor too.
    return ModelServer(tiny_model, threads=1, context=1024, slots=1, **others)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def running(tiny_model: Path) -> Iterator[tuple[ModelClient, ModelServer]]:
    """A client and its server, for tests that leave it as it was."""
    server = tiny_server(tiny_model, restarts=20, health_s=1)
    client = served_model(server, name=NAME, limits=PATIENT)
    client.warm_up("Answer in one word.")
    yield client, server
    client.close()


def ask(client: ModelClient, prompt: Prompt = STORY, most: int = 8, **others: object) -> Iterator[str]:
    return client.stream(prompt, max_tokens=most, cancelled=threading.Event(), **others)  # type: ignore[arg-type]


def ended(process_id: int, seconds: float = 10) -> bool:
    """Whether a process ends within that time; one that nobody has asked about is a zombie and has ended too."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = subprocess.run(
            ["ps", "-o", "stat=", "-p", str(process_id)], capture_output=True, text=True, check=False
        )
        if found.stdout.strip()[:1] in {"", "Z"}:
            return True
        time.sleep(0.05)
    return False


def running_process(server: ModelServer) -> int:
    server.endpoint(time.monotonic() + 60, threading.Event())
    assert server.process_id is not None
    return server.process_id


def test_it_writes_and_stops_where_it_is_told(running: tuple[ModelClient, ModelServer]) -> None:
    client, _ = running
    pieces = list(ask(client, most=12))
    assert 3 <= len(pieces) <= 12
    assert "".join(pieces).strip()
    assert (client.name, client.host) == (NAME, None)


def test_an_answer_is_held_to_a_schema(running: tuple[ModelClient, ModelServer]) -> None:
    client, _ = running
    answer = json.loads("".join(ask(client, Prompt(system="", user="Which animal?"), most=60, schema=FORM)))
    assert answer in ({"animal": "fox"}, {"animal": "hen"})


def test_one_process_serves_all(running: tuple[ModelClient, ModelServer]) -> None:
    client, server = running
    process = running_process(server)
    answers: list[str] = []
    asking = [threading.Thread(target=lambda: answers.append("".join(ask(client)))) for _ in range(3)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert len(answers) == 3
    assert all(answers)
    assert server.process_id == process


def test_a_prompt_that_is_too_long_is_said_and_harms_nothing(running: tuple[ModelClient, ModelServer]) -> None:
    client, _ = running
    with pytest.raises(LanguageModelError, match="does not take this request"):
        list(ask(client, Prompt(system="", user="word " * 3000)))
    assert "".join(ask(client))


def test_a_server_that_is_killed_in_the_middle_of_an_answer_comes_back(
    running: tuple[ModelClient, ModelServer],
) -> None:
    client, server = running
    stream = ask(client, most=600)
    next(stream)
    killed = running_process(server)
    os.kill(killed, signal.SIGKILL)
    with pytest.raises(LanguageModelError) as caught:
        list(stream)
    assert str(caught.value) == "The language model on this machine broke off in the middle of its answer; ask again."
    assert "".join(ask(client))
    assert running_process(server) != killed


def test_a_server_that_is_killed_between_answers_is_not_missed(running: tuple[ModelClient, ModelServer]) -> None:
    client, server = running
    list(ask(client))
    os.kill(running_process(server), signal.SIGKILL)
    assert "".join(ask(client))


def test_a_server_that_hangs_is_ended_and_comes_back(running: tuple[ModelClient, ModelServer]) -> None:
    client, server = running
    hanging = running_process(server)
    os.kill(hanging, signal.SIGSTOP)
    server.check()
    assert ended(hanging)
    assert "".join(ask(client))


def test_a_healthy_server_is_left_alone(running: tuple[ModelClient, ModelServer]) -> None:
    _, server = running
    process = running_process(server)
    server.check()
    assert running_process(server) == process


def test_a_server_that_ends_again_and_again_is_left_alone(tiny_model: Path) -> None:
    server = tiny_server(tiny_model, restarts=1)
    for _ in range(2):
        process = running_process(server)
        os.kill(process, signal.SIGKILL)
        assert ended(process)
        deadline = time.monotonic() + 10
        while server.process_id == process and time.monotonic() < deadline:
            time.sleep(0.02)
    with pytest.raises(LanguageModelUnreachable, match="ended 2 times"):
        server.endpoint(time.monotonic() + 60, threading.Event())
    server.close()


def test_closing_leaves_no_process_thread_or_file(tiny_model: Path) -> None:
    before = threading.active_count(), len(list(Path("/dev/fd").iterdir()))
    server = tiny_server(tiny_model)
    client = served_model(server, name=NAME, limits=PATIENT)
    stream = ask(client, most=600)
    next(stream)
    process = running_process(server)
    client.close()
    assert ended(process, 1)
    with suppress(LanguageModelError):
        list(stream)
    assert (threading.active_count(), len(list(Path("/dev/fd").iterdir()))) == before


def test_the_server_ends_with_a_program_that_is_killed(tiny_model: Path) -> None:
    program = textwrap.dedent(
        """
        import sys, threading, time
        from pathlib import Path
        from assistant.model_server import ModelServer
        server = ModelServer(Path(sys.argv[1]), threads=1, context=256, slots=1)
        server.endpoint(time.monotonic() + 60, threading.Event())
        print(server.process_id, flush=True)
        time.sleep(60)
        """
    )
    command = [sys.executable, "-c", program, str(tiny_model)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        process = int(parent.stdout.readline())
        parent.kill()
    assert ended(process, 5)


def test_the_process_keeps_to_itself(tiny_model: Path) -> None:
    """On loopback only, for whoever has the key, without a word about what is asked."""
    command = [sys.executable, "-m", "assistant.model_server_process", str(tiny_model)]
    command += ["--threads=1", "--context=1024", "--slots=1", "--port=0"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("the-key\n")
        process.stdin.flush()
        url = json.loads(process.stdout.readline())["url"]
        assert url.startswith("http://127.0.0.1:")
        asked = {"messages": [{"role": "user", "content": "My name is Quetzalcoatl. " * 8}], "max_tokens": 4}
        with httpx2.Client(base_url=url, timeout=60, headers={"authorization": "Bearer the-key"}) as client:
            client.post("/v1/chat/completions", json=asked).raise_for_status()
            again = client.post("/v1/chat/completions", json=asked).json()
            assert again["timings"]["cache_n"] > 40  # the prompt was in the cache
            for path in ("/slots", "/metrics", "/"):
                assert client.get(path).is_error, path
            foreign = client.get("/v1/models", headers={"origin": "https://elsewhere.test"})
            assert foreign.headers["access-control-allow-origin"] == "null"
            client.headers["authorization"] = "Bearer another"
            for path in ("/v1/models", "/slots", "/props"):
                assert client.get(path).status_code == 401, path
            assert client.post("/v1/chat/completions", json=asked).status_code == 401
        said, logged = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "Quetzalcoatl" not in said + logged
    assert "the-key" not in said + logged


@pytest.fixture(scope="module")
def real_model(model_home: Path, large_model: None) -> Iterator[ModelClient]:
    try:
        locate_weights(LOCAL_MODEL, model_home)
    except AssistantError:
        pytest.skip(f"{LOCAL_MODEL} (1.1 GB) is not in {model_home}; `picum-assistant models fetch` brings it.")
    client = build_language_model(load_settings({"PICUM_HOME": str(model_home), "PICUM_LLM": "local"}))
    assert isinstance(client, ModelClient)
    yield client
    client.close()


def test_the_large_model_is_not_started_by_accident(tmp_path: Path, starts_of_the_large_model: list[str]) -> None:
    server = ModelServer(tmp_path / LOCAL_MODEL / "model.gguf", threads=1, context=1024, slots=1)
    try:
        with pytest.raises(LanguageModelUnreachable, match="cannot be started"):
            server.endpoint(time.monotonic() + 10, threading.Event())
    finally:
        server.close()
    assert len(starts_of_the_large_model) == 1
    starts_of_the_large_model.clear()
    assert load_settings().llm == "none"


def test_doctor_tries_the_real_model(
    real_model: ModelClient, model_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PICUM_HOME", str(model_home))
    monkeypatch.setenv("PICUM_LLM", "local")
    run(["doctor"])
    line = next(found for found in capsys.readouterr().out.splitlines() if " language model: " in found)
    assert line.startswith(f"OK     language model: {LOCAL_MODEL}, 1.1 GB, as it should be, in {model_home}")
    assert re.search(r"started and wrote in \d+ s, and takes about 2\.2 GB of memory", line)


def test_the_real_model_answers_from_what_it_is_given(real_model: ModelClient) -> None:
    prompt = Prompt(
        system="Answer the question in one short sentence, from the text alone.",
        user="Text: The association has 214 members in 17 countries.\n\nQuestion: In how many countries are they?",
    )
    answer = "".join(ask(real_model, prompt, most=40))
    assert "17" in answer
    form = {"type": "object", "properties": {"countries": {"type": "integer"}}, "required": ["countries"]}
    assert json.loads("".join(ask(real_model, prompt, most=40, schema=form))) == {"countries": 17}
