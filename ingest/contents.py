"""Tables of contents: found by their title, by the dots that lead to page numbers, or by entries that come again."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from ingest.lines import Line
from ingest.text import fold

_LONGEST_ENTRY = 160
_LINES = 120
"""Lines of a table of contents at the most."""
_FIRST, _FEWEST = 3, 3
"""Entries of which one must come again to end the table; entries that make a table."""
_LEADER = re.compile(r"(?:\.\s?){4,}\s*\d{1,4}$|\t\s*\d{1,4}$")
_PAGE = re.compile(r"[\s.…]*(?<!\d)(?<!\d[.,:/-])(\d{1,4})$")
_SIGNS = " #*:"


def find_contents(lines: Sequence[Line]) -> set[int]:
    """The 0-based indices of the lines that belong to a table of contents."""
    found = _led(lines)
    words = [_entry(line) for line in lines]
    standing = Counter(words)
    for start in range(len(lines)):
        if fold(lines[start].text[:40]).strip(_SIGNS) in _titles() and len(lines[start].text) <= 40:
            found.update(_until_first_entry(words, start) or _numbered(lines, start + 1, start))
    at = 0
    while at < len(lines):
        run = _numbered(lines, at, at)
        if len(run) >= _FEWEST and 2 * sum(standing[words[i]] > 1 for i in run) >= len(run):
            found.update(run)
        at = max(at + 1, *run) if run else at + 1
    return found


def listed(entries: Sequence[str]) -> frozenset[str]:
    """The entries of a table of contents, folded, each with and without what may be its page number."""
    bare = [fold(entry).strip(_SIGNS) for entry in entries]
    return frozenset([*bare, *(_PAGE.sub("", entry) for entry in bare)]) - {""}


def _led(lines: Sequence[Line]) -> set[int]:
    """Lines with leaders, where there are several."""
    found = {i for i, line in enumerate(lines) if len(line.text) <= _LONGEST_ENTRY and _LEADER.search(line.text)}
    return found if len(found) >= _FEWEST else set()


def _until_first_entry(words: Sequence[str | None], start: int) -> range | None:
    """From the title to where one of the first entries comes again as a heading."""
    entries: list[str] = []
    for i in range(start + 1, min(len(words), start + 1 + _LINES)):
        word = words[i]
        if word is None:
            return None
        if word in entries[:_FIRST]:
            return range(start, i) if len(entries) >= _FEWEST else None
        if word:
            entries.append(word)
    return None


def _numbered(lines: Sequence[Line], at: int, start: int) -> range:
    """The lines from ``start`` on, if those from ``at`` end in page numbers that do not descend; one line without
    number between two such is the beginning of a long entry."""
    last, page, entries = at - 1, -1, 0
    for i in range(at, min(len(lines), at + _LINES)):
        text = lines[i].text
        number = _PAGE.search(text) if len(text) <= _LONGEST_ENTRY else None
        if number and number.start() and int(number.group(1)) >= page:
            last, page, entries = i, int(number.group(1)), entries + 1
        elif number or lines[i].ends_sentence or i - last > 1 or len(text) > _LONGEST_ENTRY:
            break
    return range(start, last + 1) if entries >= _FEWEST else range(0)


def _entry(line: Line) -> str | None:
    """The words of an entry or a heading, without page number; None for a line too long for either."""
    return _PAGE.sub("", fold(line.text).strip(_SIGNS)) if len(line.text) <= _LONGEST_ENTRY else None


@cache
def _titles() -> frozenset[str]:
    """How a table of contents is headed, folded, in many languages."""
    table = tomllib.loads((files("ingest") / "contents_titles.toml").read_text(encoding="utf-8"))
    return frozenset(fold(title) for titles in table.values() for title in titles)
