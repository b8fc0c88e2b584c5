"""Markdown of an answer → HTML in which every word of a document, a title or a question stays text.

The page's Markdown components pass one line that begins with a block element through as HTML and then sanitise it.
So what is made here is always one line, and every ASCII sign of a text is written as a character reference: no
Markdown, no HTML, no link and no image can come out of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import NamedTuple

from ui.plain_text import plain, plain_line

MARKERS = re.compile(r"\[(\d{1,4}(?:\s*,\s*\d{1,4})*)\]")
"""A marker, or several in one pair of brackets."""

_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_LIST_ITEM = re.compile(r"\s*[-*•]\s+")
_QUOTED = re.compile(r"\s*>\s?")
_HEADING = re.compile(r"#{1,6}\s+")
_VARIABLE = re.compile(r"\$([a-z]+)")
_ESCAPED_BRACKET = re.compile(r"\\([\[\]])")

Marked = Callable[[int], str]
"""The HTML of a marker by its number; "" where it is no marker and stays text."""


class _Line(NamedTuple):
    kind: str
    block: int
    text: str


def as_text(value: str) -> str:
    """``value`` on one line as HTML that shows exactly its characters."""
    return "".join(
        sign if sign == " " or sign.isalnum() or ord(sign) > 127 else f"&#{ord(sign)};" for sign in plain_line(value)
    )


def as_lines(value: str, end: str = "<br>") -> str:
    """``value`` as HTML that keeps its line ends as ``end``."""
    return end.join(as_text(line) for line in plain(value).split("\n"))


def filled(template: str, **values: object) -> str:
    """A text with ``$name`` variables as HTML; each value stands apart, so that its direction turns nothing around."""
    parts = _VARIABLE.split(template)
    texts = [_spaced(part) if number % 2 == 0 else "" for number, part in enumerate(parts)]
    names = [f"<bdi>{as_lines(str(values[part]))}</bdi>" if number % 2 else "" for number, part in enumerate(parts)]
    return "".join(text + name for text, name in zip(texts, names, strict=True))


def markdown_html(text: str, marked: Marked) -> str:
    """Paragraphs, lists, quotations and bold words, as one line of HTML without an element around it."""
    return _blocks(plain(text).split("\n"), marked, may_quote=True)


def unescaped(text: str) -> str:
    """Text of an answer with the square brackets that were escaped because they are no markers."""
    return _ESCAPED_BRACKET.sub(r"\1", text)


def _blocks(lines: Sequence[str], marked: Marked, *, may_quote: bool) -> str:
    html = ""
    for (kind, _), group in groupby(_kinds(lines, may_quote=may_quote), key=lambda line: (line.kind, line.block)):
        inside = [line.text for line in group]
        match kind:
            case "list":
                html += "<ul>" + "".join(f"<li>{_inline(item, marked)}</li>" for item in inside) + "</ul>"
            case "quote":
                # One level: a quotation in a quotation is shown as it is written.
                html += f"<blockquote>{_blocks(inside, marked, may_quote=False)}</blockquote>"
            case "heading":
                html += "".join(f"<h3>{_inline(heading, marked)}</h3>" for heading in inside)
            case _:
                html += f"<p>{'<br>'.join(_inline(line, marked) for line in inside)}</p>"
    return html


def _kinds(lines: Sequence[str], *, may_quote: bool) -> list[_Line]:
    """Lines without their signs, with their kind and the number of their block; an empty line begins a new block."""
    found, block = [], 0
    for line in lines:
        if not line.strip():
            block += 1
        elif may_quote and (mark := _QUOTED.match(line)):
            found.append(_Line("quote", block, line[mark.end() :]))
        elif mark := _LIST_ITEM.match(line):
            found.append(_Line("list", block, line[mark.end() :]))
        elif mark := _HEADING.match(line):
            found.append(_Line("heading", block, line[mark.end() :]))
        else:
            found.append(_Line("text", block, line))
    return found


def _inline(text: str, marked: Marked) -> str:
    """Text with bold words and markers."""
    parts = _BOLD.split(text)
    return "".join(
        f"<strong>{_with_markers(part, marked)}</strong>" if bold else _with_markers(part, marked)
        for bold, part in zip([index % 2 for index in range(len(parts))], parts, strict=True)
    )


def _with_markers(text: str, marked: Marked) -> str:
    html, done = "", 0
    for found in MARKERS.finditer(text):
        links = [marked(int(number)) for number in found[1].split(",")]
        if not all(links):
            continue
        html += _spaced(text[done : found.start()]) + "".join(links)
        done = found.end()
    return html + _spaced(text[done:])


def _spaced(text: str) -> str:
    """``as_text`` that keeps the space at either end, because another piece of the same line follows."""
    if not text.strip():
        return " " * bool(text)
    return " " * text[0].isspace() + as_text(unescaped(text)) + " " * text[-1].isspace()
