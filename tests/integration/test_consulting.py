"""What a language model decides before it writes: whether there is an answer, and what else is searched with."""

from __future__ import annotations

import json
import threading

import pytest

from assistant.answer import Answer
from assistant.consulting import ENOUGH, SURELY, Expansion
from assistant.errors import LanguageModelFaulty
from assistant.events import EvidenceFound, Finished
from assistant.testing import ScriptedModel, assistant_over, read
from assistant.testing_rules import broken_rules

BEDS = "The shelter has 40 beds in 3 houses."
QUESTION = "How many beds does the shelter have?"
SALARY = "What salary is paid to the night watchman?"
PAY = "Remuneration of guards follows the collective agreement of 2019."
OTHERS = "\n\n".join(f"Word{n} tells of thing{n} and of matter{n}." for n in range(40))
PLAN = read("plan", f"{BEDS}\n\nGuests of the shelter may stay for 90 days.\n\n{PAY}", title="Shelter plan")
DOCUMENTS = [PLAN, read("others", OTHERS)]


def written(sentence: str) -> str:
    return json.dumps({"answer": [{"n": [1], "s": sentence}]})


def asked(model: ScriptedModel, question: str = QUESTION, expansion: Expansion = "auto") -> Answer:
    answer = assistant_over(DOCUMENTS, model=model, expansion=expansion).answer(question)
    assert broken_rules(answer, {cut.document.id: cut for cut in DOCUMENTS}) == []
    return answer


def test_what_a_model_finds_no_answer_in_is_refused_with_what_comes_nearest() -> None:
    answer = asked(ScriptedModel(written(BEDS), finds=ENOUGH - 0.1))
    assert answer.status == "not_in_documents"
    assert answer.mode == "extractive"
    assert any(BEDS in citation.quote for citation in answer.citations)


@pytest.mark.parametrize("finds", [ENOUGH + 0.1, ENOUGH + SURELY + 0.1])
def test_what_it_may_find_an_answer_in_is_answered(finds: float) -> None:
    answer = asked(ScriptedModel(written(BEDS), finds=finds))
    assert (answer.status, answer.mode) == ("answered", "generated")


def test_a_model_that_finds_an_answer_overrules_the_rules() -> None:
    year = "How many beds does the shelter have in 1950?"
    assert asked(ScriptedModel(written(BEDS), finds=ENOUGH + SURELY - 0.1), year).status == asked_without(year).status
    assert asked(ScriptedModel(written(BEDS), finds=ENOUGH + SURELY + 0.1), year).status == "answered"


def asked_without(question: str) -> Answer:
    return assistant_over(DOCUMENTS).answer(question)


class Reader(ScriptedModel):
    """A model that finds an answer where the prompt holds certain words."""

    def __init__(self, *texts: str, looks_for: str, imagines: str) -> None:
        super().__init__(*texts, imagines=imagines)
        self.looks_for = looks_for

    def log_odds(self, prompt, *, cancelled: threading.Event) -> float:  # type: ignore[no-untyped-def]
        """Surely yes or surely no."""
        return 5.0 if self.looks_for in prompt.user else -5.0


def test_where_it_finds_none_it_imagines_one_that_is_searched_with() -> None:
    question = "Who lives in the shelter, and how many beds has it?"
    # Nothing of the question stands in the sentence that is looked for.
    assert PAY not in json.dumps([citation.quote for citation in asked_without(question).citations])
    imagined = "Remuneration of guards follows an agreement."
    answer = asked(Reader(written(PAY), looks_for=PAY, imagines=imagined), question)
    assert answer.status == "answered"
    assert PAY in [citation.quote for citation in answer.citations]
    never = asked(Reader(written(PAY), looks_for=PAY, imagines=imagined), question, "never")
    assert never.status == "not_in_documents"


def test_always_searches_with_it_at_once() -> None:
    model = ScriptedModel(written(BEDS), imagines="Remuneration of guards follows an agreement.")
    events = list(assistant_over(DOCUMENTS, model=model, expansion="always").ask(QUESTION))
    found = [event for event in events if isinstance(event, EvidenceFound)]
    assert len(found) == 2
    assert PAY in " ".join(passage.text for passage in found[1].passages)


def test_a_model_that_fails_leaves_the_quotations_and_says_so() -> None:
    class Broken(ScriptedModel):
        def log_odds(self, prompt, *, cancelled: threading.Event) -> float:  # type: ignore[no-untyped-def]
            raise LanguageModelFaulty("The model broke; ask again.")

    events = list(assistant_over(DOCUMENTS, model=Broken(written(BEDS))).ask(QUESTION))
    end = events[-1]
    assert isinstance(end, Finished)
    assert (end.answer.status, end.answer.mode) == ("answered", "extractive")
    assert end.answer.warnings == ("The model broke; ask again.",)
