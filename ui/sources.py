"""Where a citation comes from, in words that every door shows alike."""

from __future__ import annotations

from assistant.answer import Citation
from ui.plain_text import plain_line

AUTHORITY_LABELS = {"own": "", "third_party": "third party", "unstated": "publisher not stated"}


def origin(citation: Citation) -> str:
    """Title, publisher with a label unless it is the organisation itself, date, section and page, as far as known.

    ``The plan · InfluenceWatch (third party) · 2022-01 · section Membership · page 3``, on one line.
    """
    publisher, label = plain_line(citation.publisher), AUTHORITY_LABELS[citation.authority]
    if publisher and label:
        publisher = publisher if citation.authority == "unstated" else f"{publisher} ({label})"
    parts = [
        plain_line(citation.title),
        publisher or label,
        citation.published or "undated",
        f"section {section}" if (section := plain_line(citation.section)) else "",
        f"page {citation.page}" if citation.page is not None else "",
    ]
    return " · ".join(part for part in parts if part)


def quotation(citation: Citation) -> str:
    """The quoted words on one line, without the quotation marks that a door puts around them."""
    return plain_line(citation.display_quote or citation.quote)
