"""Expected sources against those that are cited, and those that retrieval found."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from assistant.evaluation.cases import Case, Source
from assistant.evaluation.markup import marker_numbers
from assistant.evaluation.normalise import fold, word_counts
from assistant.evaluation.reply import CitedSource, Reply, Retrieved
from assistant.evaluation.results import Score, SourceFinding

CITATIONS_READ = 8
"""Citations that count towards recall: a reader follows a few, and citing everything must not pay."""

_EXTENSION = re.compile(r"(?P<stem>.+)\.(?P<extension>[a-z][a-z0-9]{0,5})")
_counts = lru_cache(maxsize=16_384)(word_counts)


class Match(NamedTuple):
    """How a citation or passage agrees with an expected source in all but the page. ``page_off`` is the distance of the
    pages, None where one of them is not given; ``exact`` whether the page, if one is expected, is the same.
    """

    page_off: int | None
    exact: bool


def match(expected: Source, given: CitedSource | Retrieved) -> Match | None:
    """How ``given`` agrees with an expected source; None where it is another one.

    The document agrees by its id or file name, with or without folder and extension, whatever the case of letters, or
    by its title if that is exactly the same. An expected section must be a part of the given one. An expected quote and
    the given words share, each word as often as both hold it, at least half of the words of the shorter of them.
    """
    title = given.title if isinstance(given, CitedSource) else ""
    if not same_document(expected.doc, given.document) and (not title or fold(title) != fold(expected.doc)):
        return None
    if expected.section and fold(expected.section) not in fold(given.section):
        return None
    words = given.quote if isinstance(given, CitedSource) else given.text
    if expected.quote and not shares_half(expected.quote, words):
        return None
    off = None if expected.page is None or given.page is None else abs(given.page - expected.page)
    return Match(page_off=off, exact=expected.page is None or off == 0)


def shares_half(one: str, other: str) -> bool:
    """Whether two texts share at least half of the words of the shorter one, each as often as both hold it."""
    first, second = _counts(one), _counts(other)
    shorter = min(first.total(), second.total())
    return shorter > 0 and 2 * (first & second).total() >= shorter


@lru_cache(maxsize=16_384)
def same_document(expected: str, given: str) -> bool:
    """Whether two names are of one document: folders and extensions count only where both names have them."""
    (folders, stem, extension), (their_folders, their_stem, their_extension) = _name(expected), _name(given)
    if not stem or stem != their_stem or (extension and their_extension and extension != their_extension):
        return False
    shared = min(len(folders), len(their_folders))
    return shared == 0 or folders[-shared:] == their_folders[-shared:]


def _name(name: str) -> tuple[list[str], str, str]:
    *folders, last = [part for part in re.split(r"[/\\]", fold(name)) if part not in {"", "."}] or [""]
    parts = _EXTENSION.fullmatch(last)
    return (folders, parts["stem"], parts["extension"]) if parts else (folders, last, "")


def findings(case: Case, reply: Reply) -> tuple[SourceFinding, ...]:
    """What became of each expected source. Of the first ``CITATIONS_READ`` citations that agree with it in all but the
    page, the one whose page is nearest is named.
    """
    return tuple(_finding(expected, reply) for expected in case.sources)


def _finding(expected: Source, reply: Reply) -> SourceFinding:
    cited = [(c.marker, m) for c in reply.citations[:CITATIONS_READ] if (m := match(expected, c))]
    marker, best = min(cited, key=lambda pair: _distance(pair[1]), default=(None, None))
    return SourceFinding(
        name=_shown(expected),
        vital=expected.vital,
        marker=marker,
        page_off=best.page_off if best else None,
        retrieved_rank=retrieved_rank(expected, reply),
    )


def _distance(found: Match) -> float:
    return float("inf") if found.page_off is None else found.page_off


def _shown(expected: Source) -> str:
    parts = [expected.doc, f"page {expected.page}" if expected.page else "", expected.section or ""]
    parts.append(f"“{expected.quote[:60]}{'…' if len(expected.quote) > 60 else ''}”" if expected.quote else "")
    return ", ".join(part for part in parts if part)


def retrieved_rank(expected: Source, reply: Reply) -> int | None:
    """The rank, from 1, of the first passage that holds an expected source; None where none does. A passage that tells
    no page is held against no page.
    """
    for rank, passage in enumerate(reply.passages or (), start=1):
        found = match(expected, passage)
        if found and (found.exact or found.page_off is None):
            return rank
    return None


def is_cited(expected: Source, finding: SourceFinding, *, off: int = 0) -> bool:
    """Whether an expected source is cited, on a page at most ``off`` from the expected one."""
    if finding.marker is None:
        return False
    return expected.page is None or (finding.page_off is not None and finding.page_off <= off)


def source_recall(case: Case, found: Sequence[SourceFinding]) -> Score | None:
    """Expected sources that the first ``CITATIONS_READ`` citations cite / expected sources; None where none is
    expected. Unit: share. An expected page must be the very page.

    Source of the overlap of words: half of the shorter quotation, so that a cited sentence and a quoted part of it
    agree.
    """
    if not found:
        return None
    return Score(sum(is_cited(e, f) for e, f in zip(case.sources, found, strict=True)), len(found))


def pages(case: Case, found: Sequence[SourceFinding], *, off: int) -> Score | None:
    """Sources with an expected page that are cited at most ``off`` pages from it / sources with an expected page; None
    where no page is expected. Unit: share. ``page_exact`` has ``off`` 0, ``page_near`` 1.
    """
    paged = [(e, f) for e, f in zip(case.sources, found, strict=True) if e.page is not None]
    return Score(sum(is_cited(e, f, off=off) for e, f in paged), len(paged)) if paged else None


def dangling(reply: Reply) -> tuple[int, ...]:
    """The numbers of markers that have no source, each once, in order."""
    listed = {citation.marker for citation in reply.citations}
    return tuple(number for number in marker_numbers(reply.answer) if number not in listed)


def source_precision(case: Case, reply: Reply) -> Score | None:
    """Citations of an expected source / citations and markers without a source; None where no source is expected, or
    nothing cited. Unit: share. An invented marker is a wrong citation: ALCE leaves it out, and so rewards it.
    """
    given = len(reply.citations) + len(dangling(reply))
    if not case.sources or not given:
        return None
    useful = sum(any((m := match(e, c)) and m.exact for e in case.sources) for c in reply.citations)
    return Score(useful, given)


def citation_validity(reply: Reply) -> Score | None:
    """Markers with a source / markers, each number once; None where the answer has no marker. Unit: share."""
    named = marker_numbers(reply.answer)
    return Score(len(named) - len(dangling(reply)), len(named)) if named else None


def markers_in_order(reply: Reply) -> Score | None:
    """1 if the sources are numbered 1, 2, … without a gap and the markers of the text name each of them and nothing
    else, in that order of first appearance, else 0; None where there are neither. Unit: verdict.
    """
    listed = [citation.marker for citation in reply.citations]
    named = list(marker_numbers(reply.answer))
    if not listed and not named:
        return None
    return Score(float(listed == list(range(1, len(listed) + 1)) == named))


def citations_located(reply: Reply, documents: Mapping[str, str] | None) -> Score | None:
    """Citations whose ``document[start:end]`` is their quote / citations that give a place; None where none does, or
    the texts of the documents are not at hand. Unit: share.

    Offsets count code points from 0. An unknown document, an empty quote and an offset outside the text are not
    located.
    """
    placed = [c for c in reply.citations if c.start is not None or c.end is not None]
    if documents is None or not placed:
        return None
    return Score(sum(_located(citation, documents.get(citation.document)) for citation in placed), len(placed))


def _located(citation: CitedSource, text: str | None) -> bool:
    start, end = citation.start, citation.end
    if text is None or not citation.quote or start is None or end is None or not 0 <= start < end <= len(text):
        return False
    return text[start:end] == citation.quote


def retrieval_hit(found: Sequence[SourceFinding], reply: Reply, *, first: int) -> Score | None:
    """1 if any expected source is among the ``first`` passages, else 0; None where no source is expected or the
    passages are not shown. Unit: verdict.
    """
    recall = retrieval_recall(found, reply, first=first)
    return None if recall is None else Score(float(recall.part > 0))


def retrieval_recall(found: Sequence[SourceFinding], reply: Reply, *, first: int) -> Score | None:
    """Expected sources among the ``first`` passages / expected sources; None as for a hit. Unit: share."""
    if not found or reply.passages is None:
        return None
    return Score(sum(f.retrieved_rank is not None and f.retrieved_rank <= first for f in found), len(found))


def retrieval_mrr(found: Sequence[SourceFinding], reply: Reply) -> Score | None:
    """1 / rank of the first passage that holds any expected source, 0 where none does; None as for a hit. Unit: share.

    Source: E. M. Voorhees, The TREC-8 Question Answering Track Report (1999).
    """
    if not found or reply.passages is None:
        return None
    return Score(max((1 / f.retrieved_rank for f in found if f.retrieved_rank), default=0.0))
