"""Loads the texts of this folder strictly and names their versions by a fingerprint."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

DEFAULT_LANGUAGE = "en"

VARIABLES: Mapping[str, frozenset[str]] = {
    "not_in_documents": frozenset(),
    "nearest": frozenset(),
    "declined": frozenset({"organisation"}),
    "according_to": frozenset({"source"}),
    "third_party": frozenset({"publisher"}),
    "superseded": frozenset({"title"}),
    "expired": frozenset({"year"}),
    "further": frozenset(),
    "partial": frozenset(),
}
"""Every phrase and the variables that its text holds."""


class PhraseError(Exception):
    """A file of phrases does not hold what ``VARIABLES`` says; the message names the file and the phrase."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """The fixed sentences of answers in one language."""

    language: str
    texts: Mapping[str, str]

    def say(self, name: str, **variables: str) -> str:
        """A phrase with its variables filled in. Values are never read as templates. Raises KeyError."""
        return Template(self.texts[name]).substitute(variables)


@cache
def phrases(language: str) -> Phrases:
    """The phrases of a language, or of English where there are none. Raises PhraseError."""
    folder = files("prompts") / "phrases"
    if not (folder / f"{language}.toml").is_file():
        language = DEFAULT_LANGUAGE
    texts = tomllib.loads((folder / f"{language}.toml").read_text(encoding="utf-8"))
    for name in VARIABLES.keys() | texts.keys():
        if name not in texts or name not in VARIABLES:
            raise PhraseError(f"prompts/phrases/{language}.toml: the phrase {name!r} is missing or not declared.")
        if set(Template(texts[name]).get_identifiers()) != VARIABLES[name]:
            raise PhraseError(
                f"prompts/phrases/{language}.toml: {name!r} must hold the variables {sorted(VARIABLES[name])}."
            )
    return Phrases(language, texts)


def languages() -> tuple[str, ...]:
    """The languages that have phrases, sorted."""
    folder = files("prompts") / "phrases"
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


@cache
def fingerprint() -> str:
    """Twelve hexadecimal digits that change whenever a text of this folder does."""
    digest = hashlib.sha256()
    for language in languages():
        digest.update((files("prompts") / "phrases" / f"{language}.toml").read_bytes())
    return digest.hexdigest()[:12]
