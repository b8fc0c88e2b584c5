"""Clients that leave, and servers that end: the question goes with them, wherever it was."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from assistant.events import Event, EvidenceFound
from assistant.language_models import build_language_model
from assistant.settings import load_settings
from assistant.testing import assistant_over, read
from tests.api_client import ASK, QUESTION, behind_a_login, detail, events, token
from tests.fault_server import Handler, chunk, fault_server
from tests.serving import serving
from ui.answering import AnswersQuestions
from ui.testing import FakeAssistant
from ui.warming import WarmingAssistant

BOTH = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


class Holding:
    """Holds questions at their first event until they are given up."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.ended = threading.Semaphore(0)
        self.events: list[threading.Event] = []

    def seen_by(self, _collections: object, _documents: object) -> Holding:
        return self

    def ask(
        self, question: str, history: object = (), cancelled: threading.Event | None = None, **_: object
    ) -> Iterator[Event]:
        assert cancelled is not None
        self.events.append(cancelled)
        yield EvidenceFound(citations=(), passages=())
        self.begun.release()
        cancelled.wait(20)
        self.ended.release()


def send(address: str, *headers: str, question: str = QUESTION["question"], stream: bool = False) -> socket.socket:
    """A connection on which a question was sent and nothing was read."""
    host, port = address.removeprefix("http://").split(":")
    body = json.dumps({"question": question, "stream": stream})
    connection = socket.create_connection((host, int(port)), timeout=20)
    lines = [f"POST {ASK} HTTP/1.1", f"Host: {host}:{port}", "Content-Type: application/json", *headers]
    connection.sendall("\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]).encode())
    return connection


def until(true: Callable[[], bool], seconds: float = 10.0) -> float:
    """Seconds until something is true; fails after ``seconds``."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds
        time.sleep(0.01)
    return time.monotonic() - began


def questions() -> int:
    """How many threads pull events."""
    return sum(thread.name == "question" for thread in threading.enumerate())


@BOTH
def test_a_client_that_leaves_gives_its_question_up(stream: bool) -> None:
    holding = Holding()
    with serving(holding) as address:  # type: ignore[arg-type]
        leaves, stays = send(address, stream=stream), send(address, stream=stream)
        assert holding.begun.acquire(timeout=10)
        assert holding.begun.acquire(timeout=10)
        assert not any(event.is_set() for event in holding.events)
        leaves.close()
        assert holding.ended.acquire(timeout=1)
        assert sum(event.is_set() for event in holding.events) == 1
        stays.close()
        assert holding.ended.acquire(timeout=1)


@BOTH
def test_the_end_of_the_server_gives_questions_up(stream: bool) -> None:
    holding = Holding()
    with serving(holding, grace_s=1) as address:  # type: ignore[arg-type]
        connection = send(address, stream=stream)
        assert holding.begun.acquire(timeout=10)
    assert holding.ended.acquire(timeout=5)
    connection.close()


@BOTH
def test_a_client_that_leaves_while_models_are_loaded_leaves_no_thread(stream: bool) -> None:
    fake, may_open = FakeAssistant(), threading.Event()

    def open_late() -> AnswersQuestions:
        may_open.wait(20)
        return fake

    assistant = WarmingAssistant(open_late)
    assistant.start()
    before = questions()
    with serving(assistant) as address:
        leaves, stays = send(address, stream=stream), send(address, stream=stream)
        until(lambda: questions() == before + 2)
        leaves.close()
        assert until(lambda: questions() == before + 1) < 1
        may_open.set()
        assert stays.recv(12) == b"HTTP/1.1 200"
        stays.close()
    assert len(fake.asked) == 1


@BOTH
def test_a_client_that_leaves_while_it_waits_for_its_turn_leaves_no_thread(tmp_path: Path, stream: bool) -> None:
    settings = behind_a_login(tmp_path, at_a_time=1, waiting=1)
    header = ": ".join(*token(settings).items())
    holding = Holding()
    before = questions()
    with serving(holding, settings=settings) as address:  # type: ignore[arg-type]
        first = send(address, header)
        assert holding.begun.acquire(timeout=10)
        waits = send(address, header, stream=stream)
        until(lambda: questions() == before + 2)
        with httpx2.Client(base_url=address, headers=token(settings, "other"), trust_env=False) as client:
            turned_away = client.post(ASK, json=QUESTION)
            assert "Too many people" in detail(turned_away, 503)
            assert int(turned_away.headers["retry-after"]) > 0
        waits.close()
        assert until(lambda: questions() == before + 1) < 1
        first.close()
        assert holding.ended.acquire(timeout=5)
    assert len(holding.events) == 1


def test_the_place_in_the_queue_is_told(tmp_path: Path) -> None:
    settings = behind_a_login(tmp_path, at_a_time=1, waiting=3)
    holding = Holding()
    with serving(holding, settings=settings) as address:  # type: ignore[arg-type]
        header = token(settings)
        first = send(address, ": ".join(*header.items()))
        assert holding.begun.acquire(timeout=10)
        body = {**QUESTION, "stream": True}
        with (
            httpx2.Client(base_url=address, headers=header, trust_env=False, timeout=20) as client,
            client.stream("POST", ASK, json=body) as reply,
        ):
            told = events(reply.iter_lines())
            assert next(told) == ("waiting", {"before": 1})
            first.close()
            assert next(told) == ("waiting", {"before": 0})
            assert next(told)[0] == "evidence"
        assert holding.ended.acquire(timeout=5)
        assert holding.ended.acquire(timeout=5)


class Dripping:
    """A language model's server that writes a word every tenth of a second and counts them."""

    def __init__(self) -> None:
        self.words = 0
        self.closed_at: list[float] = []

    def __call__(self, handler: Handler) -> None:
        handler.begin()
        try:
            while True:
                handler.write(chunk("shelter "))
                self.words += 1
                handler.wait(0.1)
        except OSError:
            self.closed_at.append(time.monotonic())
            raise


@BOTH
def test_the_language_model_stops_writing_within_a_second(stream: bool) -> None:
    documents = [read("plan", "The shelter has 40 beds for families. It opens at eight in the evening.")]
    dripping = Dripping()
    with fault_server() as upstream:
        upstream.then(*[dripping] * 9)
        model = build_language_model(load_settings({"PICUM_LLM": f"{upstream.url}#m"}))
        assistant = assistant_over(documents, model=model, expansion="never")
        try:
            with serving(assistant) as address:
                leaves = send(address, question="How many beds for families does the shelter have?", stream=stream)
                until(lambda: dripping.words >= 3, 20)
                left = time.monotonic()
                leaves.close()
                until(lambda: bool(dripping.closed_at))
                written = dripping.words
                assert dripping.closed_at[0] - left < 1
                time.sleep(0.5)
                assert (dripping.words, len(dripping.closed_at), len(upstream.requests)) == (written, 1, 1)
        finally:
            assistant.close()
