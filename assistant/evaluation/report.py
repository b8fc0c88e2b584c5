"""Scores → the Markdown page and the JSON object of an evaluation."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from assistant.answer import Answer
from assistant.evaluation.cases import TYPES
from assistant.evaluation.metrics import MAX_CITATIONS, METRICS_VERSION
from assistant.evaluation.scoring import CaseScore, Summary, summarise
from assistant.evaluation.statistics import Mean, Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What else the machine was doing: ``load`` is the mean number of running processes over 1, 5 and 15 minutes."""

    cores: int
    load: tuple[float, float, float]

    @classmethod
    def now(cls) -> Machine:
        """This machine at this moment."""
        return cls(cores=os.cpu_count() or 1, load=os.getloadavg())


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a figure depends on besides the code. ``machine`` is None when stored answers were scored."""

    questions: str
    questions_sha256: str
    measured: datetime
    made_with: tuple[tuple[str, str], ...]
    machine: Machine | None


def made_with(answers: Iterable[Answer]) -> tuple[tuple[str, str], ...]:
    """What the answers were made with, as (what, values) pairs; several values are joined by commas."""
    given = list(answers)
    kinds: tuple[tuple[str, Callable[[Answer], str]], ...] = (
        ("mode", lambda answer: answer.mode),
        ("embedding model", lambda answer: answer.made_with.embedding),
        ("language model", lambda answer: answer.made_with.language_model),
        ("prompts", lambda answer: answer.made_with.prompts),
        ("index generation", lambda answer: answer.made_with.index_generation),
    )
    return tuple((kind, ", ".join(sorted({value(answer) for answer in given})) or "none") for kind, value in kinds)


def render_markdown(scores: Sequence[CaseScore], circumstances: Circumstances) -> str:
    """The page: all cases beside the two parts, the types, and the ids behind the figures that should be perfect."""
    parts = [
        ("all", list(scores)),
        ("tuning", [score for score in scores if score.part == "tuning"]),
        ("held back", [score for score in scores if score.part == "held_back"]),
    ]
    lines = [
        "# Evaluation",
        "",
        f"{len(scores)} questions of `{circumstances.questions}`, scored by text comparison alone: no model judges.",
        "Written by `picum-assistant evaluate`; the figures are defined in `assistant/evaluation/metrics.py`.",
        "",
        *_circumstance_lines(circumstances),
        "",
        "## Results",
        "",
        "`n` is how many cases (or nuggets, quotes, citations, sentences, where it says pooled) a figure rests on;",
        "ranges are 95 % Wilson intervals. One third of the questions, chosen by a hash of their ids, is held back:",
        "look at its column only to see whether an improvement holds.",
        "",
        *_results([(name, summarise(group)) for name, group in parts]),
        "",
        "## By type of question",
        "",
        *_types(scores),
        "",
        "## Cases to look at",
        "",
        *_cases_to_look_at(scores),
    ]
    return "\n".join(lines) + "\n"


def to_json(scores: Sequence[CaseScore], circumstances: Circumstances) -> dict[str, Any]:
    """The same figures as JSON types, with the scores of every case."""
    return {
        "metrics_version": METRICS_VERSION,
        "circumstances": {
            **asdict(circumstances),
            "measured": circumstances.measured.isoformat(timespec="seconds"),
            "made_with": dict(circumstances.made_with),
        },
        "all": asdict(summarise(scores)),
        "tuning": asdict(summarise([score for score in scores if score.part == "tuning"])),
        "held_back": asdict(summarise([score for score in scores if score.part == "held_back"])),
        "types": {
            kind: asdict(summarise([score for score in scores if score.type == kind]))
            for kind in TYPES
            if any(score.type == kind for score in scores)
        },
        "cases": [asdict(score) for score in scores],
    }


def _circumstance_lines(circumstances: Circumstances) -> list[str]:
    rows = [
        ("measured", circumstances.measured.isoformat(sep=" ", timespec="minutes")),
        ("questions", f"SHA-256 {circumstances.questions_sha256[:16]}…"),
        *circumstances.made_with,
        ("metrics", f"version {METRICS_VERSION}"),
    ]
    if circumstances.machine is None:
        rows.append(("machine", "stored answers were scored; their times are from when they were answered"))
    else:
        load = ", ".join(f"{value:.1f}" for value in circumstances.machine.load)
        rows.append(("machine", f"{circumstances.machine.cores} cores, load {load} (1, 5, 15 minutes) at the end"))
    # A bar inside a cell would end it.
    return ["| | |", "|---|---|", *(f"| {name} | {value.replace('|', chr(92) + '|')} |" for name, value in rows)]


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
    ("forbidden string found", lambda s: _rate(s.forbidden)),
    ("right refusals", lambda s: _rate(s.right_refusals)),
    ("wrong refusals", lambda s: _rate(s.wrong_refusals)),
    ("failed", lambda s: _rate(s.failed)),
    ("words", lambda s: _mean(s.words, digits=0)),
    ("time to evidence, median / p95", lambda s: _times(s.evidence_ms_median, s.evidence_ms_p95)),
    ("time to the whole answer, median / p95", lambda s: _times(s.total_ms_median, s.total_ms_p95)),
)


def _results(columns: Sequence[tuple[str, Summary]]) -> list[str]:
    head = " | ".join(f"{name} ({summary.cases})" for name, summary in columns)
    return [
        f"| | {head} |",
        "|---|" + "---|" * len(columns),
        *(f"| {label} | " + " | ".join(cell(summary) for _, summary in columns) + " |" for label, cell in _ROWS),
    ]


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
    lines = [
        f"| {' | '.join(_TYPE_COLUMNS)} |",
        "|---" * len(_TYPE_COLUMNS) + "|",
    ]
    for kind in TYPES:
        group = [score for score in scores if score.type == kind]
        if not group:
            continue
        summary = summarise(group)
        refusals = sum(bool(score.right_refusal or score.wrong_refusal) for score in group)
        cells = (
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
        lines.append(f"| {' | '.join(cells)} |")
    return lines


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
