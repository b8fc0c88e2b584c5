"""A judge held against people: asked about statements that they have judged."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assistant.evaluation.judge.agreement import (
    Estimate,
    accuracy,
    cohens_kappa,
    confusion,
    corrected_mean,
    rank_correlation,
)
from assistant.evaluation.judge.judging import Judge, Ruling
from assistant.evaluation.judge.labels import LabelledStatement
from assistant.evaluation.judge.questions import VALUES, VERDICTS, Verdict

OnRuling = Callable[[int, Ruling], None]
"""Called after each statement with how many are done, and the ruling."""

_SEED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What came of it. ``table`` has a row for each verdict of people and a column for each of the judge, in the order
    of ``VERDICTS``; the figures of agreement count the statements that have both, and are None without any.

    Means are of yes 1, partial ½ and no 0: the judge's over all that it decided, people's over all that they labelled,
    ``corrected_mean`` over the statements without a label (see ``agreement``). ``why_undecided`` is the first reason
    why a statement was not decided.
    """

    statements: int
    labelled: int
    inconclusive: int
    skipped: int
    compared: int
    accuracy: Estimate | None
    kappa: Estimate | None
    rank_correlation: float | None
    table: tuple[tuple[int, ...], ...]
    judge_mean: float | None
    people_mean: float | None
    corrected_mean: Estimate | None
    why_undecided: str

    @property
    def inconclusive_share(self) -> float:
        """Of all statements."""
        return self.inconclusive / self.statements

    def to_json(self) -> dict[str, Any]:
        """JSON types; an estimate is an object of value, low and high."""
        estimates = {"accuracy": self.accuracy, "kappa": self.kappa, "corrected_mean": self.corrected_mean}
        return asdict(self) | {name: found and found._asdict() for name, found in estimates.items()}


def sample(rows: Sequence[LabelledStatement], size: int | None) -> Sequence[LabelledStatement]:
    """So many of the rows, always the same ones, in their order; all where ``size`` is None or not smaller."""
    if size is None or size >= len(rows):
        return rows
    return [rows[index] for index in sorted(random.Random(_SEED).sample(range(len(rows)), size))]


def calibrate(
    judge: Judge, rows: Sequence[LabelledStatement], on_ruling: OnRuling = lambda _done, _ruling: None
) -> Calibration:
    """Ask the judge about every row, at least one. A run that was stopped goes on from the judge's stored verdicts.

    Raises JudgeError where verdicts cannot be stored.
    """
    rulings = []
    for done, row in enumerate(rows, start=1):
        rulings.append(judge.rule(row.question()))
        on_ruling(done, rulings[-1])
    return compare_with_people(rows, rulings)


def compare_with_people(rows: Sequence[LabelledStatement], rulings: Sequence[Ruling]) -> Calibration:
    """The calibration of these rulings on these rows."""
    decided = [(row, _decided(ruling)) for row, ruling in zip(rows, rulings, strict=True)]
    both = [(row.value, row.verdict, said) for row, said in decided if said]
    labelled = [
        (value, VERDICTS.index(verdict), said) for value, verdict, said in both if verdict and value is not None
    ]
    values = [value for value, _, _ in labelled]
    people = [verdict for _, verdict, _ in labelled]
    judge = [VERDICTS.index(said) for _, _, said in labelled]
    judge_values = [VALUES[said] for _, _, said in labelled]
    alone = [VALUES[said] for _, verdict, said in both if verdict is None]
    undecided = Counter(ruling.verdict for ruling in rulings)
    return Calibration(
        statements=len(rows),
        labelled=sum(row.value is not None for row in rows),
        inconclusive=undecided["inconclusive"],
        skipped=undecided["skipped"],
        compared=len(labelled),
        accuracy=accuracy(people, judge, len(VERDICTS)) if labelled else None,
        kappa=cohens_kappa(people, judge, len(VERDICTS)) if labelled else None,
        rank_correlation=rank_correlation(values, judge_values),
        table=confusion(people, judge, len(VERDICTS)),
        judge_mean=_mean([VALUES[said] for _, _, said in both]),
        people_mean=_mean([row.value for row in rows if row.value is not None]),
        corrected_mean=corrected_mean(values, judge_values, alone),
        why_undecided=next((ruling.reason for ruling in rulings if ruling.reason), ""),
    )


def _decided(ruling: Ruling) -> Verdict | None:
    return next((verdict for verdict in VERDICTS if verdict == ruling.verdict), None)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
