"""The citations of an answer as OpenAI's clients know them, each with the exact words that it stands on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from assistant.answer import Citation

_MARKERS = re.compile(r"(?<!\\)\[(\d{1,4}(?:\s*,\s*\d{1,4})*)\]")


def annotated(
    text: str, begins: int, citations: Mapping[int, Citation], page: Callable[[Citation], str]
) -> list[dict[str, Any]]:
    """One for each number of each marker in ``text``, which stands at ``begins`` in the message.

    ``start_index`` and ``end_index`` are the place of the marker in the message in code points, the end exclusive.
    ``source`` is ours: the document, and the place of the quote in its text, where ``start`` and ``end`` count alike.
    """
    return [
        _annotation(citation, begins + marker.start(), begins + marker.end(), page(citation))
        for marker in _MARKERS.finditer(text)
        for number in marker[1].split(",")
        if (citation := citations.get(int(number)))
    ]


def _annotation(citation: Citation, start: int, end: int, address: str) -> dict[str, Any]:
    place = {"start_index": start, "end_index": end, "url": address or citation.url, "title": citation.title}
    source = {
        "marker": citation.marker,
        "document": citation.document,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "publisher": citation.publisher,
        "authority": citation.authority,
        "published": citation.published,
        "section": citation.section,
        "page": citation.page,
        "url": citation.url,
    }
    return {"type": "url_citation", "url_citation": place, "source": source}
