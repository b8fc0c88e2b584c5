"""The prompts for language models: Markdown files of this folder with $variables, loaded strictly."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Template

ANSWERING: Mapping[str, frozenset[str]] = {
    "answer": frozenset(),
    "question": frozenset({"evidence", "question", "language"}),
    "found": frozenset({"evidence", "question"}),
    "expand": frozenset(),
    "expand_question": frozenset({"question", "language"}),
    "translate": frozenset(),
    "sentence": frozenset({"sentence", "language"}),
    "standalone": frozenset(),
    "conversation": frozenset({"turns", "question", "language"}),
}
"""The prompts that shape answers, and their variables."""

SHORTENING: Mapping[str, frozenset[str]] = {"question_short": frozenset({"evidence", "question", "language"})}
"""The prompt that stands for ``question`` where a short answer is asked for."""

JUDGING: Mapping[str, frozenset[str]] = {
    "judge_fact": frozenset(),
    "judge_support": frozenset(),
    "judge_reference": frozenset(),
    "judge_material": frozenset({"material"}),
}
"""The prompts for judging answers, and their variables."""

PROPOSING: Mapping[str, frozenset[str]] = {
    "case": frozenset(),
    "case_sentence": frozenset({"title", "sentence", "answer", "language"}),
}
"""The prompts for proposing cases, and their variables."""

INDEXING: Mapping[str, frozenset[str]] = {
    "chunk_questions": frozenset(),
    "chunk": frozenset({"text", "language"}),
}
"""The prompts for questions about chunks, which are searched, and their variables."""

PROMPTS: Mapping[str, frozenset[str]] = {**ANSWERING, **SHORTENING, **JUDGING, **PROPOSING, **INDEXING}
"""Every prompt (``<name>.md``) and its variables."""


class PromptError(Exception):
    """A prompt file is missing or does not hold the variables that ``PROMPTS`` says; the message names it."""


@cache
def template(name: str) -> Template:
    """A prompt as a template. Raises PromptError."""
    file = files("prompts") / f"{name}.md"
    if name not in PROMPTS or not file.is_file():
        raise PromptError(f"There is no prompt {name!r} in prompts/; choose one of {', '.join(sorted(PROMPTS))}.")
    loaded = Template(file.read_text(encoding="utf-8").strip())
    if not loaded.is_valid() or set(loaded.get_identifiers()) != PROMPTS[name]:
        raise PromptError(f"prompts/{name}.md must hold the variables {sorted(PROMPTS[name])} and no other sign $.")
    return loaded


def render(name: str, **variables: str) -> str:
    """A prompt with its variables filled in; their values are data, never read as templates. Raises PromptError."""
    if set(variables) != PROMPTS.get(name, frozenset()):
        raise PromptError(f"The prompt {name!r} takes the variables {sorted(PROMPTS.get(name, ()))}.")
    return template(name).substitute(variables)


def prompts_fingerprint() -> str:
    """The version of the prompts that shape answers."""
    return fingerprint_of(*ANSWERING)


@cache
def fingerprint_of(*names: str) -> str:
    """Twelve hexadecimal digits over these prompts, in any order. Raises PromptError."""
    texts = "\0".join(f"{name}\0{template(name).template}" for name in sorted(names))
    return hashlib.sha256(texts.encode()).hexdigest()[:12]
