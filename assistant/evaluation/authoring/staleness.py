"""Cases that no longer fit their documents: a document is gone, a quotation or its page has changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from assistant.evaluation.authoring.proposing import Library
from assistant.evaluation.authoring.quotations import Found, Quotable
from assistant.evaluation.case_files import CaseFile
from assistant.evaluation.cases import Source
from ingest.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """A source of a case that is not as expected. ``nearest`` is the wording that the document has now, "" where
    nothing in it comes near.
    """

    id: str
    line: int
    message: str
    nearest: str = ""


def stale_sources(file: CaseFile, library: Library) -> Iterator[Stale]:
    """Every expected source of the cases that does not stand in the documents as the case says, in order."""
    documents = _by_name(library)
    for case in file.cases:
        for source in case.sources:
            found = _fault(source, documents.get(source.doc))
            if found:
                message, nearest = found
                yield Stale(id=case.id, line=file.lines[case.id], message=message, nearest=nearest)


def _by_name(library: Library) -> Mapping[str, Quotable]:
    """The documents by whatever a source may call them; an id wins over a name of a file."""
    names: dict[str, Quotable] = {}
    for quotable in library.documents.values():
        path = quotable.cut.document.path
        for name in (path, PurePosixPath(path).name):
            names.setdefault(name, quotable)
    return names | dict(library.documents)


def _fault(source: Source, document: Quotable | None) -> tuple[str, str] | None:
    if document is None:
        return f"the document {source.doc!r} is gone", ""
    if source.quote is None:
        return _fault_of_page(source, document)
    found = document.find(source.quote)
    if found is None:
        nearest = document.nearest(source.quote)
        where = _where(nearest[1]) if nearest else ""
        return f"the quotation stands no more in {source.doc!r}{where}", nearest[0] if nearest else ""
    if source.page is not None and found.page != source.page:
        now = "has no pages" if found.page is None else f"has it on page {found.page}"
        return f"the quotation is expected on page {source.page}, and {source.doc!r} {now}", ""
    if source.section is not None and fold(source.section) not in fold(found.section):
        return f"the quotation is expected under {source.section!r}, and stands under {found.section!r}", ""
    return None


def _fault_of_page(source: Source, document: Quotable) -> tuple[str, str] | None:
    """What is wrong with a place without words."""
    pages = document.cut.document.pages
    if source.page is not None and source.page > len(pages):
        return f"page {source.page} is expected, and {source.doc!r} has {len(pages)} pages", ""
    sections = document.cut.sections
    if source.section is not None and not any(fold(source.section) in fold(section.title) for section in sections):
        return f"a section {source.section!r} is expected, and {source.doc!r} has none", ""
    return None


def _where(found: Found) -> str:
    return f"; the nearest is on page {found.page}" if found.page is not None else ""
