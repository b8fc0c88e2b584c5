"""Versions of a document: which one has superseded which on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from ingest.document import Document, Metadata
from ingest.readers.dates import date_bounds


def successors(documents: Iterable[Document], today: date) -> dict[str, str]:
    """The title of the document by which each has been superseded on ``today``, by the id of the superseded one."""
    known = {document.id: document for document in documents}
    return {older: known[newer].metadata.title for older, newer in next_versions(known.values(), today).items()}


def newest_versions(documents: Iterable[Document], today: date) -> dict[str, str]:
    """The id of the newest version of each document that has been superseded on ``today``, by the id of that one."""
    following = next_versions(documents, today)
    return {older: _end(older, following) for older in following}


def holds_in(metadata: Metadata, years: Iterable[int]) -> bool:
    """Whether a document is of one of these years: it was valid then, or published."""
    stated = [metadata.valid_from or metadata.published, metadata.valid_until or metadata.published]
    bounds = [date_bounds(each) for each in stated if each]
    if not bounds:
        return False
    first, last = bounds[0][0].year, bounds[-1][1].year
    return any(first <= year <= last for year in years)


def next_versions(documents: Iterable[Document], today: date) -> dict[str, str]:
    """The id of the version that superseded each by ``today``, by the id of the superseded one.

    It is enough that one of the two names the other. One that begins later supersedes nothing yet, and where versions
    supersede each other in a circle none is superseded.
    """
    known = {document.id: document.metadata for document in documents}
    links = [link for id, each in known.items() for link in ((each.supersedes, id), (id, each.superseded_by))]
    # Few documents name another, and only the dates of those are looked at.
    found = {
        older: newer
        for older, newer in links
        if older and newer in known and all(_begins(known[each]) <= today for each in (older, newer) if each in known)
    }
    return {older: newer for older, newer in found.items() if _end(older, found)}


def _end(older: str, following: Mapping[str, str]) -> str:
    """The last of a row of versions; "" where it runs in a circle."""
    passed = {older}
    last = following[older]
    while last in following and last not in passed:
        passed.add(last)
        last = following[last]
    return "" if last in passed else last


def _begins(metadata: Metadata) -> date:
    """The first day for which a document holds; the beginning of time where that is not known."""
    stated = metadata.valid_from or metadata.published or metadata.not_before
    return date_bounds(stated)[0] if stated else date.min
