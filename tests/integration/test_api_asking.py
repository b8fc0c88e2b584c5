"""Questions over HTTP that are answered whole: the contract, what is refused, and what fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from assistant.door_settings import Limits
from assistant.events import Event, Turn
from assistant.testing import assistant_over, read
from tests.api_client import ASK, QUESTION, behind_a_login, detail, token
from tests.serving import serving
from ui.answering import AnswersQuestions
from ui.api.application import PREFIX
from ui.questions import MAX_QUESTION_CHARACTERS
from ui.testing import FakeAssistant, make_answer, make_citation
from ui.warming import WarmingAssistant
from vectorstore.errors import IndexMissing

OPEN = make_answer(("Membership is open.", (1,)), citations=[make_citation(1)])


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
    assert detail(response, 400) == "The body is not JSON; send an object as the description says."
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


def test_the_length_of_a_question_is_a_setting(tmp_path: Path) -> None:
    settings = behind_a_login(tmp_path, question_characters=100)
    with serving(FakeAssistant(), settings=settings) as address:
        response = httpx2.post(address + ASK, json={"question": "x" * 101}, headers=token(settings), trust_env=False)
    assert "at most 100 are taken" in detail(response, 422)


def test_who_asks_too_much_is_told_when_to_ask_again(tmp_path: Path) -> None:
    settings = behind_a_login(tmp_path, questions_per_minute=2, burst=1)
    with (
        serving(FakeAssistant(), settings=settings) as address,
        httpx2.Client(base_url=address, headers=token(settings), trust_env=False) as client,
    ):
        assert client.post(ASK, json=QUESTION).status_code == 200
        refused = client.post(ASK, json=QUESTION)
        assert "ask again in" in detail(refused, 429)
        assert 1 <= int(refused.headers["retry-after"]) <= 30
        streamed = client.post(ASK, json={**QUESTION, "stream": True})
        assert "ask again in" in detail(streamed, 429)
        searched = client.post(f"{PREFIX}/search", json={"query": "Who?"})
        assert detail(searched, 429)
        assert int(searched.headers["retry-after"]) >= 1


def test_an_answer_is_stored_by_nobody_on_the_way(client: httpx2.Client) -> None:
    assert client.post(ASK, json=QUESTION).headers["cache-control"] == "no-store"
    assert client.post(ASK, json={}).headers["cache-control"] == "no-store"


def test_odd_names_and_odd_bytes_are_refused_all_the_same(client: httpx2.Client) -> None:
    headers = {"content-type": "application/json"}
    odd = client.post(ASK, content=b'{"question": "Who?", "\\u001b[31mk\\u202e": 1}', headers=headers)
    assert detail(odd, 422) == "k: Extra inputs are not permitted."
    half = client.post(ASK, content=b'{"question": "Who?", "\\ud800": 1}', headers=headers)
    assert "the body: " in detail(half, 422)
    undecodable = client.post(ASK, content=b"\xff\xfe{}", headers={"content-type": "application/json"})
    assert detail(undecodable, 400) == "The body is not JSON; send an object as the description says."
