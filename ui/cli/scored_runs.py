"""Cases and an assistant under test → scored runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from assistant.evaluation.case_files import CaseFile
from assistant.evaluation.cases import Case
from assistant.evaluation.errors import TargetError
from assistant.evaluation.judge.judging import Judge
from assistant.evaluation.reply import Reply
from assistant.evaluation.results import CaseResult
from assistant.evaluation.runs import CaseFileVersion, Circumstances, Machine, Run, made_with
from assistant.evaluation.scoring import score
from assistant.evaluation.targets.protocol import Query, Target
from ui.cli.backend import Backend
from ui.cli.console import complain, progress
from ui.errors import Interrupted


def scored_run(backend: Backend, files: Sequence[CaseFile], target: Target, *, stored: bool) -> Run:
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


def judged(run: Run, judging: Judge) -> Run:
    """The run with what the judge says of each result."""
    results = list[CaseResult]()
    with progress("judging") as advance:
        for result in run.results:
            advance(len(results), len(run.results), f"judging {result.id}")
            results.append(judging.judge(result))
    return replace(run, results=tuple(results))


def run_names(runs: Sequence[Run], files: Sequence[Path]) -> Sequence[str]:
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
