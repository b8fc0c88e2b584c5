"""How a written answer is put together: whose words come first, what is dated and quoted, in which language."""

from __future__ import annotations

import json
import threading
from datetime import date

from assistant.answer import Answer
from assistant.chain import Course
from assistant.clock import Clock
from assistant.drafting import draft
from assistant.errors import LanguageModelFaulty
from assistant.events import EvidenceFound, Turn
from assistant.evidence import Evidence
from assistant.retrieval import IndexRetriever
from assistant.testing import ScriptedModel, assistant_over, read
from assistant.testing_rules import broken_rules
from assistant.verification import Verified
from ingest.cut import CutDocument
from ingest.document import DEFAULT_COLLECTION
from vectorstore.store import Scope
from vectorstore.testing import HashEmbedder, memory_index

BEDS = "The shelter has 40 beds in 3 houses."
FREE = "The shelter does not charge its guests."
WASTE = "The shelter has 40 dirty beds in 3 houses."
OLD = read(
    "old",
    "The shelter has 30 beds in 2 houses.",
    title="Old plan",
    published="2014",
    valid_until="2019",
    superseded_by="plan",
)
PLAN = read("plan", f"{BEDS} {FREE}\n\nGuests of the shelter may stay for 90 days.", title="Shelter plan")
PROFILE = read("profile", WASTE, title="A profile", publisher="Watch", authority="third_party")
QUESTION = "How many beds does the shelter have?"
OTHERS = "\n\n".join(f"Word{n} tells of thing{n} and of matter{n}." for n in range(40))
"""How near a question is to documents is measured by how near these are to each other."""


def written(*said: str) -> str:
    return json.dumps({"answer": [{"n": [1], "s": sentence} for sentence in said]})


def asked(model: ScriptedModel, question: str = QUESTION, *, history: tuple[Turn, ...] = ()) -> Answer:
    documents = [PLAN, PROFILE, OLD]
    answer = assistant_over(documents, model=model).answer(question, history)
    assert broken_rules(answer, {document.document.id: document for document in documents}) == []
    return answer


def drafted(*said: str, evidence: tuple[CutDocument, ...] = (PLAN, PROFILE, OLD)) -> Verified:
    """What a model's draft becomes where all sentences of some documents were found."""
    documents = [PLAN, PROFILE, OLD]
    found = tuple(Evidence(cut=cut, first=0, last=len(cut.sentences) - 1, score=1.0) for cut in evidence)
    retriever = IndexRetriever(
        index=memory_index(documents, HashEmbedder(64)), embedder=HashEmbedder(64), scope=Scope.of(DEFAULT_COLLECTION)
    )
    course = Course(
        asked=QUESTION,
        history=(),
        language="en",
        retriever=retriever,
        standalone=QUESTION,
        evidence=found,
        today=date(2026, 11, 1),
        successors={"old": "Shelter plan"},
    )
    deltas = draft(course, ScriptedModel(written(*said)), threading.Event(), Clock())
    while True:
        try:
            next(deltas)
        except StopIteration as ended:
            answer: Verified = ended.value[0]
            return answer


def test_third_parties_speak_last_and_by_name() -> None:
    answer = drafted(WASTE, BEDS).text.partition("\n\nIn the documents")[0]
    assert answer == f"{BEDS} [1] According to Watch, a third party: {WASTE} [2]"


def test_what_was_said_for_another_time_stands_under_its_document_and_date() -> None:
    answer = drafted(BEDS, "The shelter has 30 beds in 2 houses.", FREE).text.partition("\n\nIn the documents")[0]
    assert answer == (
        f"{BEDS} [1]\n\n**Old plan** (2014; superseded by Shelter plan): The shelter has 30 beds in 2 houses. [2]"
        f"\n\n{FREE} [3]"
    )


def test_what_no_sentence_stands_on_is_quoted_and_nothing_twice() -> None:
    answer = drafted(BEDS, evidence=(PLAN, OLD))
    assert answer.text == (
        f"{BEDS} [1]\n\nIn the documents’ own words:\n\n**Shelter plan**:\n\n"
        f"> {FREE} [2]\n>\n> Guests of the shelter may stay for 90 days. [2]\n\n"
        "**Old plan** (2014; superseded by Shelter plan):\n\n> The shelter has 30 beds in 2 houses. [3]"
    )


