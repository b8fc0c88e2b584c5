"""What an importer makes of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.evaluation.errors import CaseFileError


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """``cases`` as they stand in a case file; ``answers`` that an assistant gave to them, as a file of stored answers
    has them; ``left_out`` what could not be taken over, a sentence each, for whoever converts.
    """

    cases: Sequence[Mapping[str, Any]]
    answers: Sequence[Mapping[str, Any]] = ()
    left_out: Sequence[str] = ()


def filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty."""
    return {key: value for key, value in fields.items() if value not in (None, "", [], {})}


def numbered(path: Path, ids: Sequence[str]) -> list[str]:
    """The ids of the cases, with a number where one is missing. Raises CaseFileError where one is there twice."""
    width = max(len(str(len(ids))), 3)
    given = [id or f"case-{n:0{width}d}" for n, id in enumerate(ids, start=1)]
    first: dict[str, int] = {}
    for n, id in enumerate(given, start=1):
        if id in first:
            raise CaseFileError(
                f"{path}: the id {id!r} belongs to entry {first[id]} and to entry {n}; each case needs its own."
            )
        first[id] = n
    return given
