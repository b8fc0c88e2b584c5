"""Two runs over the same cases: what became better or worse, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.cases import Case
from assistant.evaluation.catalogue import CATALOGUE, METRIC_BY_ID
from assistant.evaluation.results import CaseResult
from assistant.evaluation.runs import Run

SEED = 20_260_101
RESAMPLES = 10_000
FEWEST_CASES = 6
"""Fewer have no interval: if all of five change in one direction, that still happens by chance more often than one time
in twenty (2 · 0.5⁵ = 6 %), while resampling would call it certain."""
_BLOCK = 1_000_000  # cells of the matrix of draws at a time: 8 MB

_EXPECTATIONS = (
    "question", "history", "filters", "expect", "facts", "must_not", "sources", "answer_language", "canary",
    "within_words", "max_citations", "reference",
)  # fmt: skip
_REPETITION = re.compile(r"#\d+")
_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A metric over the cases to which it applies in both runs, each by its weight; ``n`` is how many these are, and
    repetitions of a case count as one with their mean.

    ``low`` and ``high`` bound the difference (after − before) with 95 %; ``sure`` is how often, of 1, a resampled
    difference has the direction of ``difference``. All three are None for fewer than six cases, ``sure`` also where
    nothing changed.
    """

    metric: str
    n: int
    before: float
    after: float
    low: float | None
    high: float | None
    sure: float | None

    @property
    def difference(self) -> float:
        """After − before, in the unit of the metric."""
        return self.after - self.before

    @property
    def improved(self) -> bool | None:
        """Whether the change is for the better; None for no change, and for metrics without a better direction."""
        better = METRIC_BY_ID[self.metric].better
        if self.difference == 0 or better == "neither":
            return None
        return (self.difference > 0) == (better == "higher")

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero; by chance so does one of twenty metrics that did not change."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A run held against an earlier one. Ids are those of results, with the file before them where one id stands in
    several files; ``changed`` are cases that ask or expect something else than before, so they are left out of the
    figures and of the two lists of verdicts.

    ``obstacle`` is "" or one sentence why the runs cannot be compared; then there are no differences and no verdicts.
    """

    before: str
    after: str
    obstacle: str
    differences: Mapping[str, Difference]
    newly_failing: tuple[str, ...]
    newly_passing: tuple[str, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    changed: tuple[str, ...]
    paired: int
    seed: int = SEED
    resamples: int = RESAMPLES


def compare(before: Run, after: Run, seed: int = SEED) -> Comparison:
    """What ``after`` does better or worse than ``before``; the same runs and seed give the same comparison.

    Each metric that applies to a case in both runs gives a difference d of that case with its weight w; the figure is
    Σwd / Σw. It is computed again for 10,000 draws of as many cases, with replacement, out of those in both runs; the
    interval is between the 2.5th and the 97.5th percentile of these. Both answers to one case stay together, so that
    hard and easy cases cancel out; d of a case that was repeated is the mean over its repetitions.

    Source: B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap (1993), chapters 8 and 13; for pairs of
    systems P. Koehn, Statistical Significance Tests for Machine Translation Evaluation, EMNLP 2004.
    """
    earlier, later = _by_id(before.results, after.results)
    shared = [id for id in later if id in earlier]
    changed = [id for id in shared if _asked(earlier[id].case) != _asked(later[id].case)]
    left_out = set(changed)
    pairs = {id: (earlier[id], later[id]) for id in shared if id not in left_out}
    obstacle = _obstacle(before, after, len(pairs))
    if obstacle:
        pairs = {}
    return Comparison(
        before=before.name,
        after=after.name,
        obstacle=obstacle,
        differences=_differences(list(pairs.values()), seed),
        newly_failing=tuple(id for id, (old, new) in pairs.items() if old.passed and not new.passed),
        newly_passing=tuple(id for id, (old, new) in pairs.items() if new.passed and not old.passed),
        only_before=tuple(id for id in earlier if id not in later),
        only_after=tuple(id for id in later if id not in earlier),
        changed=tuple(changed),
        paired=len(pairs),
        seed=seed,
    )


def result_ids(*runs: Sequence[CaseResult]) -> Callable[[CaseResult], str]:
    """How results of these runs are told apart: by their id alone if it stands in one file in each, else by
    ``file::id``.
    """
    ambiguous = any(len({result.id for result in results}) < len(results) for results in runs)
    return (lambda result: f"{result.file}::{result.id}") if ambiguous else (lambda result: result.id)


def _by_id(*runs: Sequence[CaseResult]) -> list[dict[str, CaseResult]]:
    name = result_ids(*runs)
    return [{name(result): result for result in results} for results in runs]


def _asked(case: Case) -> dict[str, object]:
    return {name: getattr(case, name) for name in _EXPECTATIONS}


def _obstacle(before: Run, after: Run, pairs: int) -> str:
    old, new = before.circumstances.metrics_version, after.circumstances.metrics_version
    if old != new:
        return (
            f"{before.name} was scored by version {old} of the metrics and {after.name} by version {new}: "
            "score the answers of both by the same version."
        )
    if not pairs:
        return f"{before.name} and {after.name} have no case in common that asks and expects the same."
    return ""


def _differences(pairs: Sequence[tuple[CaseResult, CaseResult]], seed: int) -> dict[str, Difference]:
    row = {case: number for number, case in enumerate(dict.fromkeys(_repeated(new) for _, new in pairs))}
    weights, counts, old_sums, new_sums = (np.zeros((len(row), len(CATALOGUE))) for _ in range(4))
    for old, new in pairs:
        at = row[_repeated(new)]
        weights[at] = new.case.weight
        for column, metric in enumerate(CATALOGUE):
            was, is_now = old.scores.get(metric.id), new.scores.get(metric.id)
            if was is not None and is_now is not None:
                old_sums[at, column] += was.share
                new_sums[at, column] += is_now.share
                counts[at, column] += 1
    used = np.flatnonzero(counts.any(axis=0))
    per_case = np.divide(weights, counts, out=np.zeros_like(weights), where=counts > 0)
    weights[counts == 0] = 0
    old_sums, new_sums = old_sums * per_case, new_sums * per_case
    drawn = _resampled((new_sums - old_sums)[:, used], weights[:, used], seed)
    found = {}
    for position, column in enumerate(used.tolist()):
        metric_id, total = CATALOGUE[column].id, weights[:, column].sum()
        was_mean, is_mean = float(old_sums[:, column].sum() / total), float(new_sums[:, column].sum() / total)
        cases = int((counts[:, column] > 0).sum())
        low, high, sure = _spread(drawn[:, position], is_mean - was_mean, cases)
        found[metric_id] = Difference(
            metric=metric_id, n=cases, before=was_mean, after=is_mean, low=low, high=high, sure=sure
        )
    return found


def _repeated(result: CaseResult) -> tuple[str, str]:
    """The case that a result is one repetition of, by file and id: ``case#2`` repeats ``case``."""
    is_repetition = _REPETITION.fullmatch(result.id.removeprefix(result.case.id))
    return result.file, result.case.id if is_repetition else result.id


