"""Targets over HTTP, on real connections: what they send, what they read, and every way in which it can fail."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from assistant.evaluation.cases import Filters, Turn
from assistant.evaluation.errors import TargetError
from assistant.evaluation.reply import CitedSource, reply_from_json
from assistant.evaluation.targets.opening import open_target
from assistant.evaluation.targets.protocol import Query
from tests.fault_server import (
    Handler,
    Play,
    Server,
    endless_line,
    fault_server,
    refusing_address,
    silence,
    status,
    whole,
)
from tests.serving import serving
from ui.testing import FakeAssistant, make_answer, make_citation

QUERY = Query(
    question="Wer darf beitreten?",
    history=(Turn(role="user", content="Hallo"), Turn(role="assistant", content="Ja [1].")),
    id="join",
)
NARROW = Query(question="Who?", filters=Filters(documents=("plan",)), id="narrow")
CONTRACT = make_answer(("Membership is open.", (1,)), citations=[make_citation(1)]).to_json()


@pytest.fixture
def server() -> Iterator[Server]:
    with fault_server() as server:
        yield server


def said(value: object, code: int = 200, **headers: str) -> Play:
    return whole(json.dumps(value).encode(), code=code, kind="application/json", **headers)


def completion(content: object = "Everybody [1].", **more: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": content, **more.pop("message", {})}
    return {"id": "1", "model": "small-1", "choices": [{"index": 0, "message": message}], **more}


def breaks_off(_handler: Handler) -> None:
    raise OSError


def ask(spec: str, query: Query = QUERY, environ: Mapping[str, str] | None = None) -> Any:
    target = open_target(spec, environ or {})
    try:
        return target.ask(query)
    finally:
        target.close()


def failure(spec: str, query: Query = QUERY) -> str:
    with pytest.raises(TargetError) as raised:
        ask(spec, query)
    message = str(raised.value)
    assert message.endswith(".")
    assert "\n" not in message
    return message


def test_this_assistant_over_http_end_to_end() -> None:
    fake = FakeAssistant({"Who?": make_answer(("Membership is open.", (1,)), citations=[make_citation(1)])})
    with serving(fake) as spec:
        target = open_target(spec)
        reply = target.ask(NARROW)
        assert target.name == spec
        with pytest.raises(TargetError, match=r"HTTP 422, 'The question is empty: write what you want to know\.'"):
            target.ask(Query(question=" "))
        target.close()
    assert reply == reply_from_json({**CONTRACT, "question": "Who?"})
    assert fake.narrowed[0] == ({"plan"}, None)


def test_what_this_assistant_is_sent(server: Server) -> None:
    server.then(said(CONTRACT), said(CONTRACT))
    base = server.url.removesuffix("/v1")
    reply = ask(f"{base}/#key=KEY&timeout=5", environ={"KEY": "s3cret", "OPENAI_API_KEY": "other"})
    assert reply == reply_from_json(CONTRACT)
    ask(f"{base}/api/v1/ask", environ={"OPENAI_API_KEY": "other"})
    with_key, without = server.requests
    assert with_key["path"] == without["path"] == "/api/v1/ask"
    assert with_key["question"] == QUERY.question
    assert with_key["history"] == [{"role": "user", "content": "Hallo"}, {"role": "assistant", "content": "Ja [1]."}]
    assert with_key["filters"] == {}
    assert with_key["headers"]["authorization"] == "Bearer s3cret"
    assert "authorization" not in without["headers"]


def test_what_an_openai_compatible_assistant_is_sent(server: Server) -> None:
    server.then(*[said(completion(usage={"total_tokens": 42, "cost": 0.5}))] * 2)
    spec = f"openai:{server.url}#org/small&temperature=0&stop=now&key=KEY"
    reply = ask(spec, environ={"KEY": "s3cret", "OPENAI_API_KEY": "other"})
    ask(f"openai:{server.url}", environ={"OPENAI_API_KEY": "other"})
    sent, plain = server.requests
    assert sent["path"] == "/v1/chat/completions"
    assert [message["content"] for message in sent["messages"]] == ["Hallo", "Ja [1].", QUERY.question]
    assert (sent["model"], sent["temperature"], sent["stop"], sent["stream"]) == ("org/small", 0, "now", False)
    assert sent["headers"]["authorization"] == "Bearer s3cret"
    assert plain["headers"]["authorization"] == "Bearer other"
    assert plain["model"] == "default"
    assert (reply.answer, reply.question, reply.tokens, reply.cost) == ("Everybody [1].", QUERY.question, 42, 0.5)
    assert reply.made_with == {"language_model": "small-1"}
    assert reply.timings.total_ms > 0
    assert (reply.status, reply.passages, reply.citations) == (None, None, ())


URLS = ["https://a.example/1", "https://b.example/2"]


@pytest.mark.parametrize(
    ("given", "citations"),
    [
        (completion("No sources."), ()),
        (completion(citations=URLS), (CitedSource(marker=1, url=URLS[0]),)),
        (
            completion("Nothing marked.", citations=URLS),
            (CitedSource(marker=1, url=URLS[0]), CitedSource(marker=2, url=URLS[1])),
        ),
        (
            completion(
                "B [2].",
                citations=URLS,
                search_results=[{"url": url, "title": f"T{n}", "date": "2024"} for n, url in enumerate(URLS, start=1)],
            ),
            (CitedSource(marker=2, url=URLS[1], title="T2", published="2024"),),
        ),
        (
            completion(
                message={
                    "annotations": [
                        {"type": "url_citation", "url_citation": {"url": url, "title": "T", "start_index": 0}}
                        for url in [URLS[1], URLS[0], URLS[1]]
                    ]
                    + [{"type": "file_path"}]
                }
            ),
            (CitedSource(marker=1, url=URLS[1], title="T"), CitedSource(marker=2, url=URLS[0], title="T")),
        ),
        (
            completion(
                "Open [doc2].",
                message={"context": {"citations": [{"content": "No."}, {"content": "Open.", "filepath": "a.md"}]}},
            ),
            (CitedSource(marker=2, document="a.md", quote="Open."),),
        ),
    ],
    ids=["none", "addresses", "unmarked", "search results", "annotations", "azure"],
)
def test_sources_of_other_assistants(server: Server, given: object, citations: tuple[CitedSource, ...]) -> None:
    server.then(said(given))
    assert ask(f"openai:{server.url}").citations == citations


def test_markers_of_azure_are_numbers_and_its_passages_are_kept(server: Server) -> None:
    context = {"citations": [{"content": "Open to all.", "title": "Plan"}]}
    server.then(said(completion("Open [doc1].", message={"context": context})))
    reply = ask(f"openai:{server.url}")
    assert reply.answer == "Open [1]."
    assert [(passage.text, passage.document) for passage in reply.passages or ()] == [("Open to all.", "Plan")]


def test_parts_and_refusals_of_a_message(server: Server) -> None:
    server.then(said(completion([{"type": "text", "text": "Yes"}, {"type": "image"}, {"type": "text", "text": "."}])))
    server.then(said(completion(None, message={"refusal": "I will not."})))
    assert ask(f"openai:{server.url}").answer == "Yes."
    refused = ask(f"openai:{server.url}")
    assert (refused.answer, refused.status) == ("I will not.", "declined")


@pytest.mark.parametrize("given", [{}, {"choices": []}, completion(None), completion(7), {"choices": [{"text": "x"}]}])
def test_what_is_no_completion_is_said(server: Server, given: object) -> None:
    server.then(said(given))
    assert "is no chat completion" in failure(f"openai:{server.url}")


def test_an_openai_compatible_assistant_takes_no_filters(server: Server) -> None:
    assert "remove the filters of the case 'narrow'" in failure(f"openai:{server.url}#m", NARROW)
    assert not server.requests


@pytest.mark.parametrize(
    ("play", "words"),
    [
        (said({"answer": 3}), "is no answer (answer: Input should be a valid string)"),
        (said({}), "is no answer (answer: Field required)"),
        (said([]), "JSON that is not an object"),
        (whole(b"<html>hello", kind="text/html"), "text/html that is not JSON"),
        (said({"detail": "No\nsuch \x1b[31mroom."}, code=422), "(HTTP 422, 'No such [31mroom.'); change the question"),
        (status(401), "#key=NAME"),
        (status(500), "(HTTP 500, 'SECRET of the server'); see its log"),
        (status(503), "run it again later"),
        (said({"detail": "x" * 5000}, code=500), "x…"),
        (whole(b"<html>busy</html>", code=502, kind="text/html"), "(HTTP 502); see its log"),
        (whole(b"", code=307, location="https://elsewhere.example/"), "(HTTP 307, to https://elsewhere.example/)"),
        (endless_line, "16,777,216 bytes"),
    ],
)
def test_every_failure_is_one_sentence(server: Server, play: Play, words: str) -> None:
    server.then(play)
    message = failure(server.url.removesuffix("/v1"))
    assert words in message
    assert len(message) < 500
    assert len(server.requests) == 1


def test_a_connection_that_breaks_off_is_tried_once_more(server: Server) -> None:
    base = server.url.removesuffix("/v1")
    server.then(breaks_off, said(CONTRACT), breaks_off, breaks_off)
    assert ask(base).answer == CONTRACT["answer"]
    assert "broke off the connection twice" in failure(base)
    assert len(server.requests) == 4


def trickle(handler: Handler) -> None:
    handler.begin(200, "application/json")
    while True:
        handler.write(b" ")
        handler.wait(0.05)


@pytest.mark.parametrize("play", [silence, trickle])
def test_the_time_limit_holds_and_says_how_to_set_it(server: Server, play: Play) -> None:
    server.then(play)
    message = failure(f"{server.url.removesuffix('/v1')}#timeout=0.4")
    assert "did not answer within 0.4 seconds; give it more time behind the address, as in #timeout=0.8." in message


def test_an_address_where_nobody_listens() -> None:
    with refusing_address() as url:
        assert "cannot be reached" in failure(url)


def test_no_proxy_of_the_environment_is_used(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{taken.getsockname()[1]}")
        monkeypatch.delenv("no_proxy", raising=False)
        server.then(said(CONTRACT))
        assert ask(server.url.removesuffix("/v1")).answer == CONTRACT["answer"]
