"""Passages, documents and texts over HTTP, from the real assistant: what is there, and what is not for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from assistant.errors import AssistantError
from assistant.testing import assistant_over, read
from ingest.document import Page
from tests.api_client import behind_a_login, detail, token
from tests.serving import serving
from ui.answering import AnswersQuestions
from ui.api.application import PREFIX
from ui.api.library import _text
from ui.api.library_bodies import MOST_CHARACTERS
from ui.testing import FakeAssistant, FakeSource
from ui.warming import WarmingAssistant

PLAN = (
    "Shelter\n\nThe shelter has 40 beds for families. It opens at eight 🌙 in the evening.\n\n"
    "Fees\n\nA night is free.\n"
)
PAGES = [Page(number=1, start=0, end=46), Page(number=2, start=46, end=len(PLAN))]
ODD = "reports/2024/text/année 1 & 2?#%.txt/text"
DOCUMENTS = [
    read("plan", PLAN, title="Plan", publisher="The club", published="2022-01", pages=PAGES),
    read(ODD, "The shelter has 30 beds for guests.", title="Report"),
    read("long", "The harbour is old. " * 12_000, title="Long"),
    read("minutes", "The shelter has 99 beds for families.", title="Minutes", collection="board"),
]
BEDS = "How many beds for families does the shelter have?"


@pytest.fixture(scope="module")
def client() -> Iterator[httpx2.Client]:
    with (
        serving(assistant_over(DOCUMENTS)) as address,
        httpx2.Client(base_url=address + PREFIX, trust_env=False) as client,
    ):
        yield client


def test_passages_say_where_they_stand(client: httpx2.Client) -> None:
    found = client.post("/search", json={"query": BEDS}).json()["passages"]
    assert [passage["rank"] for passage in found] == list(range(1, len(found) + 1))
    best = next(passage for passage in found if passage["document"] == "plan")
    assert PLAN[best["start"] : best["end"]] == best["text"]
    assert (best["title"], best["publisher"], best["authority"], best["published"]) == (
        "Plan",
        "The club",
        "own",
        "2022-01",
    )
    assert "40 beds" in best["text"]
    assert best["page"] == 1
    assert "minutes" not in {passage["document"] for passage in found}


def test_a_search_is_narrowed_and_bounded(client: httpx2.Client) -> None:
    one = client.post("/search", json={"query": BEDS, "limit": 1}).json()["passages"]
    assert len(one) == 1
    odd = client.post("/search", json={"query": BEDS, "filters": {"documents": [ODD, "minutes"]}}).json()["passages"]
    assert {passage["document"] for passage in odd} == {ODD}
    for filters in ({"collections": ["board"]}, {"documents": []}):
        assert client.post("/search", json={"query": BEDS, "filters": filters}).json() == {"passages": []}
    for limit in (0, 101, "many"):
        assert "limit: " in detail(client.post("/search", json={"query": BEDS, "limit": limit}), 422)
    assert detail(client.post("/search", json={"query": " "}), 422).startswith("The question is empty")


def test_documents_are_listed_with_what_is_known_of_them(client: httpx2.Client) -> None:
    listed = client.get("/documents").json()
    assert listed["count"] == len(listed["documents"]) == 3
    assert [document["title"] for document in listed["documents"]] == ["Long", "Plan", "Report"]
    plan = listed["documents"][1]
    assert {name: plan[name] for name in ("id", "publisher", "authority", "published", "language", "pages")} == {
        "id": "plan",
        "publisher": "The club",
        "authority": "own",
        "published": "2022-01",
        "language": "en",
        "pages": 2,
    }
    one = client.get("/documents/plan").json()
    assert one == {**plan, "url": "", "characters": len(PLAN)}


@pytest.mark.parametrize("slash", ["/", ""], ids=["plain slashes", "encoded slashes"])
def test_an_id_may_hold_whatever_a_path_does(client: httpx2.Client, slash: str) -> None:
    named = quote(ODD, safe=slash)
    assert client.get(f"/documents/{named}").json()["id"] == ODD
    assert client.get(f"/text/{named}").json()["text"] == "The shelter has 30 beds for guests."


@pytest.mark.parametrize("kind", ["documents", "text"])
def test_a_hidden_document_is_as_one_that_is_not_there(client: httpx2.Client, kind: str) -> None:
    hidden, unknown = client.get(f"/{kind}/minutes"), client.get(f"/{kind}/nowhere")
    assert detail(hidden, 404) == detail(unknown, 404)
    differing = {"date"}
    assert {k: v for k, v in hidden.headers.items() if k not in differing and "policy" not in k} == {
        k: v for k, v in unknown.headers.items() if k not in differing and "policy" not in k
    }
    assert hidden.content == unknown.content


def test_a_text_is_counted_in_code_points(client: httpx2.Client) -> None:
    whole = client.get("/text/plan").json()
    assert (whole["text"], whole["start"], whole["end"], whole["next"]) == (PLAN, 0, len(PLAN), None)
    moon = PLAN.index("🌙")
    part = client.get("/text/plan", params={"start": moon, "end": moon + 1}).json()
    assert (part["text"], part["characters"]) == ("🌙", len(PLAN))
    assert [page["number"] for page in part["pages"]] == [2]
    assert all(section["start"] <= moon < section["end"] for section in part["sections"])
    assert [section["path"] for section in part["sections"]] == [["Shelter"]]
    empty = client.get("/text/plan", params={"start": len(PLAN)}).json()
    assert (empty["text"], empty["sections"], empty["pages"]) == ("", [], [])


@pytest.mark.parametrize(
    "query",
    [
        "start=5&end=3",
        f"end={len(PLAN) + 1}",
        f"start={len(PLAN) + 1}",
        "start=-1",
        "start=a",
        "end=",
        "end=" + "9" * 5000,
    ],
)
def test_a_part_that_is_not_there_is_told(client: httpx2.Client, query: str) -> None:
    assert detail(client.get(f"/text/plan?{query}"), 422)


def test_a_long_text_is_read_in_parts(client: httpx2.Client) -> None:
    parts, start = [], 0
    while start is not None:
        part = client.get("/text/long", params={"start": start}).json()
        assert len(part["text"]) <= MOST_CHARACTERS
        parts.append(part["text"])
        start = part["next"]
    assert len(parts) == 3
    assert "".join(parts) == DOCUMENTS[2].document.text


@given(text=st.text(max_size=60), data=st.data())
@hypothesis_settings(max_examples=100)
def test_any_part_of_any_text_is_that_part(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    part = _text("any", FakeSource(text=text), start, end)
    assert (part["text"], part["next"], part["characters"]) == (text[start:end], None, len(text))


def test_what_a_program_has_is_not_sent_again(client: httpx2.Client) -> None:
    for address in ("/documents", "/documents/plan", "/text/plan", "/openapi.json"):
        first = client.get(address)
        assert first.headers["cache-control"] == "no-store"
        again = client.get(address, headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})
        assert (again.status_code, again.content) == (304, b"")
        assert client.get(address, headers={"if-none-match": '"other"'}).status_code == 200
    head = client.head("/documents")
    assert (head.status_code, head.content) == (200, b"")


def test_whoever_sees_less_gets_less(tmp_path: Path) -> None:
    settings = behind_a_login(tmp_path)
    board = {"authorization": token(settings.model_copy(update={"scope": ("board",)}), "board")["authorization"]}
    with (
        serving(assistant_over(DOCUMENTS), settings=settings) as address,
        httpx2.Client(base_url=address + PREFIX, trust_env=False) as client,
    ):
        assert detail(client.get("/documents"), 401)
        own = client.get("/documents", headers=token(settings)).json()
        theirs = client.get("/documents", headers=board).json()
        assert own["count"] == 3
        assert [document["id"] for document in theirs["documents"]] == ["minutes"]
        found = client.post("/search", json={"query": BEDS}, headers=board).json()["passages"]
        assert {passage["document"] for passage in found} == {"minutes"}
        assert client.get("/text/plan", headers=board).status_code == 404


def test_until_there_is_an_assistant_it_is_said(client: httpx2.Client) -> None:
    def refuse() -> AnswersQuestions:
        raise AssistantError("The model is not here: fetch it.")

    assistant = WarmingAssistant(refuse)
    asked = [("GET", "/documents"), ("GET", "/documents/plan"), ("GET", "/text/plan"), ("POST", "/search")]
    with serving(assistant) as address, httpx2.Client(base_url=address + PREFIX, trust_env=False) as client:
        for method, path in asked:
            early = client.request(method, path, json={"query": "Who?"} if method == "POST" else None)
            assert "getting ready" in detail(early, 503)
            assert int(early.headers["retry-after"]) > 0
        assistant.start()
        assistant.wait()
        for method, path in asked:
            late = client.request(method, path, json={"query": "Who?"} if method == "POST" else None)
            assert detail(late, 503) == "The model is not here: fetch it."


def test_an_index_that_fails_is_a_problem() -> None:
    class Broken(FakeAssistant):
        def documents(self) -> tuple[()]:
            raise AssistantError("The index is being made again; ask again in a moment.")

    with serving(Broken()) as address:
        response = httpx2.get(f"{address}{PREFIX}/documents", trust_env=False)
    assert detail(response, 503) == "The index is being made again; ask again in a moment."
