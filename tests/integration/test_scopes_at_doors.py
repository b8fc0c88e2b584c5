"""By every door, whoever may see one collection learns nothing of another: with a login, a token or an embed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx2
import pytest

from assistant.testing import assistant_over, read
from ingest.cut import CutDocument
from tests.logging_in import PROXY_SECRET, serving_with
from tests.page_events import page_event, page_question
from ui.access.tokens import Tokens
from ui.choice import name_of

OPEN: list[CutDocument] = [
    read("plan", "Plan\n\nThe shelter has 40 beds for families. It opens at eight.", title="Plan for the shelter"),
    read("menu", "Menu\n\nThe shelter serves soup to families in the evening.", title="Menu of the shelter"),
]
SECRET: list[CutDocument] = [
    read(
        "secret",
        "Board\n\nThe shelter has 99 beds in Antwerp until 2031.",
        title="Ledger of Zelda",
        collection="board",
    )
]
TELLING = ("99 beds", "antwerp", "2031", "zelda", '"secret"', "ledger")
"""What stands in the other collection alone."""
QUESTIONS = (
    "How many beds does the shelter have?",
    "Does the shelter in Antwerp close in 2031?",
    "Who is Zelda?",
    "How tall is the mountain?",
)
CHOICES = ("fields=1", f"fields=1&document={name_of('secret')}")
"""Choices of documents in the page that want to see the fields: of nothing, and of the other collection's document."""
TABLES = """
[login]
kind = "header"
[groups]
board = ["board"]
[limits]
questions_per_minute = 100000
burst = 100000
[embeds.page]
origins = ["https://intranet.example.org"]
collections = ["default"]
[embeds.everybody]
origins = ["https://intranet.example.org"]
public = true
[embeds.menu]
origins = ["https://intranet.example.org"]
documents = ["menu"]
"""
KNOWN = {"x-forwarded-user": "somebody", "x-proxy-secret": PROXY_SECRET}
MEMBER = {**KNOWN, "x-forwarded-groups": "board"}


@dataclass(frozen=True)
class Caller:
    """Who asks: below which path, and with which headers."""

    client: httpx2.Client
    path: str

    def get(self, path: str) -> httpx2.Response:
        return self.client.get(self.path + path)

    def post(self, path: str, body: dict[str, Any]) -> httpx2.Response:
        return self.client.post(self.path + path, json=body)


def answers(caller: Caller) -> list[object]:
    found: list[object] = []
    for question in QUESTIONS:
        for filters in ({}, {"documents": ["secret"]}, {"collections": ["board"]}):
            answer = caller.post("/api/v1/ask", {"question": question, "filters": filters}).json()
            del answer["timings"], answer["made_with"]["index_generation"], answer["question"]
            found.append({**answer, "standalone_question": ""})
    return found


def sources(caller: Caller) -> list[object]:
    return [
        (response.status_code, re.sub(r'nonce="[^"]*"', "", response.text))
        for document in ("plan", "menu", "secret", "no-such-document")
        for response in (caller.get(f"/source/{document}"), caller.get(f"/original/{document}"))
    ]


def chats(caller: Caller) -> list[object]:
    found: list[object] = []
    for question in QUESTIONS:
        body = {"messages": [{"role": "user", "content": question}]}
        message = caller.post("/v1/chat/completions", body).json()["choices"][0]["message"]
        # Sources have the address of the server, of which there are two here.
        found.append(json.dumps(message, ensure_ascii=False).replace(str(caller.client.base_url.port), "PORT"))
    return found


def tools(caller: Caller) -> list[object]:
    calls = [("documents", {}), ("read_passage", {"document": "secret"}), ("read_passage", {"document": "plan"})]
    calls += [(tool, {name: question}) for question in QUESTIONS for tool, name in TOOLS.items()]
    found: list[object] = []
    for tool, arguments in calls:
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
        headers = {"accept": "application/json, text/event-stream"}
        response = caller.client.post(f"{caller.path}/mcp", json=call, headers=headers)
        assert response.status_code == 200
        said = response.text.replace(str(caller.client.base_url.port), "PORT")
        found.append(re.sub(r'\\?"(index_generation|\w+_ms)\\?": ?(\\?"[^"]*"|[\d.]+)', "", said))
    return found


def texts(caller: Caller) -> list[object]:
    found = [caller.get(f"/api/v1/text/{document}") for document in ("secret", "no-such-document", "menu")]
    return [(response.status_code, response.text.replace("no-such-document", "secret")) for response in found]


def searches(caller: Caller) -> list[object]:
    return [caller.post("/api/v1/search", {"query": question}).json() for question in QUESTIONS]


def documents(caller: Caller) -> list[object]:
    listed = caller.get("/api/v1/documents")
    return [listed.json(), caller.get("/api/v1/documents/secret").status_code]


def page(caller: Caller) -> list[object]:
    """What the page tells: its examples when it opens, the documents to choose from, and the answers."""
    config = caller.get("/config").json()
    wanted = [page_event(config, "load")]
    wanted += [page_event(config, "change", "choice", choice=choice) for choice in CHOICES]
    for question in QUESTIONS:
        wanted += [page_question(config, question, choice=choice) for choice in ("", *CHOICES)]
    return [events(caller, joined, f"session{number}") for number, joined in enumerate(wanted)]


