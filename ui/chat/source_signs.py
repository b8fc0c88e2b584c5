"""The signs of Markdown that stand in a text: where they are, and what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Literal, NamedTuple, TypeVar

from ingest.document import Span

Manner = Literal["markdown", "text", "none"]
"""How far signs count in a file: all of them, those that writers of plain text use too, or none."""

_MANNERS: dict[str, Manner] = {".md": "markdown", ".markdown": "markdown", ".txt": "text"}
_PAIRS = (
    ("strong", re.compile(r"(?<![\\*])(\*\*)(?=[^\s*])((?:[^*]|\*(?!\*))+?)(?<=[^\s*])(\*\*)(?!\*)")),
    ("strong", re.compile(r"(?<![\\\w])(__)(?=[^\s_])([^_]+?)(?<=[^\s_])(__)(?!\w)")),
    ("em", re.compile(r"(?<![\\\w*])(\*)(?=[^\s*])([^*]+?)(?<=[^\s*])(\*)(?![\w*])")),
)
_LINES = re.compile(r"^[ \t]{0,3}(?:(#{1,6}[ \t]+)|([-*_=]{3,}[ \t]*$))", re.MULTILINE)
_CLOSING_HASHES = re.compile(r"(?<=[^\s#])[ \t]+#{1,6}[ \t]*$", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*([*+])(?=[ \t]+\S)", re.MULTILINE)
_LINK = re.compile(r"(!?\[)([^\[\]\n]{1,500})(\]\(\s*<?([^\s()<>]{1,2000})>?(?:\s+\"[^\"\n]{0,200}\")?\s*\))")
_ESCAPE = re.compile(r"(\\)[!-/:-@\[-`{-~]")


class Sign(NamedTuple):
    """A stretch that is shown as ``instead``."""

    start: int
    end: int
    instead: str = ""


class Wording(NamedTuple):
    """A stretch that stands inside an element."""

    start: int
    end: int
    element: str


S = TypeVar("S", Sign, Wording)


def manner_of(path: str) -> Manner:
    """How far signs count in the file of this name."""
    return _MANNERS.get(PurePosixPath(path).suffix.lower(), "none")


def signs(text: str, span: Span, manner: Manner) -> tuple[list[Sign], list[Wording]]:
    """The signs in a span of a text, ascending and apart, and what they say of the words between them."""
    if manner == "none":
        return [], []
    found, wordings = list[Sign](), list[Wording]()
    piece = text[span.start : span.end]
    if manner == "markdown":
        for link in _LINK.finditer(piece):
            # Text of a document never becomes a link of this site: the reader sees where it would have led.
            where = f" ({link[4]})" if link[1] == "[" else ""
            found += [Sign(*link.span(1)), Sign(*link.span(3), where)]
        found += [Sign(*escape.span(1)) for escape in _ESCAPE.finditer(piece)]
    for element, pair in _PAIRS:
        for match in pair.finditer(piece):
            found += [Sign(*match.span(1)), Sign(*match.span(3))]
            wordings.append(Wording(*match.span(2), element))
    for line in _LINES.finditer(piece):
        found.append(Sign(*(line.span(1) if line[1] else line.span(2))))
        if line[1]:
            end = piece.find("\n", line.end())
            closing = _CLOSING_HASHES.search(piece, line.end(), len(piece) if end < 0 else end)
            found += [Sign(*closing.span())] if closing else []
    found += [Sign(*bullet.span(1), "•") for bullet in _BULLET.finditer(piece)]
    return [_moved(sign, span.start) for sign in _apart(found)], [_moved(each, span.start) for each in wordings]


def without_signs(text: str, manner: Manner) -> str:
    """The text as it is shown."""
    shown, at = "", 0
    for sign in signs(text, Span(0, len(text)), manner)[0]:
        shown += text[at : sign.start] + sign.instead
        at = sign.end
    return shown + text[at:]


def _apart(found: list[Sign]) -> Iterator[Sign]:
    """Ascending; of two that overlap, the one that begins first."""
    end = 0
    for sign in sorted(found):
        if sign.start >= end:
            end = sign.end
            yield sign


def _moved(each: S, by: int) -> S:
    return each._replace(start=each.start + by, end=each.end + by)
