"""The documents of an index, for people: the list of them, the text that a citation leads to, what was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assistant.passages import Passage
from ingest.cut import Section
from ingest.document import Authority, Page
from vectorstore.index import Index
from vectorstore.store import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSummary:
    """One document of the index, for people."""

    id: str
    title: str
    publisher: str
    authority: str
    published: str | None
    language: str
    pages: int
    chunks: int
    derived: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexFacts:
    """The index in use, for whoever runs it: of all collections, and without a name. ``made`` is None for an index that
    stands in memory alone.
    """

    documents: int
    made: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The text of one document. Sections tile it, pages ascend in it; offsets are those of citations."""

    title: str
    publisher: str
    authority: Authority
    published: str | None
    language: str
    url: str
    text: str
    sections: tuple[Section, ...]
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPassage:
    """A passage with where it stands: ``text`` is ``start`` to ``end`` (code points, exclusive) of the text of its
    document; ``rank`` counts from 1, a higher ``score`` is better, ``page`` is that of the start.
    """

    document: str
    title: str
    publisher: str
    authority: Authority
    published: str | None
    section: str
    page: int | None
    start: int
    end: int
    score: float
    rank: int
    text: str


def found_passage(passage: Passage) -> FoundPassage:
    """A passage for people."""
    document = passage.cut.document
    return FoundPassage(
        document=document.id,
        title=document.metadata.title,
        publisher=document.metadata.publisher,
        authority=document.metadata.authority,
        published=document.metadata.published,
        section=passage.section,
        page=document.page_at(passage.start),
        start=passage.start,
        end=passage.end,
        score=passage.score,
        rank=passage.rank,
        text=passage.text,
    )


def list_documents(index: Index, scope: Scope) -> tuple[DocumentSummary, ...]:
    """The documents in scope, by title."""
    found = []
    for cut in index.documents_in(scope):
        metadata = cut.document.metadata
        found.append(
            DocumentSummary(
                id=cut.document.id,
                title=metadata.title,
                publisher=metadata.publisher,
                authority=metadata.authority,
                published=metadata.published,
                language=metadata.language,
                pages=len(cut.document.pages),
                chunks=len(cut.chunks),
                derived=metadata.derived,
            )
        )
    return tuple(sorted(found, key=lambda summary: summary.title))


def find_source(index: Index, scope: Scope, document_id: str) -> Source | None:
    """The text of a document in scope; None for any other, whether it exists or not."""
    cut = index.cut_documents.get(document_id)
    if cut is None or not scope.holds(cut.document.metadata.collection, cut.document.id):
        return None
    metadata = cut.document.metadata
    return Source(
        title=metadata.title,
        publisher=metadata.publisher,
        authority=metadata.authority,
        published=metadata.published,
        language=metadata.language,
        url=metadata.url,
        text=cut.document.text,
        sections=cut.sections,
        pages=cut.document.pages,
    )


def facts_of(index: Index) -> IndexFacts:
    """Its size and age."""
    made = datetime.fromisoformat(index.manifest.created) if index.manifest else None
    return IndexFacts(documents=len(index.cut_documents), made=made)
