"""Dates in running text: "12 June 2019", "June 12, 2019", "12/06/2019", "2019-06-12", "in June", in eight languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from assistant.lexicon import Lexicon
from ingest.text import fold

_ISO = r"(?P<iy>[12]\d{3})-(?P<im>0[1-9]|1[0-2])-(?P<id>[0-3]\d)"
_NUMERIC = r"(?P<nd>[0-3]?\d)(?P<sep>[./-])(?P<nm>[01]?\d)(?P=sep)(?P<ny>[12]\d{3})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """A date at ``start`` to ``end`` of its text. ``values`` are ``YYYY-MM-DD`` with "?" for what is not said; two
    where two days stand together ("12-14 June").
    """

    values: tuple[str, ...]
    start: int
    end: int


def dates(text: str, words: Lexicon) -> Iterator[Date]:
    """The dates of a text in every notation of a language, in order. Days come before months: 3/4/2020 is in April."""
    folded = _fold_letters(text)
    for match in _date_pattern(words).finditer(folded):
        part = match.groupdict()
        month = next((part[name] for name in ("im", "nm") if part[name]), None)
        name = next((part[name] for name in ("m1", "m2", "m3", "m4") if part[name]), None)
        if part["m4"] and not _names_month(text, match.start(), words):
            continue
        year = next((part[name] for name in ("iy", "ny", "y1", "y2", "y3") if part[name]), None)
        number = int(month) if month else words.month[name or ""]
        days = [part[name] for name in ("id", "nd", "d1", "d2", "d3") if part[name]]
        if number > 12:
            continue
        values = [f"{year or '????'}-{number:02}-{_digits(day)}" for day in days or ["??"]]
        yield Date(values=tuple(values), start=match.start(), end=match.end())


def dates_agree(said: str, evidence: str) -> bool:
    """Whether a date says nothing that the date of the evidence does not say: "2019-06-??" of "2019-06-12" does."""
    return all(a in {"?" * len(a), b} for a, b in zip(said.split("-"), evidence.split("-"), strict=True))


@cache
def _date_pattern(words: Lexicon) -> re.Pattern[str]:
    names = "|".join(sorted((re.escape(name) for name in words.month), key=len, reverse=True))
    day = r"[0-3]?\d(?:st|nd|rd|th|er|\.|º|ª)?"
    of = r"(?:\s(?:of|de|del|d'|di))?"
    return re.compile(
        rf"""
        (?<![\w.,/-]) (?: {_ISO} | {_NUMERIC}
        | (?: (?P<d1>{day})\s?(?:-|–|and|to|bis|und|et|au|y|al|e|en|tot|i|do)\s? )? (?P<d2>{day}) (?:\s?of)? {of}
            \s (?P<m1>{names})\.? (?: ,?{of}\s (?P<y1>[12]\d{{3}}) )?
        | (?P<m2>{names})\.? \s (?P<d3>[0-3]?\d(?:st|nd|rd|th)?) (?!\d) (?: ,?\s (?P<y2>[12]\d{{3}}) )?
        | (?P<m3>{names})\.? {of},? \s (?P<y3>[12]\d{{3}})
        | (?P<m4>{names})
        ) (?!\w)
        """,
        re.VERBOSE,
    )


def _digits(day: str) -> str:
    found = re.sub(r"\D", "", day)
    return f"{int(found):02}" if found else "??"


def _names_month(text: str, at: int, words: Lexicon) -> bool:
    """Whether the name of a month standing alone is one: "in May" is, "May they" and "they may" are not."""
    if words.language in {"en", "de"} and not text[at].isupper():
        return False
    before = text[:at].rstrip().rpartition(" ")[2]
    return fold(before) in words.function


def _fold_letters(text: str) -> str:
    """A text without case and accents, character for character."""
    return "".join(map(_fold_letter, text))


@lru_cache(maxsize=4096)
def _fold_letter(letter: str) -> str:
    folded = fold(letter)
    return folded if len(folded) == 1 else letter
