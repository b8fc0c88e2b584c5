"""Rows of a region to tables: cells that stand under each other with gaps between, over several rows."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from ingest.lines import BULLETS
from ingest.readers.pdf_segments import WIDE_GAP, Row, Segment, is_from_right

_FEWEST_ROWS = 3
_ALIGNED = 0.7
"""Share of the cells of a column whose left edges, right edges or middles are under each other."""
_OFF = 0.35
"""Sizes of letters by which they may be off."""
_FARTHEST = 3.5
"""Sizes of letters between two rows of one table."""
_FEWEST_IN_COLUMN = 2
"""Cells that each column of a table across the whole page has at the least."""
_AS_WIDE = 0.8
"""Times the gap between two cells: a gap inside a cell is not as wide."""
_PROSE = 30
"""Letters of a cell, on average, from which two columns of them are prose beside each other."""
_SHORT = 22
"""Letters of a cell, on average, up to which nothing in a table can be a column of prose."""

_ITEM_SIGN = re.compile(
    rf"[{BULLETS}o§]|\(?(?:\d{{1,3}}(?:\.\d{{1,2}})*|[^\W\d_]|[ivxIVX]{{1,5}})[.)]|\d{{1,2}}(?:\.\d{{1,2}})+"
)
"""The sign or number in front of an item of a list, which a gap parts from its text."""
_PAGE = re.compile(r"\d{1,4}|[ivxlc]{1,6}")

Cells = list[list[Segment]]
"""Of one row, in reading order; a cell of several lines has the segments of all, an empty one has none."""


class Table(NamedTuple):
    """Cells of each row; ``first`` and ``last`` (exclusive) index the rows of the region."""

    first: int
    last: int
    rows: list[Cells]


def find_tables(rows: Sequence[Row], *, short_cells: bool = False) -> list[Table]:
    """The tables among the rows of a region, from top to bottom; with ``short_cells`` those without longer texts."""
    found: list[Table] = []
    at = 0
    while at < len(rows):
        table = _table_at(rows, at, short_cells=short_cells) if len(rows[at]) > 1 else None
        if table:
            found.append(table)
        at = table.last if table else at + 1
    return found


def _table_at(rows: Sequence[Row], first: int, *, short_cells: bool) -> Table | None:
    last = first + 1
    found = _with_row([], rows[first])
    while last < len(rows) and rows[last - 1][0].baseline - rows[last][0].baseline < _FARTHEST * rows[last][0].size:
        extended = _with_row(found, rows[last])
        # A line that runs through the gaps ends the table.
        if len(extended) < max(2, len(found) - 1) or (len(extended) < len(found) and len(rows[last]) == 1):
            break
        found, last = extended, last + 1
    columns = _edges(found)
    while last > first and len(rows[last - 1]) == 1 and not _runs_on(rows[last - 2], rows[last - 1], columns):
        last -= 1
    columns = _without_signs(rows[first:last], _columns(rows[first:last]))
    if len(columns) < 2:
        return None
    lines = [_cells(row, columns) for row in rows[first:last]]
    if _are_stretched(lines):
        return None
    cells = _joined(lines, columns)
    several = [row for row in cells if sum(map(bool, row)) > 1]
    if len(several) < _FEWEST_ROWS or not _is_table(several, len(columns), short_cells=short_cells):
        return None
    if is_from_right(segment for row in rows[first:last] for segment in row):
        cells = [row[::-1] for row in cells]
    return Table(first, last, cells)


def _columns(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """The left and right edges of what stands under each other, in points."""
    return _edges(_with_row([], [segment for row in rows for segment in row]))


def _edges(columns: Sequence[tuple[float, float, float]]) -> list[tuple[float, float]]:
    return [(left, right) for left, right, _ in columns]


def _with_row(
    columns: Sequence[tuple[float, float, float]], row: Sequence[Segment]
) -> list[tuple[float, float, float]]:
    """Columns with what a further row adds to them: left and right edges, and the size of what begins each."""
    found: list[tuple[float, float, float]] = []
    for left, right, size in sorted([*columns, *((s.left, s.right, s.size) for s in row)]):
        if found and left - found[-1][1] < 0.5 * size:
            found[-1] = (found[-1][0], max(found[-1][1], right), found[-1][2])
        else:
            found.append((left, right, size))
    return found


def _without_signs(rows: Sequence[Row], columns: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The columns; one of signs or numbers in front of items is a part of the next."""
    if len(columns) < 2:
        return columns
    cells = [_cells(row, columns) for row in rows]
    for place, neighbour in ((0, 1), (-1, -2)):
        signs = [_letters(row[place]) for row in cells if row[place]]
        if sum(bool(_ITEM_SIGN.fullmatch(sign)) for sign in signs) > len(signs) / 2 or _count_up(signs):
            joined = (
                min(columns[place][0], columns[neighbour][0]),
                max(columns[place][1], columns[neighbour][1]),
            )
            return [joined, *columns[2:]] if place == 0 else [*columns[:-2], joined]
    return columns


def _count_up(signs: Sequence[str]) -> bool:
    """Whether the cells number their rows or footnotes: each is one more than the one above."""
    if not all(sign.isdecimal() for sign in signs):
        return False
    return all(int(below) - int(above) == 1 for above, below in pairwise(signs))


def _cells(row: Row, columns: Sequence[tuple[float, float]]) -> Cells:
    return [[s for s in row if left - 0.1 <= (s.left + s.right) / 2 <= right + 0.1] for left, right in columns]


