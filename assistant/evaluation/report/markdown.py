"""Runs → Markdown: one run, or several side by side."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.evaluation.catalogue import CATALOGUE, METRIC_BY_ID, Metric
from assistant.evaluation.comparison import Comparison, Difference
from assistant.evaluation.report.breakdown import Breakdown, Group, break_down
from assistant.evaluation.report.printed import printed_answers
from assistant.evaluation.report.shown_text import on_one_line
from assistant.evaluation.report.wording import change, counted, hits
from assistant.evaluation.results import CaseResult
from assistant.evaluation.runs import Run
from assistant.evaluation.statistics import Figure

_MARKUP = re.compile(r"([\\`*<|]|\](?=[(\[]))")
_GROUP_COLUMNS = (
    "passed", "fact_recall", "all_vital", "retrieval_recall_5", "retrieval_recall_10", "source_recall",
    "citation_coverage", "support_recall", "right_refusals", "wrong_refusals", "words",
)  # fmt: skip


def report_markdown(runs: Sequence[Run], comparison: Comparison | None = None, *, printed: int = 0) -> str:
    """The report: circumstances, every figure over all cases and over the two parts, what changed, the figures by kind
    and language, and the failed cases by what failed. ``runs`` are one or more; several stand side by side. So many
    answers as ``printed`` stand there in full.
    """
    breakdowns = [(run, break_down(run.results)) for run in runs]
    lines = [
        "# Evaluation",
        "",
        f"{counted(len(runs[0].results), 'answer', 'answers')}, scored by text comparison alone: no model judges.",
        "",
        *_table(["", *(run.name if len(runs) > 1 else "" for run in runs)], _circumstances(runs)),
        "",
        "## Results",
        "",
        "`n` is how many cases a figure rests on; pooled, how many facts, sources, sentences or citations.",
        "Ranges are 95 % intervals. One third of the cases, chosen by a hash of their ids, is held back: look at its",
        "column only to see whether an improvement holds.",
        "",
        *_results(breakdowns),
    ]
    if comparison is not None:
        lines += ["", f"## Since {_plain(comparison.before)}", "", *_comparison(comparison)]
    if any(breakdown.kinds for _, breakdown in breakdowns):
        lines += ["", "## By kind of question"]
        lines += _run_by_run(breakdowns, lambda _, breakdown: _groups(breakdown.kinds))
    if any(breakdown.languages for _, breakdown in breakdowns):
        lines += ["", "## By language"]
        lines += _run_by_run(breakdowns, lambda _, breakdown: _groups(breakdown.languages))
    lines += ["", "## Cases to look at"]
    lines += _run_by_run(breakdowns, lambda run, _: _failed(run.results))
    if printed:
        lines += ["", "## Answers in full", "", "Drawn by a hash of the cases' ids, not by hand."]
        lines += printed_answers(runs, printed)
    return "\n".join(lines) + "\n"


def _run_by_run(
    breakdowns: Sequence[tuple[Run, Breakdown]], render: Callable[[Run, Breakdown], list[str]]
) -> list[str]:
    """What is said of each run, under its name where there are several."""
    lines: list[str] = []
    for run, breakdown in breakdowns:
        lines += ["", f"### {_plain(run.name)}"] if len(breakdowns) > 1 else []
        lines += ["", *render(run, breakdown)]
    return lines


def _plain(text: str) -> str:
    """Text that stays text in Markdown and in a cell of a table."""
    return _MARKUP.sub(r"\\\1", on_one_line(text))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = ["|" + "".join(f" {_plain(cell)} |" if cell else " |" for cell in row) for row in (head, *rows)]
    return [lines[0], "|---" * len(head) + "|", *lines[1:]]


def _circumstances(runs: Sequence[Run]) -> list[list[str]]:
    told = [run.circumstances for run in runs]
    kinds = dict.fromkeys(what for each in told for what in each.made_with)
    return [
        ["assistant", *(each.target for each in told)],
        ["measured", *(each.measured.isoformat(sep=" ", timespec="minutes") for each in told)],
        *(
            ["cases", *(f"{version.path}, SHA-256 {version.sha256[:16]}…" for version in versions)]
            for versions in zip(*(each.case_files for each in told), strict=False)
        ),
        *(
            [what.replace("_", " "), *(", ".join(each.made_with.get(what, ("none",))) for each in told)]
            for what in kinds
        ),
        ["metrics", *(f"version {each.metrics_version}" for each in told)],
        ["machine", *(machine_in_words(run) for run in runs)],
    ]


def machine_in_words(run: Run) -> str:
    """What the times of a run depend on."""
    machine = run.circumstances.machine
    if machine is None:
        return "stored answers were scored; their times are from when they were answered"
    if machine.load is None:
        return f"{machine.cores} cores"
    load = ", ".join(f"{value:.1f}" for value in machine.load)
    return f"{machine.cores} cores, load {load} (1, 5, 15 minutes)"


def _results(breakdowns: Sequence[tuple[Run, Breakdown]]) -> list[str]:
    columns = [
        (part.name if len(breakdowns) == 1 else f"{run.name}, {part.name}", part)
        for run, breakdown in breakdowns
        for part in breakdown.parts
    ]
    rows = []
    for metric in CATALOGUE:
        if any(part.figures[metric.id].n for _, part in columns):
            rows.append([metric.title, *(_cell(metric, part) for _, part in columns)])
            if metric.unit == "share":
                rows.append([f"{metric.title}, pooled", *(_pooled(part.figures[metric.id]) for _, part in columns)])
    return _table(["", *(f"{name} ({len(part.results)})" for name, part in columns)], rows)


def _cell(metric: Metric, part: Group) -> str:
    figure = part.figures[metric.id]
    if figure.value is None:
        return "n/a"
    if metric.unit == "ms":
        return f"{_seconds(figure.median)} / {_seconds(figure.p95)} (median / p95, n={figure.n})"
    rests_on = hits(part, metric.id) or f"n={figure.n}"
    digits = 0 if metric.unit in ("words", "tokens") else 2
    interval = ""
    if figure.low is not None and figure.high is not None and figure.low < figure.high:
        interval = f" [{figure.low:.{digits}f}–{figure.high:.{digits}f}]"
    return f"{figure.value:.{digits}f}{interval} ({rests_on})"


def _pooled(figure: Figure) -> str:
    return "n/a" if figure.pooled is None else f"{figure.pooled:.2f} (n={figure.pooled_n:g})"


def _seconds(milliseconds: float | None) -> str:
    return "n/a" if milliseconds is None else f"{milliseconds / 1000:.2f} s"


def _groups(groups: Sequence[Group]) -> list[str]:
    columns = [metric for metric in _GROUP_COLUMNS if any(group.figures[metric].n for group in groups)]
    head = ["", "n", *(METRIC_BY_ID[metric].title for metric in columns)]
    rows = [
        [group.name or "not said", str(len(group.results)), *(_bare(group.figures[metric]) for metric in columns)]
        for group in groups
    ]
    return _table(head, rows)


def _bare(figure: Figure) -> str:
    digits = 0 if METRIC_BY_ID[figure.metric].unit == "words" else 2
    return "n/a" if figure.value is None else f"{figure.value:.{digits}f}"


def _comparison(comparison: Comparison) -> list[str]:
    if comparison.obstacle:
        return [_plain(comparison.obstacle)]
    rows = [
        [METRIC_BY_ID[found.metric].title, *_difference(found)]
        for found in comparison.differences.values()
        if found.difference or found.metric == "passed"
    ]
    return [
        f"{counted(comparison.paired, 'case', 'cases')} in both. Ranges are 95 % intervals by paired resampling; of",
        "twenty figures that did not change, one leaves out zero by chance.",
        "",
        *_table(["", "before", "after", "change", "range", "same direction in", "n"], rows),
        "",
        _ids("newly failing", comparison.newly_failing),
        _ids("newly passing", comparison.newly_passing),
        _ids(f"only in {comparison.before}", comparison.only_before),
        _ids(f"only in {comparison.after}", comparison.only_after),
        _ids("asked or expected otherwise before, so left out", comparison.changed),
    ]


def _difference(found: Difference) -> list[str]:
    metric = found.metric
    interval = "too few cases"
    if found.low is not None and found.high is not None:
        interval = f"{change(metric, found.low)} to {change(metric, found.high)}"
    sure = "n/a" if found.sure is None else f"{found.sure:.1%}"
    values = [f"{value:.2f}" for value in (found.before, found.after)]
    return [*values, change(metric, found.difference), interval, sure, str(found.n)]


def _failed(results: Sequence[CaseResult]) -> list[str]:
    by_check: dict[str, list[str]] = {}
    for result in results:
        for check in result.failed_checks:
            by_check.setdefault(check.id, []).append(result.id)
    if not by_check:
        return ["No check failed."]
    return [_ids(f"{check} failed", ids) for check, ids in sorted(by_check.items())]


def _ids(label: str, ids: Sequence[str]) -> str:
    return f"- {_plain(label)}: {', '.join(_plain(id) for id in dict.fromkeys(ids)) or 'none'}"
