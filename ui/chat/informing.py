"""What the cards say of documents beyond their citations, looked up when a document is cited first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from ui.answering import BROKEN, View
from ui.conversations import Exchange
from ui.standing import Standing, standing


async def informed(exchange: Exchange, view: View, today: date) -> Exchange:
    """The exchange with the standing of every document that it cites or found, as far as ``view`` shows them."""
    cited = {citation.document for citation in (*exchange.evidence, *exchange.citations)}
    if not (new := cited - exchange.documents.keys()):
        return exchange
    try:
        found = await asyncio.to_thread(_standings, new, view, today)
    except BROKEN:
        return exchange  # the answer is there all the same
    return replace(exchange, documents={**exchange.documents, **found})


def _standings(ids: Iterable[str], view: View, today: date) -> dict[str, Standing]:
    sources = {id: view.source(id) for id in ids}
    return {id: standing(source, view.source, today) if source else Standing() for id, source in sources.items()}
