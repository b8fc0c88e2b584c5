"""How far a judge agrees with people, and what its figures are worth where only some of them are labelled."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_SAMPLES = 2000
_SEED = 20_240_601
_TWO_SIDED_95 = NormalDist().inv_cdf(0.975)

_Floats = NDArray[np.float64]
_Integers = NDArray[np.int64]


class Estimate(NamedTuple):
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


def confusion(people: Sequence[int], judge: Sequence[int], classes: int) -> tuple[tuple[int, ...], ...]:
    """How often people said the row and the judge the column; both are given as numbers of classes from 0."""
    return tuple(tuple(int(count) for count in row) for row in _counts(people, judge, classes))


def accuracy(people: Sequence[int], judge: Sequence[int], classes: int) -> Estimate:
    """The share of equal verdicts, of at least one pair; percentile bootstrap over pairs, with a fixed seed."""
    counts = _counts(people, judge, classes)
    drawn = np.trace(_resampled(counts), axis1=1, axis2=2) / len(people)
    return Estimate(float(np.trace(counts)) / len(people), *_percentiles(drawn))


def cohens_kappa(people: Sequence[int], judge: Sequence[int], classes: int) -> Estimate | None:
    """Agreement beyond chance: (p_o − p_e) / (1 − p_e), where p_o is the share of equal verdicts and p_e the share that
    two raters with these frequencies would reach by chance (Cohen 1960, "A coefficient of agreement for nominal
    scales"). 1 is full agreement, 0 no better than chance.

    Percentile bootstrap over pairs, with a fixed seed; samples in which it is not defined are left out. None where both
    said the same one thing of everything: then chance explains it all.
    """
    counts = _counts(people, judge, classes)
    value = _kappa(counts[np.newaxis])[0]
    if math.isnan(value):
        return None
    drawn = _kappa(_resampled(counts))
    return Estimate(float(value), *_percentiles(drawn[~np.isnan(drawn)]))


def rank_correlation(people: Sequence[float], judge: Sequence[float]) -> float | None:
    """Spearman's rho: Pearson's correlation of ranks, ties at their middle rank. None where one of them is constant."""
    if len(set(people)) < 2 or len(set(judge)) < 2:
        return None
    first, second = _ranks(np.asarray(people, dtype=float)), _ranks(np.asarray(judge, dtype=float))
    return float(np.corrcoef(first, second)[0, 1])


def corrected_mean(people: Sequence[float], judge: Sequence[float], judge_alone: Sequence[float]) -> Estimate | None:
    """The mean that people would find over everything, from labels of a part of it: prediction-powered inference
    (Angelopoulos et al. 2023, "Prediction-powered inference", Science 382, algorithm 1; ARES uses it so).

    With the judge's f on N cases without a label, and f and the people's Y on n others:

        mean = (1/N) Σ f(x̃ᵢ) − (1/n) Σ (f(xᵢ) − yᵢ),    interval = mean ± z · √(var(f(x̃)) / N + var(f(x) − y) / n)

    with variances over N and n, and z = 1.96. The mean is unbiased however wrong the judge is; where it is good, the
    interval is narrower than that of the n labels alone. Cases are taken to be drawn alike in both parts. None with
    fewer than two of either.
    """
    if len(people) < 2 or len(judge_alone) < 2:
        return None
    alone = np.asarray(judge_alone, dtype=float)
    error = np.asarray(judge, dtype=float) - np.asarray(people, dtype=float)
    mean = float(alone.mean() - error.mean())
    half = _TWO_SIDED_95 * math.sqrt(float(alone.var() / len(alone) + error.var() / len(error)))
    return Estimate(mean, mean - half, mean + half)


def _kappa(tables: _Integers) -> _Floats:
    """Of each table of counts (tables × people × judge); NaN where it is not defined."""
    total = tables.sum(axis=(1, 2)).astype(float)
    observed = np.trace(tables, axis1=1, axis2=2) / total
    chance = (tables.sum(axis=1) * tables.sum(axis=2)).sum(axis=1) / total**2
    left = np.where(chance < 1, 1 - chance, np.nan)
    return np.asarray((observed - chance) / left, dtype=float)


def _counts(people: Sequence[int], judge: Sequence[int], classes: int) -> _Integers:
    cells = np.asarray(people, dtype=np.int64) * classes + np.asarray(judge, dtype=np.int64)
    return np.bincount(cells, minlength=classes * classes).reshape(classes, classes).astype(np.int64)


def _resampled(counts: _Integers) -> _Integers:
    """Tables of as many pairs, drawn with replacement from the pairs of a table: these are multinomial."""
    total = int(counts.sum())
    drawn = np.random.default_rng(_SEED).multinomial(total, counts.ravel() / total, size=_SAMPLES)
    return drawn.reshape(_SAMPLES, *counts.shape)


def _percentiles(drawn: _Floats) -> tuple[float, float]:
    low, high = np.percentile(drawn, (2.5, 97.5))
    return float(low), float(high)


def _ranks(values: _Floats) -> _Floats:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = counts.cumsum()
    return np.asarray((last - (counts - 1) / 2)[inverse], dtype=float)
