"""Addresses inside the page: the document that a citation leads to, its card, and the way back."""

from __future__ import annotations

from assistant.answer import Citation
from ui.sources import source_path


def source_address(citation: Citation, language: str) -> str:
    """The page of the cited document, marked and scrolled to the cited words; relative to the page with the chat."""
    return source_path(citation.document, citation.start, citation.end, language)


def card_id(exchange: int, marker: int) -> str:
    """The id of the card of a citation."""
    return f"source-{exchange}-{marker}"


def chip_id(exchange: int, marker: int) -> str:
    """The id of the first chip in the answer that leads to that card."""
    return f"cite-{exchange}-{marker}"
