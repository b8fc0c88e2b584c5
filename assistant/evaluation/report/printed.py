"""Answers in full for a Markdown report: drawn by a hash of their ids, so that nobody chooses which are seen."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from assistant.evaluation.report.shown_text import on_one_line, visible
from assistant.evaluation.runs import Run


def printed_answers(runs: Sequence[Run], count: int) -> list[str]:
    """Lines of Markdown: ``count`` cases, each with its question and what every run replied to it, word for word."""
    drawn = sorted(dict.fromkeys(result.id for result in runs[0].results), key=_draw)[:count]
    lines: list[str] = []
    for id in drawn:
        for run in runs:
            for result in (result for result in run.results if result.id == id):
                if run is runs[0]:
                    lines += ["", f"### {id}: {on_one_line(result.case.question)}"]
                status = result.reply.status.replace("_", " ") if result.reply.status else "no status"
                lines += ["", f"*{on_one_line(run.name)}, {status}:*", "", *_indented(result.reply.answer)]
    return lines


def _draw(id: str) -> str:
    return hashlib.sha256(id.encode()).hexdigest()


def _indented(text: str) -> list[str]:
    """Four blanks before each line: shown as it is, whatever marks it holds."""
    return [f"    {line}".rstrip() for line in visible(text).splitlines()] or ["    (nothing)"]
