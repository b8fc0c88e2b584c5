"""The dates of a text, in whatever notation. Where a notation can be read in two ways, both are given.

Names of months are those of ``assistant.lexicon`` and of ``languages.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from assistant.evaluation.language_table import KNOWN, table
from assistant.evaluation.normalise import fold
from assistant.lexicon import lexicon

_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"\d+|[^\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """A date at ``start`` to ``end`` of a folded text; ``readings`` are (year, month, day), None for what is not said:
    3/4/2020 has two readings, 12-14 June two days.
    """

    readings: frozenset[tuple[int | None, int, int | None]]
    start: int
    end: int


def dates(text: str) -> Iterator[Date]:
    """The dates of a folded text in order, in every language of the tables and, in digits, of East Asia."""
    for match in _written_dates(text):
        part = match.groupdict()
        year = next((int(part[name]) for name in ("y1", "y2", "y3", "y4", "y5", "y6") if part[name]), None)
        days: list[int | None] = [int(part[name]) for name in ("d1", "d2", "d2b", "d4", "d5", "d6") if part[name]]
        named = next((part[name] for name in ("n4", "n5", "n3") if part[name]), None)
        month = months()[named] if named else int(part["m1"] or part["m2"] or part["m6"])
        found = {(year, month, day) for day in days or [None]}
        if part["d2"] and int(part["d2"]) <= 12:
            found.add((year, int(part["d2"]), month))
        found = {(y, m, d) for y, m, d in found if m <= 12 and (d is None or 1 <= d <= 31)}
        if found:
            yield Date(readings=frozenset(found), start=match.start(), end=match.end())


def _written_dates(text: str) -> Iterator[re.Match[str]]:
    """What is written like a date. One is looked for only where a number or the name of a month begins."""
    if not _DIGIT.search(text):
        return
    behind = 0
    for token in _TOKEN.finditer(text):
        if token.start() < behind or not (token[0][0].isdigit() or token[0] in _month_begins()):
            continue
        if match := _date_pattern().match(text, token.start()):
            behind = match.end()
            yield match


def agree(said: Date, given: Date) -> bool:
    """Whether a date says nothing that another does not say: "June 2019" of "12 June 2019"."""
    return any(
        all(one in {None, other} for one, other in zip(reading, known, strict=True))
        for reading in said.readings
        for known in given.readings
    )


@cache
def months() -> Mapping[str, int]:
    """The folded names of months of all languages → 1 to 12."""
    found: dict[str, int] = {}
    for language in KNOWN:
        found |= {fold(name): number for name, number in lexicon(language).month.items()}
        found |= table(language).months
    return found


@cache
def _month_begins() -> frozenset[str]:
    return frozenset(_WORD.findall(name)[0] for name in months())


@cache
def _date_pattern() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, months()), key=len, reverse=True))
    day, year = r"[0-3]?\d", r"[12]\d{3}"
    ordinal = r"(?:st|nd|rd|th|er|o|a|\.|º|ª)?"
    of = r"(?:\s(?:of|de|del|do|d'|the|من))?"
    return re.compile(
        rf"""
        (?<![\w.,/-]) (?:
          (?P<y1>{year}) (?P<s1>[-/.]) (?P<m1>0?[1-9]|1[0-2]) (?P=s1) (?P<d1>{day})
        | (?P<d2>{day}) (?P<s2>[./-]) (?P<m2>[0-3]?\d) (?P=s2) (?P<y2>{year})
        | (?P<n3>{names})\.? {of} ,? \s (?P<y3>{year})
        | (?: (?P<d2b>{day}){ordinal} \s?(?:-|and|to|bis|und|et|au|y|al|e|en|tot|i|do|και|و)\s? )?
          (?P<d4>{day}){ordinal} {of} \s (?P<n4>{names})\.? (?: ,?{of}\s (?P<y4>{year}) )?
        | (?P<n5>{names})\.? \s (?P<d5>{day}){ordinal} (?!\d) (?: ,?\s (?P<y5>{year}) )?
        ) (?![\w]|[.,/-]\d)
        | (?P<y6>{year}) \s?[年년]\s? (?P<m6>\d{{1,2}}) \s?[月월] (?: \s? (?P<d6>\d{{1,2}}) \s?[日일] )?
        """,
        re.VERBOSE,
    )
