"""Whether words stand in a document, and what comes nearest where they do not."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ingest.cut import CutDocument
from ingest.text import fold, words

NEAR = 0.5
"""Share of the words of a quotation that another wording must share to be called the nearest."""
_MAX_SENTENCES = 4
"""Sentences in a row that are compared with a quotation."""
_LINE = re.compile(r".+")
_OMISSION = re.compile(r"\[?(?:…|\.\.\.)\]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where words begin: the page (1-based, None without pages) and the headings above."""

    page: int | None
    section: str


class _Haystack(NamedTuple):
    """Words between single spaces, made of pieces: where each begins in them, and where in the document."""

    text: str
    begins: Sequence[int]
    offsets: Sequence[int]


@dataclass(frozen=True)
class Quotable:
    """A document, ready to be searched for quotations. Words are compared without case, accents and punctuation."""

    cut: CutDocument

    def find(self, quote: str) -> Found | None:
        """Where a quotation stands, as people read the document or as it is in its file; parts of it around "[…]"
        follow each other. None where it does not.
        """
        parts = [part for part in (_plain(part) for part in _OMISSION.split(quote)) if part]
        for haystack in (self._as_read, self._as_in_file):
            offset = _offset_of(parts, haystack) if parts else None
            if offset is not None:
                return self._found(offset)
        return None

    def nearest(self, quote: str) -> tuple[str, Found] | None:
        """The wording of one to four sentences in a row that shares most words with a quotation, and where it stands;
        None where nothing shares half of them. Measured by F1 over the words of both.
        """
        wanted = Counter(_plain(quote).split())
        best: tuple[float, int, int] = (0.0, 0, 0)
        for first in range(len(self._words)):
            window: Counter[str] = Counter()
            for last in range(first, min(first + _MAX_SENTENCES, len(self._words))):
                window += self._words[last]
                shared = sum((wanted & window).values())
                score = 2 * shared / (wanted.total() + window.total())
                if score > best[0] and shared >= NEAR * wanted.total():
                    best = (score, first, last + 1)
        if not best[0]:
            return None
        return " ".join(self._wordings[best[1] : best[2]]), self._found(self.cut.sentences[best[1]].start)

    def _found(self, offset: int) -> Found:
        sections = self.cut.sections
        at = bisect_right(sections, offset, key=lambda section: section.start) - 1
        return Found(page=self.cut.document.page_at(offset), section=sections[at].title if sections else "")

    @cached_property
    def _wordings(self) -> list[str]:
        return [self.cut.wording(sentence) for sentence in self.cut.sentences]

    @cached_property
    def _words(self) -> list[Counter[str]]:
        return [Counter(_plain(wording).split()) for wording in self._wordings]

    @cached_property
    def _as_read(self) -> _Haystack:
        return _haystack(self._wordings, [sentence.start for sentence in self.cut.sentences])

    @cached_property
    def _as_in_file(self) -> _Haystack:
        lines = list(_LINE.finditer(self.cut.document.text))
        return _haystack([line[0] for line in lines], [line.start() for line in lines])


def _haystack(pieces: Iterable[str], offsets: Sequence[int]) -> _Haystack:
    begins, found, at = [], [], 0
    for piece in pieces:
        plain = _plain(piece)
        begins.append(at)
        if plain:
            found.append(plain)
            at += len(plain) + 1
    return _Haystack(f" {' '.join(found)} ", begins, offsets)


def _offset_of(parts: Sequence[str], haystack: _Haystack) -> int | None:
    """Where in the document the piece begins that holds the beginning of the first part; None unless all follow."""
    first, at = -1, 0
    for part in parts:
        begins = haystack.text.find(f" {part} ", at)
        if begins < 0:
            return None
        first = begins if first < 0 else first
        at = begins + len(part) + 1
    return haystack.offsets[bisect_right(haystack.begins, first) - 1]


def _plain(text: str) -> str:
    return " ".join(words(fold(text)))
