"""``languages.toml``: what words say when answers are compared, and the content words of a text, by language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from assistant.evaluation.normalise import fold
from ingest.text import stems, stop_words

KNOWN = ("en", "fr", "es", "de", "it", "nl", "pt", "pl", "el", "ar")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LanguageTable:
    """The words of one language, folded. The fields are explained at the top of ``languages.toml``; ``denies`` and
    ``turns`` find its negations and the words that begin another clause, None where none are known.
    """

    denies: re.Pattern[str] | None
    turns: re.Pattern[str] | None
    stop: frozenset[str]
    months: Mapping[str, int]
    units: Mapping[str, int]
    scales: Mapping[str, int]


@cache
def table(language: str) -> LanguageTable:
    """The table of a language (ISO 639-1); of one that is not listed only the stop words that a library knows."""
    language = language.partition("-")[0]
    entry: dict[str, Any] = _tables().get(language, {})
    units = {fold(word): n for n, words in enumerate(entry.get("units", ())) for word in words.split("|") if word}
    tens = {fold(word): 10 * n for n, words in enumerate(entry.get("tens", ()), start=2) for word in words.split("|")}
    joined = {f"{ten} {unit}": t + u for ten, t in tens.items() for unit, u in units.items() if u < 10}
    # Arabic says the unit first: "five and twenty", the "and" written together with the ten.
    turned = {f"{unit} و{ten}": t + u for ten, t in tens.items() for unit, u in units.items() if u < 10}
    return LanguageTable(
        denies=_any_of(entry.get("negation", ())),
        turns=_any_of(entry.get("contrast", ())),
        stop=frozenset(map(fold, (*stop_words(language), *entry.get("stop", ())))),
        months={fold(name): n for n, names in enumerate(entry.get("months", ()), start=1) for name in names.split("|")},
        units={**units, **tens, **joined, **turned},
        scales={fold(word): value for word, value in entry.get("scales", {}).items()},
    )


_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")


@lru_cache(maxsize=8192)
def content(folded: str, language: str) -> tuple[str, ...]:
    """The stems of the content words of a folded text, and its numbers, in order."""
    return tuple(stem for word in _WORD.findall(folded) if (stem := stem_of(word, language)))


@lru_cache(maxsize=131_072)
def stem_of(word: str, language: str) -> str:
    """The stem of a folded word, "" for one that carries no content."""
    if word in table(language).stop:
        return ""
    found = stems(word, language)
    return fold(found[0]) if found else ""


def _any_of(words: list[str] | tuple[()]) -> re.Pattern[str] | None:
    longest_first = sorted((re.escape(fold(word)) for word in words), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)") if words else None


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((files("assistant.evaluation") / "languages.toml").read_text(encoding="utf-8"))
