"""Questions that are offered: about documents that hold today, in scope, and each with an answer where it points."""

from __future__ import annotations

import time

import pytest

from assistant.assistant import Assistant
from assistant.settings import load_settings
from assistant.suggestions import Phrasing
from assistant.testing import ScriptedModel, assistant_over, read
from assistant.wiring import build_assistant
from tests.serving import make_home

ENGLISH = Phrasing(section="What do the documents say about “$heading”?", document="What is “$title” about?")
HOUSE = """# Rules of the house

## Beds for families

The shelter has 40 beds for families in 3 houses. Families may stay for 90 days.

## Bread and soup

Bread is baked daily by the guests. Soup is cooked at noon in the large kitchen.

## Keys and lockers

Every guest has a key for a locker. Lost keys are replaced for 5 euros.

## KEEP THE HOUSE CLEAN

Everybody cleans the rooms on Saturday.
"""
FAMILIES = """# Rules of the house

## Clean towels each Friday for families

Clean towels for families are given out on Friday. Families give the towels back.

## Beds for families

The shelter has 40 beds for families in 3 houses. They may stay for 90 days.

## Does your country pay for families?

The state pays a part of the rent, and the town pays the rest.

## Bread and soup

Bread is baked daily by the guests. Soup is cooked at noon in the large kitchen.
"""
OLD = HOUSE.replace("40 beds", "20 beds").replace("Keys and lockers", "Boats and bicycles")
NEWS = "# News\n\n## Doubts about the shelter\n\nThe paper doubts that the shelter has enough beds for families.\n"
SECRET = "# Minutes\n\n## Salaries of the cooks\n\nThe cooks of the shelter earn 2,000 euros and get bread for free.\n"
CORPUS = [
    read("rules", HOUSE, title="House rules", published="2024", supersedes="old"),
    read("old", OLD, title="Old house rules", published="2014"),
    read("news", NEWS, title="News", authority="third_party", published="2025"),
    read("minutes", SECRET, title="Minutes", collection="board", published="2026"),
]


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    return assistant_over(CORPUS, scope=("default",))


def test_first_questions_are_of_the_organisation_and_of_today(assistant: Assistant) -> None:
    found = assistant.first_questions(ENGLISH)
    assert 2 <= len(found) <= 4
    assert {each.document for each in found} == {"rules"}
    said = " ".join(each.question for each in found)
    assert "Boats" not in said
    assert "CLEAN" not in said
    assert "Salaries" not in said
    for each in found:
        answer = assistant.answer(each.question)
        assert answer.status == "answered"
        assert answer.citations[0].document == each.document


def test_others_are_asked_about_only_where_there_is_nothing_else() -> None:
    found = assistant_over(CORPUS[2:3]).first_questions(ENGLISH)
    assert {each.document for each in found} == {"news"}


def test_nothing_is_offered_where_nothing_can_be_asked() -> None:
    assert assistant_over([read("note", "12 34 56", title="x" * 200)]).first_questions(ENGLISH) == ()


def test_first_questions_are_found_once_for_each_scope_and_language(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = assistant.first_questions(ENGLISH)
    german = Phrasing(section="Was steht zu „$heading“?", document="Worum geht es in „$title“?")
    assert assistant.first_questions(german) != known
    board = assistant.seen_by({"board"}).first_questions(ENGLISH)
    assert {each.document for each in board} == {"minutes"}
    monkeypatch.setattr(Assistant, "_run_chain", None)
    assert assistant.first_questions(ENGLISH) == known
    assert assistant.seen_by({"board"}).first_questions(ENGLISH) == board


def test_further_questions_are_others_in_scope_and_have_answers(assistant: Assistant) -> None:
    answer = assistant.answer("How many beds for families does the shelter have?")
    found = assistant.further_questions(answer, ENGLISH)
    assert 1 <= len(found) <= 3
    assert len({each.question for each in found}) == len(found)
    assert not any(
        word in each.question for each in found for word in ("Beds for families", "Salaries", "Boats", "CLEAN")
    )
    for each in found:
        further = assistant.answer(each.question)
        assert further.status == "answered"
        assert further.citations[0].document == each.document
    asked = [each.question for each in found]
    assert not {each.question for each in assistant.further_questions(answer, ENGLISH, asked)} & set(asked)


def test_further_questions_stay_within_the_documents_that_were_chosen(assistant: Assistant) -> None:
    answer = assistant.answer("What does the paper doubt of the shelter?", documents={"news"})
    assert {each.document for each in assistant.further_questions(answer, ENGLISH, documents={"news"})} <= {"news"}
    assert assistant.further_questions(answer, ENGLISH, documents=set()) == ()


def test_further_questions_are_about_what_was_asked_and_statements_come_first() -> None:
    assistant = assistant_over([read("rules", FAMILIES, title="Rules")])
    found = assistant.further_questions(assistant.answer("How many beds for families are there?"), ENGLISH)
    assert [each.question for each in found] == [
        "What do the documents say about “Clean towels each Friday for families”?",
        "Does your country pay for families?",
    ]


def test_a_refusal_has_no_further_questions(assistant: Assistant) -> None:
    refusal = assistant.answer("Who won the football match in Madrid yesterday?")
    assert refusal.status == "not_in_documents"
    assert assistant.further_questions(refusal, ENGLISH) == ()


def test_no_model_is_asked() -> None:
    model = ScriptedModel("")
    assistant = assistant_over(CORPUS, model=model)
    answer = assistant.answer("How many beds for families does the shelter have?", form="quotes")
    assert assistant.first_questions(ENGLISH)
    assert assistant.further_questions(answer, ENGLISH)
    assert model.prompts == []


def test_a_real_index_offers_questions_in_little_time(tmp_path, model_home) -> None:
    home = make_home(tmp_path, model_home, documents={"house.md": FAMILIES, "news.md": NEWS})
    assistant = build_assistant(load_settings({"PICUM_HOME": str(home)}))
    try:
        answer = assistant.answer("How many beds for families does the shelter have?")
        assert answer.status == "answered"
        began = time.thread_time()
        found = assistant.further_questions(answer, ENGLISH)
        assert time.thread_time() - began < 1
        assert found
        for each in found:
            further = assistant.answer(each.question)
            assert (further.status, further.citations[0].document) == ("answered", each.document)
    finally:
        assistant.close()
