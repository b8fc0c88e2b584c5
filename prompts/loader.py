"""Loads the texts of this folder strictly and names their versions by a fingerprint."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template

DEFAULT_LANGUAGE = "en"

VARIABLES: Mapping[str, frozenset[str]] = {
    "language": frozenset(),
    "not_in_documents": frozenset(),
    "nearest": frozenset(),
    "ask_about": frozenset({"titles"}),
    "lacking_name_unknown": frozenset({"what"}),
    "lacking_year": frozenset({"what"}),
    "lacking_amount": frozenset(),
    "lacking_telephone": frozenset(),
    "lacking_name": frozenset(),
    "declined": frozenset(),
    "own_case": frozenset(),
    "address": frozenset(),
    "according_to": frozenset({"source"}),
    "third_party": frozenset({"publisher"}),
    "quoted_from": frozenset({"speaker", "source"}),
    "quotation": frozenset({"source"}),
    "superseded": frozenset({"title"}),
    "expired": frozenset({"year"}),
    "further": frozenset(),
    "quoted": frozenset(),
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
    return read_phrases(_folder(), language if language in languages() else DEFAULT_LANGUAGE)


def language_name(language: str) -> str | None:
    """The English name of a language (ISO 639-1), for language models; None for one that has no phrases here."""
    return phrases(language).say("language") if language in languages() else None


@cache
def languages() -> tuple[str, ...]:
    """The languages that have phrases, sorted."""
    return tuple(sorted(_language(file) for file in _files(_folder())))


@cache
def fingerprint() -> str:
    """Twelve hexadecimal digits that change whenever a text of this folder does."""
    return digest(_folder())


def read_phrases(folder: Traversable, language: str) -> Phrases:
    """The phrases in ``<language>.toml`` of a folder, all of them and no others. Raises PhraseError."""
    file = folder / f"{language}.toml"
    where = f"prompts/phrases/{file.name}"
    try:
        texts = tomllib.loads(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PhraseError(f"{where} is not valid TOML ({error}); correct that line.") from error
    for name in sorted(VARIABLES.keys() | texts.keys()):
        if name not in VARIABLES:
            raise PhraseError(f"{where} holds the phrase {name!r}, which is not declared; declare or remove it.")
        if not isinstance(texts.get(name), str) or not texts[name].strip():
            raise PhraseError(f"{where} lacks the phrase {name!r}; write its text.")
        template = Template(texts[name])
        if not template.is_valid() or set(template.get_identifiers()) != VARIABLES[name]:
            wanted = ", ".join(f"${variable}" for variable in sorted(VARIABLES[name])) or "no variables"
            raise PhraseError(f"{where}: {name!r} must hold {wanted} and no other sign $; correct its text.")
    return Phrases(language, texts)


def digest(folder: Traversable) -> str:
    """Twelve hexadecimal digits over the names and bytes of all files of phrases in a folder."""
    total = hashlib.sha256()
    for file in sorted(_files(folder), key=_language):
        data = file.read_bytes()
        total.update(f"{file.name} {len(data)}\n".encode() + data)
    return total.hexdigest()[:12]


def _folder() -> Traversable:
    return files("prompts") / "phrases"


def _files(folder: Traversable) -> list[Traversable]:
    return [file for file in folder.iterdir() if file.name.endswith(".toml")]


def _language(file: Traversable) -> str:
    return file.name.removesuffix(".toml")
