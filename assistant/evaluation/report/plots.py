"""Where the parts of the small drawings stand. All are 200 units wide; the template draws them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.evaluation.catalogue import METRIC_BY_ID
from assistant.evaluation.comparison import Difference
from assistant.evaluation.report.wording import amount, between, change, is_share
from assistant.evaluation.statistics import Figure

_LEFT, _RIGHT = 6.0, 194.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A point with its interval: ``at``, ``low`` and ``high`` are positions; ``zero`` is where no change or nothing at
    all lies, ``mark`` where the figure was before. ``title`` and ``text`` say the same in words.
    """

    at: float
    low: float | None
    high: float | None
    zero: float
    mark: float | None = None
    title: str
    text: str


def share_plot(figure: Figure, title: str, before: float | None = None) -> Plot | None:
    """A share on a line from 0 to 100 %; None for another figure or one that was not measured."""
    if figure.value is None or not is_share(figure.metric):
        return None
    interval = between(figure.metric, figure.low, figure.high)
    said = [amount(figure.metric, figure.value)]
    said += [f"likely {interval}"] if interval else []
    said += [f"before {amount(figure.metric, before)}"] if before is not None else []
    return Plot(
        at=_place(figure.value),
        low=_place(figure.low) if interval and figure.low is not None else None,
        high=_place(figure.high) if interval and figure.high is not None else None,
        zero=_LEFT,
        mark=None if before is None else _place(before),
        title=title,
        text=", ".join(said),
    )


def change_plots(differences: Iterable[Difference]) -> dict[str, Plot]:
    """Changes of shares by metric, all on one scale around no change; other units cannot stand on it."""
    shares = [found for found in differences if is_share(found.metric)]
    reach = max(
        (abs(value) for found in shares for value in (found.difference, found.low, found.high) if value is not None),
        default=0.0,
    )
    scale = reach or 1.0
    return {found.metric: _change_plot(found, scale) for found in shares}


def _change_plot(found: Difference, scale: float) -> Plot:
    metric = found.metric
    text = change(metric, found.difference)
    if found.low is not None and found.high is not None:
        text += f", likely between {change(metric, found.low)} and {change(metric, found.high)}"
    return Plot(
        at=_around_zero(found.difference, scale),
        low=None if found.low is None else _around_zero(found.low, scale),
        high=None if found.high is None else _around_zero(found.high, scale),
        zero=_around_zero(0, scale),
        title=f"Change of: {METRIC_BY_ID[metric].title}",
        text=text,
    )


def _place(share: float) -> float:
    return round(_LEFT + (_RIGHT - _LEFT) * min(1.0, max(0.0, share)), 1)


def _around_zero(value: float, scale: float) -> float:
    return _place((value / scale + 1) / 2)
