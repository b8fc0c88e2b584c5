"""Means and rates that say what they rest on. "Not applicable" (None) is left out; it is not a number."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

Counts = tuple[int, int]
"""(part, whole) of a share."""

_Z95 = 1.959963984540054  # two-sided 95 % quantile of the normal distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """``value`` is None when nothing was applicable; ``n`` is how many values it rests on."""

    value: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """``hits`` of ``n`` with the 95 % Wilson interval ``low``..``high``; all None when ``n`` is 0."""

    value: float | None
    hits: int
    n: int
    low: float | None
    high: float | None


def share(counts: Counts | None) -> float | None:
    """Part / whole; None stays None. ``whole`` is never 0: what cannot be counted is None."""
    return None if counts is None else counts[0] / counts[1]


def mean(values: Iterable[float | None]) -> Mean:
    """The arithmetic mean of the applicable values."""
    known = [value for value in values if value is not None]
    return Mean(value=sum(known) / len(known) if known else None, n=len(known))


def pooled(pairs: Iterable[Counts | None]) -> Mean:
    """Sum of the first numbers over the sum of the second (micro-average); ``n`` is the sum of the second."""
    known = [pair for pair in pairs if pair is not None]
    total = sum(whole for _, whole in known)
    return Mean(value=sum(part for part, _ in known) / total if total else None, n=total)


def rate(verdicts: Iterable[bool | None]) -> Rate:
    """The share of true verdicts with its 95 % score interval.

    Source of the interval: E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference,
    JASA 22 (1927), 209-212.
    """
    known = [verdict for verdict in verdicts if verdict is not None]
    n, hits = len(known), sum(known)
    if n == 0:
        return Rate(value=None, hits=0, n=0, low=None, high=None)
    share = hits / n
    scale = 1 + _Z95**2 / n
    centre = (share + _Z95**2 / (2 * n)) / scale
    half = _Z95 * math.sqrt(share * (1 - share) / n + _Z95**2 / (4 * n**2)) / scale
    # At 0 and n hits the bound is 0 or 1 exactly; rounding must not put it a hair beyond the share.
    low = 0.0 if hits == 0 else centre - half
    high = 1.0 if hits == n else centre + half
    return Rate(value=share, hits=hits, n=n, low=low, high=high)


def percentile(values: Iterable[float], percent: float) -> float | None:
    """The smallest value that ``percent`` per cent of the values do not exceed (nearest rank); None of no values."""
    ordered = sorted(values)
    if not ordered:
        return None
    return ordered[max(1, math.ceil(percent / 100 * len(ordered))) - 1]
