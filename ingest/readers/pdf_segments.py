"""Glyphs to segments, stretches of a line without a wide gap, and segments to rows."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.readers.pdf_glyphs import Glyph, Run, is_rtl

# Shares of the size of the letters.
WIDE_GAP = 0.7
"""The narrowest gap that may part columns or cells; spaces between words are mostly narrower."""
_NEAR = 0.3  # how far apart the baselines of two pieces of one line may be
_RAISED_BY = 0.6  # the same for a superscript
_LOWERED_BY = 0.3  # and for a subscript
_OVERLAP = 0.3  # how far two pieces of one line may run into each other
_ALIKE = 0.9  # of the larger size: from here on two sizes are one


@dataclass(frozen=True, slots=True)
class Segment:
    """Glyphs without a wide gap between them, with the size and the baseline of most of them."""

    glyphs: Run
    left: float
    right: float
    size: float
    baseline: float
    letters: int


Row = list[Segment]
"""Segments of about one height, from left to right."""


def setting(glyphs: Sequence[Glyph]) -> tuple[float, float]:
    """The size and the baseline in which most of the letters are set."""
    found: Counter[tuple[float, float]] = Counter()
    for glyph in glyphs:
        found[round(glyph.size, 1), round(glyph.baseline, 1)] += len(glyph.text.strip())
    return found.most_common(1)[0][0]


def segments_of(runs: Iterable[Run]) -> list[Segment]:
    """The segments of all runs in their order."""
    return [segment for run in runs for segment in _split(run)]


def _split(run: Run) -> Iterator[Segment]:
    inked = sorted((glyph for glyph in run if not glyph.text.isspace()), key=lambda glyph: glyph.left)
    size = setting(run)[0]
    ends: list[float] = []  # where a segment ends and the next begins, left to right
    reach = inked[0].right
    for glyph in inked[1:]:
        if glyph.left - reach > WIDE_GAP * size:
            ends.append(reach)
        reach = max(reach, glyph.right)
    parts: list[Run] = [[] for _ in range(len(ends) + 1)]
    for glyph in run:
        place = bisect_right(ends, glyph.left)
        if parts[place] or not glyph.text.isspace():
            parts[place].append(glyph)
    yield from (_segment(part) for part in parts if part)


def _segment(glyphs: Run) -> Segment:
    inked = [glyph for glyph in glyphs if not glyph.text.isspace()]
    size, baseline = setting(glyphs)
    return Segment(
        glyphs,
        min(glyph.left for glyph in inked),
        max(glyph.right for glyph in inked),
        size,
        baseline,
        sum(len(glyph.text) for glyph in inked),
    )


def rows_of(segments: Iterable[Segment]) -> list[Row]:
    """The rows of one column from top to bottom: superscripts are on the row of their word."""
    rows: list[Row] = []
    for segment in sorted(segments, key=lambda segment: (-segment.baseline, segment.left)):
        near = (row for row in reversed(rows[-4:]) if _fits(row, segment))
        row = min(near, key=lambda row: abs(_chief(row).baseline - segment.baseline), default=None)
        if row is None:
            rows.append([segment])
        else:
            row.append(segment)
    ordered = [sorted(row, key=lambda segment: segment.left) for row in rows]
    return sorted(ordered, key=lambda row: -_chief(row).baseline)


def _chief(row: Row) -> Segment:
    return max(row, key=lambda segment: (segment.size, segment.letters))


def _fits(row: Row, segment: Segment) -> bool:
    chief = _chief(row)
    large, small = (chief, segment) if chief.size >= segment.size else (segment, chief)
    lift = small.baseline - large.baseline
    if small.size >= _ALIKE * large.size:
        near = abs(lift) < _NEAR * large.size
    else:
        near = -_LOWERED_BY * small.size < lift < _RAISED_BY * large.size
    reach = _OVERLAP * min(chief.size, segment.size)
    return near and all(other.right - reach < segment.left or segment.right - reach < other.left for other in row)


def is_from_right(segments: Iterable[Segment]) -> bool:
    """Whether most letters are of a script that is written from right to left."""
    balance = 0
    for segment in segments:
        for glyph in segment.glyphs:
            if glyph.text[:1].isalpha():
                balance += 1 if is_rtl(glyph.text) else -1
    return balance > 0