def _are_stretched(rows: Sequence[Cells]) -> bool:
    """Whether these are lines of prose that were stretched to one width: gaps inside cells as wide as between them."""
    several = [[cell for cell in row if cell] for row in rows if sum(map(bool, row)) > 1]
    stretched = 0
    for row in several:
        inside = max((gap for cell in row for gap in _gaps(cell)), default=0.0)
        between = min(min(s.left for s in after) - max(s.right for s in before) for before, after in pairwise(row))
        stretched += inside >= _AS_WIDE * between
    return stretched > len(several) / 2


def _gaps(segments: Sequence[Segment]) -> list[float]:
    return [after.left - before.right for before, after in pairwise(sorted(segments, key=lambda s: s.left))]


def _joined(rows: Sequence[Cells], columns: Sequence[tuple[float, float]]) -> list[Cells]:
    """Rows with what runs on in the line under them."""
    joined: list[Cells] = []
    lines: list[Cells] = []  # the last line of each
    for row in rows:
        if joined and _cells_run_on(lines[-1], row, columns) and sum(map(bool, row)) < sum(map(bool, joined[-1])):
            joined[-1] = [above + below for above, below in zip(joined[-1], row, strict=True)]
            lines[-1] = row
        else:
            joined.append(row)
            lines.append(row)
    return joined


def _runs_on(above: Row, row: Row, columns: Sequence[tuple[float, float]]) -> bool:
    return _cells_run_on(_cells(above, columns), _cells(row, columns), columns)


def _cells_run_on(above: Cells, row: Cells, columns: Sequence[tuple[float, float]]) -> bool:
    """Whether every text of a row goes on one above that had no room for the first word."""
    for before, cell, (left, right) in zip(above, row, columns, strict=True):
        if not cell:
            continue
        if not before:
            return False
        used = max(segment.right for segment in before) - left
        if used + _first_word(cell) <= right - left or before[0].baseline - cell[0].baseline > 2 * cell[0].size:
            return False
    return True


def _first_word(cell: Sequence[Segment]) -> float:
    """The width of the first word with the space before it, in points."""
    glyphs = cell[0].glyphs
    end = next((glyph.left for glyph in glyphs if glyph.text.isspace()), cell[0].right)
    return abs(end - cell[0].left) + 0.2 * cell[0].size


def _letters(cell: Sequence[Segment]) -> str:
    return "".join(glyph.text for segment in cell for glyph in segment.glyphs).strip()


def _is_table(rows: Sequence[Cells], count: int, *, short_cells: bool) -> bool:
    """Whether the cells are aligned, and are neither columns of prose nor the entries of a table of contents."""
    lengths = []
    aligned = 0
    for place in range(count):
        cells = [row[place] for row in rows if row[place]]
        # In columns of prose beside each other, lines of one need not be on a height with those of the other.
        if len(cells) < (_FEWEST_IN_COLUMN if short_cells else 1):
            return False
        lengths.append(sum(len(_letters(cell)) for cell in cells) / len(cells))
        aligned += _is_aligned(cells)
    if aligned < count or (short_cells and max(lengths) > _SHORT):
        return False
    if sum(length > _PROSE for length in lengths) > 1 and _is_prose(rows):
        return False
    return not _is_contents([_letters(row[-1]) for row in rows]) and _gaps_are_wide(rows)


def _is_prose(rows: Sequence[Cells]) -> bool:
    """Whether hardly a cell ends where its row does: the texts run on from line to line."""
    ends = [_letters(cell)[-1:] for row in rows for cell in row if cell]
    begins = [_letters(cell)[:1] for row in rows[1:] for cell in row if cell]
    return sum(begin.islower() for begin in begins) > 0.3 * len(begins) and sum(
        end in ".!?" for end in ends
    ) < 0.5 * len(ends)


def _is_aligned(cells: Sequence[Sequence[Segment]]) -> bool:
    size = cells[0][0].size
    lefts = [min(segment.left for segment in cell) for cell in cells]
    rights = [max(segment.right for segment in cell) for cell in cells]
    middles = [(left + right) / 2 for left, right in zip(lefts, rights, strict=True)]
    return any(_agree(edges, _OFF * size) >= _ALIGNED * len(cells) for edges in (lefts, rights, middles))


def _agree(edges: Sequence[float], off: float) -> int:
    """How many of ``edges`` are at one place."""
    ordered = sorted(edges)
    return max(bisect_right(ordered, edge + off) - bisect_left(ordered, edge - off) for edge in ordered)


def _is_contents(last: Sequence[str]) -> bool:
    """Whether the last cells are pages that do not descend, from a low one on."""
    if not all(_PAGE.fullmatch(cell) for cell in last):
        return False
    numbers = [int(cell) for cell in last if cell.isdecimal()]
    return all(a <= b for a, b in pairwise(numbers)) and max(numbers, default=0) < 1000


def _gaps_are_wide(rows: Sequence[Cells]) -> bool:
    """Whether neighbouring cells are farther apart than words, mostly by far."""
    gaps = []
    for row in rows:
        for before, after in pairwise([cell for cell in row if cell]):
            gap = min(s.left for s in after) - max(s.right for s in before)
            gaps.append(gap / after[0].size)
    return sum(gap > WIDE_GAP for gap in gaps) >= _ALIGNED * len(gaps)
