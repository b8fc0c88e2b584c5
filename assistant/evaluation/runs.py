"""One run: the scores of all cases, what its answers were made with, and what it is called beside another."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assistant.answer import Answer
from assistant.evaluation.scoring import CaseScore


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What else the machine was doing: ``load`` is the mean number of running processes over 1, 5 and 15 minutes."""

    cores: int
    load: tuple[float, float, float]

    @classmethod
    def now(cls) -> Machine:
        """This machine at this moment."""
        return cls(cores=os.cpu_count() or 1, load=os.getloadavg())


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a figure depends on besides the code. ``machine`` is None when stored answers were scored."""

    questions: str
    questions_sha256: str
    measured: datetime
    made_with: tuple[tuple[str, str], ...]
    machine: Machine | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The scores of one set of answers. ``name`` tells it from other runs over the same questions."""

    name: str
    scores: tuple[CaseScore, ...]
    circumstances: Circumstances


def made_with(answers: Iterable[Answer]) -> tuple[tuple[str, str], ...]:
    """What the answers were made with, as (what, values) pairs; several values are joined by commas."""
    given = list(answers)
    kinds: tuple[tuple[str, Callable[[Answer], str]], ...] = (
        ("mode", lambda answer: answer.mode),
        ("embedding model", lambda answer: answer.made_with.embedding),
        ("language model", lambda answer: answer.made_with.language_model),
        ("prompts", lambda answer: answer.made_with.prompts),
        ("index generation", lambda answer: answer.made_with.index_generation),
    )
    values = [(kind, sorted({value(answer) for answer in given} - {""})) for kind, value in kinds]
    return tuple((kind, ", ".join(found) or "none") for kind, found in values)


def mode_of(answers: Iterable[Answer]) -> str:
    """How a run was made: "generated" if a language model wrote any of its answers, else "extractive".

    Where a model is asked, answers that it could not write are quotations; so a run of its answers has both modes.
    """
    return "generated" if any(answer.mode == "generated" for answer in answers) else "extractive"


def run_names(modes: Sequence[str], files: Sequence[Path]) -> tuple[str, ...]:
    """A name for each run: its mode where that tells the runs apart, else the name of its file, else the whole path."""
    for names in (tuple(modes), tuple(file.name for file in files)):
        if len(set(names)) == len(names):
            return names
    return tuple(str(file) for file in files)
