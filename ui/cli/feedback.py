"""The commands ``feedback list`` and ``feedback export``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.backend import backend_of
from ui.cli.console import complain, say, say_table
from ui.errors import UsageError

if TYPE_CHECKING:
    from ui.feedback_cases import ReadFeedback

feedback = typer.Typer(
    help="What readers said of answers, where PICUM_FEEDBACK is set.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
_From = Annotated[
    Path | None,
    typer.Option("--from", help="A file of feedback; that of the data folder otherwise.", show_default=False),
]
_MOST_NUMBERS = 20
"""Line numbers that are named."""


@feedback.command("list")
def list_feedback(context: typer.Context, source: _From = None) -> None:
    """List what readers said."""
    read = _read(context, source)
    if not read.lines:
        say("There is no feedback.")
        return
    rows = [[kept.day, kept.verdict, kept.question or "", kept.comment or ""] for _, kept in read.lines]
    say_table(["Day", "Verdict", "Question", "Comment"], rows)


@feedback.command("export")
def export_feedback(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(help="The case file to write.", show_default=False)],
    source: _From = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a case file that is there.")] = False,
) -> None:
    """Make cases for `evaluate` of what readers said: right answers as they are, others as drafts to complete."""
    from assistant.evaluation.case_files import is_case_file
    from ui.feedback_cases import cases_of, write_feedback_cases

    if not is_case_file(target):
        raise UsageError(f"The name {target} has to end in .picum.yaml or .picum.jsonl: give another.")
    made = cases_of(kept for _, kept in _read(context, source).lines)
    if made.without_question:
        complain(f"Left out, because they were sent without their question: {made.without_question}.")
    if not made.whole and not made.drafts:
        say("There is nothing to make a case of, and nothing was written.")
        return
    write_feedback_cases(target, made, overwrite=overwrite)
    said = ", ".join(f"{verdict} {count}" for verdict, count in sorted(made.verdicts.items()))
    say(f"Written to {target}: cases {len(made.whole)}, drafts to complete {len(made.drafts)}.")
    say(f"They are made of {said}; said again: {made.merged}.")


def _read(context: typer.Context, source: Path | None) -> ReadFeedback:
    from ui.feedback import FILE
    from ui.feedback_cases import read_feedback

    path = source or backend_of(context).settings().home / FILE
    read = read_feedback(path)
    if read.broken:
        numbers = ", ".join(map(str, read.broken[:_MOST_NUMBERS])) + (", …" if len(read.broken) > _MOST_NUMBERS else "")
        complain(f"{path}: lines that are no feedback were left out: {len(read.broken)} (line {numbers}).")
    return read
