"""The prompts for language models: what is rendered is what is written here."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from prompts.texts import (
    ANSWERING,
    INDEXING,
    JUDGING,
    PROMPTS,
    SHORTENING,
    PromptError,
    fingerprint_of,
    prompts_fingerprint,
    render,
)


def test_every_file_is_declared_and_every_declaration_has_a_file() -> None:
    assert {file.name for file in files("prompts").iterdir() if file.name.endswith(".md")} == {
        f"{name}.md" for name in PROMPTS
    }


SNAPSHOTS = Path(__file__).parent / "prompts"
FILLED = {
    "answer": {},
    "question": {"evidence": "Plan:\n[1] Beds are free.", "question": "What is $free?", "language": "French"},
    "question_short": {"evidence": "Plan:\n[1] Beds are free.", "question": "What is $free?", "language": "French"},
    "found": {"evidence": "Plan:\n[1] Beds are free.", "question": "What is $free?"},
    "expand": {},
    "expand_question": {"question": "What is $free?", "language": "German"},
    "standalone": {},
    "conversation": {"turns": "user: What is free?", "question": "And $why?", "language": "English"},
    "translate": {},
    "sentence": {"sentence": "Beds cost $5.", "language": "German"},
    "judge_fact": {},
    "judge_support": {},
    "judge_reference": {},
    "judge_material": {"material": "[source 1] Beds cost $5.\n[statement] Beds cost $five."},
    "case": {},
    "case_sentence": {"title": "Prices", "sentence": "Beds cost $5.", "answer": "$5", "language": "English"},
    "chunk_questions": {},
    "chunk": {"text": "Beds cost $5.", "language": "English"},
}


@pytest.mark.parametrize("name", PROMPTS)
def test_a_prompt_is_rendered_as_it_was(name: str) -> None:
    """What a model is told is changed on purpose only: then the file beside this test is changed too."""
    assert render(name, **FILLED[name]) == (SNAPSHOTS / f"{name}.txt").read_text(encoding="utf-8").rstrip("\n")


@pytest.mark.parametrize(
    ("name", "variables"), [("question", {}), ("question", {"evidence": ""}), ("answer", {"x": ""}), ("none", {})]
)
def test_wrong_variables_are_an_error(name: str, variables: dict[str, str]) -> None:
    with pytest.raises(PromptError, match="prompt"):
        render(name, **variables)


def test_the_fingerprint_is_twelve_digits() -> None:
    assert len(prompts_fingerprint()) == 12
    assert int(prompts_fingerprint(), 16) >= 0


def test_prompts_of_the_judge_and_of_the_index_do_not_change_the_version_of_answers() -> None:
    assert not set(ANSWERING) & {*JUDGING, *INDEXING, *SHORTENING}
    assert prompts_fingerprint() == fingerprint_of(*reversed(ANSWERING)) != fingerprint_of(*PROMPTS)
