"""The command ``evaluate``: cases and answers → figures, reports and the verdict of the gates."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ui.cli.answers import THIS_ONE, AskedMode
from ui.cli.backend import backend_of
from ui.cli.console import complain, say
from ui.cli.exits import Exit
from ui.errors import UsageError


class JudgeMode(StrEnum):
    """Whether a language model judges too: not at all, from stored verdicts alone, or asked where none is stored."""

    OFF = "off"
    CACHED = "cached"
    LIVE = "live"


def evaluate(
    context: typer.Context,
    cases: Annotated[list[Path], typer.Argument(help="Case files (YAML or JSON Lines): questions with expectations.")],
    answers: Annotated[
        list[Path] | None,
        typer.Option(help="Score these answers, as `answer` writes them, and ask nobody; several stand side by side."),
    ] = None,
    target: Annotated[
        str,
        typer.Option(
            help="Who is asked: assistant, http://host:7860, openai:http://host/v1#model, python:FILE.py:function."
        ),
    ] = THIS_ONE,
    mode: Annotated[
        AskedMode | None, typer.Option(help="How this assistant answers; the settings decide otherwise.")
    ] = None,
    report: Annotated[
        list[Path] | None, typer.Option(help="Write a report: .html for people, .md, .json, .jsonl. May be repeated.")
    ] = None,
    printed: Annotated[
        int, typer.Option(min=0, help="Print so many answers in full in .md reports, drawn by a hash of their ids.")
    ] = 0,
    baseline: Annotated[
        Path | None, typer.Option(help="A .json or .jsonl report of an earlier run: say what changed since.")
    ] = None,
    minimum: Annotated[
        list[str] | None,
        typer.Option("--min", help="METRIC=VALUE: fail where the figure does not reach it. May be repeated."),
    ] = None,
    judge: Annotated[JudgeMode, typer.Option(help="Have a language model judge as well.")] = JudgeMode.OFF,
    judge_model: Annotated[str, typer.Option(help="The judge, named as PICUM_LLM names a model.")] = "local",
    judge_cache: Annotated[Path, typer.Option(help="JSON Lines: the verdicts of the judge.")] = Path(
        "judge.verdicts.jsonl"
    ),
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the report as JSON, with the findings of every case.")
    ] = False,
) -> None:
    """Measure answers against expected facts and sources; no model judges unless one is asked for."""
    from assistant.evaluation.case_files import load_cases
    from assistant.evaluation.comparison import compare
    from assistant.evaluation.gates import check_gates, parse_gate
    from assistant.evaluation.judge.judging import open_judge
    from assistant.evaluation.report.markdown import report_markdown
    from assistant.evaluation.report.reading import read_run
    from assistant.evaluation.report.report_file import report_json
    from assistant.evaluation.report.writing import check_suffix, write_report
    from assistant.evaluation.targets.stored_answers import StoredAnswers
    from ui.cli.scored_runs import judged, run_names, scored_run
    from ui.cli.under_test import assistant_under_test

    gates = [parse_gate(text) for text in minimum or ()]
    earlier = read_run(baseline) if baseline else None
    for path in report or ():
        check_suffix(path)
    files = [load_cases(path) for path in cases]
    backend = backend_of(context)
    if answers:
        if target != THIS_ONE or mode is not None:
            raise UsageError("--answers scores what was answered before; leave out --target and --mode.")
        runs = [scored_run(backend, files, StoredAnswers(path), stored=True) for path in answers]
        runs = [replace(run, name=name) for run, name in zip(runs, run_names(runs, answers), strict=True)]
    else:
        with assistant_under_test(backend, target, mode) as chosen:
            runs = [scored_run(backend, files, chosen, stored=False)]
    if judge is not JudgeMode.OFF:
        with open_judge("live" if judge is JudgeMode.LIVE else "cached", judge_cache, judge_model) as judging:
            runs = [judged(run, judging) for run in runs]
    comparison = compare(earlier, runs[-1]) if earlier else None
    for path in report or ():
        write_report(path, runs, comparison, printed=printed)
    say((report_json if as_json else report_markdown)(runs, comparison), end="")
    verdicts = [verdict for run in runs for verdict in check_gates(gates, run)]
    for verdict in verdicts:
        complain(f"{'reached' if verdict.passed else 'NOT REACHED'}: {verdict.message}")
    if not all(verdict.passed for verdict in verdicts):
        raise typer.Exit(Exit.FAILED)
