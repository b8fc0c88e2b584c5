"""What became of each file, as plain text that can be mailed to whoever keeps the documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.plain_text import plain_line

if TYPE_CHECKING:
    from vectorstore.report import DocumentReport, IndexReport, Verdict

_HEADS: tuple[tuple[Verdict, str], ...] = (
    ("failed", "Could not be read, and no answer comes from them:"),
    ("partly read", "Read in part:"),
    ("skipped", "Left out without being read:"),
    ("removed", "Gone since the last time:"),
)


def mail(report: IndexReport) -> str:
    """A text of short paragraphs: what needs somebody first, then what is new, then a count of the rest."""
    read = [row for row in report.documents if row.verdict in ("read", "partly read")]
    counts = report.counts
    parts = [f"{counts.documents} documents can be asked about ({counts.sentences} sentences)."]
    for verdict, head in _HEADS:
        rows = [row for row in report.documents if row.verdict == verdict]
        if rows:
            parts.append("\n".join([head, *map(_line, rows)]))
    parts += [problem.message for problem in report.problems if problem.verdict in ("ignored", "advice")]
    for status, head in (("added", "New:"), ("changed", "Changed:")):
        rows = [row for row in read if row.status == status]
        if rows:
            parts.append("\n".join([head, *(f"- {plain_line(row.title)} ({row.id})" for row in rows)]))
    unchanged = sum(row.status == "unchanged" for row in read)
    if unchanged:
        parts.append(f"{unchanged} unchanged.")
    return "\n\n".join(parts) + "\n"


def _line(row: DocumentReport) -> str:
    return f"- {plain_line(row.reason or row.title)}" + ("" if row.id in row.reason else f" ({row.id})")
