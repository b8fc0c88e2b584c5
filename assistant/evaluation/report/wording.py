"""Figures in words: with a unit, rounded so that nothing looks better or worse than it is."""

from __future__ import annotations

from assistant.evaluation.catalogue import METRIC_BY_ID
from assistant.evaluation.report.breakdown import Group

NOT_MEASURED = "not measured"
_GAP = "\N{NO-BREAK SPACE}"


def is_share(metric: str) -> bool:
    """Whether the metric lies between 0 and 1 and is shown in per cent."""
    return METRIC_BY_ID[metric].unit in ("verdict", "share")


def amount(metric: str, value: float | None) -> str:
    """``46 %``, ``1.2 s``, ``−0.31``; "100 %" only for all and "0 %" only for none."""
    if value is None:
        return NOT_MEASURED
    unit = METRIC_BY_ID[metric].unit
    if unit in ("verdict", "share"):
        return _percent(value)
    if unit == "ms":
        return f"{_number(value / 1000)}{_GAP}s" if value >= 100 else f"{_number(value)}{_GAP}ms"
    return _number(value)


def change(metric: str, value: float) -> str:
    """A difference with its sign; of shares in percentage points."""
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    if is_share(metric):
        return f"{sign}{_number(abs(value) * 100)}{_GAP}points"
    return sign + amount(metric, abs(value))


def between(metric: str, low: float | None, high: float | None) -> str:
    """``36 % to 56 %``, "" where there is no interval, or one without width: resampling equal values shows nothing."""
    if low is None or high is None or low == high:
        return ""
    return f"{amount(metric, low)} to {amount(metric, high)}"


def hits(group: Group, metric: str) -> str:
    """``35 of 78`` for a verdict, "" for other metrics and where none applied."""
    part, whole = group.hits(metric)
    return f"{part} of {whole}" if whole and METRIC_BY_ID[metric].unit == "verdict" else ""


def counted(n: int, one: str, several: str) -> str:
    """``1 case``, ``2 cases``, ``1,000 cases``."""
    return f"{n:,} {one if n == 1 else several}"


def _percent(value: float) -> str:
    whole = round(value * 100)
    if whole == 100 and value < 1:
        return f"over{_GAP}99{_GAP}%"
    if whole == 0 and value > 0:
        return f"under{_GAP}1{_GAP}%"
    return f"{whole}{_GAP}%"


def _number(value: float) -> str:
    magnitude = abs(value)
    digits = 0 if magnitude >= 100 else 1 if magnitude >= 10 else 2
    text = f"{magnitude:,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"−{text}" if value < 0 and text != "0" else text
