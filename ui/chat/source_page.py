"""The page of one document: its text as read, with the cited words marked. It needs no script."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from ingest.cut import Section
from ingest.document import Span
from ingest.sections import clean_heading
from ui.answering import SourceText
from ui.chat.sheet import sheet, shown
from ui.chat.texts import Texts, direction
from ui.plain_text import plain_line
from ui.sources import PASSAGE, speaker

_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_LINES_OF_A_HEADING = 6
_FEWEST_CONTENTS = 3
_DEEPEST = 6


def source_page(source: SourceText, passage: Span | None, texts: Texts, root: str) -> str:
    """The whole page as HTML; ``passage`` is what to mark, None for nothing, and is looked for inside the text.

    ``root`` is the path of the application, with a slash at its end.
    """
    marked = _inside(passage, source.text)
    sections = list(_sections(source, marked, texts))
    body = (
        f'<header><h1 dir="auto">{shown(source.title)}</h1>{_origin(source, texts)}'
        f"{_way(passage, marked, texts)}{_contents(source, texts)}</header>"
        f'<article lang="{shown(source.language)}" dir="{direction(source.language)}">{"".join(sections)}</article>'
    )
    return sheet(f"{plain_line(source.title)} – {texts.say('sources')}", body, texts, root)


def _origin(source: SourceText, texts: Texts) -> str:
    who = speaker(source.publisher, source.authority, texts.words)
    label = ' class="third-party"' if source.authority == "third_party" else ""
    parts = [f"<bdi{label}>{shown(who)}</bdi>"] if who else []
    parts.append(f"<bdi>{shown(source.published or texts.words['undated'])}</bdi>")
    html = f'<p class="meta">{" · ".join(parts)}</p>'
    if url := plain_line(source.url):
        # Only the web: a link can do other things. The reader sees where it leads.
        link = f'<a href="{shown(url)}" rel="noopener noreferrer nofollow">{shown(url)}</a>'
        address = link if _WEB_ADDRESS.fullmatch(url) else shown(url)
        html += f'<p class="original">{shown(texts.say("original"))}: <bdi dir="ltr">{address}</bdi></p>'
    return html


def _way(passage: Span | None, marked: Span | None, texts: Texts) -> str:
    if marked is not None:
        return f'<p class="way"><a href="#{PASSAGE}">{shown(texts.say("to_passage"))}</a></p>'
    return f'<p class="way">{shown(texts.say("moved"))}</p>' if passage is not None else ""


def _contents(source: SourceText, texts: Texts) -> str:
    items = "".join(
        f'<li class="level-{min(len(section.path), 4)}"><a href="#section-{index}">{shown(section.path[-1])}</a></li>'
        for index, section in enumerate(source.sections)
        if heading_end(source.text, section) > section.start
    )
    if items.count("<li") < _FEWEST_CONTENTS:
        return ""
    return f"<details><summary>{shown(texts.say('contents'))}</summary><ul>{items}</ul></details>"


def _sections(source: SourceText, marked: Span | None, texts: Texts) -> Iterator[str]:
    begun: list[bool] = []
    pages = [page.start for page in source.pages]
    # A text without sections is one section.
    for index, section in enumerate(source.sections or [Section(path=(), start=0, end=len(source.text))]):
        end = heading_end(source.text, section)
        inside = ""
        for page in source.pages[bisect_left(pages, section.start) : bisect_left(pages, end)]:
            inside += _page_number(page.number, texts)
        if end > section.start:
            level = min(len(section.path) + 1, _DEEPEST)
            heading = _heading(source.text, section, end, marked, begun)
            inside += f'<h{level} id="section-{index}">{heading}</h{level}>'
        inner = source.pages[bisect_left(pages, end) : bisect_left(pages, section.end)]
        cuts = [end, *(page.start for page in inner), section.end]
        for number, (start, stop) in enumerate(pairwise(cuts)):
            if number:
                inside += _page_number(inner[number - 1].number, texts)
            inside += "".join(
                f"<p>{html}</p>"
                for paragraph in _paragraphs(source.text, start, stop)
                if (html := _marked(source.text, paragraph, marked, begun))
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


def _heading(text: str, section: Section, end: int, marked: Span | None, begun: list[bool]) -> str:
    if marked is not None and marked.start < end and section.start < marked.end:
        return _marked(text, Span(section.start, end), marked, begun)
    return shown(section.path[-1])


def _page_number(number: int, texts: Texts) -> str:
    return f'<p class="page">{shown(texts.say("page", page=number))}</p>'


def _paragraphs(text: str, start: int, end: int) -> Iterator[Span]:
    at = start
    for gap in _BLANK_LINES.finditer(text, start, end):
        yield Span(at, gap.start())
        at = gap.end()
    yield Span(at, end)


def _marked(text: str, span: Span, marked: Span | None, begun: list[bool]) -> str:
    """The text of a span with the part of the passage that stands in it marked; the first such part gets the id."""
    start, end = (max(span.start, marked.start), min(span.end, marked.end)) if marked else (0, 0)
    if start >= end or not text[start:end].strip():
        return shown(text[span.start : span.end].strip())
    name = "" if begun else f' id="{PASSAGE}" tabindex="-1"'
    begun.append(True)
    before, inside, after = text[span.start : start].lstrip(), text[start:end], text[end : span.end].rstrip()
    return f"{shown(before)}<mark{name}>{shown(inside)}</mark>{shown(after)}"


def _inside(passage: Span | None, text: str) -> Span | None:
    if passage is None or not 0 <= passage.start < passage.end <= len(text):
        return None
    return passage if text[passage.start : passage.end].strip() else None
