"""A language model that fails: one sentence inside its limit, the next request works, and nothing is left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.breaker import Breaker
from assistant.chat_models import openai_compatible
from assistant.errors import (
    LanguageModelBusy,
    LanguageModelError,
    LanguageModelFaulty,
    LanguageModelNotSetUp,
    LanguageModelRefused,
    LanguageModelResting,
    LanguageModelTooSlow,
    LanguageModelUnreachable,
)
from assistant.language_models import Prompt
from assistant.model_building import Remote
from assistant.model_call import Limits
from assistant.model_client import ModelClient
from assistant.waiting_room import WaitingRoom
from tests.fault_server import (
    DONE,
    Handler,
    Play,
    Server,
    answer,
    chunk,
    closed_stream,
    cut_stream,
    drip,
    endless,
    endless_error,
    endless_line,
    fault_server,
    refusing_address,
    silence,
    silence_after_headers,
    status,
    whole,
)

LIMITS = Limits(connect_s=0.5, first_token_s=0.8, gap_s=0.4, total_s=1.6, characters=20_000, backoff_s=0.02)
PROMPT = Prompt(system="Be brief.", user="Who can join?")
AT_ONCE_S = 0.5
"""For what needs no waiting; a busy machine takes most of it."""


def client(url: str, *, limits: Limits = LIMITS, room: WaitingRoom | None = None, breaker: Breaker | None = None):
    source = Remote(openai_compatible(url, "m", None, connect_s=limits.connect_s))
    return ModelClient(source, name="m", host="models.test", limits=limits, room=room, breaker=breaker)


def ask(model: ModelClient, cancelled: threading.Event | None = None) -> Iterator[str]:
    return model.stream(PROMPT, max_tokens=50, cancelled=cancelled or threading.Event())


def threads_and_files() -> tuple[int, int]:
    return threading.active_count(), len(list(Path("/dev/fd").iterdir()))


def settled(expected: tuple[int, int]) -> bool:
    """Whether no more threads and open files than before are there, at the latest in two seconds."""
    deadline = time.monotonic() + 2
    while any(now > before for now, before in zip(threads_and_files(), expected, strict=True)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def eventually(holds: Callable[[], object], seconds: float = 1.0) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


@pytest.fixture
def server() -> Iterator[Server]:
    before = threads_and_files()
    with fault_server() as running:
        yield running
    assert settled(before), (before, threads_and_files(), threading.enumerate())


@pytest.fixture
def model(server: Server) -> Iterator[ModelClient]:
    before = threads_and_files()
    made = client(server.url)
    yield made
    made.close()
    # Of the server's threads, only those of open connections could be more than before.
    assert settled(before), (before, threads_and_files(), threading.enumerate())


MALFORMED = chunk("Hello")[:-20] + b"\n\n"
CASES: list[tuple[Play, type[LanguageModelError], str, int, float]] = [
    # what is played, which error, a word of its sentence, how many requests are made, within how many seconds
    (status(401), LanguageModelNotSetUp, "PICUM_LLM_KEY", 1, AT_ONCE_S),
    (status(403), LanguageModelNotSetUp, "PICUM_LLM_KEY", 1, AT_ONCE_S),
    (status(404), LanguageModelNotSetUp, "does not know the model", 1, AT_ONCE_S),
    (status(400), LanguageModelRefused, "shorter", 1, AT_ONCE_S),
    (status(408), LanguageModelTooSlow, "HTTP 408", 3, AT_ONCE_S),
    (status(429), LanguageModelBusy, "in a moment", 3, AT_ONCE_S),
    (status(429, retry_after="60"), LanguageModelBusy, "in 60 seconds", 1, AT_ONCE_S),
    (status(500), LanguageModelFaulty, "HTTP 500", 3, AT_ONCE_S),
    (status(503), LanguageModelBusy, "HTTP 503", 3, AT_ONCE_S),
    (whole(b""), LanguageModelFaulty, "no answer", 1, AT_ONCE_S),
    (whole(DONE), LanguageModelFaulty, "no answer", 1, AT_ONCE_S),
    (whole(chunk("") + chunk(None, "stop") + DONE), LanguageModelFaulty, "with nothing", 1, AT_ONCE_S),
    (whole(MALFORMED), LanguageModelFaulty, "no answer", 1, AT_ONCE_S),
    (whole(b"data: 7\n\n"), LanguageModelFaulty, "no answer", 1, AT_ONCE_S),
    (whole(b"<html>Sign in</html>", kind="text/html"), LanguageModelFaulty, "no answer", 1, AT_ONCE_S),
    (whole(b'{"error": {"message": "SECRET"}}', kind="application/json"), LanguageModelFaulty, "answer", 1, AT_ONCE_S),
    (whole(b'data: {"error": {"message": "SECRET"}}\n\n'), LanguageModelFaulty, "error of its own", 1, AT_ONCE_S),
    (whole(chunk("Hello") + b"data: \xff\xfe\n\n"), LanguageModelFaulty, "no answer", 1, AT_ONCE_S),
    (whole(chunk("Hello") + MALFORMED), LanguageModelFaulty, "no answer", 1, AT_ONCE_S),
    (cut_stream, LanguageModelFaulty, "broke off", 1, AT_ONCE_S),
    (closed_stream, LanguageModelFaulty, "broke off", 1, AT_ONCE_S),
    (endless, LanguageModelFaulty, "more than 20,000 characters", 1, 1.6),
    (endless_line, LanguageModelFaulty, "no answer", 1, 0.8),
    (endless_error, LanguageModelFaulty, "HTTP 500", 3, 0.8),
    (drip(0.6), LanguageModelTooSlow, "silent for 0.4 seconds", 1, 1.2),
    (drip(0.1), LanguageModelTooSlow, "not done after 1.6 seconds", 1, 1.6),
    (silence, LanguageModelTooSlow, "did not begin to write within 0.8 seconds", 1, 0.8),
    (silence_after_headers, LanguageModelTooSlow, "did not begin to write within 0.8 seconds", 1, 0.8),
]


@pytest.mark.parametrize(("play", "kind", "word", "requests", "limit_s"), CASES)
def test_a_fault_is_one_sentence_inside_its_limit_and_the_next_request_works(
    server: Server,
    model: ModelClient,
    play: Play,
    kind: type[LanguageModelError],
    word: str,
    requests: int,
    limit_s: float,
) -> None:
    # The first request of all loads and connects.
    assert "".join(ask(model)) == "Hello there."
    server.requests.clear()
    server.then(*[play] * requests)
    began = time.monotonic()
    with pytest.raises(LanguageModelError) as caught:
        list(ask(model))
    took = time.monotonic() - began
    assert type(caught.value) is kind
    message = str(caught.value)
    assert message.startswith("The language model at models.test ")
    assert message.endswith(".")
    assert "\n" not in message
    assert word in message
    assert "SECRET" not in message
    assert len(server.requests) == requests
    assert took < limit_s + 0.5
    assert "".join(ask(model)) == "Hello there."


def test_nobody_listening_is_said_at_once() -> None:
    before = threads_and_files()
    with refusing_address() as url:
        model = client(url)
        began = time.monotonic()
        with pytest.raises(LanguageModelUnreachable, match="cannot be reached"):
            list(ask(model))
        assert time.monotonic() - began < AT_ONCE_S + 0.5
        model.close()
    assert settled(before)


def test_what_was_written_before_a_fault_is_kept(server: Server, model: ModelClient) -> None:
    server.then(cut_stream)
    stream = ask(model)
    assert next(stream) == "Half an"
    with pytest.raises(LanguageModelFaulty):
        next(stream)


@pytest.mark.parametrize("fault", [status(429), status(500), status(503), status(408)])
def test_a_passing_fault_is_not_noticed(server: Server, model: ModelClient, fault: Play) -> None:
    server.then(fault, fault, answer)
    assert "".join(ask(model)) == "Hello there."
    assert len(server.requests) == 3


def test_a_server_that_asks_to_wait_is_given_that_time(server: Server) -> None:
    model = client(server.url, limits=replace(LIMITS, first_token_s=4, total_s=5))
    server.then(status(429, retry_after="1"))
    began = time.monotonic()
    assert "".join(ask(model)) == "Hello there."
    assert time.monotonic() - began >= 1
    model.close()


def test_a_server_that_keeps_failing_is_left_alone_and_then_tried_once(server: Server) -> None:
    model = client(server.url, breaker=Breaker(rest_s=0.3))
    server.then(*[status(500)] * 6)
    for _ in range(2):
        with pytest.raises(LanguageModelFaulty, match="HTTP 500"):
            list(ask(model))
    assert len(server.requests) == 5
    began = time.monotonic()
    with pytest.raises(LanguageModelResting, match="left alone"):
        list(ask(model))
    assert time.monotonic() - began < 0.2
    assert len(server.requests) == 5
    time.sleep(0.3)
    with pytest.raises(LanguageModelFaulty, match="HTTP 500"):
        list(ask(model))
    assert len(server.requests) == 6
    time.sleep(0.3)
    assert "".join(ask(model)) == "Hello there."
    model.close()


def test_a_key_that_is_refused_is_said_each_time(server: Server) -> None:
    model = client(server.url)
    server.then(*[status(401)] * 8)
    for _ in range(8):
        with pytest.raises(LanguageModelNotSetUp):
            list(ask(model))
    model.close()


@pytest.mark.parametrize("by", ["event", "end of the iterator"])
def test_who_stops_listening_closes_the_connection_within_a_second(server: Server, model: ModelClient, by: str) -> None:
    server.then(drip(0.05))
    cancelled = threading.Event()
    stream = ask(model, cancelled)
    assert next(stream) == "One"
    stopped = time.monotonic()
    if by == "event":
        cancelled.set()
        assert len(list(stream)) < 10
    else:
        stream.close()  # type: ignore[attr-defined]
    assert eventually(lambda: server.left)
    assert server.left[0] - stopped < 1
    assert "".join(ask(model)) == "Hello there."


def test_a_cancelled_request_is_closed_even_if_nobody_reads_on(server: Server, model: ModelClient) -> None:
    server.then(drip(0.05))
    cancelled = threading.Event()
    stream = ask(model, cancelled)
    next(stream)
    cancelled.set()
    assert eventually(lambda: server.left)
    assert list(stream) is not None


def test_a_request_can_be_cancelled_before_the_first_word(server: Server) -> None:
    model = client(server.url, limits=replace(LIMITS, first_token_s=30, total_s=30))
    server.then(silence)
    cancelled = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(lambda: list(ask(model, cancelled)))
        assert eventually(lambda: server.requests, 5)
        cancelled.set()
        assert asked.result(1) == []
    assert eventually(lambda: server.left)
    model.close()


def test_one_at_a_time_some_wait_and_more_are_told_so(server: Server) -> None:
    model = client(server.url, limits=replace(LIMITS, total_s=20), room=WaitingRoom(slots=1, seats=1))
    server.then(drip(0.05))
    first = ask(model)
    next(first)
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(lambda: "".join(ask(model)))
        time.sleep(0.1)
        assert len(server.requests) == 1
        began = time.monotonic()
        with pytest.raises(LanguageModelBusy, match="1 questions wait already"):
            list(ask(model))
        assert time.monotonic() - began < 0.2
        first.close()  # type: ignore[attr-defined]
        assert second.result(5) == "Hello there."
    assert "".join(ask(model)) == "Hello there."
    model.close()


def test_many_requests_at_once_are_answered_and_leave_nothing(server: Server, model: ModelClient) -> None:
    server.then(*[answer, status(500), closed_stream, answer] * 6)
    with ThreadPoolExecutor(8) as pool:

        def outcome(_: int) -> str:
            try:
                return "".join(ask(model))
            except LanguageModelError as error:
                return type(error).__name__

        outcomes = list(pool.map(outcome, range(24)))
    assert set(outcomes) <= {"Hello there.", "LanguageModelFaulty", "LanguageModelResting"}
    assert "Hello there." in outcomes


def test_closing_ends_what_is_being_written(server: Server) -> None:
    before = threads_and_files()
    model = client(server.url)
    server.then(drip(0.05))
    stream = ask(model)
    next(stream)
    model.close()
    assert len(list(stream)) < 10
    assert eventually(lambda: server.left)
    assert settled(before)


@pytest.mark.parametrize("play", [answer, drip(0.01), cut_stream, silence])
def test_closing_at_any_moment_leaves_nobody_waiting(server: Server, play: Play) -> None:
    before = threads_and_files()
    for moment in range(12):
        model = client(server.url, limits=replace(LIMITS, attempts=1, first_token_s=30, total_s=30))
        server.then(play)
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(lambda: list(ask(model)))  # noqa: B023 (it ends in this turn)
            time.sleep(moment / 400)
            model.close()
            with suppress(LanguageModelError):
                asked.result(5)
        model.close()
        server.script.clear()
    assert settled(before)


def test_the_probabilities_of_the_first_word_are_asked_for(server: Server, model: ModelClient) -> None:
    words = [{"token": "no", "logprob": -0.5}, {"token": "yes", "logprob": -1.5}]
    told = {"content": [{"token": "no", "logprob": -0.5, "top_logprobs": words}]}

    def play(handler: Handler) -> None:
        handler.begin()
        for part in (chunk("no", logprobs=told), chunk(None, "length"), DONE):
            handler.write(part)

    server.script.append(play)
    assert model.log_odds(PROMPT, cancelled=threading.Event()) == pytest.approx(-1.0, abs=1e-3)
    sent = server.requests[-1]
    assert (sent["max_tokens"], sent["logprobs"], sent["top_logprobs"]) == (1, True, 20)


def test_a_server_that_tells_no_probabilities_is_taken_at_its_word(server: Server, model: ModelClient) -> None:
    assert model.log_odds(PROMPT, cancelled=threading.Event()) == 0.0  # it says neither yes nor no
