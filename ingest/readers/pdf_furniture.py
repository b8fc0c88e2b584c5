"""Running heads, running feet and page numbers of a PDF: lines that come back at the edge of its pages."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ingest.readers.pdf_lines import Line, PageLines

_EDGE = 0.15
"""Share of the page height, above and below, in which they stand."""
_EDGE_LINES = 3
"""How many heights there, counted from the edge, may hold them."""
_SHIFT = 4.0
"""Points by which their height may change from page to page."""
_IN_STEP = 0.6
"""Share of the pages on which a page number keeps its distance from the count of sheets."""

_NUMBER = re.compile(r"\d+|^[ivxlc]{1,7}(?=\s|$)|(?<=\s)[ivxlc]{1,7}$", re.IGNORECASE)
"""An Arabic number, or a Roman one at an end of the line."""
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


class _Running(NamedTuple):
    """A line near the edge of a page: its index there, its ``distance`` from that edge in points."""

    page: int
    place: int
    line: Line
    distance: float


def find_furniture(pages: Sequence[PageLines], large: float) -> dict[int, set[int]]:
    """By page number, the indices of lines that come back at the same height of the edge of other pages.

    Their numbers must be the same on every page or count with the pages: "Table 1" and "Table 2" on top of two pages
    that do not follow each other are none. Lines from the size ``large`` come back on half of the pages, else they are
    headings. Nothing stands between furniture and the edge but furniture.
    """
    returning: dict[int, set[int]] = defaultdict(set)
    groups: dict[tuple[str, bool], list[_Running]] = defaultdict(list)
    for page in pages:
        for top, running in _edges(page):
            groups[_likeness(running.line.text), top].append(running)
    for members in groups.values():
        for cluster in _clusters(sorted(members, key=lambda running: running.distance)):
            count = len({running.page for running in cluster})
            often = 2 * count >= len(pages)
            is_large = max(running.line.size for running in cluster) >= large
            if count >= 2 and (often or (count > 2 and not is_large)) and _counts_along(cluster):
                for running in cluster:
                    returning[running.page].add(running.place)
    return {page.number: set(_outermost(page, returning[page.number])) for page in pages}


def _edges(page: PageLines) -> Iterator[tuple[bool, _Running]]:
    """The outermost lines of the page, with whether they stand at its top."""
    for top in (True, False):
        near = []
        for index, line in enumerate(page.lines):
            distance = page.height - line.baseline if top else line.baseline
            if distance <= _EDGE * page.height:
                near.append(_Running(page.number, index, line, distance))
        heights = sorted({round(running.distance) for running in near})[:_EDGE_LINES]
        yield from ((top, running) for running in near if round(running.distance) in heights)


def _outermost(page: PageLines, returning: set[int]) -> Iterator[int]:
    for top in (True, False):
        edge = (running for at_top, running in _edges(page) if at_top == top)
        for running in sorted(edge, key=lambda running: running.distance):
            if running.place not in returning:
                break
            yield running.place


def _likeness(text: str) -> str:
    """What running lines of two pages have in common: the words without the numbers."""
    return " ".join(_NUMBER.sub("#", text).casefold().split())


def _clusters(members: list[_Running]) -> Iterator[list[_Running]]:
    """Parts of ``members`` that stand at about the same height."""
    cluster: list[_Running] = []
    for member in members:
        if cluster and member.distance - cluster[0].distance > _SHIFT:
            yield cluster
            cluster = []
        cluster.append(member)
    if cluster:
        yield cluster


def _counts_along(cluster: list[_Running]) -> bool:
    """Whether each number of the line stays, or goes up with the pages (a few unnumbered sheets may lie between)."""
    rows = [_NUMBER.findall(running.line.text) for running in cluster]
    for numbers in zip(*rows, strict=False):
        # Behind a preface with Roman numbers the count begins anew.
        for roman in (True, False):
            places = [
                (_roman_value(number) if roman else int(number), running.page)
                for number, running in zip(numbers, cluster, strict=True)
                if number.isalpha() == roman
            ]
            steps = Counter(value - page for value, page in places)
            if len({value for value, _ in places}) > 1 and max(steps.values()) < _IN_STEP * len(places):
                return False
    return True


def _roman_value(number: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in number.casefold()]
    return sum(-value if value < max(values[i:]) else value for i, value in enumerate(values))
