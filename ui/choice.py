"""Which of the documents that a reader may see they want their answers from.

What arrives from a page is text that anybody may have written. It only ever narrows: a document that is unknown or
hidden is in no choice, and both look the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from ui.plain_text import plain_line

if TYPE_CHECKING:
    from assistant.library import DocumentSummary

_LONGEST = 40_000
"""Characters of a choice; it names a thousand documents."""
_LONGEST_KIND = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """``own`` are the organisation's own documents alone; years are those of publication, 0 for any, ``kind`` is "" for
    any, ``documents`` holds names by ``name_of``, none for all. What is not dated is in no span of years.
    """

    own: bool = False
    first_year: int = 0
    last_year: int = 0
    kind: str = ""
    documents: frozenset[str] = frozenset()

    @property
    def narrows(self) -> bool:
        """Whether anything is chosen."""
        return self != Choice()

    def holds(self, document: DocumentSummary) -> bool:
        """Whether answers may come from a document."""
        if self.own and document.authority != "own":
            return False
        if self.first_year or self.last_year:
            year = year_of(document)
            if not year or year < self.first_year or (self.last_year and year > self.last_year):
                return False
        if self.kind and plain_line(document.kind) != self.kind:
            return False
        return not self.documents or name_of(document.id) in self.documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """A choice as it was when a question was asked: ``documents`` (ids) of ``all`` fitted; ``titles`` are those of the
    documents that were chosen by name, ``organisation`` is whose own documents were meant.
    """

    choice: Choice
    documents: frozenset[str]
    all: int
    titles: tuple[str, ...] = ()
    organisation: str = ""


def within(choice: Choice, visible: Iterable[DocumentSummary], organisation: str) -> Within | None:
    """What a choice leaves of the documents that a reader may see; None where nothing is chosen."""
    if not choice.narrows:
        return None
    known = list(visible)
    fitting = [document for document in known if choice.holds(document)]
    named = [plain_line(document.title) for document in known if name_of(document.id) in choice.documents]
    return Within(
        choice=choice,
        documents=frozenset(document.id for document in fitting),
        all=len(known),
        titles=tuple(named),
        organisation=organisation,
    )


def choice_of(line: str) -> Choice:
    """The choice in a query string that a page sent; what is too long or makes no sense is not said. Two years make a
    span in either order.
    """
    if len(line) > _LONGEST:
        return Choice()
    said = parse_qs(line)
    first, last = _year(said.get("from")), _year(said.get("to"))
    if first and last:
        first, last = min(first, last), max(first, last)
    return Choice(
        own=bool(said.get("own")),
        first_year=first,
        last_year=last,
        kind=plain_line(said.get("kind", [""])[0])[:_LONGEST_KIND],
        documents=frozenset(said.get("document", ())),
    )


def name_of(document: str) -> str:
    """What stands for a document's id in a choice: an id may hold any sign."""
    return hashlib.sha256(document.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def year_of(document: DocumentSummary) -> int:
    """The year of publication; 0 where that is not known."""
    return int(document.published[:4]) if document.published else 0


def _year(said: list[str] | None) -> int:
    year = said[0] if said else ""
    return int(year) if year.isascii() and year.isdigit() and len(year) == 4 else 0
