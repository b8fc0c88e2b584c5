"""Answers from some of the documents or collections only, through the whole chain."""

from __future__ import annotations

from collections.abc import Set

import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.events import Failed, Finished
from assistant.testing import ScriptedModel, assistant_over, read
from ingest.cut import CutDocument

OLD = read("plan-2014", "The shelter has 40 beds for families in the old harbour.", title="Plan", published="2014")
NEW = read("plan-2019", "The shelter has 55 beds for families in the new harbour.", title="Plan", published="2019")
PRESS = read("press", "The shelter has 30 beds for families.", collection="press", title="Herald")
BOARD = read("minutes", "The shelter has 99 beds for families.", collection="board", title="Minutes")
OTHER = read("menu", "Le pain est gratuit pour les familles.", language="fr", title="Menu")
DOCUMENTS: list[CutDocument] = [OLD, NEW, PRESS, BOARD, OTHER]
BEDS = "How many beds for families does the shelter have?"


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    return assistant_over(DOCUMENTS, scope=("default", "press"))


def seen(answer: Answer) -> set[str]:
    return {citation.document for citation in answer.citations} | {passage.document for passage in answer.passages}


@pytest.mark.parametrize(
    ("documents", "collections", "expected"),
    [
        (None, None, {"plan-2014", "plan-2019", "press"}),
        ({"plan-2014"}, None, {"plan-2014"}),
        ({"plan-2014", "press", "no such id"}, None, {"plan-2014", "press"}),
        (None, {"press"}, {"press"}),
        (None, {"press", "board"}, {"press"}),
        ({"plan-2019", "press"}, {"press"}, {"press"}),
        ({"no such id"}, None, set()),
        (set(), None, set()),
        ({"minutes"}, None, set()),
        (None, {"board"}, set()),
        ({"minutes"}, {"board"}, set()),
    ],
)
def test_only_what_lies_in_both_the_filter_and_the_scope_is_seen(
    assistant: Assistant, documents: Set[str] | None, collections: Set[str] | None, expected: set[str]
) -> None:
    answer = assistant.answer(BEDS, documents=documents, collections=collections)
    assert seen(answer) - {"menu"} == expected
    assert "99 beds" not in str(answer.to_json())
    assert answer.status == ("answered" if expected else "not_in_documents")


def test_events_are_narrowed_like_the_answer(assistant: Assistant) -> None:
    *_, last = assistant.ask(BEDS, documents={"plan-2019"})
    assert isinstance(last, Finished)
    assert seen(last.answer) == {"plan-2019"}


def test_a_document_that_the_question_names_is_not_meant_where_it_is_left_out(assistant: Assistant) -> None:
    answer = assistant.answer("How many beds for families does the 2014 plan give?", documents={"plan-2019"})
    assert seen(answer) == {"plan-2019"}


def test_the_second_search_of_a_model_stays_within_the_filter() -> None:
    model = ScriptedModel("How many beds for families does the shelter have?")
    assistant = assistant_over(DOCUMENTS, scope=("default", "press"), model=model)
    answer = assistant.answer("Combien de lits pour les familles dans le refuge ?", documents={"plan-2019"})
    assert model.prompts, "the question was put into other words"
    assert seen(answer) <= {"plan-2019"}
    assert "40 beds" not in str([prompt.user for prompt in model.prompts])


def test_a_filter_that_leaves_nothing_is_no_error(assistant: Assistant) -> None:
    assert not any(isinstance(event, Failed) for event in assistant.ask(BEDS, collections={"nowhere"}))
