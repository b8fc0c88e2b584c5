"""Stretches of a document → HTML with the cited words marked and the signs of Markdown read."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ingest.document import Span
from ui.chat.sheet import shown
from ui.chat.source_signs import Manner, Sign, Wording, signs
from ui.sources import PASSAGE


class Marked(NamedTuple):
    """A stretch to mark; ``name`` is the id of its first part, ``title`` says what it is where that is no matter of
    course.
    """

    start: int
    end: int
    name: str
    title: str = ""


class Marking:
    """Marks stretches of one text, which ascend and are apart; the first part of each gets its name, once."""

    def __init__(self, text: str, marked: Sequence[Marked], manner: Manner) -> None:
        self._text, self._marked, self._manner = text, marked, manner
        self._begun: set[str] = set()

    def touches(self, span: Span) -> bool:
        """Whether any words to mark stand in a span."""
        return any(self._within(span))

    def html(self, span: Span) -> str:
        """The words of a span, without white space around them; "" where nothing of it is shown."""
        found, wordings = signs(self._text, span, self._manner)
        marked = list(self._within(span))
        if not (found or wordings or marked):
            return shown(self._text[span.start : span.end].strip())
        html, at = "", span.start
        for mark in marked:
            html += self._pieces(Span(at, mark.start), found, wordings)
            if inside := self._pieces(Span(mark.start, mark.end), found, wordings):
                html += f"<mark{self._attributes(mark)}>{inside}</mark>"
            at = mark.end
        return (html + self._pieces(Span(at, span.end), found, wordings)).strip()

    def _within(self, span: Span) -> Iterator[Marked]:
        for mark in self._marked:
            start, end = max(mark.start, span.start), min(mark.end, span.end)
            if start < end and self._text[start:end].strip():
                yield mark._replace(start=start, end=end)

    def _attributes(self, mark: Marked) -> str:
        kind = ' class="also"' if mark.name != PASSAGE else ""
        title = f' title="{shown(mark.title)}"' if mark.title else ""
        if mark.name in self._begun:
            return kind + title
        self._begun.add(mark.name)
        return f'{kind}{title} id="{mark.name}" tabindex="-1"'

    def _pieces(self, span: Span, found: Sequence[Sign], wordings: Sequence[Wording]) -> str:
        """One pass from the left: a paragraph may be a list of thousands of items, each with signs."""
        inside = [sign for sign in found if sign.start < span.end and span.start < sign.end]
        around = [word for word in wordings if word.start < span.end and span.start < word.end]
        edges = [(sign.start, sign.end) for sign in inside] + [(word.start, word.end) for word in around]
        cuts = {span.start, span.end, *(min(max(at, span.start), span.end) for edge in edges for at in edge)}
        coming = deque(sorted(enumerate(around), key=lambda word: word[1].start))
        signs_left = deque(inside)
        open_words = list[tuple[int, Wording]]()
        pieces = []
        for start, end in pairwise(sorted(cuts)):
            while signs_left and signs_left[0].end <= start:
                signs_left.popleft()
            if signs_left and signs_left[0].start <= start:
                pieces.append(shown(signs_left[0].instead) if start == signs_left[0].start else "")
                continue
            while coming and coming[0][1].start <= start:
                open_words.append(coming.popleft())
            open_words = sorted(word for word in open_words if word[1].end >= end)
            piece = shown(self._text[start:end])
            for _, word in open_words:
                piece = f"<{word.element}>{piece}</{word.element}>"
            pieces.append(piece)
        return "".join(pieces)
