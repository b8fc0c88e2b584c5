"""Results and runs made up for tests of what is done with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from assistant.evaluation.cases import Case
from assistant.evaluation.catalogue import CATALOGUE, METRICS_VERSION
from assistant.evaluation.reply import CitedSource, Reply
from assistant.evaluation.results import CaseResult, Check, FactFinding, Score
from assistant.evaluation.runs import CaseFileVersion, Circumstances, Machine, Run, made_with

MEASURED = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def make_result(
    id: str,
    *,
    passed: bool = True,
    scores: Mapping[str, float | Score] | None = None,
    case: Mapping[str, Any] | None = None,
    reply: Reply | None = None,
    file: str = "cases.picum.yaml",
    line: int = 1,
    **found: Any,
) -> CaseResult:
    """A result with one check, one fact and one citation; a number as score is of 1, and what is not given is n/a."""
    given = {name: value if isinstance(value, Score) else Score(value) for name, value in (scores or {}).items()}
    verdict = Score(float(passed))
    check = Check(
        id="facts",
        passed=passed,
        expected="30 days",
        found="30 days" if passed else "none of them",
        reason="" if passed else "The answer does not say 30 days.",
    )
    fact = FactFinding(
        name="30 days",
        vital=True,
        weight=1.0,
        whereabouts="answer" if passed else "retrieved",
        closest="" if passed else "There is leave.",
    )
    return CaseResult(
        id=id,
        case=Case.model_validate(
            {"id": id, "question": f"What of {id}?", "kind": "fact", "language": "en"} | dict(case or {})
        ),
        reply=reply
        or Reply(
            answer="**Leave** is 30 days. [1]",
            status="answered",
            mode="extractive",
            made_with={"embedding": "small"},
            citations=(CitedSource(marker=1, document="handbook", title="Handbook", quote="30 days of leave"),),
        ),
        checks=(check,),
        scores={metric.id: None for metric in CATALOGUE} | {"passed": verdict, "vital_recall": verdict} | given,
        facts=(fact,),
        file=file,
        line=line,
        **found,
    )


def make_run(
    results: Sequence[CaseResult],
    *,
    name: str = "today",
    target: str = "assistant",
    machine: Machine | None = None,
    measured: datetime = MEASURED,
    metrics_version: int = METRICS_VERSION,
) -> Run:
    """A run of these results."""
    return Run(
        name=name,
        results=tuple(results),
        circumstances=Circumstances(
            target=target,
            case_files=(CaseFileVersion(path="cases.picum.yaml", sha256="ab" * 32),),
            measured=measured,
            made_with=made_with(results),
            machine=machine,
            metrics_version=metrics_version,
        ),
    )
