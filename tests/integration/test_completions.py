"""The interface of OpenAI, over a real server: with its own clients, and as it stands on the wire."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest

from assistant.answer import Conflict
from assistant.events import Delta, Event, EvidenceFound, Turn
from assistant.settings import load_settings
from tests.serving import run_alone, serving
from ui.answering import AnswersQuestions
from ui.chat.texts import texts
from ui.completions.asked import MODEL
from ui.completions.replies import Reply
from ui.fingerprints import fingerprint
from ui.testing import FakeAssistant, make_answer, make_citation
from ui.warming import WarmingAssistant
from vectorstore.errors import IndexMissing

CITED = [
    make_citation(1, start=7, page=3),
    make_citation(
        2, "A *profile* [draft].", document="the/profile", title="Who <b>they</b> are", publisher="Watch",
        authority="third_party", published=None, url="https://example.org/profile",
    ),
]  # fmt: skip
KNOWN, OTHER = (fingerprint(cited.quote) for cited in CITED)
OPEN = replace(
    make_answer(
        ("Membership is open <now>.", (1,)), ("Watch writes that it is not.", (2, 1)), citations=CITED,
        warnings=["No language model is here."],
    ),
    conflicts=(Conflict(about="membership", markers=(1, 2)),),
)  # fmt: skip
QUESTION = "Who can join?"
ASKED = [{"role": "user", "content": QUESTION}]
TOOLS: Any = [{"type": "function", "function": {"name": "search_web", "parameters": {"type": "object"}}}]
"""What a chat program offers with each question."""
CONTENT = """\
Membership is open &lt;now>. [1] Watch writes that it is not. [2][1]

---

> The documents disagree about membership: [1] [2]
>
> No language model is here.

**Sources**

- [1] The plan · The organisation · 2022-01 · section Membership · page 3 \
<{address}/source/plan?start=7&end=46&quote={known}#passage>
- [2] Who &lt;b>they&lt;/b> are · Watch (third party) · undated · section Membership \
<{address}/source/the/profile?start=0&end=20&quote={other}#passage>"""


@pytest.fixture(scope="module")
def fake() -> FakeAssistant:
    return FakeAssistant({QUESTION: OPEN}, failures={"Fail": "The model fell silent; ask again."})


@pytest.fixture(scope="module")
def address(fake: FakeAssistant) -> Iterator[str]:
    with serving(fake) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{address}/v1", api_key="sk-none", max_retries=0) as client:
        yield client


def post(address: str, body: object, **headers: str) -> httpx2.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"content-type": "application/json", **headers}
    return httpx2.post(f"{address}/v1/chat/completions", content=content, headers=headers, trust_env=False)


def test_the_model_is_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == [MODEL]
    assert client.models.retrieve(MODEL).object == "model"
    with pytest.raises(openai.NotFoundError, match="no such model here; ask picum-assistant"):
        client.models.retrieve("gpt-5")


def test_an_answer_comes_with_its_sources(client: openai.OpenAI, address: str) -> None:
    reply = client.chat.completions.create(model=MODEL, messages=ASKED, temperature=0.2, max_tokens=5, tools=TOOLS)
    (choice,) = reply.choices
    assert (choice.message.role, choice.finish_reason, reply.model) == ("assistant", "stop", MODEL)
    assert choice.message.content == CONTENT.format(address=address, known=KNOWN, other=OTHER)
    assert reply.usage
    assert reply.usage.total_tokens == 0
    annotations = choice.message.annotations or []
    assert [annotation.type for annotation in annotations] == ["url_citation"] * 3
    assert check(choice.message.content, [a.model_dump() for a in annotations]) == [1, 2, 1]
    first = annotations[0]
    assert (first.url_citation.title, first.url_citation.url) == (
        "The plan",
        f"{address}/source/plan?start=7&end=46&quote={KNOWN}#passage",
    )
    source = first.model_dump()["source"]
    assert (source["document"], source["start"], source["end"]) == ("plan", 7, 46)
    assert source["quote"] == "Membership is open to any organisation."
    assert httpx2.get(first.url_citation.url, trust_env=False).status_code == 404  # the fake has no documents


def check(content: str, annotations: list[dict[str, Any]]) -> list[int]:
    """The numbers that the annotations stand for, each at its marker in the text."""
    numbers = []
    for annotation in annotations:
        place, number = annotation["url_citation"], annotation["source"]["marker"]
        assert content[place["start_index"] : place["end_index"]] == f"[{number}]"
        numbers.append(number)
    return numbers


