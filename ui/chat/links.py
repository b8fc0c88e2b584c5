"""Addresses inside the page: the document that a citation leads to, its card, and the way back."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Citation
from ingest.document import Span
from ui.conversations import Exchange
from ui.sources import passage_path


def source_address(citation: Citation, language: str, also: Sequence[Span] = ()) -> str:
    """The page of the cited document, marked and scrolled to the cited words; relative to the page with the chat."""
    return passage_path(citation, language, also)


def cited_besides(citation: Citation, exchanges: Sequence[Exchange]) -> tuple[Span, ...]:
    """The other passages of the same document that a conversation cites, in the order of the document."""
    places = {
        Span(cited.start, cited.end)
        for exchange in exchanges
        for cited in exchange.citations
        if cited.document == citation.document
    }
    return tuple(sorted(places - {Span(citation.start, citation.end)}))


def card_id(exchange: int, marker: int) -> str:
    """The id of the card of a citation."""
    return f"source-{exchange}-{marker}"


def chip_id(exchange: int, marker: int) -> str:
    """The id of the first chip in the answer that leads to that card."""
    return f"cite-{exchange}-{marker}"
