"""The prompts for language models: what is rendered is what is written here."""

from __future__ import annotations

from importlib.resources import files

import pytest

from prompts.texts import PROMPTS, PromptError, prompts_fingerprint, render


def test_every_file_is_declared_and_every_declaration_has_a_file() -> None:
    assert {file.name for file in files("prompts").iterdir() if file.name.endswith(".md")} == {
        f"{name}.md" for name in PROMPTS
    }


def test_the_question_is_rendered_as_it_is() -> None:
    assert render("question", evidence="[1] Plan: Beds are free.", question="What is $free?") == (
        "[1] Plan: Beds are free.\n\nQuestion: What is $free?"
    )


def test_the_fixed_part_does_not_depend_on_the_question() -> None:
    assert render("answer").startswith("You are given numbered sentences from documents and a question.")
    assert '{"answer": []}' in render("answer")


@pytest.mark.parametrize(
    ("name", "variables"), [("question", {}), ("question", {"evidence": ""}), ("answer", {"x": ""}), ("none", {})]
)
def test_wrong_variables_are_an_error(name: str, variables: dict[str, str]) -> None:
    with pytest.raises(PromptError, match="prompt"):
        render(name, **variables)


def test_the_fingerprint_is_twelve_digits() -> None:
    assert len(prompts_fingerprint()) == 12
    assert int(prompts_fingerprint(), 16) >= 0
