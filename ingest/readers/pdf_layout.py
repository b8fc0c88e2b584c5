"""Lines of pages to the text of a PDF: what stands where and how large says what it is; gaps become blank lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from ingest.document import BlockKind, Mark, Page
from ingest.lines import ends_sentence
from ingest.readers.pdf_furniture import find_furniture
from ingest.readers.pdf_headings import (
    LARGER,
    LONGEST_HEADING,
    Bookmark,
    Scale,
    find_headings,
    rounded,
    usual_pitch,
)
from ingest.readers.pdf_lines import Line, PageLines
from ingest.readers.pdf_paragraphs import Edges, edges_of, is_full, open_ends, paragraphs_of

_SMALLER = 0.95
"""Times the size of the body text: up to here a numbered line at the foot of a column begins a footnote."""
_USUAL_PITCH = 1.2
"""The distance of lines in sizes of their letters, for a file with too few lines to measure it."""

_LEADER = re.compile(r"(?:\.\s?){4,}\s*(?:\d+|[ivxlc]+)$", re.IGNORECASE)
"""The dots between an entry of the contents and its page."""
_NOTE = re.compile(r"(\d{1,3})(?=[\s.)]|[^\W\d_])")
"""The number in front of a footnote that is not raised."""
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_PAGE_BREAK = "\n\f\n"

_Role = tuple[BlockKind | None, int]
"""Kind and level; the kind None is body text, whose structure is recognised later."""


class _Block(NamedTuple):
    role: _Role
    lines: list[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidOut:
    """The text of all pages, parted by form feeds on lines of their own; blank lines part paragraphs.

    ``title`` is the largest text of the first page that has any, where it is larger than the body text.
    """

    text: str
    pages: tuple[Page, ...]
    marks: tuple[Mark, ...]
    title: str | None


def lay_out(pages: Sequence[PageLines], bookmarks: Sequence[Bookmark] = ()) -> LaidOut:
    """Put the lines of ``pages`` together; pages without lines are left out, the others keep their number."""
    pages = [page for page in pages if page.lines]
    scale = Scale(_body_size(pages), usual_pitch(pages, _USUAL_PITCH))
    furniture = find_furniture(pages, LARGER * scale.body)
    headings = find_headings(pages, furniture, scale, bookmarks)
    texts: list[str] = []
    marks: list[Mark] = []
    placed: list[Page] = []
    title = None
    start = 0
    goes_on = False
    last_note = 0
    for page in pages:
        roles = _roles(page, furniture[page.number], headings[page.number])
        for index in _footnotes(page, furniture[page.number], scale.body, last_note):
            roles[index] = (BlockKind.FOOTNOTE, 0)
            number = _NOTE.match(page.lines[index].text.translate(_PLAIN))
            last_note = int(number[1]) if number and int(number[1]) == last_note + 1 else last_note
        order = _in_order(page, roles)
        edges = edges_of([page.lines[index] for index in order if roles[index][0] != BlockKind.FURNITURE])
        blocks = list(_blocks(page, order, roles, scale, edges))
        body = [index for index in order if roles[index][0] not in (BlockKind.FURNITURE, BlockKind.FOOTNOTE)]
        goes_on, ends = open_ends(page, body, goes_on=goes_on)
        title = title if placed else _title(blocks, scale.body)
        end = start
        text = ""
        before: _Block | None = None
        for block in blocks:
            kind, level = block.role
            is_next_row = kind == BlockKind.TABLE_ROW and before is not None and before.role == block.role
            text += ("\n" if is_next_row else "\n\n") if before else ""
            end = start + len(text)
            text += "\n".join(line.text for line in block.lines)
            if kind is not None:
                marks.append(Mark(kind=kind, start=end, end=start + len(text), level=level))
            else:
                marks += _paragraph_marks(block, end, edges, ends)
            before = block
        texts.append(text)
        placed.append(Page(number=page.number, start=start, end=start + len(text)))
        start = placed[-1].end + len(_PAGE_BREAK)
    return LaidOut(text=_PAGE_BREAK.join(texts), pages=tuple(placed), marks=tuple(marks), title=title)


def _body_size(pages: Sequence[PageLines]) -> float:
    letters: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            letters[rounded(line.size)] += len(line.text)
    return max(letters, key=lambda size: (letters[size], -size), default=0.0)


def _roles(page: PageLines, furniture: set[int], headings: Mapping[int, int]) -> list[_Role]:
    """The role of each line of the page."""
    roles: list[_Role] = []
    for index, line in enumerate(page.lines):
        if index in furniture:
            roles.append((BlockKind.FURNITURE, 0))
        elif _LEADER.search(line.text):
            roles.append((BlockKind.CONTENTS, 0))
        elif line.is_row:
            roles.append((BlockKind.TABLE_ROW, 0))
        elif index in headings:
            roles.append((BlockKind.HEADING, headings[index]))
        else:
            roles.append((None, 0))
    return roles


def _footnotes(page: PageLines, furniture: set[int], body: float, last: int) -> list[int]:
    """Indices of the small lines that end a column, from the first that begins with the number of a note: one that is
    raised, or comes raised in the text, or goes on from ``last``."""
    numbers = _note_numbers(page, body) | {"1", str(last + 1)}
    found: list[int] = []
    small: list[int] = []
    for index, line in enumerate(page.lines):
        if index in furniture:
            continue
        if small and page.lines[small[-1]].region != line.region:
            found += _from_first_note(page, small, numbers)
            small = []
        small = [*small, index] if line.size <= _SMALLER * body and not line.is_row else []
    return [*found, *_from_first_note(page, small, numbers)]


def _note_numbers(page: PageLines, body: float) -> frozenset[str]:
    """The raised numbers in the text of the page."""
    large = (line.text for line in page.lines if line.size > _SMALLER * body)
    return frozenset(number.translate(_PLAIN) for text in large for number in _RAISED.findall(text))


def _from_first_note(page: PageLines, small: Sequence[int], numbers: Set[str]) -> Sequence[int]:
    for at, index in enumerate(small):
        if _is_noted(page.lines[index], numbers):
            return small[at:]
    return ()


def _is_noted(line: Line, numbers: Set[str]) -> bool:
    number = _NOTE.match(line.text)
    return line.noted or (number is not None and number[1] in numbers)


def _in_order(page: PageLines, roles: Sequence[_Role]) -> list[int]:
    """Indices of the lines: what runs at the head of the page, the text, the footnotes, what runs at its foot. So a
    sentence goes on from column to column."""

    def place(index: int) -> int:
        kind, _ = roles[index]
        if kind == BlockKind.FURNITURE:
            return 0 if page.lines[index].baseline > page.height / 2 else 3
        return 2 if kind == BlockKind.FOOTNOTE else 1

    return sorted(range(len(roles)), key=place)


def _blocks(
    page: PageLines, order: Sequence[int], roles: Sequence[_Role], scale: Scale, edges: Edges
) -> Iterator[_Block]:
    """The lines of the page in reading order, gathered as long as they belong together."""
    block: _Block | None = None
    for index in order:
        line, role = page.lines[index], roles[index]
        if block and role == block.role and not _begins_block(block, line, scale, edges):
            block.lines.append(line)
            continue
        if block:
            yield _judged(block)
        block = _Block(role, [line])
    if block:
        yield _judged(block)


def _begins_block(block: _Block, line: Line, scale: Scale, edges: Edges) -> bool:
    kind, _ = block.role
    if kind in (BlockKind.FURNITURE, BlockKind.CONTENTS, BlockKind.TABLE_ROW):
        return True
    if kind == BlockKind.FOOTNOTE and (line.noted or _NOTE.match(line.text)):
        return True
    above = block.lines[-1]
    if kind == BlockKind.HEADING and rounded(above.size) != rounded(line.size):
        return True
    if above.region == line.region:
        return scale.parts(above, line)
    if above.baseline < line.baseline:
        # The next column: a finished sentence on a line with room left ends the paragraph.
        return ends_sentence(above.text) and not is_full(above, line, *edges[above.region])
    return scale.parts(above, line)


def _paragraph_marks(block: _Block, start: int, edges: Edges, ends: Sequence[Line]) -> Iterator[Mark]:
    """Marks of the paragraphs that the setting shows in a block of text that begins at ``start``."""
    places = [start]
    for line in block.lines:
        places.append(places[-1] + len(line.text) + len("\n"))
    for first, last in paragraphs_of(block.lines, edges, ends):
        yield Mark(kind=BlockKind.PARAGRAPH, start=places[first], end=places[last + 1] - len("\n"))


def _judged(block: _Block) -> _Block:
    kind, _ = block.role
    if kind == BlockKind.HEADING and sum(len(line.text) for line in block.lines) > LONGEST_HEADING:
        return _Block((None, 0), block.lines)
    return block


def _title(blocks: Sequence[_Block], body: float) -> str | None:
    headings = [
        block for block in blocks if block.role[0] == BlockKind.HEADING and block.lines[0].size >= LARGER * body
    ]
    if not headings:
        return None
    return " ".join(line.text for line in max(headings, key=lambda block: block.lines[0].size).lines)
