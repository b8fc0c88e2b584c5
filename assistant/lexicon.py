"""What decides whether one sentence says the same as another, read from ``claims.toml`` language by language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from ingest.text import fold, stop_words

_DEFAULT = "en"
MODES = ("demand", "intention", "possibility", "condition")
SAYINGS = ("according", "speech", "opinion")
CUES = (*MODES, *SAYINGS, "negation", "paired", "without", "adverse", "harmless", "sources")
_PREFIX = 2
"""Letters by which phrases that begin with a part of a word are looked up; no such part is shorter."""


class Phrases:
    """Labelled phrases to be found in a row of folded words. ``word*`` is any word that begins so, ``#`` a number."""

    def __init__(self, labelled: Mapping[str, Sequence[str]]) -> None:
        self._exact: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        self._begun: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for label, phrases in labelled.items():
            for phrase in phrases:
                words = tuple(re.findall(r"[^\W_]+\*?|#", fold(phrase)))
                if words[0].endswith("*"):
                    self._begun.setdefault(words[0][:_PREFIX], []).append((label, words))
                else:
                    self._exact.setdefault(words[0], []).append((label, words))

    def within(self, words: Sequence[str]) -> dict[str, list[tuple[int, int]]]:
        """By label, (first, behind the last) word of each phrase that occurs, the longest at each place, left to right
        and without overlap.
        """
        found: dict[str, list[tuple[int, int]]] = {}
        for index, word in enumerate(words):
            candidates = [*self._exact.get(word, ()), *self._begun.get(word[:_PREFIX], ())]
            if word[0].isdigit():
                candidates += self._exact.get("#", ())
            for label, phrase in candidates:
                if not _fits(phrase, words, index):
                    continue
                spans = found.setdefault(label, [])
                if spans and spans[-1][0] == index:
                    spans[-1] = (index, max(spans[-1][1], index + len(phrase)))
                elif not spans or spans[-1][1] <= index:
                    spans.append((index, index + len(phrase)))
        return found


def _fits(phrase: tuple[str, ...], words: Sequence[str], index: int) -> bool:
    if index + len(phrase) > len(words):
        return False
    for wanted, word in zip(phrase, words[index:], strict=False):
        if wanted == "#":
            if not word[0].isdigit():
                return False
        elif wanted[-1] == "*":
            if not word.startswith(wanted[:-1]):
                return False
        elif word != wanted:
            return False
    return True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lexicon:
    """The table of one language. The fields are explained at the top of ``claims.toml``.

    ``function`` holds the stop words too. ``numerals`` maps number words below a hundred to their value (two words
    with a space between), ``numeral_begins`` are their first words, ``one`` the words that may also be an article.
    ``month`` maps the names of months to 1 to 12, ``canonical`` words to the one they are alike to.
    """

    language: str
    rewrites: tuple[tuple[re.Pattern[str], str], ...]
    spellings: tuple[tuple[re.Pattern[str], str], ...]
    concord: bool
    joiners: frozenset[str]
    contrast: frozenset[str]
    function: frozenset[str]
    agent: frozenset[str]
    cues: Phrases
    dropped: frozenset[str]
    canonical: Mapping[str, str]
    numerals: Mapping[str, int]
    numeral_begins: frozenset[str]
    one: frozenset[str]
    scales: Mapping[str, int]
    month: Mapping[str, int]
    percent: tuple[str, ...]


@lru_cache(maxsize=65_536)
def fold_word(word: str) -> str:
    """A single word folded, itself where nothing would be left of it."""
    return fold(word) or word


@cache
def lexicon(language: str) -> Lexicon:
    """The table of a language; that of English where none is known."""
    table = _table()
    language = language.partition("-")[0]
    known = language if language in table and language != "world" else _DEFAULT
    entry = table[known]
    numerals = _numerals(entry)
    one = frozenset(fold(word) for word in entry["units"][1].split("|"))
    return Lexicon(
        language=known,
        rewrites=tuple((re.compile(wanted, re.IGNORECASE), put) for wanted, put in entry["rewrites"]),
        spellings=tuple((re.compile(wanted), put) for wanted, put in entry["spellings"]),
        concord=entry["concord"],
        joiners=frozenset(entry["joiners"]),
        contrast=frozenset(fold(word) for word in entry["contrast"]),
        function=frozenset({*map(fold, entry["function"]), *map(fold, stop_words(known))}),
        agent=frozenset(map(fold, entry["agent"])),
        cues=Phrases(_labelled(entry)),
        dropped=frozenset(entry["dropped"]),
        canonical={fold(word): fold(group[0]) for group in entry["alike"] for word in group},
        numerals=numerals,
        numeral_begins=one.union(re.split(r"[ -]", key)[0] for key in numerals),
        one=one,
        scales={fold(word): value for word, value in entry["scales"].items()},
        month={fold(name): n for n, names in enumerate(entry["months"], start=1) for name in names.split("|")},
        percent=tuple(entry["percent"]),
    )


def _labelled(entry: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    """Every phrase of a language under its label: "negation", "degree.only", "opposite.3.0" (pair 3, first side)."""
    labelled: dict[str, Sequence[str]] = {name: entry[name] for name in CUES}
    labelled |= {f"degree.{name}": phrases for name, phrases in entry["degree"].items()}
    for n, sides in enumerate(entry["opposites"]):
        labelled |= {f"opposite.{n}.{side}": phrases for side, phrases in enumerate(sides)}
    return labelled


@cache
def currencies() -> Mapping[str, str]:
    """Signs and words for currencies, folded → their code."""
    found: dict[str, str] = _table()["world"]["currencies"]
    return found


@cache
def same_name(name: str) -> frozenset[str]:
    """What a folded name is called in other languages, itself included."""
    return frozenset({name}.union(*(row for row in _world() if name in row)))


@cache
def _world() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(map(fold, row)) for row in _table()["world"]["names"])


def _numerals(entry: Mapping[str, Any]) -> dict[str, int]:
    """Number words up to 99, those of two words joined by a space or hyphen as one key."""
    units = {fold(word): n for n, words in enumerate(entry["units"]) for word in words.split("|")}
    tens = {fold(word): 10 * n for n, words in enumerate(entry["tens"], start=2) for word in words.split("|")}
    found = {word: n for word, n in units.items() if n != 1} | tens
    for joint in entry["joins_tens"]:
        for ten, value in tens.items():
            for unit, n in units.items():
                if not 1 <= n <= 9 and not (joint == "- " and n < 20):
                    continue
                if joint == "glued":  # Italian: trentuno, trentadue
                    found[(ten[:-1] if unit[0] in "aeiou" else ten) + unit] = value + n
                elif joint.startswith("glued"):  # German and Dutch: dreiundzwanzig, drieentwintig
                    found[unit + joint.removeprefix("glued ") + ten] = value + n
                elif joint == "- ":
                    found[f"{ten} {unit}"] = value + n
                else:
                    found[f"{ten}{joint}{unit}"] = value + n
    return found


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("assistant") / "claims.toml").read_text(encoding="utf-8"))