@pytest.mark.parametrize("usage", [True, False])
def test_a_stream_says_the_same(client: openai.OpenAI, address: str, usage: bool) -> None:
    options: Any = {"stream_options": {"include_usage": True}} if usage else {}
    content, annotations, reasons, chunks = "", [], [], 0
    used = None
    for chunk in client.chat.completions.create(model=MODEL, messages=ASKED, stream=True, **options):
        assert (chunk.object, chunk.model) == ("chat.completion.chunk", MODEL)
        used = chunk.usage or used
        for choice in chunk.choices:
            chunks += bool(choice.delta.content)
            content += choice.delta.content or ""
            annotations += (choice.delta.model_extra or {}).get("annotations", [])
            reasons.append(choice.finish_reason)
    assert content == CONTENT.format(address=address, known=KNOWN, other=OTHER)
    assert chunks == 3  # two sentences, and what stands behind them
    assert check(content, annotations) == [1, 2, 1]
    assert [reason for reason in reasons if reason] == ["stop"]
    assert reasons[-1] == "stop"
    assert (used is not None) is usage


def test_a_stream_stands_on_the_wire_as_openai_s_does(address: str) -> None:
    response = post(address, {"messages": ASKED, "stream": True, "stream_options": {"include_usage": True}})
    assert response.headers["content-type"].startswith("text/event-stream")
    assert (response.headers["cache-control"], response.headers["x-accel-buffering"]) == ("no-store", "no")
    events = response.text.split("\n\n")
    assert events[-2:] == ["data: [DONE]", ""]
    said = [json.loads(event.removeprefix("data: ")) for event in events[:-2]]
    assert said[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert said[-1]["choices"] == []
    assert all(chunk["usage"] is None for chunk in said[:-1])
    assert len({chunk["id"] for chunk in said}) == 1


def test_asynchronous_clients_are_answered_too(address: str) -> None:
    async def ask() -> tuple[str | None, str]:
        async with openai.AsyncOpenAI(base_url=f"{address}/v1", api_key="sk-none") as client:
            whole = await client.chat.completions.create(model=MODEL, messages=ASKED)
            stream = await client.chat.completions.create(model=MODEL, messages=ASKED, stream=True)
            parts = [chunk.choices[0].delta.content or "" async for chunk in stream]
        return whole.choices[0].message.content, "".join(parts)

    assert run_alone(ask()) == (CONTENT.format(address=address, known=KNOWN, other=OTHER),) * 2


def test_the_conversation_reaches_the_assistant_without_our_sources(
    client: openai.OpenAI, fake: FakeAssistant, address: str
) -> None:
    parts: Any = [{"type": "text", "text": "Who"}, {"type": "text", "text": "can join?"}]
    messages: Any = [
        {"role": "system", "content": "Be a pirate."},
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": CONTENT.format(address=address, known=KNOWN, other=OTHER)},
        {"role": "tool", "tool_call_id": "x", "content": "42"},
        {"role": "user", "content": parts},
        {"role": "assistant", "content": "Arr"},
    ]
    client.chat.completions.create(model=MODEL, messages=messages)
    assert fake.asked[-1] == (
        "Who\ncan join?",
        (Turn(role="user", content="Hello"), Turn(role="assistant", content=OPEN.answer)),
    )


@pytest.mark.parametrize(
    ("body", "status", "param", "said"),
    [
        (b"{", 400, None, "The body is not JSON"),
        (b"[" * 100_000, 400, None, "The body is not JSON"),
        ([], 400, None, "The body is no object"),
        ({}, 400, "messages", "messages is not a list"),
        ({"messages": []}, 400, "messages", "messages is not a list"),
        ({"messages": [{"role": "system", "content": "x"}]}, 400, "messages", "No message has the role user"),
        ({"messages": [{"role": "user", "content": " "}]}, 400, "messages", "The question is empty"),
        ({"messages": [{"role": "user", "content": 7}]}, 400, "messages.0.content", "neither text nor a list"),
        ({"messages": ["Who?"]}, 400, "messages.0", "no message with a role"),
        ({"messages": ASKED, "n": 2}, 400, "n", "one answer"),
        ({"messages": ASKED, "n": []}, 400, "n", "one answer"),
        ({"messages": ASKED, "stream": "yes"}, 400, "stream", "neither true nor false"),
        ({"messages": ASKED, "tools": [{}], "tool_choice": "required"}, 400, "tool_choice", "calls no tools"),
        ({"messages": ASKED, "function_call": {"name": "x"}}, 400, "function_call", "calls no tools"),
        ({"messages": ASKED, "response_format": {"type": "json_object"}}, 400, "response_format", "text, not JSON"),
        ({"messages": ASKED, "model": "gpt-5"}, 404, "model", "no such model here"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
            400,
            "messages.0.content.0",
            "text alone",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_one_sentence(
    address: str, fake: FakeAssistant, body: object, status: int, param: str | None, said: str
) -> None:
    before = len(fake.asked)
    response = post(address, body)
    error = response.json()["error"]
    assert (response.status_code, error["type"], error["param"]) == (status, "invalid_request_error", param)
    assert said in error["message"]
    assert error["message"].endswith(".")
    assert len(fake.asked) == before


def test_forms_and_other_addresses_are_refused_in_the_same_form(address: str) -> None:
    response = post(address, {"messages": ASKED}, **{"content-type": "text/plain"})
    assert (response.status_code, response.json()["error"]["type"]) == (415, "invalid_request_error")
    response = httpx2.get(f"{address}/v1/embeddings", trust_env=False)
    assert (response.status_code, response.json()["error"]["message"]) == (404, "Not found.")


def test_a_failure_is_openai_s_error(client: openai.OpenAI) -> None:
    failing: Any = [{"role": "user", "content": "Fail"}]
    with pytest.raises(openai.InternalServerError, match="fell silent") as failed:
        client.chat.completions.create(model=MODEL, messages=failing)
    assert failed.value.status_code == 503
    with pytest.raises(openai.APIError, match="fell silent"):
        list(client.chat.completions.create(model=MODEL, messages=failing, stream=True))


def test_an_answer_that_is_not_the_one_that_was_streamed_follows_it() -> None:
    reply = Reply(lambda language: texts(language).words, lambda _citation: "")
    said = make_answer(("Nobody can join.", (1,)), citations=[make_citation(1)])
    content = reply.add(Delta(text=said.answer, sentence=said.sentences[0], citations=said.citations))
    rest, cited = reply.finish(OPEN)
    assert rest.startswith("\n\nMembership is open &lt;now>. [1]")
    assert check(content + rest, cited) == [1, 2, 1]
    assert [annotation["url_citation"]["url"] for annotation in cited] == ["", "https://example.org/profile", ""]


def test_an_assistant_that_cannot_be_opened_says_why_once() -> None:
    def refuse() -> AnswersQuestions:
        raise IndexMissing("There is no index; make one.")

    assistant = WarmingAssistant(refuse)
    assistant.start()
    with serving(assistant) as address:
        response = post(address, {"messages": ASKED})
    assert (response.status_code, response.json()["error"]["type"]) == (500, "server_error")
    assert response.json()["error"]["message"] == "There is no index; make one."
    assert response.headers["x-should-retry"] == "false"


@pytest.mark.parametrize("stream", [False, True])
def test_too_many_questions_wait(tmp_path: Path, stream: bool) -> None:
    """The limits do not count for this machine alone, so this server is open to others."""
    (tmp_path / "picum.toml").write_text(
        "[login]\nopen = true\n[limits]\nquestions_per_minute = 1\nburst = 1\n", encoding="utf-8"
    )
    settings = load_settings({"PICUM_HOME": str(tmp_path), "PICUM_PUBLIC_URL": "http://localhost"})
    with serving(FakeAssistant({QUESTION: OPEN}), settings=settings) as address:
        first, second = (post(address, {"messages": ASKED, "stream": stream}) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 429)
    assert int(second.headers["retry-after"]) > 0
    assert second.json()["error"]["type"] == "rate_limit_error"
    assert f"<http://localhost/source/plan?start=7&end=46&quote={KNOWN}#passage>" in first.text.replace("\\u003c", "<")


class Holding:
    """Holds questions at their evidence until they are given up."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.ended = threading.Semaphore(0)

    def seen_by(self, _collections: object, _documents: object) -> Holding:
        return self

    def ask(self, question: str, history: object, cancelled: threading.Event, **_: object) -> Iterator[Event]:
        yield EvidenceFound(citations=(), passages=())
        self.begun.release()
        assert cancelled.wait(20)
        self.ended.release()


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_leaves_gives_its_question_up(stream: bool) -> None:
    holding = Holding()
    with serving(holding, grace_s=1) as address:  # type: ignore[arg-type]
        body = json.dumps({"messages": ASKED, "stream": stream}).encode()
        connection = httpx2.Client(base_url=address, trust_env=False, timeout=1 if not stream else 30)
        headers = {"content-type": "application/json"}
        if stream:
            with connection.stream("POST", "/v1/chat/completions", content=body, headers=headers) as response:
                lines = response.iter_lines()
                assert next(lines).startswith("data: ")
                assert holding.begun.acquire(timeout=10)
                assert not holding.ended.acquire(timeout=0.2)
        else:
            with pytest.raises(httpx2.ReadTimeout):
                connection.post("/v1/chat/completions", content=body, headers=headers)
            assert holding.begun.acquire(timeout=10)
        connection.close()
        assert holding.ended.acquire(timeout=10)


def test_the_end_of_the_server_gives_questions_up() -> None:
    holding = Holding()
    with serving(holding, grace_s=1) as address:  # type: ignore[arg-type]
        thread = threading.Thread(target=lambda: _quietly(address))
        thread.start()
        assert holding.begun.acquire(timeout=10)
    assert holding.ended.acquire(timeout=5)
    thread.join()


def _quietly(address: str) -> None:
    try:
        post(address, {"messages": ASKED, "stream": True})
    except httpx2.HTTPError:
        return
