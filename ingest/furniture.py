"""Lines that belong to the page or the site and not to the text: page numbers, running heads, rules, link labels,
bare addresses."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.contents import find_contents
from ingest.document import BlockKind, Document
from ingest.footnotes import find_footnotes
from ingest.lines import BULLETS, Layout, Line
from ingest.text import fold

_BARE_NUMBER = re.compile(r"(\d{1,4})|(?=[ivxl])(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
_PAGE_WORD = "page|pagina|página|seite|sida|side|strona|stránka|σελίδα|страница|صفحة|sayfa"
_OF = "/|of|von|de|di|van|sur|z|из|από"
_PAGE_NUMBER = re.compile(
    r"^(?:[-–—|\[(]\s?(?P<framed>\d{1,4})\s?[-–—|\])]"
    rf"|\W*(?:(?:{_PAGE_WORD})\s|(?:p|pp|s|str|стр)\.)\s*(?P<named>\d{{1,4}}|[ivxlc]{{1,6}})(?:\s*(?:{_OF})\s*(?P<total>\d{{1,3}}))?\W*"
    rf"|(?P<of>\d{{1,3}})\s*(?:{_OF})\s*(?P<all>\d{{1,3}}))$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"^<?(?:https?://|www\.)\S+>?$", re.IGNORECASE)
_ALNUM = re.compile(r"[^\W_]")
_YEARS = range(1900, 2101)
_STEP = 3
"""By how much page numbers on neighbouring pages differ at the most: an empty page or a picture may lie between."""
_NUMBER_LENGTH, _RUNNING_LENGTH = 16, 90
_RUNNING_TIMES = 3
_LABEL_WORDS = 7
_LABEL_TIMES = 4
_EDGE = 3
"""Lines at the head and the foot of a page that can be its furniture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What was recognised, by 0-based index of the line: furniture, contents, first lines of footnotes.

    ``labels`` are the link labels among the furniture.
    """

    kinds: dict[int, BlockKind]
    labels: frozenset[int]


def recognise(document: Document, lines: Sequence[Line], layout: Layout) -> Recognised:
    """Recognise what is no running text. Marks of the reader are believed."""
    kinds: dict[int, BlockKind] = {
        i: line.mark.kind
        for i, line in enumerate(lines)
        if line.mark and line.mark.kind in (BlockKind.FURNITURE, BlockKind.CONTENTS, BlockKind.FOOTNOTE)
    }
    labels = _link_labels(lines)
    for found, kind in (
        (find_contents(lines), BlockKind.CONTENTS),
        (_page_lines(document, lines), BlockKind.FURNITURE),
        (labels, BlockKind.FURNITURE),
        (find_footnotes(document.text, lines), BlockKind.FOOTNOTE),
    ):
        for i in found:
            if lines[i].mark is None:
                kinds.setdefault(i, kind)
    for i in _addresses(lines, kinds, layout):
        kinds.setdefault(i, BlockKind.FURNITURE)
    return Recognised(kinds=kinds, labels=frozenset(i for i in labels if kinds[i] is BlockKind.FURNITURE))


def _page_lines(document: Document, lines: Sequence[Line]) -> set[int]:
    """Page numbers, rules, lines that come back with every page, the document's title with a page number."""
    title = set(re.findall(r"\w+", fold(document.metadata.title)))
    found = {
        i
        for i, line in enumerate(lines)
        if _is_rule(lines, i) or _is_page_number(line.text) or _is_title_with_page(line, title)
    }
    found |= _bare_numbers(lines)
    if not document.marks:  # a reader that marks has looked for running heads itself
        found |= _at_edges(lines, top=True) | _at_edges(lines, top=False)
        found |= _returning(lines, found)
    return found


def _is_rule(lines: Sequence[Line], i: int) -> bool:
    """A line of signs: "-----", "* * *". A bullet alone belongs to the line under it."""
    line = lines[i]
    glued = i + 1 < len(lines) and lines[i + 1].gap == 0
    return not _ALNUM.search(line.text) and not (line.is_bullet and glued)


def _is_page_number(text: str) -> bool:
    match = _PAGE_NUMBER.match(text) if len(text) <= _NUMBER_LENGTH else None
    if not match:
        return False
    number, total = match["named"] or match["of"], match["total"] or match["all"]
    return not (number and total and number.isdigit()) or int(number) <= int(total)


def _is_title_with_page(line: Line, title: set[str]) -> bool:
    """The words of the document's title, three at least, and before or behind them a number that is not in it."""
    if len(line.text) > _RUNNING_LENGTH:
        return False
    named = re.findall(r"\w+", fold(line.text))
    for number, rest in ((named[-1:], named[:-1]), (named[:1], named[1:])):
        if number and number[0].isdigit() and number[0] not in title and len(rest) >= 3 and title.issuperset(rest):
            return True
    return False


