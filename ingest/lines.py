"""Document → Lines: the non-empty lines of a text with what their typography says.

A line that is short because its paragraph ended is told from one that was wrapped by the oldest rule of typesetting:
a break is a wrap if the first word of the next line would not have fitted.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass

from ingest.document import BlockKind, Document, Mark

MAX_WRAP_WIDTH = 140
"""Characters. Text set wider than this is not wrapped for reading: there each line is a paragraph."""
_FULL = 0.88
"""Share of the wrap width that a line and the next word must reach for the break to be a wrap; ragged text and list
indents fall a little short of the whole width."""
_LONG = 0.6
"""The same share for a line that ends in the middle of a sentence; a shorter one stands alone, as a heading does."""
_TERMINAL = re.compile(r"[.!?:;؟。…][\"'”’»«)\]]*\d{0,3}$")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One non-empty line; ``start`` and ``end`` leave out the white space around it.

    ``gap`` counts the empty lines before it, ``indent`` the white space in front, ``mark`` is what the reader knows.
    """

    text: str
    start: int
    end: int
    gap: int
    indent: int
    mark: Mark | None

    @property
    def ends_sentence(self) -> bool:
        """Whether the line ends like a sentence, a lead-in or a clause; a footnote digit may follow."""
        return bool(_TERMINAL.search(self.text))

    @property
    def continues(self) -> bool:
        """Whether the line begins in the middle of a sentence: with a small letter."""
        first = _LETTER.search(self.text[:3])
        return bool(first and first.group().islower() and self.text[0] not in "•-–*(")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the lines of a document are set. ``width`` is 0 where lines are not wrapped.

    ``double_spaced``: wrapped lines have an empty line between them, so an empty line ends no paragraph.
    """

    width: int
    double_spaced: bool

    def wraps(self, line: Line, following: Line) -> bool:
        """Whether the break between two neighbouring lines is a wrap inside one paragraph."""
        if not self.width:
            return not line.ends_sentence and following.continues
        if following.gap > (1 if self.double_spaced else 0):
            return not line.ends_sentence and following.continues
        if not line.ends_sentence:
            return following.continues or len(line.text) >= _LONG * self.width
        return len(line.text) + 1 + len(following.text.split(None, 1)[0]) >= _FULL * self.width


def read_lines(document: Document) -> list[Line]:
    """The non-empty lines in order. A mark that covers several lines is on each of them."""
    lines: list[Line] = []
    marks = iter(document.marks)
    mark = next(marks, None)
    at = gap = 0
    for raw in re.split(r"[\n\f]", document.text):
        stripped = raw.strip()
        if stripped:
            indent = len(raw) - len(raw.lstrip())
            start = at + indent
            while mark and mark.end <= start:
                mark = next(marks, None)
            inside = mark if mark and mark.start < start + len(stripped) else None
            lines.append(
                Line(text=stripped, start=start, end=start + len(stripped), gap=gap, indent=indent, mark=inside)
            )
            gap = 0
        else:
            gap += 1
        at += len(raw) + 1
    return lines


def layout_of(lines: list[Line]) -> Layout:
    """Whether lines are wrapped, how wide, and whether wrapped lines stand apart."""
    running = [line for line in lines if line.mark is None or line.mark.kind not in _NOT_RUNNING]
    lengths = sorted(len(line.text) for line in running)
    if len(lengths) < 8:
        return Layout(width=0, double_spaced=False)
    width = lengths[int(len(lengths) * 0.95)]
    full = [length for length in lengths if length >= 0.8 * width]
    if not 30 <= width <= MAX_WRAP_WIDTH or lengths[-1] > 2 * width or len(full) < 0.35 * len(lengths):
        return Layout(width=0, double_spaced=False)
    after_full = Counter(
        following.gap
        for line, following in itertools.pairwise(running)
        if len(line.text) >= 0.8 * width and not line.ends_sentence
    )
    return Layout(width=width, double_spaced=after_full[1] > after_full[0])


_NOT_RUNNING = frozenset({BlockKind.HEADING, BlockKind.FURNITURE, BlockKind.CONTENTS, BlockKind.TABLE_ROW})
