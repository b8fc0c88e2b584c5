"""The page of one document: its text as read, with the cited words marked. It needs no script."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import pairwise

from ingest.cut import Section
from ingest.document import Span
from ingest.sections import clean_heading
from ui.answering import SourceText
from ui.chat.sheet import sheet, shown
from ui.chat.source_asked import Shown
from ui.chat.source_head import PageAround, contents, head, others_html, small_head
from ui.chat.source_marks import Marked, Marking
from ui.chat.source_signs import manner_of
from ui.chat.texts import Texts, direction
from ui.plain_text import plain_line
from ui.sources import PASSAGE

_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_LINES_OF_A_HEADING = 6
_DEEPEST = 6


def source_page(
    source: SourceText, what: Shown, around: PageAround, texts: Texts, root: str, query: Mapping[str, str] = {}
) -> str:
    """The whole page as HTML; ``what`` is to be marked. ``root`` is the path of the application, with a slash at its
    end, ``query`` what its address says.
    """
    text = source.text
    marked = [Marked(*span, f"also-{number}") for number, span in enumerate(what.others, start=1)]
    marked += [Marked(*what.passage, PASSAGE)] if what.passage else []
    marking = Marking(text, sorted(marked), manner_of(source.path))
    headings = [
        (index, section.path[-1], len(section.path))
        for index, section in enumerate(source.sections)
        if heading_end(text, section) > section.start
    ]
    body = (
        f"{head(source, what, around, texts)}{small_head(source, around, texts)}"
        f"{contents(headings, texts)}{others_html(source, what.others, texts)}"
        f'<article lang="{shown(source.language)}" dir="{direction(source.language)}">'
        f"{''.join(_sections(source, marking, texts))}</article>"
    )
    return sheet(f"{plain_line(source.title)} – {texts.say('sources')}", body, texts, root, query=query)


def _sections(source: SourceText, marking: Marking, texts: Texts) -> Iterator[str]:
    pages = [page.start for page in source.pages]
    # A text without sections is one section.
    for index, section in enumerate(source.sections or [Section(path=(), start=0, end=len(source.text))]):
        end = heading_end(source.text, section)
        inside = ""
        for page in source.pages[bisect_left(pages, section.start) : bisect_left(pages, end)]:
            inside += _page_number(page.number, texts)
        if end > section.start:
            level = min(len(section.path) + 1, _DEEPEST)
            span = Span(section.start, end)
            heading = marking.html(span) if marking.touches(span) else shown(section.path[-1])
            inside += f'<h{level} id="section-{index}">{heading}</h{level}>'
        inner = source.pages[bisect_left(pages, end) : bisect_left(pages, section.end)]
        cuts = [end, *(page.start for page in inner), section.end]
        for number, (start, stop) in enumerate(pairwise(cuts)):
            if number:
                inside += _page_number(inner[number - 1].number, texts)
            inside += "".join(
                f"<p>{html}</p>"
                for paragraph in _paragraphs(source.text, start, stop)
                if (html := marking.html(paragraph))
            )
        yield f"<section>{inside}</section>"


def heading_end(text: str, section: Section) -> int:
    """Where the heading that opens a section ends in the text; its start where no heading stands there."""
    if not section.path:
        return section.start
    wanted, at = section.path[-1], section.start
    for _ in range(_LINES_OF_A_HEADING):
        end = text.find("\n", at, section.end)
        at = section.end if end < 0 else end + 1
        if " ".join(clean_heading(text[section.start : at].strip()).split()) == wanted:
            return at
    return section.start


def _page_number(number: int, texts: Texts) -> str:
    return f'<p class="page">{shown(texts.say("page", page=number))}</p>'


def _paragraphs(text: str, start: int, end: int) -> Iterator[Span]:
    at = start
    for gap in _BLANK_LINES.finditer(text, start, end):
        yield Span(at, gap.start())
        at = gap.end()
    yield Span(at, end)
