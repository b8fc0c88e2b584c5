"""A judge behind an OpenAI-compatible server on loopback, and the command that calibrates it."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from assistant.evaluation.judge.judging import open_judge
from assistant.evaluation.judge.questions import MAX_TOKENS, SCHEMA, SourceText, support_question
from assistant.settings import Settings, load_settings
from tests.fault_server import DONE, Handler, Play, Server, chunk, fault_server, refusing_address, status
from ui.cli.backend import LocalBackend
from ui.cli.judging import judge
from ui.errors import Interrupted

QUESTION = support_question("Beds are free.", [SourceText("Nobody pays for a bed.")])
ROWS = [
    {"statement": "Beds are free.", "evidence": "Nobody pays for a bed.", "label": "supported"},
    {"statement": "Beds cost money.", "evidence": "Nobody pays for a bed.", "label": "unsupported"},
    {"statement": "There are beds.", "evidence": "Nobody pays for a bed.", "rating": 4},
    {"statement": "There are nine beds.", "evidence": "Nobody pays for a bed."},
]


def says(verdict: str) -> Play:
    def play(handler: Handler) -> None:
        handler.begin()
        for piece in (chunk('{"verdict":'), chunk(f' "{verdict}"}}'), chunk(None, "stop"), DONE):
            handler.write(piece)

    return play


@pytest.fixture
def server() -> Iterator[Server]:
    with fault_server() as running:
        yield running


class BackendAt(LocalBackend):
    """Settings of the test's own."""

    def __init__(self, home: Path) -> None:
        self._settings = load_settings({"PICUM_HOME": str(home)})

    def settings(self) -> Settings:
        return self._settings


def run(folder: Path, *arguments: str) -> int:
    """The command on ``ROWS``, and its exit code."""
    file = folder / "labelled.jsonl"
    if not file.exists():
        file.write_text("".join(f"{json.dumps(row)}\n" for row in ROWS), encoding="utf-8")
    code = get_command(judge)(["calibrate", str(file), *arguments], standalone_mode=False, obj=BackendAt(folder))
    return int(code or 0)


def test_it_is_asked_at_temperature_0_and_held_to_the_format(server: Server, tmp_path: Path) -> None:
    server.then(says("partial"))
    with open_judge("live", tmp_path / "v", f"{server.url}#small", settings=Settings()) as opened:
        assert opened.rule(QUESTION).verdict == "partial"
    (request,) = server.requests
    assert (request["model"], request["temperature"], request["max_tokens"]) == ("small", 0, MAX_TOKENS)
    assert request["response_format"]["json_schema"]["schema"] == SCHEMA
    assert [(message["role"], message["content"]) for message in request["messages"]] == [
        ("system", QUESTION.system()),
        ("user", QUESTION.user()),
    ]


def test_a_verdict_holds_wherever_its_server_stands(server: Server, tmp_path: Path) -> None:
    server.then(says("yes"))
    with open_judge("live", tmp_path / "v", f"{server.url}#small", settings=Settings()) as opened:
        opened.rule(QUESTION)
    with open_judge("cached", tmp_path / "v", "http://elsewhere.example/v1#small") as opened:
        assert opened.rule(QUESTION).verdict == "yes"


def test_a_server_that_fails_or_is_not_there_is_inconclusive(server: Server, tmp_path: Path) -> None:
    server.then(status(400), says("yes"))
    with open_judge("live", tmp_path / "v", f"{server.url}#small", settings=Settings()) as opened:
        failed = opened.rule(QUESTION)
        assert (failed.verdict, "SECRET" in failed.reason, bool(failed.reason)) == ("inconclusive", False, True)
        assert opened.rule(QUESTION).verdict == "yes"
    with (
        refusing_address() as nobody,
        open_judge("live", tmp_path / "w", f"{nobody}#small", settings=Settings()) as opened,
    ):
        assert opened.rule(QUESTION).verdict == "inconclusive"


def test_calibrate_prints_the_agreement_and_keeps_the_verdicts(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.then(says("yes"), says("yes"), says("yes"), says("no"))
    assert run(tmp_path, "--model", f"{server.url}#small") == 0
    shown = capsys.readouterr().out
    assert "Judge: small, votes: 1" in shown
    assert "statements        4, 3 of them labelled by people" in shown
    assert "accuracy          0.67 (" in shown
    assert "no              1    0        0" in shown
    kept = (tmp_path / "labelled.verdicts.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(kept) == 4
    assert run(tmp_path, "--model", "http://nowhere.example/v1#small", "--mode", "cached", "--json") == 0
    assert json.loads(capsys.readouterr().out)["table"] == [[2, 0, 0], [0, 0, 0], [1, 0, 0]]
    assert len(server.requests) == 4


def test_what_is_undecided_is_said_and_the_exit_code_tells(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.then(says("maybe"), says("no"))
    assert run(tmp_path, "--model", f"{server.url}#small", "--sample", "2", "--cache", str(tmp_path / "v")) == 1
    complaint = capsys.readouterr().err
    assert "1 of 2 statements are undecided, the first because: The judge's reply is none of" in complaint
    assert run(tmp_path, "--mode", "cached", "--model", "openai:other") == 1
    assert "4 of 4 statements are undecided" in capsys.readouterr().err


def test_interrupted_it_says_what_is_kept(server: Server, tmp_path: Path) -> None:
    def interrupts(handler: Handler) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        handler.wait(10)

    server.then(says("yes"), says("no"), interrupts)
    with pytest.raises(Interrupted, match="2 of 4 statements judged; the verdicts are kept"):
        run(tmp_path, "--model", f"{server.url}#small")
    assert len((tmp_path / "labelled.verdicts.jsonl").read_bytes().splitlines()) == 2
    server.then(says("yes"), says("no"))
    assert run(tmp_path, "--model", f"{server.url}#small") == 0
    assert len(server.requests) == 5
