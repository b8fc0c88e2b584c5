"""Lines that belong to the page or the site and not to the text: page numbers, running heads, link labels, tables of
contents, bare addresses; and footnotes, which belong to the text but interrupt it."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import cache
from importlib.resources import files

from ingest.document import BlockKind, Document
from ingest.lines import Layout, Line
from ingest.text import fold

_PAGE_NUMBER = re.compile(
    r"^\W*(?:p(?:age|agina|ágina|\.)?|s(?:eite|ida|ida|trona|trana|\.)?|σελίδα|стр(?:аница|\.)?|صفحة|sayfa)?\W*"
    r"(?:(?P<number>\d{1,4})|[ivxlc]{1,6})(?:\s*(?:/|of|von|de|di|van|sur|z|из)\s*(?P<total>\d{1,4}))?\W*$",
    re.IGNORECASE,
)
_LEADER = re.compile(r"(?:\.\s?){4,}\s*\d{1,4}$|\t\s*\d{1,4}$")
_ADDRESS = re.compile(r"^<?(?:https?://|www\.)\S+>?$", re.IGNORECASE)
_NOTE_START = re.compile(r"^(\d{1,3})\s+(?=[^\W\da-z_]|[\"“„«‘'(\[])")
_RUNNING_LENGTH = 90
_RUNNING_TIMES = 3
_LABEL_WORDS = 7
_LABEL_TIMES = 4
_CONTENTS_LINES = 120
_NOTE_REACH = 10_000
"""Code points between a footnote and its mark at the most: about three printed pages."""


def recognise(document: Document, lines: list[Line], layout: Layout) -> dict[int, BlockKind]:
    """Which lines (by 0-based index) are furniture, contents or the first line of a footnote. Marks are believed."""
    kinds: dict[int, BlockKind] = {
        i: line.mark.kind
        for i, line in enumerate(lines)
        if line.mark and line.mark.kind in (BlockKind.FURNITURE, BlockKind.CONTENTS, BlockKind.FOOTNOTE)
    }
    for found, kind in (
        (_contents(lines), BlockKind.CONTENTS),
        (_running(document, lines), BlockKind.FURNITURE),
        (_link_labels(lines), BlockKind.FURNITURE),
        (_notes(document, lines), BlockKind.FOOTNOTE),
    ):
        for i in found:
            if lines[i].mark is None:
                kinds.setdefault(i, kind)
    for i in _addresses(lines, kinds, layout):
        kinds.setdefault(i, BlockKind.FURNITURE)
    return kinds


def _running(document: Document, lines: list[Line]) -> set[int]:
    """Page numbers, lines that come back with every page, and the document's title with a page number behind it."""
    shapes = Counter(_shape(line) for line in lines if len(line.text) <= _RUNNING_LENGTH)
    title = set(re.findall(r"\w+", fold(document.metadata.title)))
    found = set()
    for i, line in enumerate(lines):
        shape = _shape(line)
        if (
            _is_page_number(line)
            or (shapes[shape] >= _RUNNING_TIMES and "#" in shape and _comes_with_pages(document, lines, shape))
            or _is_title_with_page(line, title)
        ):
            found.add(i)
    return found


def _is_page_number(line: Line) -> bool:
    match = _PAGE_NUMBER.match(line.text) if len(line.text) <= 16 else None
    if not match:
        return False
    number, total = match.group("number"), match.group("total")
    return not (number and total) or int(number) <= int(total)


def _is_title_with_page(line: Line, title: set[str]) -> bool:
    """The words of the document's title, three at least, and before or behind them a number that is not in it."""
    named = re.findall(r"\w+", fold(line.text))
    for number, rest in ((named[-1:], named[:-1]), (named[:1], named[1:])):
        if number and number[0].isdigit() and number[0] not in title and len(rest) >= 3 and title.issuperset(rest):
            return True
    return False


