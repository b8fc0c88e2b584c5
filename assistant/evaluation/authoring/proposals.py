"""What is proposed: a case, and what it was made of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from assistant.evaluation.case_writing import Fields
from ingest.text import fold

Way = Literal["definition", "abbreviation", "number", "date", "list", "heading", "model"]
"""What the question was made from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A question about words of a document. ``facts`` as they stand in a case file."""

    question: str
    facts: tuple[Any, ...]
    way: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A case to accept or not; ``quote`` was found in the document. ``page`` is 1-based, None without pages."""

    draft: Draft
    document: str
    title: str
    language: str
    quote: str
    page: int | None

    @property
    def key(self) -> str:
        """Twelve hexadecimal digits that are the same for the same question about the same document."""
        return hashlib.sha256(f"{self.document}\0{fold(self.draft.question)}".encode()).hexdigest()[:12]

    def case(self, id: str) -> dict[str, Any]:
        """The case as it stands in a case file."""
        return case_fields(id, self, self.draft)


def case_fields(id: str, proposal: Proposal, draft: Draft) -> dict[str, Any]:
    """A case of a proposal, with a question and facts that may have been changed."""
    source: dict[str, Any] = {"doc": proposal.document}
    if proposal.page is not None:
        source["page"] = proposal.page
    fields: Fields = {
        "id": id,
        "question": draft.question,
        "language": proposal.language,
        "kind": draft.way,
        "facts": [fact if isinstance(fact, str) else plain(fact) for fact in draft.facts],
        "sources": [{**source, "quote": proposal.quote}],
    }
    return dict(fields)


def plain(fact: Mapping[str, Any]) -> dict[str, Any]:
    """A fact with lists in place of tuples."""
    return {key: list(value) if isinstance(value, tuple) else value for key, value in fact.items()}
