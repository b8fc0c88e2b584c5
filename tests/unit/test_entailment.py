"""An entailment model beside the rules of words: it can only remove more."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from assistant.evidence import Evidence
from assistant.generation import number
from assistant.testing import ScriptedModel, assistant_over, read
from assistant.written import Bench
from vectorstore.pair_models import Relation

BEDS, FREE = "The shelter has 40 beds in 3 houses.", "It does not charge its guests."
PLAN = read("plan", f"{BEDS} {FREE}\n\nGuests may stay for 90 days.", title="Shelter plan")
PROFILE = read("profile", "The shelter wastes money.", publisher="Watch", authority="third_party")
NUMBERED = number([Evidence(cut=cut, first=0, last=len(cut.sentences) - 1, score=1.0) for cut in (PLAN, PROFILE)])


class FakeEntailment:
    """Says one relation of every pair, and records them."""

    fingerprint = "fake"

    def __init__(self, says: Relation) -> None:
        self.says = says
        self.asked: list[tuple[str, str]] = []

    def relation(self, premise: str, claim: str) -> Relation:
        self.asked.append((premise, claim))
        return self.says


def test_what_its_evidence_contradicts_is_removed() -> None:
    model = FakeEntailment("contradiction")
    assert Bench(NUMBERED, "en", model).judged("The shelter has 40 beds.", [1]) is None
    assert model.asked == [(BEDS, "The shelter has 40 beds.")]


@pytest.mark.parametrize("says", ["entailment", "neutral"])
def test_what_is_entailed_or_left_open_stays_as_the_rules_say(says: Relation) -> None:
    found = Bench(NUMBERED, "en", FakeEntailment(says)).judged("The shelter has 40 beds.", [1])
    assert found == Bench(NUMBERED, "en").judged("The shelter has 40 beds.", [1]) is not None


@pytest.mark.parametrize("says", get_args(Relation))
@pytest.mark.parametrize("said", ["The shelter has 50 beds.", "It charges its guests.", "Nuns founded the shelter."])
def test_what_the_rules_reject_is_not_even_asked_about(said: str, says: Relation) -> None:
    model = FakeEntailment(says)
    assert Bench(NUMBERED, "en", model).judged(said, [1]) is None
    assert model.asked == []


def test_it_reads_the_evidence_that_bears_the_sentence_not_what_was_cited() -> None:
    model = FakeEntailment("entailment")
    Bench(NUMBERED, "en", model).judged("Guests may stay for 90 days.", [1])
    Bench(NUMBERED, "en", model).judged("The shelter wastes money.", [4])
    assert [premise for premise, _ in model.asked] == ["Guests may stay for 90 days.", "The shelter wastes money."]


def test_an_answer_of_contradicted_sentences_is_made_of_quotations() -> None:
    draft = json.dumps({"answer": [{"n": [1], "s": "The shelter has 40 beds."}]})
    question = "How many beds has the shelter?"

    def answered(says: Relation) -> tuple[str, int, str]:
        assistant = assistant_over([PLAN], model=ScriptedModel(draft), entailment=FakeEntailment(says))
        answer = assistant.answer(question)
        return answer.mode, answer.removed, answer.made_with.entailment

    assert answered("entailment") == ("generated", 0, "fake")
    assert answered("contradiction") == ("extractive", 1, "")
    quoted = FakeEntailment("contradiction")
    assert BEDS in assistant_over([PLAN], entailment=quoted).answer(question).answer
    assert quoted.asked == []
