"""Answers that come event by event (server-sent events)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import fields
from typing import get_args

import httpx2
import pytest

from assistant.answer import AnswerPassage
from assistant.events import EVENT_NAMES, Event, EvidenceFound, Failed, Finished, Waiting, event_to_json
from assistant.testing import ScriptedModel, assistant_over, read
from tests.api_client import ASK, QUESTION, detail, events
from tests.serving import serving
from ui.answering import AnswersQuestions
from ui.api import replying
from ui.errors import PageError
from ui.feed import MISTAKE
from ui.testing import FakeAssistant, make_answer, make_citation
from ui.warming import WarmingAssistant
from vectorstore.errors import IndexMissing

OPEN = make_answer(
    ("Membership is open.", (1,)),
    ("Fees are low.\nAsk “why”\r\u2028", (2,)),
    citations=[make_citation(1), make_citation(2, "Fees are low.", start=50)],
)
STREAMED = {**QUESTION, "stream": True}


@pytest.fixture(scope="module")
def fake() -> FakeAssistant:
    return FakeAssistant({"Who can join?": OPEN}, failures={"Fail": "The model fell silent; ask again."})


@pytest.fixture(scope="module")
def address(fake: FakeAssistant) -> Iterator[str]:
    with serving(fake) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=address, trust_env=False) as client:
        yield client


def test_every_event_has_a_name_and_all_its_fields() -> None:
    assert set(EVENT_NAMES) == set(get_args(Event))
    assert len(set(EVENT_NAMES.values())) == len(EVENT_NAMES)
    passage = AnswerPassage(document="plan", section="", score=1.0, rank=1, text="Open.")
    samples: list[Event] = [
        Waiting(before=2),
        EvidenceFound(citations=OPEN.citations, passages=(passage,)),
        Finished(answer=OPEN),
        Failed(message="No.", retryable=True, reason="busy", retry_after_s=3),
    ]
    for event in samples:
        assert set(json.loads(json.dumps(event_to_json(event)))) == {field.name for field in fields(event)}
    assert event_to_json(Finished(answer=OPEN))["answer"] == OPEN.to_json()


@pytest.mark.parametrize(
    ("body", "accept", "streamed"),
    [
        (STREAMED, "*/*", True),
        (STREAMED, "application/json", True),
        (QUESTION, "text/event-stream", True),
        (QUESTION, "text/event-stream;q=1.0, text/plain", True),
        (QUESTION, "*/*", False),
        (QUESTION, "application/json, text/event-stream", False),
        ({**QUESTION, "stream": False}, "text/event-stream", False),
        ({**QUESTION, "stream": None}, "text/event-stream", True),
    ],
)
def test_events_come_where_they_are_asked_for(
    client: httpx2.Client, body: dict[str, object], accept: str, streamed: bool
) -> None:
    response = client.post(ASK, json=body, headers={"accept": accept})
    assert response.status_code == 200
    kind = "text/event-stream; charset=utf-8" if streamed else "application/json"
    assert response.headers["content-type"] == kind


def test_the_events_are_those_of_the_assistant(client: httpx2.Client) -> None:
    response = client.post(ASK, json=STREAMED)
    told = list(events(response.text.split("\n")))
    assert [name for name, _ in told] == ["evidence", "delta", "delta", "finished"]
    expected = [event_to_json(event) for event in FakeAssistant({"Who can join?": OPEN}).ask("Who can join?")]
    assert [data for _, data in told] == json.loads(json.dumps(expected))
    assert "".join(data["text"] for name, data in told if name == "delta") == OPEN.answer
    assert told[-1][1]["answer"] == client.post(ASK, json=QUESTION).json()
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-accel-buffering"] == "no"
    assert "content-length" not in response.headers


def test_each_event_comes_when_it_happens() -> None:
    allowed = threading.Semaphore(0)

    def wait(_event: Event) -> None:
        allowed.acquire(timeout=20)

    with (
        serving(FakeAssistant({"Who can join?": OPEN}, before=wait)) as address,
        httpx2.stream("POST", address + ASK, json=STREAMED, trust_env=False, timeout=20) as reply,
    ):
        told = (event for event in events(reply.iter_lines()) if event[0])
        for name in ("evidence", "delta", "delta", "finished"):
            allowed.release()
            assert next(told)[0] == name


def test_comments_keep_the_connection_open_while_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replying, "KEEP_ALIVE_S", 0.1)
    monkeypatch.setattr(replying, "_FIRST_S", 0.1)
    allowed = threading.Event()

    def wait(_event: Event) -> None:
        allowed.wait(20)

    with (
        serving(FakeAssistant({"Who can join?": OPEN}, before=wait)) as address,
        httpx2.stream("POST", address + ASK, json=STREAMED, trust_env=False, timeout=20) as reply,
    ):
        told = events(reply.iter_lines())
        assert [next(told) for _ in range(3)] == [("", {})] * 3
        allowed.set()
        assert [name for name, _ in told if name] == ["evidence", "delta", "delta", "finished"]


def test_what_fails_after_the_beginning_is_the_last_event(client: httpx2.Client) -> None:
    response = client.post(ASK, json={"question": "Fail", "stream": True})
    assert response.status_code == 200
    told = list(events(response.text.split("\n")))
    assert [name for name, _ in told] == ["evidence", "failed"]
    assert told[-1][1] == {
        "message": "The model fell silent; ask again.",
        "retryable": True,
        "reason": "failed",
        "retry_after_s": 0,
    }


def test_what_fails_before_is_a_problem(client: httpx2.Client) -> None:
    assert detail(client.post(ASK, json={"question": " ", "stream": True}), 422)

    def refuse() -> AnswersQuestions:
        raise IndexMissing("There is no index; make one.")

    assistant = WarmingAssistant(refuse)
    assistant.start()
    with serving(assistant) as address:
        response = httpx2.post(address + ASK, json=STREAMED, trust_env=False)
    assert detail(response, 500) == "There is no index; make one."


def test_a_mistake_in_the_middle_shows_nothing_of_itself() -> None:
    def fail(event: Event) -> None:
        if not isinstance(event, EvidenceFound):
            raise PageError("SECRET")

    with serving(FakeAssistant({"Who can join?": OPEN}, before=fail)) as address:
        response = httpx2.post(address + ASK, json=STREAMED, trust_env=False)
    assert "SECRET" not in response.text
    name, data = list(events(response.text.split("\n")))[-1]
    assert (name, data["message"]) == ("failed", MISTAKE)


def test_every_sentence_that_the_real_assistant_shows_is_verified() -> None:
    documents = [read("plan", "The shelter has 40 beds for families. It opens at eight in the evening.")]
    model = ScriptedModel('{"sentences": [{"text": "The shelter has 40 beds for families.", "cites": [1]}]}')
    asked = {"question": "How many beds for families does the shelter have?", "stream": True}
    with serving(assistant_over(documents, model=model)) as address:
        response = httpx2.post(address + ASK, json=asked, trust_env=False)
    told = list(events(response.text.split("\n")))
    assert told[0][0] == "evidence"
    assert told[-1][0] == "finished"
    answer = told[-1][1]["answer"]
    assert "".join(data["text"] for name, data in told if name == "delta") == answer["answer"]
    shown = [data["sentence"]["text"] for name, data in told if name == "delta"]
    assert shown == [sentence["text"] for sentence in answer["sentences"]] != []
