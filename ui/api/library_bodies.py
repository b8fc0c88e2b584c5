"""The bodies of searches, lists of documents and texts."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from assistant.library import FoundPassage
from ingest.document import Authority
from ui.api.bodies import Body, Filters, Question

MOST_PASSAGES = 100
MOST_CHARACTERS = 100_000
"""Code points of a text that are given at a time."""

Offset = Annotated[int, Field(ge=0, description="In code points of the text of the document, from 0.")]


class Searching(Body):
    """What to look for."""

    query: Question
    filters: Annotated[Filters, Field(description="Where to look.")] = Filters()
    limit: Annotated[int, Field(ge=1, le=MOST_PASSAGES, description="How many passages at most.")] = 10


class PassagesBody(BaseModel):
    """What was found, best first: each passage is `start` to `end` (exclusive) of the text of its document."""

    passages: tuple[FoundPassage, ...]


class DocumentBody(BaseModel):
    """One document."""

    id: Annotated[str, Field(description="Names it here and in citations; may hold slashes.")]
    title: str
    publisher: Annotated[str, Field(description='"" where it is not known.')]
    authority: Annotated[
        Authority,
        Field(description="Whether the organisation itself speaks (`own`), a third party, or that is not stated."),
    ]
    published: Annotated[str | None, Field(description="`YYYY`, `YYYY-MM` or `YYYY-MM-DD`; null where unknown.")]
    language: Annotated[str, Field(description="An ISO 639 code.")]
    pages: Annotated[int, Field(ge=0, description="How many; 0 for a document without pages.")]
    chunks: Annotated[int, Field(ge=0, description="How many pieces of it are searched.")]
    derived: Annotated[tuple[str, ...], Field(description="Which of these were read from the document, and not given.")]
    kind: Annotated[str, Field(description='What kind of document it is, as described; "" where nobody said.')]
    valid_from: Annotated[str | None, Field(description="From when it counts; null where nobody said.")]
    valid_until: Annotated[str | None, Field(description="Until when it counts; null where nobody said.")]
    supersedes: Annotated[str | None, Field(description="The id of the document that it replaces, if that is here.")]
    superseded_by: Annotated[str | None, Field(description="The id of the one that replaces it, if that is here.")]
    notes: Annotated[tuple[str, ...], Field(description="What of the file could not be read, a sentence each.")]


class DocumentsBody(BaseModel):
    """The documents that the one who asks may see, by title."""

    count: Annotated[int, Field(ge=0)]
    documents: tuple[DocumentBody, ...]


class WholeDocumentBody(DocumentBody):
    """One document, with what is known of its text."""

    url: Annotated[str, Field(description='Where its publisher has it; "" where that is not known.')]
    characters: Annotated[int, Field(ge=0, description="Code points of its text.")]


class SectionBody(BaseModel):
    """The text under one heading."""

    path: Annotated[tuple[str, ...], Field(description="Headings, outermost first; none before the first heading.")]
    start: Offset
    end: Offset


class PageBody(BaseModel):
    """One page of the file; `number` is 1 for the first sheet."""

    number: Annotated[int, Field(ge=1)]
    start: Offset
    end: Offset


class TextBody(BaseModel):
    """A part of the text of a document, with the sections and pages that reach into it."""

    document: str
    start: Offset
    end: Annotated[int, Field(ge=0, description="Exclusive.")]
    characters: Annotated[int, Field(ge=0, description="Code points of the whole text.")]
    text: str
    next: Annotated[
        int | None, Field(description="The `start` of the rest of what was asked for; null where nothing is left.")
    ]
    sections: tuple[SectionBody, ...]
    pages: tuple[PageBody, ...]
