"""A run: the results of one set of answers, and what its figures depend on besides the code."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from assistant.evaluation.catalogue import METRICS_VERSION
from assistant.evaluation.errors import CaseFileError, ReportError
from assistant.evaluation.results import CaseResult

_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFileVersion:
    """A case file as it was asked: its path as given, and the SHA-256 of its bytes in hexadecimal."""

    path: str
    sha256: str

    @classmethod
    def of(cls, path: Path) -> CaseFileVersion:
        """The version that stands there now. Raises CaseFileError for a file that cannot be read."""
        try:
            return cls(path=str(path), sha256=hashlib.sha256(path.read_bytes()).hexdigest())
        except OSError as failure:
            raise CaseFileError(
                f"{path} cannot be read ({failure.strerror}): give the path of a case file."
            ) from failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What else the machine was doing: ``load`` is the mean number of running processes over 1, 5 and 15 minutes, None
    on systems that do not count it.
    """

    cores: int
    load: tuple[float, float, float] | None

    @classmethod
    def now(cls) -> Machine:
        """This machine at this moment."""
        load = os.getloadavg() if hasattr(os, "getloadavg") else None
        return cls(cores=os.cpu_count() or 1, load=load)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a figure depends on besides the code. ``target`` is what the assistant under test is called; ``measured``
    has a time zone; ``made_with`` are the values that occur in the replies, sorted, by what they name; ``machine`` is
    None where stored answers were scored, since their times are from another day.
    """

    target: str
    case_files: tuple[CaseFileVersion, ...]
    measured: datetime
    made_with: Mapping[str, tuple[str, ...]]
    machine: Machine | None
    metrics_version: int = METRICS_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The results of one set of answers. ``name`` tells it from other runs in a report."""

    name: str
    results: tuple[CaseResult, ...]
    circumstances: Circumstances


def made_with(results: Iterable[CaseResult]) -> dict[str, tuple[str, ...]]:
    """What the replies say they were made with: every value that occurs, sorted, by what it names; ``mode`` is the
    way the assistant says it answered. Empty values are passed over.
    """
    found: dict[str, set[str]] = {}
    for result in results:
        for what, value in {"mode": result.reply.mode, **result.reply.made_with}.items():
            if value:
                found.setdefault(what, set()).add(value)
    return {what: tuple(sorted(values)) for what, values in sorted(found.items())}


def merged(parts: Sequence[Run]) -> Run:
    """One run of what several processes found out about parts of the same cases; it has the name of the first.

    Results stand in the order of the files, lines and ids; one that several parts hold counts once, as the last of them
    has it. The earliest time of measuring is kept, and the busiest machine. Raises ReportError where the parts are of
    different assistants, versions of a case file or versions of the metrics, or where there is none.
    """
    if not parts:
        raise ReportError("There are no partial results to put together: run at least one case.")
    first = parts[0].circumstances
    files = {version.path: version for part in parts for version in part.circumstances.case_files}
    for part in parts:
        other = part.circumstances
        if other.target != first.target:
            raise ReportError(
                f"Results of {first.target} and of {other.target} are not one run; report them as two runs."
            )
        if other.metrics_version != first.metrics_version:
            raise ReportError(
                f"Results by versions {first.metrics_version} and {other.metrics_version} of the metrics are not one "
                "run; measure again with one version."
            )
        for version in other.case_files:
            if version != files[version.path]:
                raise ReportError(f"{version.path} was changed while it was asked; measure again.")
    results = {(result.file, result.id): result for part in parts for result in part.results}
    position = {path: number for number, path in enumerate(files)}
    ordered = sorted(
        results.values(),
        key=lambda result: (position.get(result.file, len(position)), result.file, result.line, _natural(result.id)),
    )
    machines = [part.circumstances.machine for part in parts if part.circumstances.machine is not None]
    return Run(
        name=parts[0].name,
        results=tuple(ordered),
        circumstances=replace(
            first,
            case_files=tuple(files.values()),
            measured=min(part.circumstances.measured for part in parts),
            made_with=made_with(ordered),
            machine=max(machines, key=lambda machine: machine.load or (0.0,), default=None),
        ),
    )


def _natural(id: str) -> list[tuple[int, str]]:
    """``case#10`` after ``case#9``."""
    return [(int(piece), "") if piece.isdecimal() else (-1, piece) for piece in _DIGITS.split(id)]
