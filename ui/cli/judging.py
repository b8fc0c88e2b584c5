"""The command ``judge calibrate``."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.backend import backend_of
from ui.cli.console import complain, progress, say, say_json, say_table
from ui.cli.exits import Exit
from ui.errors import Interrupted

if TYPE_CHECKING:
    from assistant.evaluation.judge.agreement import Estimate
    from assistant.evaluation.judge.calibration import Calibration
    from assistant.evaluation.judge.judging import Judge, Ruling

judge = typer.Typer(help="The optional judge of answers: how far it agrees with people.", rich_markup_mode=None)


class JudgeMode(StrEnum):
    """Whether the model may be asked."""

    LIVE = "live"
    CACHED = "cached"


@judge.callback()
def _judge() -> None:
    """The optional judge of answers: how far it agrees with people."""


@judge.command("calibrate")
def calibrate(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            help='JSON Lines: "statement", "evidence", and what people say of it, a "label" (supported, partial, '
            'unsupported) or a "rating" from 1 to 4; lines with neither count in the corrected mean.'
        ),
    ],
    model: Annotated[
        str, typer.Option(help="The judge: local, an address like http://127.0.0.1:8080/v1#model, or provider:model.")
    ] = "local",
    votes: Annotated[int, typer.Option(help="Votes for each statement, an odd number.")] = 1,
    cache: Annotated[
        Path | None,
        typer.Option(help="JSON Lines: the judge's verdicts; beside FILE, as NAME.verdicts.jsonl, where not given."),
    ] = None,
    mode: Annotated[
        JudgeMode, typer.Option(help="live asks the model for the verdicts that are missing, cached asks nobody.")
    ] = JudgeMode.LIVE,
    sample: Annotated[
        int | None, typer.Option(min=1, help="Judge only so many statements of the file, always the same ones.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the figures as JSON.")] = False,
) -> None:
    """Ask the judge about statements that people have judged; run it again to go on where it stopped."""
    from assistant.evaluation.judge import calibration
    from assistant.evaluation.judge.judging import open_judge
    from assistant.evaluation.judge.labels import read_labelled

    rows = calibration.sample(read_labelled(file), sample)
    kept = cache or file.with_name(f"{file.stem}.verdicts.jsonl")
    counts: Counter[str] = Counter()
    settings = backend_of(context).settings()
    try:
        with (
            open_judge(mode.value, kept, model, votes=votes, settings=settings) as asked,
            progress("judging") as advance,
        ):
            advance(0, len(rows), "judging")

            def show(done: int, ruling: Ruling) -> None:
                counts[ruling.verdict] += 1
                told = ", ".join(f"{verdict} {count}" for verdict, count in counts.items())
                advance(done, len(rows), f"judging: {told}")

            found = calibration.calibrate(asked, rows, show)
    except KeyboardInterrupt:
        raise Interrupted(
            f"Stopped with {counts.total()} of {len(rows)} statements judged; the verdicts are kept in {kept}, and the "
            "same command goes on from there."
        ) from None
    if as_json:
        say_json({**asked.made_with, **found.to_json()})
    else:
        _show(found, asked)
    if found.why_undecided:
        undecided = found.inconclusive + found.skipped
        complain(
            f"{undecided} of {found.statements} statements are undecided, the first because: {found.why_undecided}"
        )
        raise typer.Exit(Exit.FAILED)


def _show(found: Calibration, asked: Judge) -> None:
    from assistant.evaluation.judge.questions import VERDICTS

    made_with = asked.made_with
    say(f"Judge: {made_with['judge']}, votes: {made_with['judge_votes']}, prompts: {made_with['judge_prompts']}")
    say()
    rows = [
        ("statements", f"{found.statements}, {found.labelled} of them labelled by people"),
        ("inconclusive", f"{found.inconclusive} ({found.inconclusive_share:.0%})"),
        ("skipped", f"{found.skipped}"),
        ("compared", f"{found.compared}"),
        ("accuracy", _estimate(found.accuracy)),
        ("Cohen's kappa", _estimate(found.kappa)),
        ("rank correlation", _number(found.rank_correlation)),
        ("mean, judge", _number(found.judge_mean)),
        ("mean, people", _number(found.people_mean)),
        ("mean, corrected", _estimate(found.corrected_mean)),
    ]
    say_table(("figure", "value (95 % interval)"), rows)
    say()
    say_table(
        ("people \\ judge", *VERDICTS),
        [(label, *map(str, row)) for label, row in zip(VERDICTS, found.table, strict=True)],
    )


def _number(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.2f}"


def _estimate(found: Estimate | None) -> str:
    return "n/a" if found is None else f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f})"
