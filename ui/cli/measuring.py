"""The command ``evaluate``: cases and answers → figures, reports and the verdict of the gates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from assistant.evaluation.case_files import CaseFile, load_cases
from assistant.evaluation.cases import Case
from assistant.evaluation.comparison import compare
from assistant.evaluation.errors import TargetError
from assistant.evaluation.gates import check_gates, parse_gate
from assistant.evaluation.judge.judging import Judge, open_judge
from assistant.evaluation.reply import Reply
from assistant.evaluation.report.markdown import report_markdown
from assistant.evaluation.report.reading import read_run
from assistant.evaluation.report.report_file import report_json
from assistant.evaluation.report.writing import check_suffix, write_report
from assistant.evaluation.results import CaseResult
from assistant.evaluation.runs import CaseFileVersion, Circumstances, Machine, Run, made_with
from assistant.evaluation.scoring import score
from assistant.evaluation.targets.protocol import Query, Target
from assistant.evaluation.targets.stored_answers import StoredAnswers
from ui.cli.backend import Backend, backend_of
from ui.cli.console import complain, progress, say
from ui.cli.exits import Exit
from ui.cli.under_test import THIS_ONE, AskedMode, assistant_under_test
from ui.errors import Interrupted, UsageError


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
    gates = [parse_gate(text) for text in minimum or ()]
    earlier = read_run(baseline) if baseline else None
    for path in report or ():
        check_suffix(path)
    files = [load_cases(path) for path in cases]
    backend = backend_of(context)
    if answers:
        if target != THIS_ONE or mode is not None:
            raise UsageError("--answers scores what was answered before; leave out --target and --mode.")
        runs = [_run(backend, files, StoredAnswers(path), stored=True) for path in answers]
        runs = [replace(run, name=name) for run, name in zip(runs, _names(runs, answers), strict=True)]
    else:
        with assistant_under_test(backend, target, mode) as chosen:
            runs = [_run(backend, files, chosen, stored=False)]
    if judge is not JudgeMode.OFF:
        with open_judge("live" if judge is JudgeMode.LIVE else "cached", judge_cache, judge_model) as judging:
            runs = [_judged(run, judging) for run in runs]
    comparison = compare(earlier, runs[0]) if earlier else None
    for path in report or ():
        write_report(path, runs, comparison)
    say((report_json if as_json else report_markdown)(runs, comparison), end="")
    verdicts = [verdict for run in runs for verdict in check_gates(gates, run)]
    for verdict in verdicts:
        complain(f"{'reached' if verdict.passed else 'NOT REACHED'}: {verdict.message}")
    if not all(verdict.passed for verdict in verdicts):
        raise typer.Exit(Exit.FAILED)


def _run(backend: Backend, files: Sequence[CaseFile], target: Target, *, stored: bool) -> Run:
    """Ask every case that is not skipped, as often as it says, and score the replies."""
    asked = [
        (file, case, f"{case.id}#{number}" if case.repeat > 1 else case.id)
        for file in files
        for case in file.cases
        if not case.skip
        for number in range(1, case.repeat + 1)
    ]
    machine = None if stored else Machine.now()
    replies = list[Reply]()
    try:
        with progress("scoring" if stored else "answering") as advance:
            for done, (_, case, id) in enumerate(asked):
                advance(done, len(asked), id)
                replies.append(_reply(target, case, replies, stored=stored))
    except KeyboardInterrupt:
        raise Interrupted(
            f"Stopped with {len(replies)} of {len(asked)} cases asked and nothing kept; `picum-assistant answer` keeps "
            "what is answered."
        ) from None
    texts = _texts(backend, replies)
    results = tuple(
        score(case, reply, texts, id=id, file=str(file.path), line=file.lines.get(case.id, 0))
        for (file, case, id), reply in zip(asked, replies, strict=True)
    )
    return Run(
        name=target.name,
        results=results,
        circumstances=Circumstances(
            target=target.name,
            case_files=tuple(CaseFileVersion.of(file.path) for file in files),
            measured=datetime.now().astimezone(),
            made_with=made_with(results),
            machine=machine,
        ),
    )


def _reply(target: Target, case: Case, before: Sequence[Reply], *, stored: bool) -> Reply:
    """What the target says. One that has answered and now fails has failed this case. One that has not, and a missing
    stored answer, are errors: a figure over some of the cases would be taken for one over all.
    """
    try:
        return target.ask(Query.of(case))
    except TargetError as error:
        if stored or all(reply.status == "failed" for reply in before):
            raise
        return Reply(answer="", question=case.question, status="failed", warnings=(str(error),))


def _texts(backend: Backend, replies: Sequence[Reply]) -> Mapping[str, str] | None:
    """The documents of this machine, read again, where this assistant answered from them; None where they cannot be
    read here. An index that disagrees with its files is found out that way.
    """
    if not any(reply.made_with.get("index_generation") for reply in replies):
        return None
    try:
        from ui.cli.local_index import read_texts

        return read_texts(backend.settings())
    except ImportError as error:
        complain(f"Citations were not held against the documents, because {error.name} is not installed here.")
        return None


def _judged(run: Run, judging: Judge) -> Run:
    results = list[CaseResult]()
    with progress("judging") as advance:
        for result in run.results:
            advance(len(results), len(run.results), f"judging {result.id}")
            results.append(judging.judge(result))
    return replace(run, results=tuple(results))


def _names(runs: Sequence[Run], files: Sequence[Path]) -> Sequence[str]:
    """A name for each run: how it was answered where that tells the runs apart, else its file without its ending, else
    the whole path. A run is "generated" if a language model wrote any of its answers.
    """
    modes = [
        "generated" if "generated" in found else ", ".join(sorted(found))
        for found in ({result.reply.mode for result in run.results} - {""} for run in runs)
    ]
    for names in (modes, [file.stem for file in files]):
        if all(names) and len(set(names)) == len(names):
            return names
    return [str(file) for file in files]
