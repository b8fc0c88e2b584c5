"""What a run of indexing says: while it works, and when it has ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.corpus import Problem
from ingest.cut import CutDocument
from vectorstore.manifest import Counts
from vectorstore.rows import text_rows

Stage = Literal["scan", "read", "ask", "embed", "check"]
Status = Literal["added", "changed", "unchanged", "removed", "skipped", "failed"]
Verdict = Literal["read", "partly read", "skipped", "failed", "removed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """``done`` of ``total`` steps of a stage; ``what`` names the step in hand, a file for example, or is empty."""

    stage: Stage
    done: int
    total: int
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReport:
    """One document or file. ``reason`` says why it was skipped, failed or is read in part; numbers are 0 where the
    document is not in the index.
    """

    id: str
    title: str
    status: Status
    pages: int = 0
    sections: int = 0
    chunks: int = 0
    sentences: int = 0
    reason: str = ""
    verdict: Verdict = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexReport:
    """``unchanged`` means that nothing was written. Rows are chunks, sentences and questions.

    ``embedded`` rows were computed in this run; the vectors of ``copied`` rows stood in an earlier index or in what an
    interrupted run left.
    """

    key: str
    generation: str
    unchanged: bool
    documents: tuple[DocumentReport, ...]
    problems: tuple[Problem, ...]
    counts: Counts
    embedded: int
    copied: int
    seconds: float


def document_reports(
    before: Sequence[CutDocument], after: Sequence[CutDocument], problems: Sequence[Problem]
) -> tuple[DocumentReport, ...]:
    """What became of each document: those of the new index, then the files that are not in it, then those that are
    gone."""
    former = {document.document.id: document for document in before}
    reports: list[DocumentReport] = []
    for document in after:
        status: Status = "added"
        if document.document.id in former:
            status = "unchanged" if former.pop(document.document.id) == document else "changed"
        reports.append(_document_report(document, status))
    reports += left_out(problems)
    # A file that cannot be read any more has failed; that its document is gone follows from it.
    unreadable = {problem.path for problem in problems}
    gone = [document.document for document in former.values() if document.document.path not in unreadable]
    reports += [DocumentReport(id=d.id, title=d.metadata.title, status="removed", verdict="removed") for d in gone]
    return tuple(reports)


def left_out(problems: Iterable[Problem]) -> list[DocumentReport]:
    """The files among problems that are not in the index."""
    return [
        DocumentReport(id=p.path, title=p.path, status=p.verdict, reason=p.message, verdict=p.verdict)
        for p in problems
        if p.verdict in ("skipped", "failed")
    ]


def _document_report(document: CutDocument, status: Status) -> DocumentReport:
    kinds = [row.kind for row in text_rows(document)]
    return DocumentReport(
        id=document.document.id,
        title=document.document.metadata.title,
        status=status,
        pages=len(document.document.pages),
        sections=len(document.sections),
        chunks=kinds.count("chunk"),
        sentences=kinds.count("sentence"),
        reason=" ".join(document.document.notes),
        verdict="partly read" if document.document.notes else "read",
    )
