"""The HTTP interface for programs, over a real server and real connections."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator

import httpx2
import pytest

from assistant.door_settings import Limits
from assistant.events import Event, EvidenceFound, Turn
from assistant.testing import assistant_over, read
from tests.serving import serving
from ui.answering import AnswersQuestions
from ui.api.application import PREFIX
from ui.questions import MAX_QUESTION_CHARACTERS
from ui.testing import FakeAssistant, make_answer, make_citation
from ui.warming import WarmingAssistant
from vectorstore.errors import IndexMissing

OPEN = make_answer(("Membership is open.", (1,)), citations=[make_citation(1)])
ASK = f"{PREFIX}/ask"
QUESTION = {"question": "Who can join?"}


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


def detail(response: httpx2.Response, status: int) -> str:
    """The sentence of a problem, whose form is checked."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert set(body) == {"type", "title", "status", "detail"}
    assert (body["type"], body["status"]) == ("about:blank", status)
    assert body["detail"].endswith(".")
    return str(body["detail"])


def test_a_question_gets_the_contract(client: httpx2.Client, fake: FakeAssistant) -> None:
    history = [{"role": "user", "content": "Hello\x1b[31m"}, {"role": "assistant", "content": "Yes? [1]"}]
    response = client.post(ASK, json={**QUESTION, "history": history})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.json() == json.loads(json.dumps(OPEN.to_json()))
    asked, turns = fake.asked[-1]
    assert asked == "Who can join?"
    assert turns == (Turn(role="user", content="Hello"), Turn(role="assistant", content="Yes? [1]"))
    assert fake.narrowed[-1] == (None, None)


def test_filters_reach_the_assistant(client: httpx2.Client, fake: FakeAssistant) -> None:
    client.post(ASK, json={**QUESTION, "filters": {"documents": ["a", "b"], "collections": []}})
    assert fake.narrowed[-1] == ({"a", "b"}, set())


def test_filters_hold_in_the_whole_assistant() -> None:
    documents = [read(f"plan-{n}", f"The shelter has {n} beds for families.", title=f"Plan {n}") for n in (40, 55)]
    documents.append(read("minutes", "The shelter has 99 beds for families.", collection="board"))
    asked = {"question": "How many beds for families does the shelter have?"}
    with serving(assistant_over(documents)) as address, httpx2.Client(base_url=address, trust_env=False) as client:
        whole = client.post(ASK, json=asked).json()
        one = client.post(ASK, json={**asked, "filters": {"documents": ["plan-55", "minutes"]}}).json()
        none = client.post(ASK, json={**asked, "filters": {"collections": ["board"]}}).json()
    assert {passage["document"] for passage in whole["passages"]} == {"plan-40", "plan-55"}
    assert {found["document"] for found in one["passages"] + one["citations"]} == {"plan-55"}
    assert (none["status"], none["citations"], none["passages"]) == ("not_in_documents", [], [])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "question: Field required."),
        ({"question": 7}, "question: Input should be a valid string."),
        ({"question": " \x00 "}, "The question is empty: write what you want to know."),
        ({"question": "x" * (MAX_QUESTION_CHARACTERS + 1)}, "The question has 4,001 characters"),
        ({**QUESTION, "k": 3}, "k: Extra inputs are not permitted."),
        ({**QUESTION, "history": [{"role": "system", "content": "x"}]}, "history.0.role: Input should be 'user' or"),
        ({**QUESTION, "filters": {"document": ["a"]}}, "filters.document: Extra inputs are not permitted."),
        ([], "the body: Input should be a valid dictionary"),
    ],
)
def test_a_wrong_body_is_one_sentence(client: httpx2.Client, fake: FakeAssistant, body: object, said: str) -> None:
    before = len(fake.asked)
    assert said in detail(client.post(ASK, json=body), 422)
    assert len(fake.asked) == before


def test_what_is_not_json_is_said(client: httpx2.Client) -> None:
    response = client.post(ASK, content=b'{"question', headers={"content-type": "application/json"})
    assert detail(response, 400) == "The body is not JSON; send an object with the question."
    response = client.post(ASK, content=json.dumps(QUESTION), headers={"content-type": "text/plain"})
    assert "application/json" in detail(response, 415)
    assert detail(client.post(ASK, data={"question": "Who?"}), 415)


def test_a_question_of_half_characters_is_answered(client: httpx2.Client) -> None:
    response = client.post(ASK, content=b'{"question": "\\ud800?"}', headers={"content-type": "application/json"})
    assert response.json()["question"] == "\N{REPLACEMENT CHARACTER}?"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "{own}"}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"origin": "https://elsewhere.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:1"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
    ],
)
def test_pages_of_other_sites_may_not_ask(
    client: httpx2.Client, fake: FakeAssistant, address: str, headers: dict[str, str], status: int
) -> None:
    before = len(fake.asked)
    response = client.post(ASK, json=QUESTION, headers={key: v.format(own=address) for key, v in headers.items()})
    assert response.status_code == status
    assert len(fake.asked) - before == (status == 200)
    if status == 403:
        detail(response, 403)
    assert "access-control-allow-origin" not in response.headers


