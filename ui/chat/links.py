"""Addresses inside the page: the document that a citation leads to, its card, and the way back."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from assistant.answer import Citation

PASSAGE = "passage"
"""The id of the marked words in the page of a document."""


def source_address(citation: Citation, language: str) -> str:
    """The page of the cited document, marked and scrolled to the cited words; relative to the page with the chat."""
    # An id is a relative path or a slug; what is no UTF-8 in it cannot be asked for by a browser anyway.
    document = quote(citation.document, safe="/", errors="replace")
    where = urlencode({"start": citation.start, "end": citation.end, "lang": language})
    return f"source/{document}?{where}#{PASSAGE}"


def card_id(exchange: int, marker: int) -> str:
    """The id of the card of a citation."""
    return f"source-{exchange}-{marker}"


def chip_id(exchange: int, marker: int) -> str:
    """The id of the first chip in the answer that leads to that card."""
    return f"cite-{exchange}-{marker}"
