"""The JSON of reports: one object, or one line a result. Every run of it reads back exactly (``reading``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter

from assistant.evaluation.comparison import Comparison
from assistant.evaluation.jsonl import json_text
from assistant.evaluation.report.breakdown import break_down
from assistant.evaluation.results import CaseResult
from assistant.evaluation.runs import Circumstances, Run
from assistant.evaluation.statistics import Figure

SCHEMA = 1
"""Raised when a field of a report is removed or given another meaning."""

_HALF_A_PAIR = re.compile("[\ud800-\udfff]")

Figures = dict[str, Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedFigures:
    """The figures of a run by metric: over all cases, the two parts, and the kinds and languages that occur."""

    all: Figures
    tuning: Figures
    held_back: Figures
    by_kind: dict[str, Figures]
    by_language: dict[str, Figures]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedRun:
    """One run with its figures and the results of all its cases."""

    name: str
    circumstances: Circumstances
    figures: ReportedFigures
    results: tuple[CaseResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFile:
    """A report: one or more runs and, where there is a baseline, the last of them held against it."""

    schema: Literal[1]
    runs: tuple[ReportedRun, ...]
    comparison: Comparison | None = None


def report_json(runs: Sequence[Run], comparison: Comparison | None = None) -> str:
    """The report as one JSON object in the form of ``report_schema``."""
    return _text(
        {
            "schema": SCHEMA,
            "runs": [
                {
                    "name": run.name,
                    "circumstances": _circumstances(run),
                    "figures": break_down(run.results).to_json(),
                    "results": [result.to_json() for result in run.results],
                }
                for run in runs
            ],
            "comparison": comparison and _comparison(comparison),
        },
        indent=1,
    )


def report_lines(runs: Sequence[Run]) -> Iterator[str]:
    """The report as lines of JSON: of each run a line with its name and circumstances, then one for each result."""
    for run in runs:
        yield _text({"schema": SCHEMA, "run": run.name, "circumstances": _circumstances(run)})
        for result in run.results:
            yield _text(result.to_json())


@cache
def report_schema() -> dict[str, Any]:
    """The JSON Schema of a .json report; lines of a .jsonl report after the first are ``#/$defs/CaseResult``."""
    schema = TypeAdapter(ReportFile).json_schema()
    schema["$defs"]["CaseResult"]["properties"]["passed"] = {
        "type": "boolean",
        "description": "Whether no check failed.",
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _circumstances(run: Run) -> dict[str, Any]:
    return asdict(run.circumstances) | {"measured": run.circumstances.measured.isoformat()}


def _comparison(comparison: Comparison) -> dict[str, Any]:
    differences = {
        metric: asdict(found) | {"difference": found.difference} for metric, found in comparison.differences.items()
    }
    return asdict(comparison) | {"differences": differences}


def _text(value: object, indent: int | None = None) -> str:
    # Half of a surrogate pair is no character: what a broken encoder leaves behind is said to be that.
    return json_text(_whole(value), indent)


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF_A_PAIR.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_whole(key): _whole(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(item) for item in value]
    return value
