"""Answer → HTML in which every word of a document, a title or a question stays text.

The page's Markdown component passes one line that begins with a block element through as HTML and then sanitises it.
So what is made here is always one line, and every ASCII sign of a text is written as a character reference: no
Markdown, no HTML, no link and no image can come out of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from assistant.answer import Answer, Citation
from ui.plain_text import plain, plain_line
from ui.sources import origin, quotation

_MARKERS = re.compile(r"\[(\d+)\]")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_LIST_ITEM = re.compile(r"\s*[-*•]\s+")
_QUOTED = re.compile(r"\s*>\s?")
_HEADING = re.compile(r"#{1,6}\s+")


def as_text(value: str) -> str:
    """``value`` on one line as HTML that shows exactly its characters."""
    return "".join(
        sign if sign == " " or sign.isalnum() or ord(sign) > 127 else f"&#{ord(sign)};" for sign in plain_line(value)
    )


def answer_html(answer: Answer) -> str:
    """The text of an answer: paragraphs, lists, quotations and bold words; markers lead to their sources."""
    return markdown_html(answer.answer, answer.citations, answer.language)


def markdown_html(text: str, citations: Sequence[Citation], language: str) -> str:
    """Markdown of an answer, or of its beginning, as one line of HTML."""
    known = {citation.marker: citation for citation in citations}
    blocks = []
    for (kind, _), lines in groupby(_numbered_lines(text), key=lambda line: line[:2]):
        inner = [_inline(line, known) for _, _, line in lines]
        match kind:
            case "list":
                blocks.append("<ul>" + "".join(f"<li>{item}</li>" for item in inner) + "</ul>")
            case "quote":
                paragraphs = (list(part) for filled, part in groupby(inner, key=bool) if filled)
                blocks.append(
                    "<blockquote>" + "".join(f"<p>{'<br>'.join(part)}</p>" for part in paragraphs) + "</blockquote>"
                )
            case "heading":
                blocks.extend(f"<h3>{item}</h3>" for item in inner)
            case _:
                blocks.append(f"<p>{'<br>'.join(inner)}</p>")
    return f'<div class="answer" lang="{as_text(language)}">{"".join(blocks)}</div>'


def sources_html(citations: Sequence[Citation]) -> str:
    """The sources of an answer in the order of their markers; "" without any."""
    if not citations:
        return ""
    items = "".join(
        f'<li id="source-{citation.marker}"><strong>&#91;{citation.marker}&#93;</strong> '
        f"<q>{as_text(quotation(citation))}</q><br><span>{as_text(origin(citation))}</span>"
        + (f"<br><span>{as_text(citation.url)}</span>" if citation.url else "")
        + "</li>"
        for citation in citations
    )
    return f'<div class="sources"><h2>Sources</h2><ul>{items}</ul></div>'


def notes_html(answer: Answer) -> str:
    """Disagreements of the documents and warnings; "" without any."""
    lines = [
        f"The documents disagree about {conflict.about}: {', '.join(f'[{marker}]' for marker in conflict.markers)}."
        for conflict in answer.conflicts
    ]
    return status_html(" ".join([*lines, *answer.warnings]))


def status_html(sentence: str) -> str:
    """One plain sentence that assistive technology announces; "" for none."""
    return f'<p class="status" role="status">{as_text(sentence)}</p>' if sentence else ""


def _numbered_lines(text: str) -> list[tuple[str, int, str]]:
    """(kind, number of the block, line without its mark); an empty line begins a new block."""
    found, block = [], 0
    for line in plain(text).split("\n"):
        if not line.strip():
            block += 1
        elif mark := _LIST_ITEM.match(line):
            found.append(("list", block, line[mark.end() :]))
        elif mark := _QUOTED.match(line):
            found.append(("quote", block, line[mark.end() :]))
        elif mark := _HEADING.match(line):
            found.append(("heading", block, line[mark.end() :]))
        else:
            found.append(("text", block, line))
    return found


def _inline(text: str, known: dict[int, Citation]) -> str:
    """Text with bold words and markers; a marker without a source stays text."""
    parts = _BOLD.split(text)
    return "".join(
        f"<strong>{_marked(part, known)}</strong>" if bold else _marked(part, known)
        for bold, part in zip([index % 2 for index in range(len(parts))], parts, strict=True)
    )


def _marked(text: str, known: dict[int, Citation]) -> str:
    html, done = "", 0
    for found in _MARKERS.finditer(text):
        citation = known.get(int(found[1]))
        if citation is None:
            continue
        html += _spaced(text[done : found.start()])
        html += (
            f'<a class="marker" href="#source-{citation.marker}" '
            f'title="Source {citation.marker}: {as_text(citation.title)}">&#91;{citation.marker}&#93;</a>'
        )
        done = found.end()
    return html + _spaced(text[done:])


def _spaced(text: str) -> str:
    """``as_text`` that keeps the space at either end, because another piece of the same line follows."""
    if not text.strip():
        return " " * bool(text)
    return " " * text[0].isspace() + as_text(text) + " " * text[-1].isspace()
