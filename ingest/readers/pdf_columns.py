"""Segments of a page to regions in reading order: columns of prose beside each other, and what stands above them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median, quantiles

from ingest.readers.pdf_segments import WIDE_GAP, Segment, is_from_right

_FEWEST_LINES = 3
"""Lines that each of two columns has at the least, where no other part of the file shows where columns are parted."""
_FULL_LINES = 0.5
"""Share of the lines of a column of prose that fill it."""
_FULL = 0.7
"""Share of the width of its wider lines, the upper quarter, that a full line has."""
_LETTERS = 15
"""Of a line of prose, on average, even in three columns."""
_APART = 1.6
"""Times the usual distance of lines: lines set apart so far are not the last ones of a column."""
_MOST_GUTTERS = 12
"""How many places are tried."""

Region = list[Segment]


def regions_of(segments: Sequence[Segment], known: Sequence[float] = ()) -> list[list[Region]]:
    """Zones from top to bottom, each a list of its columns in reading order; together they hold every segment once.

    ``known`` are gutters (in points from the left) that other pages have: beside them a column may be short.
    """
    gutter = _gutter(segments, known)
    if gutter is None:
        return [[list(segments)]] if segments else []
    found: list[list[Region]] = []
    for columns in _zones(segments, gutter, known):
        if len(columns) == 1:
            found += regions_of(columns[0], known)
            continue
        if is_from_right(segments):
            columns.reverse()
        # A column may itself hold columns; what comes of it stays beside its neighbour.
        found.append([part for column in columns for zone in regions_of(column, known) for part in zone])
    return found


def gutters_in(segments: Sequence[Segment]) -> list[float]:
    """The gutter of the page, if it shows one for certain, for its neighbours that have but a few lines."""
    gutter = _gutter(segments, ())
    return [] if gutter is None else [gutter]


def _gutter(segments: Sequence[Segment], known: Sequence[float]) -> float | None:
    """Where a line from top to bottom parts the most text into columns; None where it parts none."""
    best, most = None, 0
    for gutter in _candidates(segments, known):
        zones = [zone for zone in _zones(segments, gutter, known) if len(zone) == 2]
        parted = sum(segment.letters for zone in zones for column in zone for segment in column)
        if parted > most:
            best, most = gutter, parted
    return best


def _candidates(segments: Sequence[Segment], known: Sequence[float]) -> list[float]:
    """Places right before the left edges, and right behind the right edges, that many segments share."""
    votes: Counter[float] = Counter()
    for segment in segments:
        votes[round(segment.left - 0.4 * segment.size)] += 1
        votes[round(segment.right + 0.4 * segment.size)] += 1
    left, right = min(votes, default=0), max(votes, default=0)
    inside = [place for place, count in votes.most_common() if left < place < right and count > 1]
    return [*(gutter for gutter in known if left < gutter < right), *inside[:_MOST_GUTTERS]]


def _zones(segments: Sequence[Segment], gutter: float, known: Sequence[float]) -> Iterator[list[Region]]:
    """Zones from top to bottom: one region, or two beside the gutter. Neighbouring zones of one region are one."""
    ordered = sorted(segments, key=lambda segment: (-segment.baseline, segment.left))
    is_known = any(abs(gutter - other) < segments[0].size for other in known)
    whole: Region = []
    for crossing, group in groupby(ordered, key=lambda segment: _crosses(segment, gutter)):
        part = list(group)
        if crossing:
            whole += part
            continue
        before, columns, after = _trimmed(part, gutter, below=part[-1] is not ordered[-1])
        if not columns or not _are_columns(columns, is_known=is_known):
            whole += part
            continue
        whole += before
        if whole:
            yield [whole]
        yield list(columns)
        whole = after
    if whole:
        yield [whole]


def _crosses(segment: Segment, gutter: float) -> bool:
    return segment.left < gutter < segment.right + (WIDE_GAP - 0.4) * segment.size


def _trimmed(
    part: Sequence[Segment], gutter: float, *, below: bool
) -> tuple[Region, tuple[Region, Region] | None, Region]:
    """The two sides of the gutter, without what is set apart above or below the text that they have side by side."""
    sides = [segment for segment in part if segment.left < gutter], [s for s in part if s.left >= gutter]
    if not sides[0] or not sides[1]:
        return [], None, []
    top = min(max(segment.baseline for segment in side) for side in sides)
    foot = max(min(segment.baseline for segment in side) for side in sides)
    pitch = max(map(_pitch, sides))
    before: Region = []
    after: Region = []
    for i, side in enumerate(sides):
        above = [segment for segment in side if segment.baseline > top + 0.5 * pitch]
        under = [segment for segment in side if segment.baseline < foot - 0.5 * pitch]
        # On the left, what stands above comes first in any case.
        if i == 1:
            before += _set_apart(above, top, pitch, up=True)
        if i == 0 and below:
            after += _set_apart(under, foot, pitch, up=False)
    taken = {id(segment) for segment in (*before, *after)}
    left, right = ([segment for segment in side if id(segment) not in taken] for side in sides)
    return before, ((left, right) if left and right else None), after


def _set_apart(segments: Sequence[Segment], edge: float, pitch: float, *, up: bool) -> Region:
    """Those of ``segments`` beyond the outermost wide gap."""
    ordered = sorted(segments, key=lambda segment: segment.baseline if up else -segment.baseline)
    at = edge
    for i, segment in enumerate(ordered):
        if abs(segment.baseline - at) > _APART * pitch:
            return list(ordered[i:])
        at = segment.baseline
    return []


def _pitch(segments: Sequence[Segment]) -> float:
    heights = sorted({round(segment.baseline) for segment in segments})
    steps = [b - a for a, b in pairwise(heights) if b - a > 2]
    return median(steps) if steps else median(1.2 * segment.size for segment in segments)


def _are_columns(columns: tuple[Region, Region], *, is_known: bool) -> bool:
    """Whether two regions beside each other are prose and not the cells of a table."""
    low = max(min(segment.baseline for segment in column) for column in columns)
    high = min(max(segment.baseline for segment in column) for column in columns)
    fewest = 1 if is_known else _FEWEST_LINES
    for column in columns:
        lines = _line_widths(column)
        beside = sum(low - 1 <= baseline <= high + 1 for baseline in lines)
        letters = sum(segment.letters for segment in column) / len(lines)
        usual = quantiles([*lines.values(), *lines.values()], n=4)[2]
        full = sum(width >= _FULL * usual for width in lines.values())
        if beside < fewest or letters < _LETTERS or full < _FULL_LINES * len(lines):
            return False
    return True


def _line_widths(column: Region) -> dict[float, float]:
    """Widths by baseline, in points."""
    edges: dict[float, tuple[float, float]] = {}
    for segment in column:
        left, right = edges.get(round(segment.baseline), (segment.left, segment.right))
        edges[round(segment.baseline)] = min(left, segment.left), max(right, segment.right)
    return {baseline: right - left for baseline, (left, right) in edges.items()}
