"""Where a citation comes from, in words that every door shows alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import Template
from typing import Protocol
from urllib.parse import quote as quote_path
from urllib.parse import urlencode

from assistant.answer import Citation
from ingest.document import Authority, Span
from ui.fingerprints import fingerprint
from ui.plain_text import plain_line

ENGLISH: Mapping[str, str] = {
    "third_party": "third party",
    "unstated": "publisher not stated",
    "undated": "undated",
    "section": "section $section",
    "page": "page $page",
    "superseded": "superseded by a newer document",
    "superseded_by": "superseded by “$title”",
    "held_until": "was valid until $date",
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
MOST_PASSAGES = 40
"""Further passages that an address names at the most."""


def document_path(document: str, below: str = "source") -> str:
    """The page of a whole document, relative to the page with the chat; or what else stands under its id."""
    # An id is a relative path or a slug; what is no UTF-8 in it cannot be asked for by a browser anyway.
    return f"{below}/{quote_path(document, safe='/', errors='replace')}"


def source_path(
    document: str, start: int, end: int, language: str = "", *, quote: str = "", also: Sequence[Span] = ()
) -> str:
    """The page of a document, marked and scrolled to the words from ``start`` to ``end``; relative to the page with the
    chat. It is in ``language`` where that is given, else in the reader's.

    ``quote`` are those words as they stand in the text: with their fingerprint the page finds them again when the
    document was read anew. ``also`` are further passages that it marks.
    """
    known = fingerprint(quote)
    where: dict[str, object] = {"start": start, "end": end}
    where |= {"quote": str(known)} if known else {}
    where |= {"also": ",".join(f"{span.start}-{span.end}" for span in also[:MOST_PASSAGES])} if also else {}
    where |= {"lang": language} if language else {}
    return f"{document_path(document)}?{urlencode(where, safe=',')}#{PASSAGE}"


def passage_path(citation: Citation, language: str = "", also: Sequence[Span] = ()) -> str:
    """``source_path`` of a citation."""
    place = citation.document, citation.start, citation.end
    return source_path(*place, language, quote=citation.quote, also=also)