def _resampled(sums: _Floats, weights: _Floats, seed: int) -> _Floats:
    """Σwd / Σw of each draw, one row a draw and one column a metric; NaN where a draw has no case of a metric."""
    cases = len(sums)
    drawn = np.full((RESAMPLES, sums.shape[1]), np.nan)
    if not drawn.size:
        return drawn
    random = np.random.default_rng(seed)
    size = max(1, min(RESAMPLES, _BLOCK // cases))
    for start in range(0, RESAMPLES, size):
        rows = min(size, RESAMPLES - start)
        picked = random.integers(cases, size=(rows, cases)) + np.arange(rows)[:, None] * cases
        times = np.bincount(picked.ravel(), minlength=rows * cases).reshape(rows, cases).astype(np.float64)
        whole = times @ weights
        np.divide(times @ sums, whole, out=drawn[start : start + rows], where=whole > 0)
    return drawn


def _spread(drawn: _Floats, difference: float, cases: int) -> tuple[float | None, float | None, float | None]:
    """(low, high, sure) of a metric."""
    if cases < FEWEST_CASES:
        return None, None, None
    known = drawn[~np.isnan(drawn)]
    low, high = (float(value) for value in np.percentile(known, (2.5, 97.5)))
    sure = None if difference == 0 else float(np.mean(np.sign(known) == np.sign(difference)))
    return low, high, sure
