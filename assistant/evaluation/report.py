"""Runs → the Markdown page and the JSON object of an evaluation: one run, or several side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from assistant.evaluation.cases import TYPES
from assistant.evaluation.metrics import MAX_CITATIONS, METRICS_VERSION
from assistant.evaluation.runs import Circumstances, Run
from assistant.evaluation.scoring import CaseScore, Summary, summarise
from assistant.evaluation.statistics import Mean, Rate


def render_markdown(runs: Sequence[Run]) -> str:
    """The page: circumstances, all cases beside the two parts, the types, and the ids behind figures to be perfect.

    ``runs`` are one or more over the same questions; the names of several stand above their columns and parts.
    """
    asked, questions = len(runs[0].scores), runs[0].circumstances.questions
    lines = [
        "# Evaluation",
        "",
        f"{asked} questions of `{questions}`, scored by text comparison alone: no model judges.",
        "Written by `picum-assistant evaluate`; the figures are defined in `assistant/evaluation/metrics.py`.",
        "",
        *_circumstance_lines(runs),
        "",
        "## Results",
        "",
        "`n` is how many cases (or nuggets, quotes, citations, sentences, where it says pooled) a figure rests on;",
        "ranges are 95 % Wilson intervals. One third of the questions, chosen by a hash of their ids, is held back:",
        "look at its column only to see whether an improvement holds.",
        "",
        *_results(runs),
        "",
        "## By type of question",
        "",
        *_run_by_run(runs, _types),
        "",
        "## Cases to look at",
        "",
        *_run_by_run(runs, _cases_to_look_at),
    ]
    return "\n".join(lines) + "\n"


def to_json(runs: Sequence[Run]) -> dict[str, Any]:
    """The same figures as JSON types, with the scores of every case; several runs are a list under ``runs``."""
    if len(runs) == 1:
        return _run_json(runs[0])
    return {"runs": [{"name": run.name, **_run_json(run)} for run in runs]}


def _run_json(run: Run) -> dict[str, Any]:
    return {
        "metrics_version": METRICS_VERSION,
        "circumstances": {
            **asdict(run.circumstances),
            "measured": run.circumstances.measured.isoformat(timespec="seconds"),
            "made_with": dict(run.circumstances.made_with),
        },
        **{part.replace(" ", "_"): asdict(summarise(scores)) for part, scores in _parts(run.scores)},
        "types": {kind: asdict(summarise(scores)) for kind, scores in _by_type(run.scores)},
        "cases": [asdict(score) for score in run.scores],
    }


def _parts(scores: Sequence[CaseScore]) -> list[tuple[str, list[CaseScore]]]:
    return [
        ("all", list(scores)),
        ("tuning", [score for score in scores if score.part == "tuning"]),
        ("held back", [score for score in scores if score.part == "held_back"]),
    ]


def _by_type(scores: Sequence[CaseScore]) -> list[tuple[str, list[CaseScore]]]:
    """The types that occur, in the order of TYPES."""
    groups = [(kind, [score for score in scores if score.type == kind]) for kind in TYPES]
    return [(kind, group) for kind, group in groups if group]


def _run_by_run(runs: Sequence[Run], render: Callable[[Sequence[CaseScore]], list[str]]) -> list[str]:
    """What is said of each run, under its name where there are several."""
    if len(runs) == 1:
        return render(runs[0].scores)
    lines: list[str] = []
    for run in runs:
        lines += ["", f"### {run.name}", "", *render(run.scores)]
    return lines[1:]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    # A bar inside a cell would end it.
    cells = [[cell.replace("|", "\\|") for cell in row] for row in (head, *rows)]
    lines = ["|" + "".join(f" {cell} |" if cell else " |" for cell in row) for row in cells]
    return [lines[0], "|---" * len(head) + "|", *lines[1:]]


def _circumstance_lines(runs: Sequence[Run]) -> list[str]:
    columns = [_circumstances(run.circumstances) for run in runs]
    names = [run.name for run in runs] if len(runs) > 1 else [""]
    rows = [[row[0][0], *(value for _, value in row)] for row in zip(*columns, strict=True)]
    return _table(["", *names], rows)


def _circumstances(circumstances: Circumstances) -> list[tuple[str, str]]:
    if circumstances.machine is None:
        machine = "stored answers were scored; their times are from when they were answered"
    else:
        load = ", ".join(f"{value:.1f}" for value in circumstances.machine.load)
        machine = f"{circumstances.machine.cores} cores, load {load} (1, 5, 15 minutes) at the end"
    return [
        ("measured", circumstances.measured.isoformat(sep=" ", timespec="minutes")),
        ("questions", f"SHA-256 {circumstances.questions_sha256[:16]}…"),
        *circumstances.made_with,
        ("metrics", f"version {METRICS_VERSION}"),
        ("machine", machine),
    ]


_ROWS: tuple[tuple[str, Callable[[Summary], str]], ...] = (
    ("nugget recall (vital)", lambda s: _mean(s.nugget_recall)),
    ("nugget recall, pooled", lambda s: _mean(s.nugget_recall_pooled)),
    ("fully answered (every vital nugget)", lambda s: _rate(s.fully_answered)),
    ("evidence recall (gold quotes cited)", lambda s: _mean(s.evidence_recall)),
    ("evidence recall, pooled", lambda s: _mean(s.evidence_recall_pooled)),
    ("evidence precision", lambda s: _mean(s.evidence_precision)),
    ("citations located, pooled", lambda s: _mean(s.citations_located, digits=4)),
    ("markers match citations", lambda s: _rate(s.markers_match)),
    (f"at most {MAX_CITATIONS} citations", lambda s: _rate(s.few_citations)),
    ("sentences cited, pooled", lambda s: _mean(s.sentences_cited)),
    ("sentences whose support is supported, pooled", lambda s: _mean(s.sentences_supported)),
    ("answers with written sentences", lambda s: _rate(s.written)),
    ("sentences removed from drafts", lambda s: str(s.sentences_removed)),
    ("forbidden string found", lambda s: _rate(s.forbidden)),
    ("right refusals", lambda s: _rate(s.right_refusals)),
    ("wrong refusals", lambda s: _rate(s.wrong_refusals)),
    ("failed", lambda s: _rate(s.failed)),
    ("words", lambda s: _mean(s.words, digits=0)),
    ("time to evidence, median / p95", lambda s: _times(s.evidence_ms_median, s.evidence_ms_p95)),
    (
        "time to the first verified sentence, median / p95",
        lambda s: _times(s.first_sentence_ms_median, s.first_sentence_ms_p95),
    ),
    ("time to the whole answer, median / p95", lambda s: _times(s.total_ms_median, s.total_ms_p95)),
)


def _results(runs: Sequence[Run]) -> list[str]:
    columns = [
        (part if len(runs) == 1 else f"{run.name}, {part}", summarise(scores))
        for run in runs
        for part, scores in _parts(run.scores)
    ]
    head = ["", *(f"{name} ({summary.cases})" for name, summary in columns)]
    return _table(head, [[label, *(cell(summary) for _, summary in columns)] for label, cell in _ROWS])


_TYPE_COLUMNS = (
    "type",
    "n",
    "nugget recall",
    "fully answered",
    "evidence recall",
    "evidence precision",
    "sentences cited",
    "refused",
    "words",
)


def _types(scores: Sequence[CaseScore]) -> list[str]:
    rows = []
    for kind, group in _by_type(scores):
        summary = summarise(group)
        refusals = sum(bool(score.right_refusal or score.wrong_refusal) for score in group)
        rows.append(
            (
                kind,
                str(summary.cases),
                _bare(summary.nugget_recall.value),
                _bare(summary.fully_answered.value),
                _bare(summary.evidence_recall.value),
                _bare(summary.evidence_precision.value),
                _bare(summary.sentences_cited.value),
                f"{refusals} of {len(group)}",
                _bare(summary.words.value, digits=0),
            )
        )
    return _table(_TYPE_COLUMNS, rows)


def _cases_to_look_at(scores: Sequence[CaseScore]) -> list[str]:
    groups: tuple[tuple[str, Callable[[CaseScore], bool]], ...] = (
        ("no vital nugget found", lambda s: s.vital_nuggets is not None and s.vital_nuggets[0] == 0),
        ("no gold quote cited", lambda s: s.gold_cited is not None and s.gold_cited[0] == 0),
        ("refused although answerable", lambda s: s.wrong_refusal is True),
        ("not refused although unanswerable", lambda s: s.right_refusal is False),
        ("forbidden string found", lambda s: bool(s.forbidden_found)),
        (
            "citation not located",
            lambda s: s.citations_located is not None and s.citations_located[0] < s.citations_located[1],
        ),
        ("markers do not match", lambda s: not s.markers_match),
        (f"more than {MAX_CITATIONS} citations", lambda s: not s.few_citations),
        ("failed", lambda s: s.status == "failed"),
    )
    return [
        f"- {label}: {', '.join(score.id for score in scores if wanted(score)) or 'none'}" for label, wanted in groups
    ]


def _bare(value: float | None, digits: int = 2) -> str:
    return "n/a" if value is None else f"{value:.{digits}f}"


def _mean(value: Mean, digits: int = 2) -> str:
    return "n/a" if value.value is None else f"{value.value:.{digits}f} (n={value.n})"


def _rate(value: Rate) -> str:
    if value.value is None or value.low is None or value.high is None:
        return "n/a"
    return f"{value.value:.2f} [{value.low:.2f}–{value.high:.2f}] ({value.hits} of {value.n})"


def _times(median: float | None, p95: float | None) -> str:
    if median is None or p95 is None:
        return "n/a"
    return f"{median / 1000:.2f} s / {p95 / 1000:.2f} s"
