"""Footnotes: their first lines by number and mark, and the sentence that carries the mark of each."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from ingest.cut import Sentence
from ingest.document import BlockKind
from ingest.lines import Line

_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_NOTE = re.compile(
    rf"(?P<plain>\d{{1,3}})\s+(?=[^\W\da-z_]|[\"“„«‘'(\[])|\[\^?(?P<bracketed>\d{{1,3}})\]:?\s|(?P<raised>[{_RAISED}]{{1,3}})(?=.)"
)
_NUMBER = re.compile(rf"\[?\^?(\d{{1,3}}|[{_RAISED}]{{1,3}})(?=[\s\].):]|[^\W\d_])")
_MARK = re.compile(
    r"(?:[^\W\d_]|(?<!\d)\d{4}[.,;:)]|%)[.,;:!?\"'”’»)\]]{0,3}(?P<plain>\d{1,3})(?![\d\w]|[.,]\d)"
    rf"|\[\^?(?P<bracketed>\d{{1,3}})\]|(?P<raised>[{_RAISED}]{{1,3}})"
)
_REACH = 10_000
"""Code points between a footnote and its mark at the most, where a plain number could be something else: about three
printed pages."""
_TRIED = 20
"""Marks with the number of a footnote that are looked at, the nearest first."""
_BEHIND = 3
"""White space between a sentence and a mark that has fallen behind it."""


class _Marks:
    """The marks of a text by number, each with the places behind it, ascending."""

    def __init__(self, text: str) -> None:
        self._places: dict[int, list[int]] = defaultdict(list)
        for match in _MARK.finditer(text):
            self._places[_value(match[match.lastgroup or 0])].append(match.end())

    def before(self, number: int, offset: int) -> list[int]:
        """Where the last marks with this number end before ``offset``, ascending."""
        places = self._places.get(number, [])
        end = bisect_left(places, offset)
        return places[max(end - _TRIED, 0) : end]


def find_footnotes(text: str, lines: Sequence[Line]) -> set[int]:
    """The 0-based indices of the first lines of footnotes: numbered one after the other, each with its mark before."""
    marks = _Marks(text)
    found: set[int] = set()
    last = 0
    for i, line in enumerate(lines):
        match = _NOTE.match(line.text)
        if not match:
            continue
        number, plain = _value(match[match.lastgroup or 0]), match["plain"] is not None
        places = marks.before(number, line.start)
        if not places or (plain and (number not in (last + 1, 1) or line.start - places[-1] > _REACH)):
            continue
        found.add(i)
        last = number
    return found


def attach(text: str, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """Give the sentences of a footnote the sentence that carries its mark as their lead-in."""
    notes = [i for i, sentence in enumerate(sentences) if sentence.kind is BlockKind.FOOTNOTE]
    if not notes:
        return tuple(sentences)
    marks = _Marks(text)
    texts = sorted((s.start, i) for i, s in enumerate(sentences) if s.kind is not BlockKind.FOOTNOTE)
    attached = list(sentences)
    leads: dict[int, int | None] = {}  # block → the sentence with its mark
    for i in notes:
        note = sentences[i]
        if note.block not in leads:
            number = _NUMBER.match(text, note.start, note.end)
            places = marks.before(_value(number.group(1)), note.start) if number else []
            leads[note.block] = _carrying(places, sentences, texts)
        attached[i] = replace(note, lead_in=leads[note.block])
    return tuple(attached)


def _carrying(places: Sequence[int], sentences: Sequence[Sentence], texts: Sequence[tuple[int, int]]) -> int | None:
    """The sentence that holds the last of the places that is in one; a mark may have fallen behind its end."""
    for place in reversed(places):
        at = bisect_right(texts, (place - 1, len(sentences))) - 1
        if at >= 0 and place <= sentences[texts[at][1]].end + _BEHIND:
            return texts[at][1]
    return None


def _value(number: str) -> int:
    return int(unicodedata.normalize("NFKC", number))
