"""Markdown of an answer → HTML in which every word of a document, a title or a question stays text.

The page's Markdown components pass one line that begins with a block element through as HTML and then sanitise it.
So what is made here is always one line, and every ASCII sign of a text is written as a character reference: no
Markdown, no HTML, no link and no image can come out of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from itertools import groupby
from typing import NamedTuple

from ui.languages import direction_of
from ui.plain_text import plain, plain_line

MARKERS = re.compile(r"\[(\d{1,4}(?:\s*,\s*\d{1,4})*)\]")
"""A marker, or several in one pair of brackets."""

BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
"""Bold words between their signs."""
EMPHASISED = re.compile(r"(?<![\\\w*])\*(?=[^\s*])([^*]+?)(?<=[^\s*])\*(?![\w*])")
"""The same with one sign on either side. Stars that stand alone, or inside a word, are stars."""
_LIST_ITEM = re.compile(r"\s*[-*•]\s+")
_QUOTED = re.compile(r"\s*>\s?")
_HEADING = re.compile(r"#{1,6}\s+")
_VARIABLE = re.compile(r"\$([a-z]+)")
_ESCAPED_BRACKET = re.compile(r"\\([\[\]])")

_REFERENCES = {code: f"&#{code};" for code in range(128) if chr(code) != " " and not chr(code).isalnum()}
"""A character reference for every ASCII sign that is neither letter, digit nor space."""

Marked = Callable[[int], str]
"""The HTML of a marker by its number; "" where it is no marker and stays text."""
Quoted = Callable[[Collection[int]], str]
"""The attributes, as HTML, of a quotation with these markers."""


class Doubt(NamedTuple):
    """Words from ``start`` to ``end`` of a text, underlined quietly, with ``sign``, which is HTML, behind them."""

    start: int
    end: int
    sign: str


class Piece(NamedTuple):
    """A part of the text and where it begins there."""

    text: str
    at: int

    def part(self, start: int, end: int | None = None) -> Piece:
        """What stands between two places in it."""
        return Piece(self.text[start:end], self.at + start)


class Line(NamedTuple):
    """A line of an answer without its signs: ``kind`` is text, list, quote or heading, ``block`` counts paragraphs."""

    kind: str
    block: int
    piece: Piece


def as_text(value: str) -> str:
    """``value`` on one line as HTML that shows exactly its characters."""
    return plain_line(value).translate(_REFERENCES)


def as_lines(value: str, end: str = "<br>") -> str:
    """``value`` as HTML that keeps its line ends as ``end``."""
    return end.join(as_text(line) for line in plain(value).split("\n"))


def filled(template: str, **values: object) -> str:
    """A text with ``$name`` variables as HTML; each value stands apart, so that its direction turns nothing around."""
    parts = _VARIABLE.split(template)
    texts = [_spaced(part) if number % 2 == 0 else "" for number, part in enumerate(parts)]
    names = [f"<bdi>{as_lines(str(values[part]))}</bdi>" if number % 2 else "" for number, part in enumerate(parts)]
    return "".join(text + name for text, name in zip(texts, names, strict=True))


def markdown_html(text: str, marked: Marked, doubts: Sequence[Doubt] = (), quoted: Quoted = lambda _markers: "") -> str:
    """Paragraphs, lists, quotations and bold words, as one line of HTML without an element around it.

    ``doubts`` lie in ``text`` one behind the other. They change no word of what is shown. A quotation has the
    attributes that ``quoted`` gives for its markers.
    """
    shown = plain(text)
    if shown != text:
        doubts = [Doubt(len(plain(text[: each.start])), len(plain(text[: each.end])), each.sign) for each in doubts]
    lines, at = [], 0
    for line in shown.split("\n"):
        lines.append(Piece(line, at))
        at += len(line) + 1
    return _Markdown(marked, doubts, quoted).html(lines)


def unescaped(text: str) -> str:
    """Text of an answer with the square brackets that were escaped because they are no markers."""
    return _ESCAPED_BRACKET.sub(r"\1", text)


class _Markdown:
    """One text on its way to HTML."""

    def __init__(self, marked: Marked, doubts: Sequence[Doubt], quoted: Quoted) -> None:
        self._marked, self._quoted = marked, quoted
        self._doubts = [doubt for doubt in doubts if doubt.start < doubt.end]

    def html(self, lines: Sequence[Piece]) -> str:
        """The whole."""
        html = self._blocks(lines, may_quote=True)
        # A sign stands once, behind the last words that it is about, wherever the signs of Markdown had cut them.
        for number, doubt in enumerate(self._doubts):
            before, behind, after = html.rpartition(_behind(number))
            html = before.replace(_behind(number), "") + (doubt.sign if behind else "") + after
        return html

    def _blocks(self, lines: Sequence[Piece], *, may_quote: bool) -> str:
        html = ""
        for (kind, _), group in groupby(kinds(lines, may_quote=may_quote), key=lambda line: (line.kind, line.block)):
            inside = [line.piece for line in group]
            match kind:
                case "list":
                    html += "<ul>" + "".join(f"<li>{self._inline(item)}</li>" for item in inside) + "</ul>"
                case "quote":
                    # One level: a quotation in a quotation is shown as it is written.
                    # A quote has the language of its document, not of the answer.
                    quoted = " ".join(piece.text for piece in inside)
                    markers = [int(number) for found in MARKERS.finditer(quoted) for number in found[1].split(",")]
                    attributes = f'{self._quoted(markers)} dir="{direction_of(quoted)}"'
                    html += f"<blockquote{attributes}>{self._blocks(inside, may_quote=False)}</blockquote>"
                case "heading":
                    html += "".join(f"<h3>{self._inline(heading)}</h3>" for heading in inside)
                case _:
                    html += f"<p>{'<br>'.join(self._inline(line) for line in inside)}</p>"
        return html

    def _inline(self, piece: Piece) -> str:
        """Text with bold words, emphasised words and markers."""
        return self._wrapped(piece, BOLD, "strong", self._emphasised)

    def _emphasised(self, piece: Piece) -> str:
        return self._wrapped(piece, EMPHASISED, "em", self._with_markers)

    def _wrapped(self, piece: Piece, wanted: re.Pattern[str], element: str, inner: Callable[[Piece], str]) -> str:
        """The words in the first group of what is ``wanted`` in an element; all is made by ``inner``."""
        html, done = "", 0
        for words in wanted.finditer(piece.text):
            html += inner(piece.part(done, words.start()))
            html += f"<{element}>{inner(piece.part(words.start(1), words.end(1)))}</{element}>"
            done = words.end()
        return html + inner(piece.part(done))

    def _with_markers(self, piece: Piece) -> str:
        html, done = "", 0
        for found in MARKERS.finditer(piece.text):
            links = [self._marked(int(number)) for number in found[1].split(",")]
            if not all(links):
                continue
            html += self._words(piece.part(done, found.start())) + "".join(links)
            done = found.end()
        return html + self._words(piece.part(done))

    def _words(self, piece: Piece) -> str:
        """Nothing but words; those in doubt are underlined."""
        html, done = "", 0
        for number, doubt in enumerate(self._doubts):
            start, end = (_between(piece.text, place - piece.at) for place in (doubt.start, doubt.end))
            start = max(start, done)
            if start >= end or not piece.text[start:end].strip():
                continue
            words = _spaced(piece.text[start:end])
            html += f'{_spaced(piece.text[done:start])}<span class="doubted">{words}</span>{_behind(number)}'
            done = end
        return html + _spaced(piece.text[done:])


def _behind(number: int) -> str:
    """Holds the place behind some words in doubt; no text has this sign, and no HTML."""
    return f"\0{number}\0"


def _between(text: str, place: int) -> int:
    """A place inside the text that parts no bracket from what escapes it."""
    place = min(max(place, 0), len(text))
    return place - (_ESCAPED_BRACKET.match(text, place - 1) is not None if place else 0)


def kinds(lines: Sequence[Piece], *, may_quote: bool) -> list[Line]:
    """Lines without their signs, with their kind and the number of their block; an empty line begins a new block."""
    found, block = [], 0
    for line in lines:
        if not line.text.strip():
            block += 1
        elif may_quote and (mark := _QUOTED.match(line.text)):
            found.append(Line("quote", block, line.part(mark.end())))
        elif mark := _LIST_ITEM.match(line.text):
            found.append(Line("list", block, line.part(mark.end())))
        elif mark := _HEADING.match(line.text):
            found.append(Line("heading", block, line.part(mark.end())))
        else:
            found.append(Line("text", block, line))
    return found


def _spaced(text: str) -> str:
    """``as_text`` that keeps the space at either end, because another piece of the same line follows."""
    if not text.strip():
        return " " * bool(text)
    return " " * text[0].isspace() + as_text(unescaped(text)) + " " * text[-1].isspace()