def _at_edges(lines: Sequence[Line], *, top: bool) -> set[int]:
    """What stands at the head or the foot of several pages: the same words, with numbers that stay or ascend."""
    pages = list(_pages(lines))
    edges = [list(page[:_EDGE]) if top else list(reversed(page[-_EDGE:])) for page in pages]
    shapes: dict[str, list[tuple[int, int]]] = defaultdict(list)  # → page and line
    for number, edge in enumerate(edges):
        for i in edge:
            if len(lines[i].text) <= _RUNNING_LENGTH:
                shapes[_shape(lines[i].text)].append((number, i))
    returning: set[int] = set()
    for places in shapes.values():
        texts = [lines[i].text for _, i in places]
        often = len({page for page, _ in places}) >= max(2, len(pages) / 3)
        sentences = len(set(texts)) > 1 and lines[places[0][1]].ends_sentence
        if often and _ascend(texts) and not sentences:
            returning.update(i for _, i in places)
    found = set()
    for edge in edges:
        for i in edge:
            if i not in returning:
                break
            found.add(i)
    return found


def _pages(lines: Sequence[Line]) -> Iterator[range]:
    """The lines of each page, as far as form feeds part pages."""
    starts = [i for i, line in enumerate(lines) if i == 0 or line.begins_page]
    yield from (range(start, end) for start, end in pairwise([*starts, len(lines)]))


def _bare_numbers(lines: Sequence[Line]) -> set[int]:
    """Numbers that stand alone and go up in small steps, or interrupt a sentence."""
    bare = [
        (i, int(line.text) if line.text.isdigit() else 0)
        for i, line in enumerate(lines)
        if len(line.text) <= 6 and line.text.isascii() and _BARE_NUMBER.fullmatch(line.text)
    ]
    found = {i for i, _ in bare if _interrupts(lines, i)}
    for (i, number), (j, following) in pairwise([place for place in bare if place[1] and place[1] not in _YEARS]):
        if 0 < following - number <= _STEP:
            found.update((i, j))
    return found


def _interrupts(lines: Sequence[Line], i: int) -> bool:
    return 0 < i < len(lines) - 1 and not lines[i - 1].ends_sentence and lines[i + 1].continues


def _returning(lines: Sequence[Line], known: set[int]) -> set[int]:
    """Short lines that come back beside other furniture or in the middle of sentences, the same or counting up."""
    shapes: dict[str, list[int]] = defaultdict(list)
    for i, line in enumerate(lines):
        if len(line.text) <= _RUNNING_LENGTH and line.mark is None and not line.ends_sentence:
            shapes[_shape(line.text)].append(i)
    found: set[int] = set()
    for shape, places in shapes.items():
        if len(places) < _RUNNING_TIMES or len(shape.replace("#", "").strip()) < 4:
            continue
        texts = [lines[i].text for i in places]
        beside = all(i - 1 in known or i + 1 in known for i in places)
        interrupting = sum(_interrupts(lines, i) for i in places)
        # "Article 1", "Article 2" … count up too; they stand above text and not in it.
        counts = len(set(texts)) == len(texts)
        if _ascend(texts) and (beside or interrupting >= (1 if counts else len(places) / 2)):
            found.update(places)
    return found


def _ascend(texts: Sequence[str]) -> bool:
    """Whether lines of one shape differ in nothing but one number that goes up."""
    columns = list(zip(*([int(n) for n in re.findall(r"\d{1,9}", text)] for text in texts), strict=False))
    moving = [column for column in columns if len(set(column)) > 1]
    return not moving or (len(moving) == 1 and all(a < b for a, b in pairwise(moving[0])))


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", fold(text))


def _link_labels(lines: Sequence[Line]) -> set[int]:
    """Labels such as "More about …": short, many alike, and never with a text of their own under them."""
    short = {
        i
        for i, line in enumerate(lines)
        if line.mark is None
        and len(line.text) <= _RUNNING_LENGTH
        and 2 <= len(line.text.split()) <= _LABEL_WORDS
        and not line.ends_sentence
        and not line.text[0].isdigit()
        and line.text[0] not in f"{BULLETS}#"
    }
    heads = {i: " ".join(fold(lines[i].text).split()[:2]) for i in short}
    bodiless = {i for i in short if i + 1 == len(lines) or i + 1 in short or lines[i + 1].gap >= 2}
    often = Counter(heads[i] for i in bodiless if len(lines[i].text.split()) > 2)
    return {i for i in bodiless if often[heads[i]] >= _LABEL_TIMES}


def _addresses(lines: Sequence[Line], kinds: dict[int, BlockKind], layout: Layout) -> set[int]:
    """Bare web addresses collected from links: several in a row, under a footnote, or between wrapped lines."""
    with_notes = BlockKind.FOOTNOTE in kinds.values()
    alone = [bool(_ADDRESS.match(line.text)) and line.mark is None for line in lines]
    found: set[int] = set()
    for i, is_address in enumerate(alone):
        if is_address:
            in_run = any(alone[max(i - 1, 0) : i]) or any(alone[i + 1 : i + 2])
            interrupts = 0 < i < len(lines) - 1 and not lines[i - 1].ends_sentence
            if in_run or (layout.width and (interrupts or with_notes)):
                found.add(i)
    return found