def test_the_same_is_not_said_twice_in_other_words() -> None:
    answer = drafted("The shelter has 40 beds.", BEDS, evidence=(PLAN,)).text
    assert answer.startswith("The shelter has 40 beds. [1]\n\nIn the documents’ own words:")


def test_where_everything_is_said_nothing_is_quoted() -> None:
    assert drafted(BEDS, evidence=(OLD,)).text == ""
    assert drafted("The shelter has 30 beds in 2 houses.", evidence=(OLD,)).text.endswith("2 houses. [1]")


def test_a_sentence_that_would_be_one_citation_too_many_is_left_out() -> None:
    facts = [f"House {n} of the shelter has beds for {n} families." for n in range(20, 32)]
    document = read("houses", "\n\n".join(facts))
    others = read("others", OTHERS)
    answer = assistant_over([document, others], model=ScriptedModel(written(*facts))).answer(
        "List all houses of the shelter and how many families have beds there"
    )
    assert answer.mode == "generated"
    assert broken_rules(answer, {"houses": document, "others": others}) == []
    assert len(answer.citations) <= 8


def test_a_follow_up_is_searched_for_in_the_words_of_the_model() -> None:
    history = (Turn(role="user", content=QUESTION), Turn(role="assistant", content="It has 40 beds."))
    reworded = "Does the shelter charge its guests?"
    model = ScriptedModel(json.dumps({"question": reworded}), written(FREE))
    answer = asked(model, "And does it charge guests?", history=history)
    assert answer.standalone_question == reworded
    assert answer.answer.startswith(f"{FREE} [1]")
    first, second = model.prompts
    assert "Last question: And does it charge guests?" in first.user
    assert f"Question: {reworded}" in second.user


def test_words_that_find_nothing_take_the_place_of_nothing() -> None:
    history = (Turn(role="user", content="Which glaciers melted quickest?"),)
    model = ScriptedModel(json.dumps({"question": "Which glaciers melted?"}), written(BEDS))
    answer = asked(model, "And how many beds does the shelter have in its houses?", history=history)
    assert answer.status == "answered"
    assert "glaciers" in answer.standalone_question
    assert "beds" in answer.standalone_question


def test_words_that_nobody_said_leave_the_question_as_the_rules_made_it() -> None:
    history = (Turn(role="user", content=QUESTION), Turn(role="assistant", content="It has 40 beds."))
    model = ScriptedModel(json.dumps({"question": "Does the police charge guests?"}), written(FREE))
    assert asked(model, "And does it charge guests?", history=history).standalone_question.startswith(QUESTION)


def test_better_evidence_takes_the_place_of_the_first() -> None:
    model = ScriptedModel(
        json.dumps({"question": QUESTION}), written(BEDS), written("Le refuge compte 40 lits."), written(BEDS)
    )
    asking = assistant_over([PLAN, OLD, read("others", OTHERS)], model=model).ask(FRENCH)
    first, second = (event for event in asking if isinstance(event, EvidenceFound))
    assert first.citations == ()
    assert BEDS in second.citations[0].quote


def translation(text: str) -> str:
    return json.dumps({"translation": text})


FRENCH = "Combien de lits compte le refuge pour les familles ?"
LITS = "Le refuge compte 40 lits dans 3 maisons."


def french(*texts: str, failure: LanguageModelFaulty | None = None) -> Answer:
    return asked(ScriptedModel(json.dumps({"question": QUESTION}), written(BEDS), *texts, failure=failure), FRENCH)


def test_an_answer_is_in_the_language_of_the_question() -> None:
    answer = french(translation(LITS), translation(BEDS))
    assert answer.language == "fr"
    assert answer.answer.startswith(f"{LITS} [1]")
    assert answer.sentences[0].support == "not_assessable"
    assert answer.citations[0].quote == BEDS


def test_a_translation_that_does_not_come_back_the_same_is_not_shown() -> None:
    for bad, back in [
        (LITS, "The shelter has 40 cooks in 3 kitchens."),
        ("Le refuge compte 41 lits dans 3 maisons.", BEDS),
        (BEDS, BEDS),
        ("", ""),
    ]:
        answer = french(translation(bad), translation(back))
        assert answer.answer.startswith(f"{BEDS} [1]")
        assert answer.sentences[0].support == "supported"


def test_a_model_that_fails_on_the_way_leaves_what_it_wrote_or_the_quotations() -> None:
    answer = french(failure=LanguageModelFaulty("It broke off."))
    assert answer.mode == "extractive"
    assert answer.warnings == ("It broke off.",)
