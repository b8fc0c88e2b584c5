"""Whoever may see some collections learns nothing of the others: all is as if their documents were not there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.errors import LanguageModelError
from assistant.events import Event, EvidenceFound, Failed, Finished, Turn
from assistant.library import DocumentSummary
from assistant.testing import ScriptedModel, assistant_over, read
from ingest.cut import CutDocument
from vectorstore.corpora import corpus_key
from vectorstore.indexing import index_corpus
from vectorstore.live import LiveIndex
from vectorstore.store import Scope
from vectorstore.testing import HashEmbedder
from vectorstore.verify import check_generation

OPEN: list[CutDocument] = [
    read(
        "plan-2014",
        "Plan\n\nThe shelter has 40 beds for families in the old harbour. It opens at eight in the evening.",
        title="Plan for the shelter",
        published="2014",
        kind="strategy",
        valid_until="2018",
        superseded_by="secret-plan",
    ),
    read(
        "press",
        "The Herald\n\nThe shelter has 30 beds, and a night costs nothing.",
        title="Herald",
        publisher="The Herald",
        authority="third_party",
    ),
    read("menu", "Le pain est gratuit pour les familles du refuge.", language="fr", title="Menu"),
]
SECRET: list[CutDocument] = [
    read(
        "secret-plan",
        "Secret plan\n\nThe shelter has 99 beds for families in Antwerp. It closes in 2031; a night is 800 euros.",
        title="Secret plan for the shelter",
        published="2019",
        kind="strategy",
        supersedes="plan-2014",
        collection="board",
    ),
    read(
        "secret-advice",
        "Hidden advice\n\nAsk Zelda Quimby at 020 7946 0958 or zelda@hidden.example. Families sleep in the shelter.",
        title="Hidden advice",
        collection="staff",
    ),
    read(
        "secret-menu", "Το καταφύγιο έχει κρεβάτια για οικογένειες.", language="el", title="Κρυφό", collection="board"
    ),
]
TELLING = (
    "secret",
    "99 beds",
    "antwerp",
    "2031",
    "800 euros",
    "zelda",
    "7946",
    "hidden",
    "καταφύγιο",
    "κρυφό",
    "board",
)
"""What stands in the other collections alone: words, names of documents and collections."""

BEDS = "How many beds for families does the shelter have?"
QUESTIONS: list[tuple[str, tuple[Turn, ...]]] = [
    (BEDS, ()),
    ("When does the shelter open in the evening?", ()),
    ("What does the secret plan for the shelter say?", ()),
    ("When does the shelter close in 2031?", ()),
    ("How much does a night cost in euros?", ()),
    ("What is the telephone number of Zelda Quimby?", ()),
    ("Who is Zelda Quimby?", ()),
    ("Does the shelter have beds in Antwerp?", ()),
    ("How tall is the mountain?", ()),
    ("What does the plan of 2019 say of beds?", ()),
    ("I am without papers and my landlord threw me out, what can I do?", ()),
    ("Combien de lits pour les familles ?", ()),
    ("Πόσα κρεβάτια έχει το καταφύγιο;", ()),
    ("Write a letter to the ministry for me.", ()),
    (
        "And the later one?",
        (
            Turn(role="user", content="What does the plan of 2014 say of beds?"),
            Turn(role="assistant", content="**Plan for the shelter** (2014)\n\n“40 beds for families” [1]"),
        ),
    ),
]


def said(answer: Answer) -> dict[str, Any]:
    """All of an answer but how long it took and the name of the index."""
    contract = answer.to_json()
    del contract["timings"], contract["made_with"]["index_generation"]
    return contract


def heard(events: Sequence[Event]) -> list[object]:
    return [said(event.answer) if isinstance(event, Finished) else event for event in events]


@pytest.fixture(scope="module")
def scoped() -> Assistant:
    return assistant_over([SECRET[0], *OPEN, *SECRET[1:]])


@pytest.fixture(scope="module")
def alone() -> Assistant:
    return assistant_over(OPEN)


@pytest.mark.parametrize(("question", "history"), QUESTIONS, ids=[question for question, _ in QUESTIONS])
def test_an_answer_is_the_one_that_is_given_without_the_other_documents(
    scoped: Assistant, alone: Assistant, question: str, history: tuple[Turn, ...]
) -> None:
    answer = said(scoped.answer(question, history))
    assert answer == said(alone.answer(question, history))
    assert heard([*scoped.ask(question, history)]) == heard([*alone.ask(question, history)])
    del answer["question"], answer["standalone_question"]
    told = json.dumps(answer, ensure_ascii=False).casefold()
    in_question = question.casefold()
    assert [word for word in TELLING if word in told and word not in in_question] == []


def test_the_questions_lead_to_the_other_documents_where_they_may_be_seen() -> None:
    """Else the test above could not fail."""
    everything = assistant_over([*OPEN, *SECRET], scope=("default", "board", "staff"))
    told = " ".join(json.dumps(said(everything.answer(q, h)), ensure_ascii=False) for q, h in QUESTIONS).casefold()
    assert [word for word in TELLING if word not in told] == ["board"]


def test_a_refusal_names_documents_in_scope_alone(scoped: Assistant) -> None:
    answer = scoped.answer("How tall is the mountain?")
    assert answer.status == "not_in_documents"
    for title in ("Plan for the shelter", "Herald", "Menu"):
        assert title in answer.answer
    assert "Secret" not in answer.answer
    assert "…" not in answer.answer.rsplit("these: ", 1)[1], "no more are counted than are named"


def test_a_name_that_stands_in_other_collections_is_lacking(scoped: Assistant) -> None:
    assert "They do not mention Antwerp." in scoped.answer("Does the shelter have beds in Antwerp?").answer


def test_a_document_is_not_called_superseded_by_one_that_is_not_seen(scoped: Assistant) -> None:
    whole = assistant_over([*OPEN, *SECRET], scope=("default", "board")).answer(BEDS).answer
    assert "Secret plan" in whole
    assert "Secret plan" not in scoped.answer(BEDS).answer


def test_the_list_and_the_sources_hold_documents_in_scope_alone(scoped: Assistant, alone: Assistant) -> None:
    assert scoped.documents() == alone.documents()
    assert len(scoped.documents()) == 3
    assert all(isinstance(document, DocumentSummary) for document in scoped.documents())
    for cut in SECRET:
        assert scoped.source(cut.document.id) is None
    assert scoped.source("no such id") is None
    assert scoped.source("plan-2014") == alone.source("plan-2014")


@pytest.mark.parametrize("question", [question for question, _ in QUESTIONS])
def test_a_search_finds_what_it_finds_without_the_other_documents(
    scoped: Assistant, alone: Assistant, question: str
) -> None:
    found = scoped.search(question)
    assert found == alone.search(question)
    for passage in found:
        source = scoped.source(passage.document)
        assert source is not None
        assert source.text[passage.start : passage.end] == passage.text
        assert passage.title == source.title
    assert [passage.rank for passage in found] == list(range(1, len(found) + 1))


def test_each_reader_sees_their_own_collections_whatever_the_settings_say(scoped: Assistant) -> None:
    board = scoped.seen_by({"board"})
    assert {document.id for document in board.documents()} == {"secret-plan", "secret-menu"}
    assert "99 beds" in board.answer(BEDS).answer
    assert {passage.document for passage in board.search(BEDS)} == {"secret-plan", "secret-menu"}
    assert (board.source("plan-2014"), scoped.source("secret-plan")) == (None, None)
    # Naming more than one may see gives nothing more.
    assert board.search(BEDS, collections={"default"}) == ()
    for collections in ({"default"}, {"default", "no such collection"}):
        seen = scoped.seen_by(collections)
        assert [said(seen.answer(q, h)) for q, h in QUESTIONS] == [said(scoped.answer(q, h)) for q, h in QUESTIONS]


def test_some_documents_of_a_collection_can_be_shown_alone(scoped: Assistant) -> None:
    menu = scoped.seen_by({"default"}, {"menu", "secret-menu"})
    assert [document.id for document in menu.documents()] == ["menu"]
    assert menu.source("plan-2014") is None
    only = assistant_over([OPEN[2]])
    assert [said(menu.answer(q, h)) for q, h in QUESTIONS] == [said(only.answer(q, h)) for q, h in QUESTIONS]


def test_nobody_sees_nothing_by_default(scoped: Assistant) -> None:
    with pytest.raises(ValueError, match="at least one collection"):
        scoped.seen_by(set())


@pytest.mark.parametrize("question", [BEDS, "How tall is the mountain?", "What does the secret plan say?"])
def test_to_name_other_documents_and_collections_is_to_name_unknown_ones(scoped: Assistant, question: str) -> None:
    unknown = said(scoped.answer(question, documents={"no such id"}))
    for hidden in (
        scoped.answer(question, documents={"secret-plan"}),
        scoped.answer(question, collections={"board"}),
        scoped.answer(question, documents={"secret-plan"}, collections={"board", "staff"}),
    ):
        assert said(hidden) == unknown


def test_nothing_of_other_collections_is_told_to_a_language_model(scoped: Assistant) -> None:
    told = []
    for documents in ([SECRET[0], *OPEN, *SECRET[1:]], OPEN):
        model = ScriptedModel("The shelter has 40 beds for families. [1]", finds=-9.0, imagines="The shelter has beds.")
        assistant = assistant_over(documents, model=model, expansion="always")
        answers = [said(assistant.answer(question, history)) for question, history in QUESTIONS]
        told.append((answers, model.prompts))
    assert told[0] == told[1]
    assert told[0][1], "the model was asked"


def test_an_error_says_nothing_of_other_collections() -> None:
    failing = LanguageModelError("The language model does not answer.")
    events = []
    for documents in ([*OPEN, *SECRET], OPEN):
        model = ScriptedModel("The shelter", failure=failing)
        events.append(heard([*assistant_over(documents, model=model).ask(BEDS)]))
        events.append([*assistant_over(documents).ask("x" * 5_000)])
    assert events[0] == events[2]
    assert events[1] == events[3]
    assert isinstance(events[1][0], Failed)


TEXTS = {
    "plan.txt": "Plan\n\nThe shelter has 40 beds for families in the old harbour. It opens at eight.\n",
    "notes/menu.txt": "Menu\n\nBread is free for families in the shelter. Soup costs one euro.\n",
}
INTERNAL = {
    "internal/minutes.txt": "Minutes\n\nThe shelter has 99 beds for families. It closes in the spring of 2031.\n",
    "internal/board/budget.txt": "Budget\n\nThe shelter costs 800 euros a night for 99 beds.\n",
}


@contextmanager
def assistant_from(folder: Path, home: Path, *scope: str) -> Iterator[Assistant]:
    """The assistant over a real index of a folder, made without a fresh process for the check."""
    embedder = HashEmbedder(64)
    index_corpus([folder], home=home, embedder=embedder, check=check_generation)
    index = LiveIndex(home, corpus_key([folder]), embedder.fingerprint)
    yield Assistant(index, embedder, scope=Scope.of(*scope), language="en", today=lambda: date(2026, 11, 1))
    index.current().close()


def test_the_collections_of_folders_keep_apart_from_files_to_answers(tmp_path: Path) -> None:
    for name, texts in (("open", TEXTS), ("whole", {**INTERNAL, **TEXTS})):
        for file, text in texts.items():
            path = tmp_path / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    mapping = "collections: {internal: staff, internal/board: board}\n"
    (tmp_path / "whole" / "documents.yaml").write_text(mapping, encoding="utf-8")
    questions = [BEDS, "How much does a night cost?", "When does the shelter close?", "How tall is the mountain?"]
    with (
        assistant_from(tmp_path / "open", tmp_path / "home", "default") as alone,
        assistant_from(tmp_path / "whole", tmp_path / "home", "default") as scoped,
    ):
        assert [said(scoped.answer(question)) for question in questions] == [
            said(alone.answer(question)) for question in questions
        ]
        assert [document.id for document in scoped.documents()] == ["notes/menu.txt", "plan.txt"]
        assert scoped.source("internal/minutes.txt") is None
    with assistant_from(tmp_path / "whole", tmp_path / "home", "staff") as staff:
        assert [document.id for document in staff.documents()] == ["internal/minutes.txt"]
        answer = staff.answer(BEDS)
        assert "99 beds" in answer.answer
        assert {passage.document for passage in answer.passages} == {"internal/minutes.txt"}
        (found, *_) = staff.ask(BEDS)
        assert isinstance(found, EvidenceFound)
        assert {citation.document for citation in found.citations} == {"internal/minutes.txt"}
