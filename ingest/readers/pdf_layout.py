"""Lines of pages to the text of a PDF: headings, footnotes and contents by size and place, blank lines by gaps."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from ingest.document import BlockKind, Mark, Page
from ingest.readers.pdf_furniture import find_furniture
from ingest.readers.pdf_lines import Line, PageLines

_LARGER = 1.15
"""Times the size of the body text: from here on a line is a heading; bold words in the text keep its size."""
_SMALLER = 0.95
"""Times the size of the body text: up to here a raised number at the foot of a page begins a footnote."""
_MOST_LARGE = 0.3
"""Share of all letters. Where more are large, the file is a set of slides or posters and size tells nothing."""
_LONGEST_HEADING = 200
"""Characters; a longer one is a quotation in large type."""
_WIDER_GAP = 1.25
"""Times the usual distance of lines: a wider gap begins a paragraph."""
_USUAL_PITCH = 1.2
"""The distance of lines in sizes of their letters, for a file with too few lines to measure it."""

_LEADER = re.compile(r"(?:\.\s?){4,}\s*(?:\d+|[ivxlc]+)$", re.IGNORECASE)
"""The dots between an entry of the contents and its page."""
_PAGE_BREAK = "\n\f\n"

_Role = tuple[BlockKind | None, int]
"""Kind and level; the kind None is body text, whose structure is recognised later."""


class _Block(NamedTuple):
    role: _Role
    lines: list[Line]


class _Scale(NamedTuple):
    """What sizes mean in this file: of the body text, of headings by level, and the usual distance of lines."""

    body: float
    levels: dict[float, int]
    pitch: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidOut:
    """The text of all pages, parted by form feeds on lines of their own; blank lines part paragraphs.

    ``title`` is the largest text of the first page that has any, where it is larger than the body text.
    """

    text: str
    pages: tuple[Page, ...]
    marks: tuple[Mark, ...]
    title: str | None


def lay_out(pages: Sequence[PageLines]) -> LaidOut:
    """Put the lines of ``pages`` together; pages without lines are left out, the others keep their number."""
    pages = [page for page in pages if page.lines]
    body = _body_size(pages)
    furniture = find_furniture(pages, _LARGER * body)
    scale = _Scale(body, _heading_levels(pages, body, furniture), _pitch(pages))
    texts: list[str] = []
    marks: list[Mark] = []
    placed: list[Page] = []
    title = None
    start = 0
    for page in pages:
        blocks = list(_blocks(page, _roles(page, furniture[page.number], scale), scale.pitch))
        title = title if placed else _title(blocks)
        end = start
        parts = ["\n".join(line.text for line in block.lines) for block in blocks]
        for block, part in zip(blocks, parts, strict=True):
            kind, level = block.role
            if kind is not None:
                marks.append(Mark(kind=kind, start=end, end=end + len(part), level=level))
            end += len(part) + len("\n\n")
        texts.append("\n\n".join(parts))
        placed.append(Page(number=page.number, start=start, end=start + len(texts[-1])))
        start = placed[-1].end + len(_PAGE_BREAK)
    return LaidOut(text=_PAGE_BREAK.join(texts), pages=tuple(placed), marks=tuple(marks), title=title)


def _rounded(size: float) -> float:
    """To half a point: what a designer tells apart."""
    return round(2 * size) / 2


def _body_size(pages: Sequence[PageLines]) -> float:
    letters: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            letters[_rounded(line.size)] += len(line.text)
    return max(letters, key=lambda size: (letters[size], -size), default=0.0)


def _heading_levels(pages: Sequence[PageLines], body: float, furniture: dict[int, set[int]]) -> dict[float, int]:
    """Sizes of headings to their level, the largest first."""
    letters: Counter[float] = Counter()
    for page in pages:
        for index, line in enumerate(page.lines):
            if index not in furniture[page.number]:
                letters[_rounded(line.size)] += len(line.text)
    sizes = sorted((size for size in letters if size >= _LARGER * body), reverse=True)
    if sum(letters[size] for size in sizes) > _MOST_LARGE * letters.total():
        return {}
    return {size: level for level, size in enumerate(sizes, start=1)}


def _pitch(pages: Sequence[PageLines]) -> float:
    """The usual distance of neighbouring lines, in sizes of their letters."""
    gaps = [
        (above.baseline - below.baseline) / above.size
        for page in pages
        for above, below in pairwise(page.lines)
        if 0 < above.baseline - below.baseline < 3 * above.size
    ]
    return median(gaps) if gaps else _USUAL_PITCH


def _roles(page: PageLines, furniture: set[int], scale: _Scale) -> list[_Role]:
    """The role of each line of the page."""
    roles: list[_Role] = []
    for index, line in enumerate(page.lines):
        level = scale.levels.get(_rounded(line.size), 0)
        if index in furniture:
            roles.append((BlockKind.FURNITURE, 0))
        elif _LEADER.search(line.text):
            roles.append((BlockKind.CONTENTS, 0))
        elif level and any(character.isalpha() for character in line.text):
            roles.append((BlockKind.HEADING, level))
        else:
            roles.append((None, 0))
    for index in _footnotes(page, furniture, scale.body):
        roles[index] = (BlockKind.FOOTNOTE, 0)
    return roles


def _footnotes(page: PageLines, furniture: set[int], body: float) -> list[int]:
    """Indices of the small lines that end the page, from the first that begins with a raised number."""
    small: list[int] = []
    since = 0
    for index in reversed(range(len(page.lines))):
        if index in furniture:
            continue
        if page.lines[index].size > _SMALLER * body:
            break
        small.append(index)
        since = len(small) if page.lines[index].noted else since
    return small[:since]


def _blocks(page: PageLines, roles: Sequence[_Role], pitch: float) -> Iterator[_Block]:
    """The lines of the page in their order, gathered as long as they belong together."""
    block: _Block | None = None
    for line, role in zip(page.lines, roles, strict=True):
        if block and role == block.role and not _begins_block(block, line, pitch):
            block.lines.append(line)
            continue
        if block:
            yield _judged(block)
        block = _Block(role, [line])
    if block:
        yield _judged(block)


def _begins_block(block: _Block, line: Line, pitch: float) -> bool:
    kind, _ = block.role
    if kind in (BlockKind.FURNITURE, BlockKind.CONTENTS) or (kind == BlockKind.FOOTNOTE and line.noted):
        return True
    # A line further up begins a column; whether a paragraph goes on there cannot be seen.
    above = block.lines[-1]
    return above.baseline - line.baseline > _WIDER_GAP * pitch * max(above.size, line.size)


def _judged(block: _Block) -> _Block:
    kind, _ = block.role
    if kind == BlockKind.HEADING and sum(len(line.text) for line in block.lines) > _LONGEST_HEADING:
        return _Block((None, 0), block.lines)
    return block


def _title(blocks: Sequence[_Block]) -> str | None:
    headings = [block for block in blocks if block.role[0] == BlockKind.HEADING]
    if not headings:
        return None
    return " ".join(line.text for line in min(headings, key=lambda block: block.role[1]).lines)
