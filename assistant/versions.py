"""Versions of a document: which one has superseded which on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ingest.document import Document, Metadata
from ingest.readers.dates import date_bounds


def successors(documents: Iterable[Document], today: date) -> dict[str, str]:
    """The title of the document by which each has been superseded on ``today``, by the id of the superseded one."""
    known = {document.id: document for document in documents}
    return {older: known[newer].metadata.title for older, newer in _superseded(known.values(), today).items()}


def newest_versions(documents: Iterable[Document], today: date) -> dict[str, str]:
    """The id of the newest version of each document that has been superseded on ``today``, by the id of that one."""
    next_version = _superseded(documents, today)
    found = {}
    for older, newer in next_version.items():
        passed = {older}
        last = newer
        while last in next_version and last not in passed:  # metadata may run in a circle
            passed.add(last)
            last = next_version[last]
        if last not in passed:
            found[older] = last
    return found


def holds_in(metadata: Metadata, years: Iterable[int]) -> bool:
    """Whether a document is of one of these years: it was valid then, or published."""
    stated = [metadata.valid_from or metadata.published, metadata.valid_until or metadata.published]
    bounds = [date_bounds(each) for each in stated if each]
    if not bounds:
        return False
    first, last = bounds[0][0].year, bounds[-1][1].year
    return any(first <= year <= last for year in years)


def _superseded(documents: Iterable[Document], today: date) -> dict[str, str]:
    """The id of the next version by the id of the superseded one. It is enough that one of the two names the other;
    one that begins later supersedes nothing yet.
    """
    begun = {document.id: document.metadata for document in documents if _begins(document.metadata) <= today}
    found: dict[str, str] = {}
    for id, metadata in begun.items():
        if metadata.supersedes:
            found[metadata.supersedes] = id
        if metadata.superseded_by in begun:
            found[id] = metadata.superseded_by
    return found


def _begins(metadata: Metadata) -> date:
    """The first day for which a document holds; the beginning of time where that is not known."""
    stated = metadata.valid_from or metadata.published or metadata.not_before
    return date_bounds(stated)[0] if stated else date.min
