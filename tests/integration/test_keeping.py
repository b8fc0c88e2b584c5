"""``/conversation/…``: files and feedback of a conversation, for its owner alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.api_client import detail
from tests.exports import MarkdownFile, WordFile
from tests.logging_in import PROXY_SECRET, serving_with
from tests.page_events import page_question
from ui.feedback import FILE
from ui.testing import FakeAssistant, make_answer, make_citation

OPEN = make_answer(
    ("It is open to all.", (1,)),
    ("**It costs.**", (2,)),
    citations=[make_citation(1, "Membership is open: “ünïcode” 🌙."), make_citation(2, "It costs.", start=90)],
)
EXPORT, FEEDBACK = "/conversation/export", "/conversation/feedback"
LOGIN = '[login]\nkind = "header"\n[limits]\nquestions_per_minute = 1\nburst = 2\n'


@contextmanager
def asking(home: Path, tables: str = "feedback = true\n", **headers: str) -> Iterator[Conversation]:
    secret = {"PICUM_LOGIN_SECRET": PROXY_SECRET, "PICUM_TODAY": "2026-01-31"}
    with (
        serving_with(FakeAssistant({"Who can join?": OPEN}), home, tables, environment=secret) as address,
        httpx2.Client(base_url=address, headers=headers, trust_env=False, timeout=30) as client,
    ):
        yield Conversation(client)


class Conversation:
    """One conversation with the page, asked by its own way; ``name`` is what only the page knows."""

    def __init__(self, client: httpx2.Client) -> None:
        self.client, self.name = client, ""

    def ask(self, question: str = "Who can join?") -> None:
        joined = page_question(self.client.get("/config").json(), question, conversation=self.name)
        joined["session_hash"] = f"s{len(self.name)}"
        assert self.client.post("/gradio_api/queue/join", json=joined).status_code == 200
        with self.client.stream("GET", f"/gradio_api/queue/data?session_hash={joined['session_hash']}") as response:
            for line in response.iter_lines():
                if '"process_completed"' in line:
                    break
        done = json.loads(line.removeprefix("data:"))
        assert done["success"]
        self.name = done["output"]["data"][0]["value"]

    def post(self, path: str, headers: dict[str, str] | None = None, **body: Any) -> httpx2.Response:
        sent = {"conversation": self.name, "language": "en", **body}
        return self.client.post(path, json=sent, headers=headers)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keeping") / "home"


@pytest.fixture(scope="module")
def conversation(home: Path) -> Iterator[Conversation]:
    limits = "feedback = true\n[limits]\nquestions_per_minute = 100000\nburst = 100000\n"
    with asking(home, limits) as conversation:
        conversation.ask()
        conversation.ask("And the weather?")
        yield conversation


def lines(home: Path) -> list[str]:
    file = home / FILE
    return file.read_text(encoding="ascii").splitlines() if file.exists() else []


def test_an_answer_and_the_whole_conversation_as_files(conversation: Conversation) -> None:
    one = conversation.post(EXPORT, exchange=1, format="markdown")
    assert one.headers["content-disposition"] == 'attachment; filename="answer-2026-01-31.md"'
    assert one.headers["content-type"] == "text/markdown; charset=utf-8"
    assert one.headers["cache-control"] == "no-store"
    file = MarkdownFile(one.text)
    assert sorted(file.notes) == [1, 2]
    assert "weather" not in file.text
    both = conversation.post(EXPORT, format="docx", language="ar")
    assert both.headers["content-disposition"] == 'attachment; filename="conversation-2026-01-31.docx"'
    assert WordFile(both.content).headings[1:] == ["Who can join?", "And the weather?"]


@pytest.mark.parametrize("path", [EXPORT, FEEDBACK, f"{FEEDBACK}/preview"])
def test_what_is_unknown_or_malformed_is_one_sentence(conversation: Conversation, path: str) -> None:
    body: dict[str, Any] = {"exchange": 1, "format": "docx"} if path == EXPORT else {"exchange": 1, "verdict": "right"}
    if path == FEEDBACK:
        body["line"] = "x"
    for wrong in ({"conversation": "nothing-of-the-kind"}, {"exchange": 9}):
        said = detail(conversation.post(path, **{**body, **wrong}), 404)
        assert said == detail(conversation.post(path, **{**body, "conversation": "x"}), 404)
    for wrong in ({"more": 1}, {"exchange": "one"}, {"language": "x" * 11}):
        said = detail(conversation.post(path, **{**body, **wrong}), 422)
        assert conversation.name not in said
    form = {"conversation": conversation.name, "exchange": "1"}
    assert detail(conversation.client.post(path, data=form), 415)
    assert conversation.client.get(path).status_code == 405


def test_what_is_stored_is_what_was_shown_byte_by_byte(conversation: Conversation, home: Path) -> None:
    before = len(lines(home))
    body = {"exchange": 1, "verdict": "wrong_source", "comment": "No: \x00ünï\n🌙", "with_answer": True, "source": 2}
    shown = conversation.post(f"{FEEDBACK}/preview", **body).json()
    assert len(lines(home)) == before
    assert conversation.post(FEEDBACK, **body, line=shown["line"]).status_code == 204
    assert lines(home)[before:] == [shown["line"]]
    kept = json.loads(shown["line"])
    assert kept == {
        "day": "2026-01-31",
        "verdict": "wrong_source",
        "comment": "No: ünï\n🌙",
        "answer": OPEN.answer,
        "citations": [
            {"document": cited.document, "start": cited.start, "end": cited.end, "quote": cited.quote}
            for cited in OPEN.citations
        ],
        "source": {"document": "plan", "start": 90, "end": 99, "quote": "It costs."},
    }
    told = " ".join(value for _, value in shown["fields"])
    assert [name for name, _ in shown["fields"]] == [
        "Day",
        "Judgement",
        "The source meant",
        "Comment",
        "Answer",
        "Sources",
    ]
    for words in ("2026-01-31", "A source does not say this", "It is open to all.", "ünï", "It costs."):
        assert words in told
    # Numbers of places and signs of Markdown are in the line alone.
    assert "**It costs.** [2]" in kept["answer"]
    assert "It costs. [2]" in told
    assert "90" not in told


def test_only_what_was_chosen_is_sent(conversation: Conversation) -> None:
    shown = conversation.post(f"{FEEDBACK}/preview", exchange=1, verdict="right", source=1).json()
    assert json.loads(shown["line"]) == {"day": "2026-01-31", "verdict": "right"}
    shown = conversation.post(f"{FEEDBACK}/preview", exchange=1, verdict="right", with_question=True).json()
    assert json.loads(shown["line"])["question"] == "Who can join?"


def test_nothing_else_than_what_was_shown_is_stored(conversation: Conversation, home: Path) -> None:
    before = lines(home)
    shown = conversation.post(f"{FEEDBACK}/preview", exchange=1, verdict="right").json()["line"]
    response = conversation.post(FEEDBACK, exchange=1, verdict="wrong", line=shown)
    assert "no longer what you saw" in detail(response, 409)
    assert lines(home) == before


def test_feedback_is_off_by_default(tmp_path: Path) -> None:
    with asking(tmp_path / "home", "") as conversation:
        conversation.ask()
        page = json.dumps(conversation.client.get("/config").json())
        assert "with-feedback" not in page
        for path, more in ((FEEDBACK, {"line": "x"}), (f"{FEEDBACK}/preview", {})):
            assert detail(conversation.post(path, exchange=1, verdict="right", **more), 403)
    assert lines(tmp_path / "home") == []


def test_a_conversation_is_its_owners(tmp_path: Path) -> None:
    known = {"x-forwarded-user": "somebody", "x-proxy-secret": PROXY_SECRET}
    other = {**known, "x-forwarded-user": "another"}
    body = {"exchange": 1, "verdict": "right"}
    with asking(tmp_path / "home", f"feedback = true\n{LOGIN}", **known) as conversation:
        conversation.ask()
        assert conversation.post(EXPORT, format="markdown").status_code == 200
        hidden = detail(conversation.post(EXPORT, headers=other, format="markdown"), 404)
        unknown = conversation.post(EXPORT, headers=other, format="markdown", conversation="no-such-name")
        assert hidden == detail(unknown, 404)
        assert detail(conversation.post(f"{FEEDBACK}/preview", headers=other, **body), 404)
        line = conversation.post(f"{FEEDBACK}/preview", **body).json()["line"]
        assert detail(conversation.post(FEEDBACK, headers=other, **body, line=line), 404)
        statuses = [conversation.post(FEEDBACK, **body, line=line).status_code for _ in range(3)]
        assert statuses == [204, 204, 429]
        response = conversation.post(FEEDBACK, **body, line=line)
        assert response.headers["retry-after"] in detail(response, 429)
    assert len(lines(tmp_path / "home")) == 2
