"""What is compared of a sentence and of the words that it cites: content words, numbers, dates, names, denials."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from assistant.evaluation.dates import Date, dates
from assistant.evaluation.language_table import stem_of, table
from assistant.evaluation.markup import visible
from assistant.evaluation.normalise import fold
from assistant.evaluation.notation import Number, beside, numbers, unit
from assistant.lexicon import currencies

NEIGHBOURS = 3
"""Content words on either side of a number that say what it is the number of, and between which a pair may stand."""

_WORD = re.compile(r"[^\W\d_]+")
_CLAUSE = re.compile(r"[.;:!?,()…]+(?=\s|$)|\s-\s|\"")
_SHORTENED = re.compile(r"n['’]t\b")
_CAPITALISED = re.compile(r"(?<=[\w,] )[^\W\d_]\w+")
_NOUNS_HAVE_CAPITALS = frozenset({"de", "lb"})
_PER_CENT = frozenset({"per", "cent"})
_YEAR = re.compile(r"[12]\d{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A part of a text between two signs, or words such as "but": its content words, and whether it is denied."""

    stems: frozenset[str]
    denied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A number: its readings, the words of it, the content words around it, the one that it counts (directly behind it,
    "" without one) and its currency ("" without one).
    """

    values: frozenset[Decimal]
    written: str
    around: frozenset[str]
    counted: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is compared of a text. ``places`` are those of each content word among ``stems``; ``names`` the words within
    a sentence that begin with a capital; ``all`` all words, stop words too; ``initials`` their first letters, for
    abbreviations.
    """

    stems: tuple[str, ...]
    places: Mapping[str, tuple[int, ...]]
    numbers: tuple[Counted, ...]
    dates: tuple[tuple[Date, str], ...]
    names: tuple[str, ...]
    all: frozenset[str]
    initials: str
    clauses: tuple[Clause, ...]

    def near(self, one: str, other: str) -> bool:
        """Whether two content words stand at most ``NEIGHBOURS`` apart somewhere, in either order."""
        others = self.places.get(other, ())
        return any(0 < abs(a - b) <= NEIGHBOURS for a in self.places.get(one, ()) for b in others)


@lru_cache(maxsize=8192)
def read(text: str, language: str) -> Words:
    """The words of a text. ``language`` (ISO 639-1) chooses stop words, stems, number words and negations."""
    folded = fold(_SHORTENED.sub(" not", visible(text)))
    found_dates = tuple(dates(folded))
    rest = list(folded)
    for date in found_dates:
        rest[date.start : date.end] = " " * (date.end - date.start)
    undated = "".join(rest)
    counted = [number for number in numbers(undated, language) if not number.weak]
    for number in counted:
        rest[number.start : number.end] = " " * (number.end - number.start)
    placed = [
        (match.start(), stem)
        for match in _WORD.finditer("".join(rest))
        if (stem := stem_of(match[0], language)) and match[0] not in _PER_CENT and unit(match[0]) != "%"
    ]
    stems = tuple(stem for _, stem in placed)
    return Words(
        stems=stems,
        places=_places(stems),
        numbers=tuple(_counted(number, undated, placed) for number in counted),
        dates=tuple((date, folded[date.start : date.end]) for date in found_dates),
        names=_names(text, undated, language),
        all=frozenset(re.findall(r"\w+", folded)),
        initials="".join(word[0] for word in _WORD.findall(folded)),
        clauses=tuple(_clauses(folded, language)),
    )


def _places(stems: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for at, stem in enumerate(stems):
        found[stem] = (*found.get(stem, ()), at)
    return found


def _counted(number: Number, text: str, placed: list[tuple[int, str]]) -> Counted:
    written = text[number.start : number.end]
    at = bisect_left(placed, (number.start, ""))
    behind = at < len(placed) and not text[number.end : placed[at][0]].strip(" -")
    return Counted(
        values=number.values,
        written=written,
        around=frozenset(stem for _, stem in placed[max(0, at - NEIGHBOURS) : at + NEIGHBOURS]),
        counted=placed[at][1] if behind and not _YEAR.fullmatch(written) else "",
        currency=next((name for name in map(unit, beside(text, number)) if name in _codes()), ""),
    )


def _names(text: str, undated: str, language: str) -> tuple[str, ...]:
    """Words with a capital that do not begin a sentence, months of dates left out; none where all nouns have one."""
    if language in _NOUNS_HAVE_CAPITALS:
        return ()
    found = (fold(word) for word in _CAPITALISED.findall(visible(text)) if word[0].isupper())
    return tuple(name for name in found if name in undated and stem_of(name, language))


@cache
def _codes() -> frozenset[str]:
    return frozenset(currencies().values())


def _clauses(folded: str, language: str) -> Iterator[Clause]:
    words = table(language)
    for stretch in _CLAUSE.split(folded):
        for part in words.turns.split(stretch) if words.turns is not None else [stretch]:
            content = frozenset(stem for word in _WORD.findall(part) if (stem := stem_of(word, language)))
            if content:
                denied = words.denies is not None and words.denies.search(part) is not None
                yield Clause(stems=content, denied=denied)