def test_a_browser_gets_no_permission_to_ask_from_elsewhere(client: httpx2.Client) -> None:
    asked = {"origin": "https://elsewhere.example", "access-control-request-method": "POST"}
    response = client.options(ASK, headers={**asked, "access-control-request-headers": "content-type"})
    assert response.status_code == 405
    assert "access-control-allow-origin" not in response.headers


def test_a_long_body_and_other_paths_are_problems_too(client: httpx2.Client) -> None:
    assert detail(client.post(ASK, json={"question": "x" * Limits().body_kilobytes * 1024}), 413)
    assert detail(client.post(f"{PREFIX}/answer", json=QUESTION), 404)
    assert detail(client.get(ASK), 405) == "This address takes another method."
    assert detail(client.post(ASK, content=iter([b"{}"]), headers={"content-type": "application/json"}), 411)


def test_a_failure_is_one_sentence_and_may_be_asked_again(client: httpx2.Client) -> None:
    assert detail(client.post(ASK, json={"question": "Fail"}), 503) == "The model fell silent; ask again."


def test_a_mistake_in_the_program_shows_nothing_of_itself() -> None:
    def fail(_event: Event) -> None:
        raise RuntimeError("SECRET")

    with serving(FakeAssistant(before=fail)) as address:
        response = httpx2.post(address + ASK, json=QUESTION, trust_env=False)
    assert "SECRET" not in detail(response, 500)


def test_an_assistant_that_cannot_be_opened_is_a_problem() -> None:
    def refuse() -> AnswersQuestions:
        raise IndexMissing("There is no index; make one.")

    assistant = WarmingAssistant(refuse)
    assistant.start()
    with serving(assistant) as address:
        response = httpx2.post(address + ASK, json=QUESTION, trust_env=False)
    assert detail(response, 500) == "There is no index; make one."


class Waiting:
    """Holds questions at their first event until they are given up."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.ended = threading.Semaphore(0)
        self.events: list[threading.Event] = []

    def seen_by(self, _collections: object, _documents: object) -> Waiting:
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


def send(address: str) -> socket.socket:
    """A connection on which a question was sent and nothing was read."""
    host, port = address.removeprefix("http://").split(":")
    body = json.dumps(QUESTION)
    connection = socket.create_connection((host, int(port)))
    head = f"POST {ASK} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
    connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
    return connection


def test_a_client_that_leaves_gives_its_question_up() -> None:
    waiting = Waiting()
    with serving(waiting) as address:  # type: ignore[arg-type]
        leaves, stays = send(address), send(address)
        assert waiting.begun.acquire(timeout=10)
        assert waiting.begun.acquire(timeout=10)
        assert not any(event.is_set() for event in waiting.events)
        leaves.close()
        assert waiting.ended.acquire(timeout=10)
        assert sum(event.is_set() for event in waiting.events) == 1
        stays.close()
        assert waiting.ended.acquire(timeout=10)


def test_the_end_of_the_server_gives_questions_up() -> None:
    waiting = Waiting()
    with serving(waiting, grace_s=1) as address:  # type: ignore[arg-type]
        connection = send(address)
        assert waiting.begun.acquire(timeout=10)
    assert waiting.ended.acquire(timeout=5)
    connection.close()


def test_a_client_that_leaves_before_the_assistant_is_ready_asks_nothing() -> None:
    fake, may_open = FakeAssistant(), threading.Event()

    def open_late() -> AnswersQuestions:
        may_open.wait(20)
        return fake

    assistant = WarmingAssistant(open_late)
    assistant.start()
    with serving(assistant) as address:
        leaves, stays = send(address), send(address)
        time.sleep(0.2)
        leaves.close()
        time.sleep(0.2)
        may_open.set()
        assert stays.recv(12) == b"HTTP/1.1 200"
        stays.close()
    assert len(fake.asked) == 1


def test_the_description_says_what_is_there(client: httpx2.Client) -> None:
    described = client.get(f"{PREFIX}/openapi.json").json()
    assert list(described["paths"]) == ["/ask"]
    assert described["servers"] == [{"url": PREFIX}]
    operation = described["paths"]["/ask"]["post"]
    assert {"200", "422", "503"} <= set(operation["responses"])
    answer = described["components"]["schemas"]["AnswerBody"]
    assert set(answer["properties"]) == set(OPEN.to_json())
