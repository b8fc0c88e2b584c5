"""Which lines of a PDF are headings, and of which level: by bookmarks, by size, by bold type that stands alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import NamedTuple

from ingest.lines import ends_sentence
from ingest.numbering import label
from ingest.readers.pdf_lines import Line, PageLines
from ingest.text import fold

LARGER = 1.15
"""Times the size of the body text: from here on a line is a heading; bold words in the text keep its size."""
LONGEST_HEADING = 200
"""Characters; a longer one is a quotation in large type."""
_MOST_LARGE = 0.3
"""Share of all letters. Where more are large, the file is a set of slides or posters and size tells nothing."""
_MOST_BOLD = 0.3
"""Share of all letters, likewise."""
_MOST_LINES = 3
"""Lines of a heading in bold type or in a bookmark at the most."""
_SHORT = 0.8
"""Share of the width of its column that a bold line without space around it has at the most."""
_WIDER_GAP = 1.25
"""Times the usual distance of lines: a wider gap sets lines apart."""
_DEEPEST = 6


class Bookmark(NamedTuple):
    """An entry of the outline of a file: level 1 is the highest, ``page`` is 1-based."""

    title: str
    level: int
    page: int


class Scale(NamedTuple):
    """What sizes mean in this file: that of the body text in points, and the usual distance of lines in sizes."""

    body: float
    pitch: float

    def parts(self, above: Line, line: Line) -> bool:
        """Whether the gap between two lines of one column is wider than usual."""
        return above.baseline - line.baseline > _WIDER_GAP * self.pitch * max(above.size, line.size)


def rounded(size: float) -> float:
    """To half a point: what a designer tells apart."""
    return round(2 * size) / 2


def find_headings(
    pages: Sequence[PageLines], furniture: Mapping[int, set[int]], scale: Scale, bookmarks: Sequence[Bookmark]
) -> dict[int, dict[int, int]]:
    """By page number, the indices of the lines of headings with their levels."""
    bodies = {
        page.number: [i for i, line in enumerate(page.lines) if i not in furniture[page.number] and not line.is_row]
        for page in pages
    }
    found: dict[int, dict[int, int]] = defaultdict(dict)
    by_page: dict[int, list[Bookmark]] = defaultdict(list)
    for bookmark in bookmarks:
        by_page[bookmark.page].append(bookmark)
    for page in pages:
        places = _places(page, bodies[page.number]) if page.number in by_page else {}
        for bookmark in by_page[page.number]:
            for i in places.get(_letters(bookmark.title), ()):
                found[page.number].setdefault(i, min(bookmark.level, _DEEPEST))
    levels = _levels(pages, bodies, scale.body, found)
    lowest = max([0, *levels.values(), *(level for page in found.values() for level in page.values())])
    bold = _bold_is_rare(pages)
    for page in pages:
        headings = found[page.number]
        for i in bodies[page.number]:
            level = levels.get(rounded(page.lines[i].size))
            if level and any(character.isalpha() for character in page.lines[i].text):
                headings.setdefault(i, level)
        for group in _bold_groups(page, bodies[page.number], headings) if bold else ():
            if _stands_alone(page, group, scale):
                depth = label(page.lines[group[0]].text).strip("().").count(".")
                headings.update(dict.fromkeys(group, min(lowest + 1 + depth, _DEEPEST)))
    return found


def _places(page: PageLines, body: Sequence[int]) -> dict[str, list[int]]:
    """The lines that a bookmark may name by their letters, with and without the number in front; of several places with
    the same letters the one in the largest type."""
    places: dict[str, list[int]] = {}
    spelt = [_letters(page.lines[i].text) for i in body]
    for at, first in enumerate(body):
        text = page.lines[first].text
        for count in range(1, _MOST_LINES + 1):
            group = list(body[at : at + count])
            following = "".join(spelt[at + 1 : at + count])
            for letters in (spelt[at] + following, _letters(text.removeprefix(label(text))) + following):
                known = places.get(letters)
                if letters and (known is None or page.lines[known[0]].size < page.lines[first].size):
                    places[letters] = group
    return places


def _letters(text: str) -> str:
    return "".join(character for character in fold(text) if character.isalnum())


def _levels(
    pages: Sequence[PageLines],
    bodies: Mapping[int, Sequence[int]],
    body: float,
    marked: Mapping[int, Mapping[int, int]],
) -> dict[float, int]:
    """Sizes of headings to their level, the largest first; sizes that bookmarks rank keep that level."""
    letters: Counter[float] = Counter()
    ranks: dict[float, Counter[int]] = defaultdict(Counter)
    for page in pages:
        for i in bodies[page.number]:
            letters[rounded(page.lines[i].size)] += len(page.lines[i].text)
            if level := marked[page.number].get(i):
                ranks[rounded(page.lines[i].size)][level] += 1
    sizes = sorted((size for size in letters if size >= LARGER * body), reverse=True)
    if sum(letters[size] for size in sizes) > _MOST_LARGE * letters.total():
        return {}
    levels: dict[float, int] = {}
    above = 0
    for size in sizes:
        waiting = not above and any(other in ranks for other in sizes)
        above = ranks[size].most_common(1)[0][0] if size in ranks else above if waiting else min(above + 1, _DEEPEST)
        levels[size] = max(above, 1)
    return levels


def _bold_is_rare(pages: Sequence[PageLines]) -> bool:
    letters: Counter[bool] = Counter()
    for page in pages:
        for line in page.lines:
            letters[line.bold] += len(line.text)
    return letters[True] <= _MOST_BOLD * letters.total()


def _bold_groups(page: PageLines, body: Sequence[int], headings: Mapping[int, int]) -> Iterator[list[int]]:
    """Neighbouring bold lines of one column that nothing else makes headings."""
    group: list[int] = []
    for i in body:
        line = page.lines[i]
        if group and (not line.bold or i != group[-1] + 1 or line.region != page.lines[i - 1].region or i in headings):
            yield group
            group = []
        if line.bold and i not in headings:
            group.append(i)
    if group:
        yield group


def _stands_alone(page: PageLines, group: Sequence[int], scale: Scale) -> bool:
    """Whether bold lines are short, do not end like a sentence and are not the bold part of a paragraph."""
    lines = [page.lines[i] for i in group]
    text = " ".join(line.text for line in lines)
    if len(lines) > _MOST_LINES or len(text) > LONGEST_HEADING or lines[0].size < 0.9 * scale.body:
        return False
    if not any(character.isalpha() for character in text) or text[0].islower() or text.endswith((".", ",", ";")):
        return False
    above, below = _neighbour(page, group[0], -1), _neighbour(page, group[-1], 1)
    if below is not None and below.text[0].islower():
        return False
    apart_above = above is None or scale.parts(above, lines[0])
    apart_below = below is None or scale.parts(lines[-1], below)
    if apart_above and apart_below:
        return above is not None or below is not None
    column = [line for line in page.lines if line.region == lines[0].region]
    left, right = min(line.left for line in column), max(line.right for line in column)
    begins = above is None or apart_above or ends_sentence(above.text)
    return begins and below is not None and max(line.right for line in lines) - left <= _SHORT * (right - left)


def _neighbour(page: PageLines, i: int, step: int) -> Line | None:
    """The line above or below in the same column."""
    j = i + step
    return page.lines[j] if 0 <= j < len(page.lines) and page.lines[j].region == page.lines[i].region else None


def usual_pitch(pages: Sequence[PageLines], otherwise: float) -> float:
    """The usual distance of neighbouring lines, in sizes of their letters; ``otherwise`` where there are too few."""
    gaps = [
        (above.baseline - below.baseline) / above.size
        for page in pages
        for above, below in zip(page.lines, page.lines[1:], strict=False)
        if above.region == below.region and 0 < above.baseline - below.baseline < 3 * above.size
    ]
    return median(gaps) if gaps else otherwise
