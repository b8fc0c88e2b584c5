"""Reading a run back from a report, to hold a later one against it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.evaluation.errors import ReportError
from assistant.evaluation.jsonl import describe, read_objects
from assistant.evaluation.report.report_file import SCHEMA
from assistant.evaluation.results import CaseResult
from assistant.evaluation.runs import Run

_RUN = TypeAdapter(Run)
_RESULT = TypeAdapter(CaseResult)


def read_run(path: Path, name: str | None = None) -> Run:
    """The run of a .json or .jsonl report, exactly as it was written; ``name`` chooses one of several.

    Raises ReportError for a file that is no such report, or holds several runs of which none is chosen.
    """
    suffix = path.suffix.lower()
    if suffix == ".jsonl":
        runs = _from_lines(path)
    elif suffix == ".json":
        runs = _from_object(path)
    else:
        raise ReportError(f"{path} holds no results to compare with: give a report that ends in .json or .jsonl.")
    return _chosen(runs, path, name)


def _from_object(path: Path) -> list[Run]:
    try:
        value = json.loads(path.read_bytes())
    except OSError as failure:
        raise ReportError(f"{path} cannot be read ({failure.strerror}): give the path of a report.") from failure
    except (ValueError, RecursionError) as failure:
        raise ReportError(f"{path} is not JSON ({failure}): write the report again.") from failure
    if not isinstance(value, dict) or not isinstance(value.get("runs"), list):
        raise ReportError(f"{path} is no report of an evaluation: give one that ends in .json or .jsonl.")
    _check_schema(value.get("schema"), str(path))
    return [_run(run, str(path)) for run in value["runs"]]


def _from_lines(path: Path) -> list[Run]:
    heads: list[dict[str, Any]] = []
    for line, value in read_objects(path, ReportError):
        if "circumstances" in value:
            _check_schema(value.get("schema"), f"{path}:{line}")
            heads.append({"name": value.get("run"), "circumstances": value["circumstances"], "results": []})
            continue
        if not heads:
            raise ReportError(f"{path}:{line}: a result stands before the circumstances: write the report again.")
        try:
            heads[-1]["results"].append(_RESULT.validate_python(value))
        except ValidationError as failure:
            raise _unreadable(f"{path}:{line}", failure) from failure
    return [_run(head, str(path)) for head in heads]


def _run(value: object, place: str) -> Run:
    try:
        return _RUN.validate_python(value)
    except ValidationError as failure:
        raise _unreadable(place, failure) from failure


def _unreadable(place: str, failure: ValidationError) -> ReportError:
    return ReportError(f"{place}: the report is damaged ({describe(failure)}): write it again.")


def _check_schema(schema: object, place: str) -> None:
    if schema != SCHEMA:
        raise ReportError(
            f"{place}: the report has the schema {schema!r}, and this version reads {SCHEMA}: write it again."
        )


def _chosen(runs: Sequence[Run], path: Path, name: str | None) -> Run:
    fitting = [run for run in runs if name in (None, run.name)]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(run.name for run in runs) or "none"
    if not fitting:
        wanted = "no run" if name is None else f'no run "{name}"'
        raise ReportError(f"{path} holds {wanted}: it has {names}.")
    raise ReportError(f"{path} holds several runs ({names}): choose one of them by its name.")
