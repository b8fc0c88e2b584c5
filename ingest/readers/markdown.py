"""Markdown: the text as it is, with marks for what its signs say beyond doubt.

A mark covers whole lines, signs included, so that nothing but white space and unmarked prose lies between marks. The
block rules are those of CommonMark 0.31 and the table and front matter extensions in common use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml  # type: ignore[import-untyped]

from ingest.document import BlockKind, Mark
from ingest.invisible import drop_invisible
from ingest.readers.dates import stated_date
from ingest.readers.encoding import decode
from ingest.readers.naming import stated_language, stated_title
from ingest.readers.result import ReadOptions, ReadResult

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+\S.*)?[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^`]*)")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})")
_ITEM = re.compile(r"([ \t]*)(?:[-*+]|\d{1,9}[.)])[ \t]+\S.*")
_TABLE_RULE = re.compile(r"\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?)?|\|[ \t]*:?-+:?")
_LONGEST_FRONT_MATTER = 20_000
"""Characters; what is longer is no list of fields, and YAML takes its time."""
_COMMENT = re.compile(r" {0,3}<!--")


class _Line(NamedTuple):
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def blank(self) -> bool:
        return not self.text.strip()


def read(data: bytes, path: Path, options: ReadOptions) -> ReadResult:  # noqa: ARG001
    """Read a Markdown file; front matter gives title, date and language. Raises UnreadableFile."""
    decoded = decode(data, path)
    text, dropped = drop_invisible(decoded.text)
    marks: list[Mark] = []
    stated: dict[str, str] = {}
    front = _FRONT_MATTER.match(text)
    fields = _fields(front[1]) if front else None
    body = 0
    if front and fields is not None:
        stated, body = fields, front.end()
        marks.append(Mark(kind=BlockKind.FURNITURE, start=0, end=len(front[0].rstrip())))
    marks.extend(_marks(_lines(text, body)))
    return ReadResult(
        text=text,
        marks=tuple(marks),
        title=stated_title(stated.get("title")),
        published=stated_date(stated.get("date", "")) or stated_date(stated.get("published", "")),
        language=stated_language(stated.get("language") or stated.get("lang")),
        dropped=dropped,
        notes=decoded.notes,
    )


def _fields(source: str) -> dict[str, str] | None:
    """The single values of front matter by key in lower case; None where it is not YAML with keys."""
    if len(source) > _LONGEST_FRONT_MATTER:
        return None
    try:
        loaded = yaml.safe_load(source)
    # ValueError: a date that is not in the calendar, a number of thousands of digits.
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    if not isinstance(loaded, dict):
        return None
    return {str(key).lower(): str(value) for key, value in loaded.items() if not isinstance(value, dict | list | None)}


def _lines(text: str, start: int) -> list[_Line]:
    lines = []
    for line in text[start:].split("\n"):
        lines.append(_Line(line, start))
        start += len(line) + 1
    return lines


def _marks(lines: list[_Line]) -> Iterator[Mark]:
    """Marks of the lines after the front matter, ascending."""
    at = 0
    indents: list[int] = []  # of the list items that the next item may lie in
    while at < len(lines):
        line = lines[at]
        item = _ITEM.fullmatch(line.text)
        if item and not _RULE.fullmatch(line.text):
            last = _paragraph_end(lines, at)
            indents = [*(indent for indent in indents if indent < _width(item[1])), _width(item[1])]
            yield _mark(BlockKind.LIST_ITEM, line, lines[last], len(indents))
        elif line.blank:
            last = at
        else:
            if not line.text[0].isspace():
                indents = []
            last, marks = _block(lines, at)
            yield from marks
        at = last + 1


def _block(lines: list[_Line], at: int) -> tuple[int, list[Mark]]:
    """The last line of the block that begins at ``at`` and is no list item, and its marks."""
    line = lines[at]
    if fence := _FENCE.fullmatch(line.text):
        last = _fence_end(lines, at, fence[1])
        return last, [_mark(BlockKind.PARAGRAPH, line, lines[last])]
    if _COMMENT.match(line.text):
        last = next((n for n in range(at, len(lines)) if "-->" in lines[n].text), len(lines) - 1)
        # Text after the comment on its last line is shown, so such a comment is left alone.
        hidden = lines[last].text.rstrip().endswith("-->")
        return last, [_mark(BlockKind.FURNITURE, line, lines[last])] if hidden else []
    if heading := _HEADING.fullmatch(line.text):
        return at, [_mark(BlockKind.HEADING, line, line, len(heading[1]))]
    if _RULE.fullmatch(line.text):
        return at, [_mark(BlockKind.FURNITURE, line, line)]
    if _begins_table(lines, at):
        last = next((n for n in range(at + 2, len(lines)) if "|" not in lines[n].text), len(lines)) - 1
        rows = [_mark(BlockKind.TABLE_ROW, row, row) for row in lines[at + 2 : last + 1]]
        rule = _mark(BlockKind.FURNITURE, lines[at + 1], lines[at + 1])
        return last, [_mark(BlockKind.TABLE_ROW, line, line), rule, *rows]
    return _prose(lines, at)


def _prose(lines: list[_Line], at: int) -> tuple[int, list[Mark]]:
    """A paragraph, which is left to be recognised from the text, or a heading if a line is drawn under it."""
    last = _paragraph_end(lines, at)
    underline = _UNDERLINE.fullmatch(lines[last + 1].text) if last + 1 < len(lines) else None
    if underline is None:
        return last, []
    heading = _mark(BlockKind.HEADING, lines[at], lines[last], 1 if underline[1].startswith("=") else 2)
    return last + 1, [heading, _mark(BlockKind.FURNITURE, lines[last + 1], lines[last + 1])]


def _mark(kind: BlockKind, first: _Line, last: _Line, level: int = 0) -> Mark:
    indent = len(first.text) - len(first.text.lstrip())
    return Mark(kind=kind, start=first.start + indent, end=last.start + len(last.text.rstrip()), level=level)


def _width(indent: str) -> int:
    return len(indent.expandtabs(4))


def _fence_end(lines: list[_Line], at: int, fence: str) -> int:
    closing = re.compile(rf" {{0,3}}{re.escape(fence[0])}{{{len(fence)},}}[ \t]*")
    return next((n for n in range(at + 1, len(lines)) if closing.fullmatch(lines[n].text)), len(lines) - 1)


def _begins_table(lines: list[_Line], at: int) -> bool:
    return (
        "|" in lines[at].text
        and at + 1 < len(lines)
        and _TABLE_RULE.fullmatch(lines[at + 1].text.strip(" \t")) is not None
    )


def _paragraph_end(lines: list[_Line], at: int) -> int:
    """The last line of the prose that begins at ``at``: it ends before a blank line and before any other block."""
    last = at
    while last + 1 < len(lines):
        text = lines[last + 1].text
        others = (_ITEM, _HEADING, _UNDERLINE, _RULE, _FENCE)
        if not text.strip() or _COMMENT.match(text) or any(other.fullmatch(text) for other in others):
            break
        last += 1
    return last
