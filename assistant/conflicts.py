"""Numbers that disagree: the same thing counted differently by different documents."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Conflict
from ingest.text import fold, stems

_QUANTITY = re.compile(r"(?<![\w.,/:-])(\d{1,3}(?:[.,\u00a0 ]\d{3})+|\d+)(?![\w/:]|[.,-]\d)((?:[\s-]+[^\W\d_]+){1,2})")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The words behind one marker."""

    marker: int
    document: str
    language: str
    text: str


def quantities(text: str, language: str) -> list[tuple[str, str]]:
    """(number, stem of what is counted) for every counted thing of a text; years count nothing.

    Of "160 member organisations" both ``member`` and ``organis`` are counted, since other texts may leave one out.
    """
    found = []
    for match in _QUANTITY.finditer(text):
        number = re.sub(r"\D", "", match.group(1))
        if _YEAR.fullmatch(number):
            continue
        found += [(number, unit) for unit in stems(match.group(2), language)]
    return found


def find_conflicts(claims: Sequence[Claim]) -> tuple[Conflict, ...]:
    """Things that the claims of different documents count differently, in the order of their first marker."""
    counted: dict[str, dict[str, dict[str, list[int]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for claim in claims:
        for number, unit in quantities(claim.text, claim.language):
            counted[unit][claim.document][number].append(claim.marker)
    conflicts: dict[tuple[int, ...], Conflict] = {}
    for unit, documents in counted.items():
        numbers = {number for found in documents.values() for number in found}
        # A document that gives several numbers for one word counts several things by it.
        if len(documents) < 2 or len(numbers) < 2 or any(len(found) > 1 for found in documents.values()):
            continue
        markers = tuple(sorted({m for found in documents.values() for marked in found.values() for m in marked}))
        conflicts.setdefault(markers, Conflict(about=_word_for(unit, claims), markers=markers))
    return tuple(conflicts[markers] for markers in sorted(conflicts))


def _word_for(stem: str, claims: Sequence[Claim]) -> str:
    """The first word of the claims that has this stem."""
    for claim in claims:
        for word in re.findall(r"[^\W\d_]+", claim.text):
            if stem in stems(word, claim.language):
                return fold(word)
    return stem
