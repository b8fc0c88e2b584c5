"""The documents of an index, for people: the list of them, the text that a citation leads to, what was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from assistant.passages import Passage
from assistant.versions import next_versions
from ingest.cut import Section
from ingest.document import Authority, Page
from vectorstore.index import Index
from vectorstore.store import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSummary:
    """One document of the index, for people.

    ``supersedes`` and ``superseded_by`` are ids of documents that the same people may see, whichever of the two says
    so. ``notes`` say what of the file could not be read, an English sentence each. Dates are ``YYYY``, ``YYYY-MM`` or
    ``YYYY-MM-DD``.
    """

    id: str
    title: str
    publisher: str
    authority: str
    published: str | None
    language: str
    pages: int
    chunks: int
    derived: frozenset[str]
    kind: str = ""
    valid_from: str | None = None
    valid_until: str | None = None
    supersedes: str | None = None
    superseded_by: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexFacts:
    """The index in use, for whoever runs it: of all collections, and without a name but that of the organisation,
    "" where there is none. ``made`` is None for an index that stands in memory alone.
    """

    documents: int
    made: datetime | None
    organisation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The text of one document. Sections tile it, pages ascend in it; offsets are those of citations.

    ``superseded_by`` is the id of its newer version, whichever of the two says so; ``path`` is its file as seen from
    the folder of documents that it was read from, ``sha256`` that of the file then.
    """

    title: str
    publisher: str
    authority: Authority
    published: str | None
    language: str
    url: str
    kind: str
    valid_until: str | None
    superseded_by: str | None
    path: str
    sha256: str
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


def list_documents(index: Index, scope: Scope, today: date) -> tuple[DocumentSummary, ...]:
    """The documents in scope, by title, with what supersedes what ``today``."""
    found = []
    visible = index.documents_in(scope)
    ids = {cut.document.id for cut in visible}
    newer = next_versions((cut.document for cut in visible), today)
    older = {after: before for before, after in newer.items() if before in ids}
    for cut in visible:
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
                kind=metadata.kind,
                valid_from=metadata.valid_from,
                valid_until=metadata.valid_until,
                supersedes=older.get(cut.document.id),
                superseded_by=newer.get(cut.document.id),
                notes=cut.document.notes,
            )
        )
    return tuple(sorted(found, key=lambda summary: summary.title))


def find_source(index: Index, scope: Scope, document_id: str, today: date) -> Source | None:
    """The text of a document in scope, as it stands ``today``; None for any other, whether it exists or not."""
    cut = index.cut_documents.get(document_id)
    if cut is None or not scope.holds(cut.document.metadata.collection, cut.document.id):
        return None
    metadata = cut.document.metadata
    visible = {each.document.id: each.document for each in index.documents_in(scope)}
    # It may say itself that there is a newer version, which this reader may not see.
    unseen = metadata.superseded_by if metadata.superseded_by not in visible else None
    return Source(
        title=metadata.title,
        publisher=metadata.publisher,
        authority=metadata.authority,
        published=metadata.published,
        language=metadata.language,
        url=metadata.url,
        kind=metadata.kind,
        valid_until=metadata.valid_until,
        superseded_by=next_versions(visible.values(), today).get(document_id) or unseen,
        path=cut.document.path,
        sha256=cut.document.sha256,
        text=cut.document.text,
        sections=cut.sections,
        pages=cut.document.pages,
    )


def facts_of(index: Index) -> IndexFacts:
    """Its size and age."""
    made = datetime.fromisoformat(index.manifest.created) if index.manifest else None
    organisation = index.organisation or index.organisation_name
    return IndexFacts(documents=len(index.cut_documents), made=made, organisation=organisation)
