"""What a reader takes out of a file: the text as read, its pages, marks and metadata.

Every offset in this project counts Unicode code points of ``Document.text``, from 0, end exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, NamedTuple

Authority = Literal["own", "third_party", "unstated"]

DEFAULT_COLLECTION = "default"
"""The collection of documents that are put into none."""


class Span(NamedTuple):
    """A stretch of ``Document.text``: ``text[start:end]``."""

    start: int
    end: int


class BlockKind(StrEnum):
    """What a stretch of a document is. Furniture and contents are never cited."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    FOOTNOTE = "footnote"
    FURNITURE = "furniture"
    CONTENTS = "contents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a file format says outright about a stretch of the text (a heading style, a list item, a running foot).

    ``level`` is 1 for the highest heading or the outermost list; 0 where the kind has no levels. Marks of one document
    do not overlap and ascend. A reader of plain text gives none: there the structure is recognised from the text.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: ``number`` is 1-based and counts sheets of the file, not printed page numbers."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What is known of a document. ``derived`` names the fields that were read from the document, not given.

    Dates are ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.
    """

    title: str
    language: str
    publisher: str = ""
    authority: Authority = "unstated"
    kind: str = ""
    published: str | None = None
    not_before: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    supersedes: str | None = None
    superseded_by: str | None = None
    url: str = ""
    note: str = ""
    collection: str = DEFAULT_COLLECTION
    derived: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One source file as read. The same bytes give the same ``sha256`` and ``text``.

    ``id`` is the slug of the metadata, else the path relative to the corpus; ``dropped`` counts the characters
    that are invisible by design and were left out before anything was counted; ``notes`` say what of the file could not
    be read, a sentence each. ``recipe`` names all that the document was made from, so that the same recipe need not be
    followed twice.
    """

    id: str
    path: str
    sha256: str
    text: str
    metadata: Metadata
    pages: tuple[Page, ...] = ()
    marks: tuple[Mark, ...] = ()
    dropped: int = 0
    notes: tuple[str, ...] = ()
    recipe: str = ""

    def page_at(self, offset: int) -> int | None:
        """The 1-based number of the page that holds ``offset``; None for a document without pages."""
        found = None
        for page in self.pages:
            if page.start > offset:
                break
            found = page.number
        return found
