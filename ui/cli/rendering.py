"""Answer → plain text for a terminal, a pipe or a file: the answer, then its numbered sources."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from assistant.answer import Answer, Citation
from ui.plain_text import plain, plain_line
from ui.sources import origin, quotation

_HEADINGS = {"partial": "The documents answer this in part.", "failed": "The question could not be answered."}


_ESCAPED = re.compile(r"\\([\[\]])")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")


def render_answer(answer: Answer, width: int | None) -> str:
    """The whole answer. ``width`` wraps lines at so many columns; None leaves each paragraph on one line."""
    heading = _HEADINGS.get(answer.status)
    blocks = [heading or "", render_text(answer.answer, width), render_sources(answer.citations, width), notes(answer)]
    return "\n\n".join(block for block in blocks if block)


def render_text(text: str, width: int | None) -> str:
    """Markdown text without the asterisks of bold words, wrapped line by line; list items and quotations hang."""
    lines = without_markup(plain(text)).strip().split("\n")
    return "\n".join(_wrapped(line, width, _indent_of(line)) for line in lines)


def without_markup(text: str) -> str:
    """Markdown text without the asterisks of bold words and the backslashes before brackets."""
    return _ESCAPED.sub(r"\1", _BOLD.sub(r"\1", text))


def render_sources(citations: Sequence[Citation], width: int | None) -> str:
    """The quotes with the markers of the text in front, each followed by where it stands; "" without citations."""
    if not citations:
        return ""
    lines = ["Sources"]
    for citation in citations:
        mark = f"[{citation.marker}] "
        indent = " " * len(mark)
        lines.append(_wrapped(f"{mark}“{quotation(citation)}”", width, indent))
        lines.append(_wrapped(f"{indent}{origin(citation)}", width, indent))
        if citation.url:
            lines.append(f"{indent}{plain_line(citation.url)}")
    return "\n".join(lines)


def notes(answer: Answer) -> str:
    """What the reader should know besides the answer: disagreements, warnings and what could not be compared, one a
    line; "" without any.
    """
    disagreements = [
        f"Note: the documents disagree about {plain_line(conflict.about)}: "
        f"{', '.join(f'[{marker}]' for marker in conflict.markers)}."
        for conflict in answer.conflicts
    ]
    warnings = [f"Note: {plain_line(warning)}" for warning in answer.warnings]
    foreign = sum(sentence.support == "not_assessable" for sentence in answer.sentences)
    not_compared = (
        "Note: sentences that could not be compared with their sources word by word, because the sources are in "
        f"another language: {foreign}. Check them against the quotes."
    )
    return "\n".join([*disagreements, *warnings, *([not_compared] if foreign else [])])


def _indent_of(line: str) -> str:
    bare = line.lstrip()
    mark = bare.split(" ", 1)[0]
    outer = line[: len(line) - len(bare)]
    if mark == ">":
        return outer + "> "
    listed = mark in {"-", "*", "•"} or (mark[:-1].isdigit() and mark[-1:] in {".", ")"})
    return outer + " " * (len(mark) + 1 if listed else 0)


def _wrapped(line: str, width: int | None, indent: str) -> str:
    if width is None or len(line) <= width:
        return line.rstrip()
    return "\n".join(
        textwrap.wrap(
            line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
        )
    )
