"""Writing a report, in the form that its suffix names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assistant.evaluation.comparison import Comparison
from assistant.evaluation.errors import ReportError
from assistant.evaluation.report.markdown import report_markdown
from assistant.evaluation.report.page import report_page
from assistant.evaluation.report.report_file import report_json, report_lines
from assistant.evaluation.runs import Run
from assistant.evaluation.whole_files import write_whole

SUFFIXES = (".html", ".md", ".json", ".jsonl")


def check_suffix(path: Path) -> None:
    """Raise ReportError for a path that no report can be written to because of its name; worth asking before a run."""
    if path.suffix.lower() not in SUFFIXES:
        raise ReportError(f"{path} names no form of report: let it end in one of {', '.join(SUFFIXES)}.")


def write_report(path: Path, runs: Sequence[Run], comparison: Comparison | None = None, *, printed: int = 0) -> None:
    """Write the runs as a page (.html), Markdown (.md), JSON (.json) or JSON Lines (.jsonl), whole or not at all.

    ``comparison`` is of the last run with its baseline; JSON Lines leave it out; Markdown holds so
    many answers in full as ``printed``. Raises ReportError for another suffix,
    no runs, and a file that cannot be written.
    """
    check_suffix(path)
    if not runs:
        raise ReportError(f"There is no run to write into {path}: run at least one case.")
    match path.suffix.lower():
        case ".html":
            text = report_page(runs, comparison)
        case ".md":
            text = report_markdown(runs, comparison, printed=printed)
        case ".json":
            text = report_json(runs, comparison) + "\n"
        case _:
            text = "".join(line + "\n" for line in report_lines(runs))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode("utf-8"))
    except OSError as failure:
        raise ReportError(f"{path} cannot be written ({failure.strerror or failure}): give another path.") from failure
