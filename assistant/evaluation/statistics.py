"""Results → one figure for each metric, with what it rests on. "Not applicable" (None) is left out; it is no number."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from assistant.evaluation.catalogue import CATALOGUE, Metric
from assistant.evaluation.results import CaseResult, Score

SEED = 20_240_601
RESAMPLES = 1000
_Z95 = 1.959963984540054  # two-sided 95 % quantile of the normal distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A metric over some results. ``value`` is the mean over ``n`` cases, weighed by the cases; ``low`` and ``high``
    are its 95 % interval; all None where it applies to none.

    ``pooled`` is, of a share, sum of parts / sum of wholes, and ``pooled_n`` that sum of wholes. ``median`` and ``p95``
    are given for quantities: the smallest value that half, and 95 %, of the values do not exceed.
    """

    metric: str
    value: float | None
    n: int
    low: float | None = None
    high: float | None = None
    pooled: float | None = None
    pooled_n: int = 0
    median: float | None = None
    p95: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sample:
    """The value of one case (of several repetitions their mean), its weight and its scores."""

    value: float
    weight: float
    scores: tuple[Score, ...]


def summarise(results: Sequence[CaseResult]) -> dict[str, Figure]:
    """A figure for every metric of the catalogue, by its id.

    Repetitions of a case count as one case with their mean, so that asking more often makes no figure look surer. Of
    verdicts the interval is Wilson's, of other means the percentile bootstrap over cases with a fixed seed (None for a
    single case). The order of the results makes no difference.
    """
    cases = _by_case(results)
    steady = stability(results)
    figures = {}
    for metric in CATALOGUE:
        samples = []
        for name, group in cases.items():
            given = [steady.get(name)] if metric.id == "stability" else [r.scores.get(metric.id) for r in group]
            known = tuple(score for score in given if score is not None)
            if known:
                mean = math.fsum(score.share for score in known) / len(known)
                samples.append(_Sample(value=mean, weight=group[0].case.weight, scores=known))
        figures[metric.id] = _figure(metric, samples)
    return figures


def _by_case(results: Sequence[CaseResult]) -> dict[str, list[CaseResult]]:
    """Results by what they repeat, in the order of their names."""
    grouped: dict[str, list[CaseResult]] = {}
    for result in sorted(results, key=lambda result: (result.file, result.id)):
        name = _repeated(result)
        grouped.setdefault(f"{result.file}::{name}" if result.file else name, []).append(result)
    return grouped


def _repeated(result: CaseResult) -> str:
    """The id of the case that a result is one repetition of: ``case#2`` repeats ``case``."""
    return result.case.id if re.fullmatch(rf"{re.escape(result.case.id)}#\d+", result.id) else result.id


def stability(results: Sequence[CaseResult]) -> dict[str, Score]:
    """Repetitions with the commonest verdict / repetitions, of each case that was asked at least twice, by its id
    (``file::id`` where the file is known). Unit: share.
    """
    found = {}
    for name, group in _by_case(results).items():
        if len(group) > 1:
            verdicts = Counter(result.passed for result in group)
            found[name] = Score(max(verdicts.values()), len(group))
    return found


def _figure(metric: Metric, samples: Sequence[_Sample]) -> Figure:
    if not samples:
        return Figure(metric=metric.id, value=None, n=0)
    values = np.array([sample.value for sample in samples])
    weights = np.array([sample.weight for sample in samples])
    mean = _weighted_mean(values, weights)
    if metric.unit == "verdict":
        # Cases of unequal weight tell less than as many of equal weight: L. Kish, Survey Sampling (1965), 11.7.
        low, high = wilson(mean, float(weights.sum() ** 2 / (weights**2).sum()))
        return Figure(metric=metric.id, value=mean, n=len(samples), low=low, high=high)
    lower, upper = _bootstrap(values, weights)
    if metric.unit == "share":
        parts = math.fsum(sample.weight * score.part for sample in samples for score in sample.scores)
        wholes = math.fsum(sample.weight * score.whole for sample in samples for score in sample.scores)
        given = math.fsum(score.whole for sample in samples for score in sample.scores)
        return Figure(
            metric=metric.id,
            value=mean,
            n=len(samples),
            low=lower,
            high=upper,
            pooled=parts / wholes,
            pooled_n=round(given),
        )
    if metric.unit == "points":
        return Figure(metric=metric.id, value=mean, n=len(samples), low=lower, high=upper)
    return Figure(
        metric=metric.id,
        value=mean,
        n=len(samples),
        low=lower,
        high=upper,
        median=percentile(values.tolist(), 50),
        p95=percentile(values.tolist(), 95),
    )


def _weighted_mean(values: np.ndarray, weights: np.ndarray) -> float:
    """The mean, never a rounding error beyond the values."""
    mean = math.fsum((values * weights).tolist()) / math.fsum(weights.tolist())
    return min(max(mean, float(values.min())), float(values.max()))


def wilson(share: float, n: float) -> tuple[float, float]:
    """The 95 % score interval of a share of ``n`` > 0 trials; it holds the share.

    Source: E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, JASA 22 (1927), 209-212.
    """
    scale = 1 + _Z95**2 / n
    centre = (share + _Z95**2 / (2 * n)) / scale
    half = _Z95 * math.sqrt(share * (1 - share) / n + _Z95**2 / (4 * n**2)) / scale
    return max(0.0, min(centre - half, share)), min(1.0, max(centre + half, share))


def _bootstrap(values: np.ndarray, weights: np.ndarray) -> tuple[float, float] | tuple[None, None]:
    """The 2.5th and 97.5th percentile of the weighted means of resampled cases.

    Source: B. Efron, Bootstrap Methods: Another Look at the Jackknife, Annals of Statistics 7 (1979), 1-26.
    """
    n = len(values)
    if n < 2:
        return None, None
    drawn = _drawn(n)
    means = (drawn @ (values * weights)) / (drawn @ weights)
    low, high = np.percentile(means, [2.5, 97.5]).clip(values.min(), values.max())
    return float(low), float(high)


@lru_cache(maxsize=4)
def _drawn(n: int) -> np.ndarray:
    """How often each of ``n`` cases (columns) is drawn in each resample (rows)."""
    return np.random.default_rng(SEED).multinomial(n, np.full(n, 1 / n), size=RESAMPLES).astype(float)


def percentile(values: Iterable[float], percent: float) -> float | None:
    """The smallest value that ``percent`` per cent of the values do not exceed (nearest rank); None of no values."""
    ordered = sorted(values)
    if not ordered:
        return None
    return ordered[max(1, math.ceil(percent / 100 * len(ordered))) - 1]