def _comes_with_pages(document: Document, lines: list[Line], shape: str) -> bool:
    """Whether the lines of a shape differ in nothing but an ascending number, as running heads with page numbers do."""
    if len(shape.replace("#", "").strip()) < 4 or document.marks:
        return False
    numbers = [[int(n) for n in re.findall(r"\d{1,9}", line.text)] for line in lines if _shape(line) == shape]
    columns = list(zip(*numbers, strict=False))
    moving = [column for column in columns if len(set(column)) > 1]
    return len(moving) == 1 and list(moving[0]) == sorted(set(moving[0]))


def _shape(line: Line) -> str:
    return re.sub(r"\d+", "#", fold(line.text))


def _link_labels(lines: list[Line]) -> set[int]:
    """Labels such as "More about …": short, many alike, and never with a text of their own under them."""
    short = [
        i
        for i, line in enumerate(lines)
        if line.mark is None
        and 2 <= len(line.text.split()) <= _LABEL_WORDS
        and not line.ends_sentence
        and not line.text[0].isdigit()
        and line.text[0] not in "-•*–—#"
    ]
    heads = {i: " ".join(fold(lines[i].text).split()[:2]) for i in short}
    among = set(short)
    bodiless = {i for i in short if i + 1 == len(lines) or i + 1 in among or lines[i + 1].gap >= 2}
    often = Counter(heads[i] for i in bodiless if len(lines[i].text.split()) > 2)
    return {i for i in bodiless if often[heads[i]] >= _LABEL_TIMES}


def _contents(lines: list[Line]) -> set[int]:
    """A table of contents: from its title to where its first entry comes again as a heading, or lines with leaders."""
    found = {i for i, line in enumerate(lines) if _LEADER.search(line.text) and len(line.text) <= 160}
    if len(found) < 3:
        found = set()
    for start, line in enumerate(lines):
        if fold(line.text).strip(" #*:") not in _contents_titles():
            continue
        entries: list[str] = []
        for i in range(start + 1, min(len(lines), start + 1 + _CONTENTS_LINES)):
            entry = re.sub(r"[\s.…]*\d{1,4}$", "", fold(lines[i].text).strip(" #*"))
            if entry in entries[:3] or len(lines[i].text) > 160:
                if len(entries) >= 3 and entry in entries[:3]:
                    found.update(range(start, i))
                break
            entries.append(entry)
    return found


@cache
def _contents_titles() -> frozenset[str]:
    """How a table of contents is headed, folded, in many languages."""
    table = tomllib.loads((files("ingest") / "contents_titles.toml").read_text(encoding="utf-8"))
    return frozenset(fold(title) for titles in table.values() for title in titles)


def _notes(document: Document, lines: list[Line]) -> set[int]:
    """First lines of footnotes: numbered one after the other, each with its mark glued to a word of the text before."""
    found: set[int] = set()
    last = 0
    for i, line in enumerate(lines):
        match = _NOTE_START.match(line.text)
        if not match or int(match.group(1)) not in (last + 1, 1):
            continue
        number = match.group(1)
        before = document.text[max(0, line.start - _NOTE_REACH) : line.start]
        if re.search(rf"[^\W\d_][.,;:!?\"'”’»)\]]{{0,3}}{number}(?![\d\w]|[.,]\d)", before):
            found.add(i)
            last = int(number)
    return found


def _addresses(lines: list[Line], kinds: dict[int, BlockKind], layout: Layout) -> set[int]:
    """Bare web addresses collected from links: several in a row, under a footnote, or between wrapped lines."""
    found: set[int] = set()
    alone = [bool(_ADDRESS.match(line.text)) and line.mark is None for line in lines]
    for i, is_address in enumerate(alone):
        if not is_address:
            continue
        neighbours = [j for j in (i - 1, i + 1) if 0 <= j < len(lines)]
        in_run = any(alone[j] for j in neighbours)
        interrupts = bool(layout.width) and 0 < i < len(lines) - 1 and not lines[i - 1].ends_sentence
        if in_run or interrupts or (layout.width and any(k == BlockKind.FOOTNOTE for k in kinds.values())):
            found.add(i)
    return found
