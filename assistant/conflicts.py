"""Numbers that disagree: the same thing counted differently by different documents."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from assistant.answer import Conflict
from assistant.cues import cues
from ingest.sentences import split_sentences
from ingest.text import fold, stems

_NUMBER = re.compile(r"(?<![\w.,/:-])(?:\d{1,3}(?:[.,\u00a0 ]\d{3})+|\d+)(?![\w/:]|[.,-]\d)(?=[\s-]+[^\W\d_])")
_WORDS = re.compile(r"(?:[\s-]+[^\W\d_]+){1,3}")
_WORD = re.compile(r"[^\W\d_]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE = re.compile(r"\s+(?:(?:de|of) )?[^\W\d_]+\.?,?\s+(?:(?:de|of) )?(?:19|20)\d\d\b")
"""What follows the day in a date."""

_COUNTED = 2
"""Words after a number that may name what is counted."""
_NEAR = 100
"""Code points on either side of a number whose words tell what it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The words behind one marker."""

    marker: int
    document: str
    language: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    """One thing counted: ``word`` as written, ``unit`` its stem, ``after`` the stem between it and the number ("" for
    none), ``near`` the stems around it.
    """

    number: str
    word: str
    unit: str
    after: str
    near: frozenset[str]

    def disputes(self, other: _Count) -> bool:
        """Whether both count the same thing and do not agree: "40 member groups" and "50 groups" do, "40 people left"
        and "50 trains left" do not.
        """
        same = not (self.after and other.after and self.after != other.after)
        return same and self.number != other.number and not self.near.isdisjoint(other.near)


def quantities(text: str, language: str) -> list[tuple[str, str]]:
    """(number, stem of what is counted) for every counted thing of a text; years, days of a date and numbers that
    only number a sentence count nothing.

    Of "160 member organisations" both ``member`` and ``organis`` are counted, since other texts may leave one out.
    """
    return [(count.number, count.unit) for count in _counts(text, language)]


def find_conflicts(claims: Sequence[Claim]) -> tuple[Conflict, ...]:
    """Things that the claims of different documents count differently, in the order of their first marker.

    Two counts of one word are about the same thing only if another word near them is the same too.
    """
    counted: dict[str, list[tuple[Claim, _Count]]] = defaultdict(list)
    for claim in sorted(claims, key=lambda claim: claim.marker):
        for count in _counts(claim.text, claim.language):
            counted[count.unit].append((claim, count))
    found: dict[tuple[tuple[int, str], ...], dict[str, None]] = {}
    for counts in counted.values():
        if disputed := _disputed(counts):
            found.setdefault(disputed, {}).setdefault(counts[0][1].word)
    return tuple(
        Conflict(about=" ".join(words), markers=tuple(dict.fromkeys(marker for marker, _ in disputed)))
        for disputed, words in sorted(found.items(), key=lambda item: item[0][0][0])
    )


def _disputed(counts: Sequence[tuple[Claim, _Count]]) -> tuple[tuple[int, str], ...]:
    """(marker, number) of the counts of one word that disagree with a count of another document, ascending."""
    numbers: dict[str, set[str]] = defaultdict(set)
    for claim, count in counts:
        numbers[claim.document].add(count.number)
    # A document that gives several numbers for one word counts several things by it.
    if any(len(given) > 1 for given in numbers.values()):
        return ()
    disputed = set()
    for (claim, count), (other_claim, other) in combinations(counts, 2):
        if claim.document != other_claim.document and count.disputes(other):
            disputed |= {(claim.marker, count.number), (other_claim.marker, other.number)}
    return tuple(sorted(disputed))


def _counts(text: str, language: str) -> Iterator[_Count]:
    for span in split_sentences(text, language):
        sentence = text[span.start : span.end]
        for match in _NUMBER.finditer(sentence):
            number = re.sub(r"\D", "", match[0])
            following = _WORDS.match(sentence, match.end())
            is_date = _YEAR.fullmatch(number) or _DATE.match(sentence, match.end())
            if following is None or is_date or _only_numbers(sentence, match):
                continue
            named = _WORD.findall(following[0])
            while named and fold(named[0]) in cues(language).numerals:  # "5 million children"
                number += f" {fold(named.pop(0))}"
            start, end = max(match.start() - _NEAR, 0), match.end() + _NEAR
            around = {*stems(sentence[start : match.start()], language), *stems(sentence[match.end() : end], language)}
            after = ""
            for word in named[:_COUNTED]:
                for unit in stems(word, language):
                    yield _Count(number=number, word=word, unit=unit, after=after, near=frozenset(around - {unit}))
                    after = unit


def _only_numbers(sentence: str, number: re.Match[str]) -> bool:
    """Whether a small number at the beginning of a sentence is that of a footnote or a list: a capital follows it."""
    following = sentence[number.end() :].lstrip(" \u00a0-")
    return number.start() == 0 and len(number[0]) < 3 and following[:1].isupper()