def events(caller: Caller, joined: dict[str, Any], session: str) -> list[str]:
    """Run one event of the page: which telling words it says that were not asked."""
    assert caller.post("/gradio_api/queue/join", {**joined, "session_hash": session}).status_code == 200
    said = ""
    with caller.client.stream("GET", f"{caller.path}/gradio_api/queue/data?session_hash={session}") as response:
        for line in response.iter_lines():
            said += line
            if '"process_completed"' in line:
                break
    assert '"success":true' in said
    # Who chose nothing is told something of the documents.
    assert "shelter" in said or any(choice in joined["data"] for choice in CHOICES)
    # A number alone may stand in an id or a time.
    words = [word for word in TELLING if not word.isdecimal() and word not in str(joined["data"]).casefold()]
    return [word for word in words if word in said.casefold()]


def library(caller: Caller) -> list[object]:
    pages = [caller.get("/library?lang=en")]
    for words in ("shelter", "Antwerp 2031", "Zelda", "ledger", "bed"):
        addresses = [f"{caller.path}{path}?lang=en" for path in ("/library", "/library/found")]
        pages += [caller.client.post(address, data={"words": words}) for address in addresses]
    assert all(page.status_code == 200 for page in pages)
    # What was typed stands in its box, and scripts have a number that is another each time.
    return [re.sub(r' (nonce|value)="[^"]*"', "", page.text) for page in pages]


TOOLS = {"ask": "question", "search": "query"}
DOORS: dict[str, Callable[[Caller], Sequence[object]]] = {
    "programs": answers,
    "sources": sources,
    "library": library,
    "page": page,
    "documents": documents,
    "search": searches,
    "texts": texts,
    "chat completions": chats,
    "tools": tools,
}
CALLERS = {
    "somebody without the group": ("", KNOWN),
    "a member in an embed of the other collection": ("/embed/page", MEMBER),
    "a stranger in a public embed": ("/embed/everybody", {}),
    "a member in an embed of one document": ("/embed/menu", KNOWN),
    "a program": ("", {"authorization": "Bearer TOKEN"}),
}


@contextmanager
def site(documents: Sequence[CutDocument], home: Path) -> Iterator[Callable[[str], Caller]]:
    """Makes callers of a server over these documents."""
    secret = {"PICUM_LOGIN_SECRET": PROXY_SECRET}
    with serving_with(assistant_over(documents), home, TABLES, environment=secret) as address:
        token = Tokens(home).add("program", rights=["ask"], collections=["default"], created=date.today())
        clients: list[httpx2.Client] = []

        def caller(name: str) -> Caller:
            path, headers = CALLERS[name]
            sent = {header: value.replace("TOKEN", token) for header, value in headers.items()}
            clients.append(httpx2.Client(base_url=address, headers=sent, trust_env=False, timeout=30))
            return Caller(clients[-1], path)

        yield caller
        for client in clients:
            client.close()


@pytest.fixture(scope="module")
def scoped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Caller]]:
    with site([SECRET[0], *OPEN], tmp_path_factory.mktemp("scoped") / "home") as caller:
        yield caller


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Caller]]:
    with site(OPEN, tmp_path_factory.mktemp("alone") / "home") as caller:
        yield caller


@pytest.mark.parametrize("name", CALLERS)
@pytest.mark.parametrize("door", DOORS)
def test_all_is_as_if_the_other_documents_were_not_there(
    door: str, name: str, scoped: Callable[[str], Caller], alone: Callable[[str], Caller]
) -> None:
    told, without = DOORS[door](scoped(name)), DOORS[door](alone(name))
    assert told == without
    assert door != "page" or not any(told)
    said = json.dumps(told, ensure_ascii=False).casefold()
    in_questions = " ".join(QUESTIONS).casefold()
    assert [word for word in TELLING if word in said and word not in in_questions] == []


def test_those_in_the_group_learn_it(scoped: Callable[[str], Caller]) -> None:
    """Else nothing above could fail."""
    nobody = scoped("somebody without the group")
    member = Caller(httpx2.Client(base_url=nobody.client.base_url, headers=MEMBER, trust_env=False), "")
    for door, through in DOORS.items():
        if door != "page":  # which is asked for words that must not be there
            assert through(member) != through(nobody), door
    said = json.dumps([answers(member), sources(member)]).casefold()
    assert [word for word in ("99 beds", "antwerp", "2031", "ledger of zelda") if word not in said] == []
    assert "99 beds" not in json.dumps([answers(nobody), sources(nobody)]).casefold()
    fields = page_event(member.get("/config").json(), "change", "choice", choice="fields=1")
    assert "zelda" in events(member, fields, "fields")
    member.client.close()


def test_an_embed_of_one_document_answers_from_it_alone(scoped: Callable[[str], Caller]) -> None:
    caller = scoped("a member in an embed of one document")
    assert [status for status, _ in sources(caller)][::2] == [404, 200, 404, 404]
    found = caller.post("/api/v1/ask", {"question": "What does the shelter serve to families?"}).json()
    assert {citation["document"] for citation in found["citations"]} == {"menu"}
