"""Lines that are one paragraph: each but the last had no room for the first word of the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from ingest.lines import BULLETS, ends_sentence
from ingest.numbering import label
from ingest.readers.pdf_glyphs import is_rtl
from ingest.readers.pdf_lines import Line, PageLines

Edges = Mapping[int, tuple[float, float]]
"""The left and right edges of each region in points."""

_MEASURED = 4
"""Lines of a block whose own longest line tells how wide it is set."""
_INDENT = 0.8
"""Sizes of letters by which the first line of a paragraph is set in."""
_HEADING_LINES = 2
"""Lines that, alone and without a stop, may be a heading."""


def edges_of(lines: Sequence[Line]) -> dict[int, tuple[float, float]]:
    """How far the text of each region reaches."""
    edges: dict[int, tuple[float, float]] = {}
    for line in lines:
        left, right = edges.get(line.region, (line.left, line.right))
        edges[line.region] = min(left, line.left), max(right, line.right)
    return edges


def is_full(line: Line, following: Line, left: float, right: float) -> bool:
    """Whether the first word of ``following`` had no room on ``line``, which reaches from ``left`` to ``right``."""
    first = following.text.split(None, 1)[0]
    word = (following.right - following.left) * (len(first) + 1) / len(following.text)
    room = line.left - left if _is_from_right(line) else right - line.right
    return word > room


def paragraphs_of(lines: Sequence[Line], edges: Edges, open_ends: Collection[Line]) -> Iterator[tuple[int, int]]:
    """The paragraphs of several lines in a block: the indices of their first and last line.

    Those that may go on from another page, the items of lists that may go on on one (``open_ends`` are the lines where
    they do), and a block of few lines that may be a heading are left out.
    """
    groups = list(_groups(lines, edges))
    for first, last in groups:
        alone = len(groups) == 1 and len(lines) <= _HEADING_LINES and not ends_sentence(lines[last].text)
        is_item = lines[first].text[0] in BULLETS or bool(label(lines[first].text))
        goes_on = any(lines[first] is end or (is_item and lines[last] is end) for end in open_ends)
        if last > first and not alone and not goes_on:
            yield first, last


def open_ends(page: PageLines, indices: Sequence[int], *, goes_on: bool) -> tuple[bool, list[Line]]:
    """Whether a sentence goes on from this page to the next, and the lines at its ends between which one does.

    ``indices`` are those of its text in reading order; ``goes_on`` tells that one goes on from the page before.
    """
    if not indices:
        return goes_on, []
    first, last = page.lines[indices[0]], page.lines[indices[-1]]
    unfinished = not ends_sentence(last.text)
    return unfinished, ([first] if goes_on else []) + ([last] if unfinished else [])


def _groups(lines: Sequence[Line], edges: Edges) -> Iterator[tuple[int, int]]:
    count = Counter(line.region for line in lines)
    own = {region: edge for region, edge in edges_of(lines).items() if count[region] >= _MEASURED}
    first = 0
    for i in range(1, len(lines)):
        if _begins_paragraph(lines, i, edges, own):
            yield first, i - 1
            first = i
    yield first, len(lines) - 1


def _begins_paragraph(lines: Sequence[Line], i: int, edges: Edges, own: Edges) -> bool:
    """Whether line ``i`` begins a paragraph; ``own`` are the edges of those regions of which there are many lines."""
    line, above = lines[i], lines[i - 1]
    if line.text[0] in BULLETS:
        return True
    if line.region != above.region:
        goes_on = line.text[0].islower() or is_full(above, line, *edges[above.region])
        return ends_sentence(above.text) or not goes_on
    if not is_full(above, line, *own.get(line.region, edges[line.region])):
        return True
    return ends_sentence(above.text) and (bool(label(line.text)) or _is_indented(line, above))


def _is_indented(line: Line, above: Line) -> bool:
    by = above.right - line.right if _is_from_right(line) else line.left - above.left
    return by > _INDENT * line.size


def _is_from_right(line: Line) -> bool:
    letters = [character for character in line.text if character.isalpha()]
    return 2 * sum(map(is_rtl, letters)) > len(letters)
