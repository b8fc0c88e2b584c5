"""What the words of a question say about the answer that is wanted, language by language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ingest.text import fold

_DEFAULT = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """The cue phrases of one language, folded. ``kinds`` maps a kind of document to the nouns that name one."""

    many: frozenset[str]
    number: frozenset[str]
    date: frozenset[str]
    person: frozenset[str]
    place: frozenset[str]
    amount: frozenset[str]
    telephone: frozenset[str]
    name: frozenset[str]
    free: frozenset[str]
    newer: frozenset[str]
    older: frozenset[str]
    third_party: frozenset[str]
    source: frozenset[str]
    backward: frozenset[str]
    opening: frozenset[str]
    saying: frozenset[str]
    preceding: frozenset[str]
    succeeding: frozenset[str]
    same_document: frozenset[str]
    correcting: frozenset[str]
    leaning: frozenset[str]
    ordinal: frozenset[str]
    deed: frozenset[str]
    own_case: frozenset[str]
    courtesy: frozenset[str]
    numerals: frozenset[str]
    kinds: Mapping[str, frozenset[str]]


@cache
def cues(language: str) -> Cues:
    """The cues of a language; English where none are known."""
    table = _table()
    entry = table.get(language, table[_DEFAULT])
    phrases = {name: frozenset(fold(p) for p in words) for name, words in entry.items() if name != "kinds"}
    kinds = {kind: frozenset(fold(p) for p in words) for kind, words in entry["kinds"].items()}
    return Cues(**phrases, kinds=kinds)


def listed(language: str) -> bool:
    """Whether a language has cues of its own."""
    return language in _table()


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files("assistant") / "cues.toml").read_text(encoding="utf-8"))


def is_courtesy(text: str, names: Sequence[str] = ()) -> bool:
    """Whether a text asks nothing of the documents: it has no words, or only greetings, thanks, farewells and questions
    for what can be asked, of any language listed, with ``names`` between them or not.
    """
    said = " ".join(Heard(text).words)
    left = _courtesies().sub("", said)
    if left == said:
        return not said
    named = [" ".join(Heard(name).words) for name in names]
    return not _any_of(named).sub("", left).strip()


@cache
def _courtesies() -> re.Pattern[str]:
    return _any_of({phrase for language in _table() for phrase in cues(language).courtesy})


def _any_of(phrases: Collection[str]) -> re.Pattern[str]:
    """Any of the phrases in whole words, the longest first, since they contain each other."""
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, longest_first))})(?!\S)" if phrases else r"(?!)")


class Heard:
    """A question made ready for looking up phrases: whole words only, punctuation gone."""

    def __init__(self, text: str) -> None:
        kept = "".join(c if c.isalnum() or c in "'-" else " " for c in fold(text))
        self.words = [word.strip("'-") for word in kept.split() if word.strip("'-")]
        self._padded = f" {' '.join(self.words)} "

    def holds(self, phrases: frozenset[str]) -> frozenset[str]:
        """The phrases that occur."""
        return frozenset(phrase for phrase in phrases if f" {phrase} " in self._padded)
