"""The command ``answer``: a file of cases → a file of answers, taken up again after an interruption."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.backend import backend_of
from ui.cli.console import complain, progress
from ui.cli.exits import Exit
from ui.errors import Interrupted, UsageError

if TYPE_CHECKING:
    from assistant.answer import Answer
    from assistant.evaluation.answer_log import AnswerLog
    from assistant.evaluation.cases import Case
    from assistant.evaluation.reply import Reply
    from assistant.evaluation.targets.protocol import Target

THIS_ONE = "assistant"
"""The target that is this project's assistant."""


class AskedMode(StrEnum):
    """How answers are to be made."""

    EXTRACTIVE = "extractive"
    GENERATED = "generated"


def answer(
    context: typer.Context,
    cases: Annotated[Path, typer.Argument(help="A case file (YAML or JSON Lines): the questions.")],
    output: Annotated[Path, typer.Option(help="JSON Lines: the answers; what is there already is kept.")],
    mode: Annotated[AskedMode | None, typer.Option(help="How answers are made; the settings decide otherwise.")] = None,
    target: Annotated[
        str, typer.Option(help="Who answers: assistant, an address, python:FILE.py:function (docs/evaluate.md).")
    ] = THIS_ONE,
) -> None:
    """Answer the questions of a case file; run it again to go on where it stopped."""
    from assistant.evaluation.answer_log import AnswerLog
    from assistant.evaluation.case_files import load_cases
    from ui.cli.under_test import assistant_under_test

    asked = load_cases(cases).cases
    if output.exists() and output.samefile(cases):
        raise UsageError("The answers would be written over the questions: give another path with --output.")
    with assistant_under_test(backend_of(context), target, mode) as chosen, AnswerLog(output) as log:
        before = sum(case.id in log.done for case in asked)
        now = _answer_the_rest(chosen, asked, log)
    complain(f"{len(asked)} questions are answered in {output}, {len(asked) - before} of them now.")
    if failed := sum(given.status == "failed" for given in now):
        complain(f"{failed} answers have the status failed: remove their lines from {output} and run this again.")
    unwritten = [
        given for given in now if mode is AskedMode.GENERATED and given.warnings and given.mode == "extractive"
    ]
    if unwritten:
        complain(
            f"{len(unwritten)} answers are quotations, the last of them because: {unwritten[-1].warnings[0]} "
            f"Then remove their lines, those with warnings, from {output} and run this again."
        )
    if failed or unwritten:
        raise typer.Exit(Exit.FAILED)


def _answer_the_rest(target: Target, asked: Sequence[Case], log: AnswerLog) -> list[Answer | Reply]:
    """Answer what the log does not hold; returns these answers."""
    from assistant.evaluation.targets.in_process import InProcess
    from assistant.evaluation.targets.protocol import Query

    rest = [case for case in asked if case.id not in log.done]
    now: list[Answer | Reply] = []
    try:
        with progress("answering") as advance:
            for case in rest:
                advance(len(asked) - len(rest) + len(now), len(asked), f"answering {case.id}")
                # This assistant's answers are kept with all that their contract says.
                asking = target.answer if isinstance(target, InProcess) else target.ask
                given = asking(Query.of(case))
                log.append(case.id, given.to_json())
                now.append(given)
    except KeyboardInterrupt:
        done = len(asked) - len(rest) + len(now)
        raise Interrupted(f"Stopped with {done} of {len(asked)} questions answered; run this again to go on.") from None
    return now
