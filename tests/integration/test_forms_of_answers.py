"""A short answer and quotations alone, with and without a language model, and over the shipped documents."""

from __future__ import annotations

import pytest

from assistant.answer import Form
from assistant.settings import load_settings
from assistant.testing import ScriptedModel, assistant_over
from assistant.wiring import build_assistant
from prompts.texts import SHORTENING, fingerprint_of, prompts_fingerprint
from tests.integration.test_generated_answers import CORPUS, QUESTION, draft
from tests.serving import make_home

BEDS = ("The shelter has 40 beds.", [1])
WRITTEN = draft(BEDS, ("It does not charge its guests.", [2]), ("Guests may stay for 90 days.", [3]))
ALL = "How many beds has the shelter, does it charge its guests, and how long may guests stay?"


def test_a_model_is_told_to_be_short_and_held_to_it() -> None:
    model = ScriptedModel(WRITTEN)
    assistant = assistant_over(CORPUS, model=model)
    short = assistant.answer(ALL, form="short")
    assert short.mode == "generated"
    assert len(short.sentences) == 2
    assert short.made_with.prompts.endswith(f"+{prompts_fingerprint()}+{fingerprint_of(*SHORTENING)}")
    assert "1 item only" in model.prompts[-1].user
    full = assistant.answer(ALL)
    assert len(full.sentences) == 3
    assert full.made_with.prompts.endswith(f"+{prompts_fingerprint()}")
    assert "1 item only" not in model.prompts[-1].user
    assert model.prompts[0].system == model.prompts[1].system, "servers keep its beginning"


def test_a_short_answer_does_not_go_on_with_quotations() -> None:
    model = ScriptedModel(draft(BEDS))
    assistant = assistant_over(CORPUS, model=model)
    assert "Guests may stay" in assistant.answer(ALL).answer
    assert assistant.answer(ALL, form="short").answer == "The shelter has 40 beds. [1]"


def test_a_short_draft_that_loses_everything_becomes_short_quotations() -> None:
    model = ScriptedModel(draft(("The shelter has 50 beds.", [1])))
    short = assistant_over(CORPUS, model=model).answer(QUESTION, form="short")
    assert short.mode == "extractive"
    assert short.removed == 1
    assert [citation.quote for citation in short.citations] == ["The shelter has 40 beds in 3 houses."]


@pytest.mark.parametrize(("form", "warned"), [("full", True), ("short", True), ("quotes", False)])
def test_who_wants_quotations_is_not_warned_that_there_is_no_model(form: Form, warned: bool) -> None:
    answer = assistant_over(CORPUS, without_model="There is no model.").answer(QUESTION, form=form)
    assert (answer.warnings == ("There is no model.",)) is warned


def test_quotations_ask_no_model() -> None:
    model = ScriptedModel(draft(BEDS))
    assistant = assistant_over(CORPUS, model=model, expansion="always")
    assert assistant.answer(QUESTION, form="quotes").mode == "extractive"
    assert model.prompts == []


FEES = """Fees of the club

The yearly fee of the club is 40 euros, for each of its members. Students pay half of the yearly fee. Families of the
club pay one yearly fee together. The fee is paid in January.

Keys of the club house

Every member of the club may borrow a key of the club house for a weekend. The key is given back on Monday.

Boats and bicycles

The club lends boats and bicycles to its members in summer. A boat is reserved a week before.
"""


def test_a_real_index_gives_one_or_two_sentences(tmp_path, model_home) -> None:
    home = make_home(tmp_path, model_home, documents={"fees.txt": FEES})
    assistant = build_assistant(load_settings({"PICUM_HOME": str(home)}))
    try:
        question = "What is the yearly fee of the club?"
        full, short = (assistant.answer(question, form=form) for form in ("full", "short"))
        assert (full.status, short.status) == ("answered", "answered")
        assert "40 euros" in short.answer
        assert 1 <= len(short.sentences) <= 2 < len(full.sentences)
    finally:
        assistant.close()
