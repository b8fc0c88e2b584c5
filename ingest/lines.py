"""Document → Lines: the non-empty lines of a text with what their typography says.

A line that is short because its paragraph ended is told from one that was wrapped by the oldest rule of typesetting:
a break is a wrap if the first word of the next line would not have fitted.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.document import BlockKind, Document, Mark

BULLETS = "-–—•*·▪◦‣●○■□➢➤✓►"
"""Signs in front of list items."""
MIN_WRAP_WIDTH, MAX_WRAP_WIDTH = 30, 140
"""Characters. Text set wider than this is not wrapped for reading: there each line is a paragraph."""
_FULL = 0.88
"""Share of the wrap width that a line and the next word must reach for the break to be a wrap; ragged text and list
indents fall a little short of the whole width."""
_LONG = 0.6
"""The same share for a line that ends in the middle of a sentence; a shorter one stands alone, as a heading does."""
_ALMOST = 0.8
"""The share from which a line counts as full."""
_MANY_FULL = 0.35
"""Share of full lines in wrapped text."""
_GOING_ON = 0.3
"""Share of small letters among the beginnings of lines inside sentences; German, with its capitals, has a half."""
_FEW = 8
"""Lines with which a text in a script without capitals shows whether it is wrapped."""
_TERMINAL = re.compile(r"[.!?:;؟۔。…][\"'”’»)]*(?:(?<!\d\.)\d{1,3}|(?:\[\d{1,3}\])+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\])?$")
_TAIL = 16
_LETTER = re.compile(r"[^\W\d_]")
_NOT_RUNNING = frozenset({BlockKind.HEADING, BlockKind.FURNITURE, BlockKind.CONTENTS, BlockKind.TABLE_ROW})


def ends_sentence(text: str) -> bool:
    """Whether a text ends like a sentence, a lead-in or a clause; the mark of a footnote may follow."""
    return _TERMINAL.search(text[-_TAIL:]) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One non-empty line; ``start`` and ``end`` leave out the white space around it.

    ``gap`` counts the empty lines before it, ``indent`` the white space in front, ``mark`` is what the reader knows;
    ``begins_page`` is true for the first line after a form feed.
    """

    text: str
    start: int
    end: int
    gap: int
    indent: int
    mark: Mark | None
    begins_page: bool = False

    @property
    def ends_sentence(self) -> bool:
        """Whether the line ends like a sentence, a lead-in or a clause."""
        return ends_sentence(self.text)

    @property
    def continues(self) -> bool:
        """Whether the line begins in the middle of a sentence: with a small letter."""
        first = _LETTER.search(self.text[:3])
        return bool(first and first.group().islower() and self.text[0] not in f"{BULLETS}(")

    @property
    def is_bullet(self) -> bool:
        """Whether the line is only a sign whose item stands on the next line."""
        return len(self.text) == 1 and self.text in BULLETS


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
            return following.continues or self.is_long(line)
        return len(line.text) + 1 + len(following.text.split(None, 1)[0]) >= _FULL * self.width

    def is_long(self, line: Line) -> bool:
        """Whether a line is so long that, unfinished, it does not stand alone."""
        return len(line.text) >= _LONG * self.width > 0

    def is_full(self, line: Line) -> bool:
        """Whether a line is so long that its sentence may go on in the next one."""
        return len(line.text) >= _ALMOST * self.width > 0


def read_lines(document: Document) -> list[Line]:
    """The non-empty lines in order. A mark that covers several lines is on each of them."""
    lines: list[Line] = []
    marks = iter(document.marks)
    mark = next(marks, None)
    at, gap = 0, 1  # line ends since the last line; the text begins like a line behind another
    begins_page = False
    for raw in re.split(r"([\n\f])", document.text):
        stripped = raw.strip()
        if stripped:
            indent = len(raw) - len(raw.lstrip())
            start = at + indent
            while mark and mark.end <= start:
                mark = next(marks, None)
            inside = mark if mark and mark.start < start + len(stripped) else None
            lines.append(
                Line(
                    text=stripped, start=start, end=start + len(stripped), gap=gap - 1, indent=indent,
                    mark=inside, begins_page=begins_page,
                )
            )  # fmt: skip
            gap, begins_page = 0, False
        elif raw in ("\n", "\f"):
            gap += 1
            begins_page = begins_page or raw == "\f"
        at += len(raw)
    return lines


def layout_of(lines: Sequence[Line]) -> Layout:
    """Whether lines are wrapped, how wide, and whether wrapped lines stand apart."""
    running = [line for line in lines if line.mark is None or line.mark.kind not in _NOT_RUNNING]
    lengths = sorted(len(line.text) for line in running)
    unwrapped = Layout(width=0, double_spaced=False)
    if len(lengths) < 2:
        return unwrapped
    width = lengths[int(len(lengths) * 0.95)]
    full = [length for length in lengths if length >= _ALMOST * width]
    if (
        not MIN_WRAP_WIDTH <= width <= MAX_WRAP_WIDTH
        or lengths[-1] > 2 * width
        or len(full) < _MANY_FULL * len(lengths)
    ):
        return unwrapped
    broken = [
        following
        for line, following in itertools.pairwise(running)
        if len(line.text) >= _ALMOST * width and not line.ends_sentence
    ]
    if not _go_on(broken, len(running)):
        return unwrapped
    gaps = Counter(line.gap for line in broken)
    return Layout(width=width, double_spaced=gaps[1] > gaps[0])


def _go_on(broken: Sequence[Line], lines: int) -> bool:
    """Whether the lines after full lines without a stop begin like the rest of a sentence, not like names or titles of
    one length. Of ``lines`` in a script without capitals only their number can be asked."""
    letters = [match.group() for line in broken if (match := _LETTER.search(line.text))]
    cased = sum(letter.lower() != letter.upper() for letter in letters)
    if 2 * cased < len(letters):
        return lines >= _FEW
    return any(line.continues for line in broken) and sum(line.continues for line in broken) >= _GOING_ON * len(broken)
