"""Where a citation comes from, in words that every door shows alike."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template
from typing import Protocol
from urllib.parse import quote, urlencode

from assistant.answer import Citation
from ingest.document import Authority
from ui.plain_text import plain_line

ENGLISH: Mapping[str, str] = {
    "third_party": "third party",
    "unstated": "publisher not stated",
    "undated": "undated",
    "section": "section $section",
    "page": "page $page",
}
"""The words of an origin. A door that speaks other languages has the same keys with the same variables."""


class Origin(Protocol):
    """What a citation and a passage have in common: where their words stand."""

    @property
    def publisher(self) -> str:
        """Who published the document; "" where that is not known."""

    @property
    def authority(self) -> Authority:
        """Whether the organisation itself speaks."""

    @property
    def published(self) -> str | None:
        """The date of the document."""

    @property
    def section(self) -> str:
        """The heading above the words."""

    @property
    def page(self) -> int | None:
        """The page, from 1."""


def origin(citation: Citation, words: Mapping[str, str] = ENGLISH) -> str:
    """Title, publisher with a label unless it is the organisation itself, date, section and page, as far as known.

    ``The plan · InfluenceWatch (third party) · 2022-01 · section Membership · page 3``, on one line.
    """
    return " · ".join([plain_line(citation.title), *details(citation, words)])


def details(citation: Origin, words: Mapping[str, str] = ENGLISH) -> list[str]:
    """The parts of an origin behind the title."""
    section = plain_line(citation.section)
    parts = [
        speaker(citation.publisher, citation.authority, words),
        citation.published or words["undated"],
        Template(words["section"]).substitute(section=section) if section else "",
        Template(words["page"]).substitute(page=citation.page) if citation.page is not None else "",
    ]
    return [part for part in parts if part]


def speaker(publisher: str, authority: Authority, words: Mapping[str, str] = ENGLISH) -> str:
    """Who says it: the publisher, labelled where it is a third party; "" where there is nothing to say."""
    name = plain_line(publisher)
    match authority:
        case "own":
            return name
        case "third_party":
            label = words["third_party"]
            return f"{name} ({label})" if name else label
        case "unstated":
            return name or words["unstated"]


def quotation(citation: Citation) -> str:
    """The quoted words on one line, without the quotation marks that a door puts around them."""
    return plain_line(citation.display_quote or citation.quote)


PASSAGE = "passage"
"""The id of the marked words in the page of a document."""


def source_path(document: str, start: int, end: int, language: str = "") -> str:
    """The page of a document, marked and scrolled to the words from ``start`` to ``end``; relative to the page with the
    chat. It is in ``language`` where that is given, else in the reader's.
    """
    # An id is a relative path or a slug; what is no UTF-8 in it cannot be asked for by a browser anyway.
    path = quote(document, safe="/", errors="replace")
    where = {"start": start, "end": end} | ({"lang": language} if language else {})
    return f"source/{path}?{urlencode(where)}#{PASSAGE}"
