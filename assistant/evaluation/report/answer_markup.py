"""An answer as markup for the page: paragraphs, quotations, bold words, and markers that lead to their source."""

from __future__ import annotations

import re
from collections.abc import Collection

from markupsafe import Markup

from assistant.evaluation.report.shown_text import visible

_PARAGRAPH = re.compile(r"\n[ \t]*\n+")
_QUOTED = re.compile(r"(?m)^[ \t]*>[ \t]?")
_BOLD = re.compile(r"\*\*(?=\S)([^*]+)(?<=\S)\*\*")
_MARKERS = re.compile(r"\[(\d{1,4}(?:\s?[,;]\s?\d{1,4})*)\]")
_NUMBER = re.compile(r"(\d+)")


def answer_markup(answer: str, sources: Collection[int], anchor: str) -> Markup:
    """Markup of the answer, with every character of it that means something in HTML escaped.

    A marker among ``sources`` becomes a link to ``#<anchor>-source-<marker>``; any other is shown as leading nowhere.
    Of Markdown only what assistants answer in is shown as meant: paragraphs, quotations, bold words; the rest stays as
    it is written.
    """
    blocks = [block for block in _PARAGRAPH.split(visible(answer).strip("\n")) if block.strip()]
    return Markup("\n").join(_block(block, sources, anchor) for block in blocks)


def _block(block: str, sources: Collection[int], anchor: str) -> Markup:
    lines = block.split("\n")
    quoted = all(_QUOTED.match(line) for line in lines)
    words = _inline(_QUOTED.sub("", block) if quoted else block, sources, anchor)
    paragraph = Markup('<p dir="auto">{}</p>').format(words)
    return Markup("<blockquote>{}</blockquote>").format(paragraph) if quoted else paragraph


def _inline(text: str, sources: Collection[int], anchor: str) -> Markup:
    parts = [_markers(part, sources, anchor) for part in _BOLD.split(text)]
    return Markup("").join(
        Markup("<strong>{}</strong>").format(part) if number % 2 else part for number, part in enumerate(parts)
    )


def _markers(text: str, sources: Collection[int], anchor: str) -> Markup:
    parts = _MARKERS.split(text)
    return Markup("").join(
        Markup("[{}]").format(_links(part, sources, anchor)) if number % 2 else Markup.escape(part)
        for number, part in enumerate(parts)
    )


def _links(numbers: str, sources: Collection[int], anchor: str) -> Markup:
    return Markup("").join(
        _link(part, sources, anchor) if index % 2 else Markup.escape(part)
        for index, part in enumerate(_NUMBER.split(numbers))
    )


def _link(digits: str, sources: Collection[int], anchor: str) -> Markup:
    marker = int(digits)
    if marker in sources:
        return Markup('<a href="#{}-source-{}" aria-label="source {}">{}</a>').format(anchor, marker, marker, digits)
    return Markup('<span class="nowhere">{} leads nowhere</span>').format(digits)
