"""Gates: what the figures of a whole suite must reach, as ``METRIC=VALUE``."""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.evaluation.catalogue import METRIC_BY_ID, Metric
from assistant.evaluation.errors import GateError
from assistant.evaluation.runs import Run
from assistant.evaluation.statistics import summarise

_SLACK = 1e-9
"""Means of floating-point numbers may lie this far beside what they are on paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """``bound`` is the least that the mean of the metric may be, or the most where less of it is better; in the unit of
    the metric, so 0.9 for 90 %.
    """

    metric: str
    bound: float

    @property
    def is_maximum(self) -> bool:
        """Whether the figure may not be more than the bound."""
        return METRIC_BY_ID[self.metric].better == "lower"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateVerdict:
    """A gate held against a run. ``value`` is None where no case has the metric; ``message`` is one sentence."""

    gate: Gate
    value: float | None
    n: int
    passed: bool
    message: str


def parse_gate(text: str) -> Gate:
    """The gate that ``METRIC=VALUE`` means; shares are written 0.9 or 90%, other values in the unit of the metric.

    Raises GateError for another form, a metric that does not exist (with the likeliest ones) or has no good direction,
    and a value that it cannot have.
    """
    name, equals, value = (piece.strip() for piece in text.partition("="))
    if not equals or not name or not value:
        raise GateError(f'The gate "{text}" has another form than METRIC=VALUE: write for example passed=90%.')
    metric = METRIC_BY_ID.get(name)
    if metric is None:
        raise GateError(f'There is no metric "{name}": {_suggestion(name)}.')
    if metric.better == "neither":
        raise GateError(f'The metric "{name}" has no good direction, so it can be no gate: choose another metric.')
    return Gate(metric=name, bound=_bound(metric, value, text))


def check_gates(gates: Sequence[Gate], run: Run) -> tuple[GateVerdict, ...]:
    """Each gate held against the mean of its metric over all results of the run, in order. A metric that applies to no
    case fails its gate: what was not measured was not reached.
    """
    if not gates:
        return ()
    figures = summarise(run.results)
    return tuple(_verdict(gate, figures[gate.metric].value, figures[gate.metric].n) for gate in gates)


def _verdict(gate: Gate, value: float | None, n: int) -> GateVerdict:
    metric = METRIC_BY_ID[gate.metric]
    if value is None:
        message = (
            f"{gate.metric} ({metric.title}) was not measured, because it applies to none of the cases that were run."
        )
        return GateVerdict(gate=gate, value=None, n=0, passed=False, message=message)
    passed = value <= gate.bound + _SLACK if gate.is_maximum else value >= gate.bound - _SLACK
    rule = "at most" if gate.is_maximum else "at least"
    standing = "is" if passed else "is only" if not gate.is_maximum else "is too much:"
    message = (
        f"{gate.metric} ({metric.title}) {standing} {_shown(metric, value)} over {n} {'case' if n == 1 else 'cases'}; "
        f"{rule} {_shown(metric, gate.bound)} {'was' if passed else 'is'} required."
    )
    return GateVerdict(gate=gate, value=value, n=n, passed=passed, message=message)


def _bound(metric: Metric, value: str, text: str) -> float:
    is_share = metric.unit in ("verdict", "share")
    try:
        bound = float(value.removesuffix("%"))
    except ValueError:
        bound = math.nan
    if not math.isfinite(bound):
        raise GateError(f'The value of the gate "{text}" is no number: write for example {metric.id}=0.9.')
    if value.endswith("%"):
        if not is_share:
            raise GateError(f'The gate "{text}" has a percentage, but {metric.id} is counted in {metric.unit}.')
        bound /= 100
    if is_share and not 0 <= bound <= 1:
        raise GateError(f'The value of the gate "{text}" lies outside 0 to 1: write 90% or 0.9 for ninety per cent.')
    return bound


def _suggestion(name: str) -> str:
    close = difflib.get_close_matches(name.lower(), METRIC_BY_ID, n=3, cutoff=0.5)
    if close:
        return f"did you mean {' or '.join(close)}"
    return f"the metrics are {', '.join(METRIC_BY_ID)}"


def _shown(metric: Metric, value: float) -> str:
    if metric.unit not in ("verdict", "share"):
        return f"{value:g} {metric.unit}"
    return f"{value * 100:.2f}".rstrip("0").rstrip(".") + " %"
