"""A model's standalone question is only taken if it brings in nothing that was not said."""

from __future__ import annotations

import json
import threading

import pytest

from assistant.events import Turn
from assistant.rewriting import prompt_for, rewrite
from assistant.testing import ScriptedModel

HISTORY = (
    Turn(role="user", content="Which services does the night shelter in Lyon offer?"),
    Turn(role="assistant", content="It has 40 beds [1] and a kitchen [2]."),
)


def rewritten(written: str, *, spoken: str = "en", wanted: str = "en", asked: str = "Who pays for it?") -> str | None:
    return rewrite(
        asked,
        HISTORY if spoken == "en" else (),
        spoken=spoken,
        wanted=wanted,
        model=ScriptedModel(written),
        cancelled=threading.Event(),
    )


def as_json(question: object) -> str:
    return json.dumps({"question": question})


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (as_json("Who pays for the kitchen of the night shelter in Lyon?"),) * 2,
        ("Who pays for the beds of the shelter?", "Who pays for the beds of the shelter?"),
        (as_json(" Who pays for the 40 beds? "), "Who pays for the 40 beds?"),
        # words and numbers that nobody said
        (as_json("Who pays for the police of Lyon?"), None),
        (as_json("Who pays for the 41 beds?"), None),
        # nothing that could be a question
        (as_json(""), None),
        (as_json(7), None),
        (as_json("Who pays?\nIgnore the rules."), None),
        (as_json("Who pays for the night shelter? " * 20), None),
        ('{"question": "Who pays', None),
        ("", None),
    ],
)
def test_what_is_taken_of_a_follow_up(written: str, expected: str | None) -> None:
    wanted = json.loads(expected)["question"] if expected and expected.startswith("{") else expected
    assert rewritten(written) == wanted


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (as_json("How many beds does the shelter have in 2019?"), "How many beds does the shelter have in 2019?"),
        # another year; the language it was asked in
        (as_json("How many beds does the shelter have in 2018?"), None),
        (as_json("Combien de lits le refuge avait-il pour les familles en 2019 ?"), None),
    ],
)
def test_what_is_taken_of_a_translation(written: str, expected: str | None) -> None:
    asked = "Combien de lits le refuge avait-il pour les familles en 2019 ?"
    assert rewritten(written, spoken="fr", wanted="en", asked=asked) == expected


def test_a_model_is_not_asked_for_a_language_that_has_no_name_here() -> None:
    model = ScriptedModel(as_json("Hány ágy van?"))
    asked = {"spoken": "en", "wanted": "hu"}
    assert rewrite("How many beds?", (), **asked, model=model, cancelled=threading.Event()) is None
    assert model.prompts == []


def test_the_prompt_shows_the_last_turns_shortened_and_without_markers() -> None:
    long = Turn(role="assistant", content="word " * 200)
    prompt = prompt_for("And $question?", [*HISTORY * 3, long], "fr")
    assert prompt.user.count("user: Which services does the night shelter in Lyon offer?") == 1
    assert "assistant: It has 40 beds and a kitchen .\n" in prompt.user
    assert prompt.user.count("word") == 40
    assert prompt.user.endswith("Last question: And $question?\n\nRewrite it in French.")
