"""The lines under a session: every figure, the cases that went worst, and what changed since the baseline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.evaluation.catalogue import CATALOGUE
from assistant.evaluation.comparison import Comparison
from assistant.evaluation.report.shown_text import on_one_line
from assistant.evaluation.report.wording import amount, between, change, counted
from assistant.evaluation.results import CaseResult
from assistant.evaluation.runs import Run
from assistant.evaluation.statistics import summarise
from assistant.evaluation.testing.failure_text import headline

_WORST = 5
_MOST_IDS = 10


def summary_lines(run: Run, comparison: Comparison | None) -> Iterator[str]:
    """One line for each metric that applies: its mean, over how many cases, and the interval of 95 %."""
    yield f"{on_one_line(run.circumstances.target)}: {counted(len(run.results), 'answer', 'answers')}"
    figures = summarise(run.results)
    rows = [
        (metric.title, amount(metric.id, figure.value), f"n {figure.n}", between(metric.id, figure.low, figure.high))
        for metric in CATALOGUE
        if (figure := figures[metric.id]).value is not None
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for title, value, n, interval in rows:
        yield f"  {title:{widths[0]}}  {value:>{widths[1]}}  {n:{widths[2]}}  {interval}".rstrip()
    if worst := _worst(run.results):
        yield f"worst {counted(len(worst), 'case', 'cases')}:"
        yield from (f"  {result.file}::{result.id}: {headline(result)}" for result in worst)
    if comparison is not None:
        yield from _changes(comparison)


def _worst(results: Sequence[CaseResult]) -> list[CaseResult]:
    """Those with the least of the expected facts first, then those with most failed checks."""

    def badness(result: CaseResult) -> tuple[float, int]:
        recall = result.scores.get("fact_recall")
        return (1.0 if recall is None else recall.share, -len(result.failed_checks))

    return sorted((result for result in results if not result.passed), key=badness)[:_WORST]


def _changes(comparison: Comparison) -> Iterator[str]:
    if comparison.obstacle:
        yield f"since the baseline: {comparison.obstacle}"
        return
    yield f"since the baseline {on_one_line(comparison.before)}, over {counted(comparison.paired, 'case', 'cases')}:"
    lists = (
        ("newly failing", comparison.newly_failing),
        ("newly passing", comparison.newly_passing),
        ("asked otherwise now", comparison.changed),
        ("not asked any more", comparison.only_before),
        ("not in the baseline", comparison.only_after),
    )
    yield from (f"  {title}: {_listed(ids)}" for title, ids in lists if ids)
    clear = [found for found in comparison.differences.values() if found.clear]
    for metric in CATALOGUE:
        for found in (found for found in clear if found.metric == metric.id):
            before, after = amount(metric.id, found.before), amount(metric.id, found.after)
            yield f"  {metric.title}: {before} → {after} ({change(metric.id, found.difference)})"
    if not any(ids for _, ids in lists) and not clear:
        yield "  nothing changed"


def _listed(ids: Sequence[str]) -> str:
    rest = len(ids) - _MOST_IDS
    return ", ".join(ids[:_MOST_IDS]) + (f" and {rest} more" if rest > 0 else "")
