"""Runs → one self-contained page for people who did not build the assistant."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from itertools import count
from urllib.parse import urlsplit

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from assistant.evaluation.catalogue import CATALOGUE, METRIC_BY_ID, METRICS_VERSION
from assistant.evaluation.comparison import Comparison, Difference
from assistant.evaluation.report import wording
from assistant.evaluation.report.breakdown import Breakdown, Group, break_down
from assistant.evaluation.report.case_views import CaseView, case_views, excerpt, words
from assistant.evaluation.report.headlines import HEADLINES
from assistant.evaluation.report.markdown import machine_in_words
from assistant.evaluation.report.plots import change_plots, share_plot
from assistant.evaluation.report.shown_text import on_one_line, visible
from assistant.evaluation.runs import Run

_FOLDER = files("assistant.evaluation.report")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_MOST_GROUPS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """One run as the template is given it."""

    run: Run
    figures: Breakdown
    cases: Sequence[CaseView]

    def shown(self, how: str) -> list[CaseView]:
        """The failed cases that are shown so ("full", "brief", "row")."""
        return [case for case in self.cases if not case.result.passed and case.shown == how]

    @property
    def failed_checks(self) -> dict[str, int]:
        """How many answers failed each check, the commonest first."""
        failed = (check.id for result in self.run.results for check in result.failed_checks)
        return dict(Counter(failed).most_common())

    @property
    def missing_facts(self) -> dict[str, int]:
        """How many vital facts are missing, by where they are."""
        missing = Counter(
            fact.whereabouts for result in self.run.results for fact in result.facts if fact.vital and not fact.found
        )
        return dict(missing.most_common())

    @property
    def judged(self) -> bool:
        """Whether the optional judge was asked."""
        return any(result.judged for result in self.run.results)


def report_page(runs: Sequence[Run], comparison: Comparison | None = None) -> str:
    """The page as HTML: figures that matter, what changed, kinds and languages, the worst cases, every case, and how
    the figures are defined. It needs no script and asks for nothing from elsewhere; whatever stands in questions,
    answers and passages is shown as text. ``comparison`` is of the last run with its baseline.
    """
    last = len(runs) - 1
    views = [
        RunView(
            run=run,
            figures=break_down(run.results),
            cases=case_views(
                run.results,
                frozenset(comparison.newly_failing) if comparison is not None and number == last else frozenset(),
                prefix=f"case-{number + 1}-" if last else "case-",
                share=1 / len(runs),
            ),
        )
        for number, run in enumerate(runs)
    ]
    numbers = count(1)
    return (
        _environment()
        .get_template("page.html")
        .render(
            views=views,
            comparison=comparison,
            differences=_sorted(comparison),
            changes=change_plots(comparison.differences.values()) if comparison is not None else {},
            headlines=HEADLINES,
            definitions=definitions(),
            catalogue=CATALOGUE,
            metrics=METRIC_BY_ID,
            metrics_version=METRICS_VERSION,
            next_id=lambda: f"plot-{next(numbers)}",
            style=Markup(_text("page.css")),
        )
    )


@cache
def definitions() -> dict[str, str]:
    """How each metric is counted, in plain words, by id."""
    return {metric: str(text) for metric, text in tomllib.loads(_text("definitions.toml")).items()}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_text), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "shown": visible,
        "line": on_one_line,
        "words": words,
        "excerpt": excerpt,
        "amount": lambda value, metric: wording.amount(metric, value),
        "change": lambda value, metric: wording.change(metric, value),
        "day": _day,
        "language_tag": _language_tag,
        "web_address": _web_address,
        "groups": _groups,
    }
    environment.globals |= {
        "between": wording.between,
        "counted": wording.counted,
        "hits": wording.hits,
        "is_share": wording.is_share,
        "machine_in_words": machine_in_words,
        "share_plot": share_plot,
    }
    return environment


def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _sorted(comparison: Comparison | None) -> tuple[list[Difference], list[Difference]]:
    """The differences to show first (those that matter most and those that are clear), and the others that changed."""
    if comparison is None:
        return [], []
    matter = {headline.metric for headline in HEADLINES}
    found = list(comparison.differences.values())
    first = [each for each in found if each.metric in matter or (each.clear and each.improved is not None)]
    return first, [each for each in found if each not in first and each.difference]


def _groups(groups: Sequence[Group]) -> Sequence[Group]:
    """As many groups as a page has room for, the largest where there are more."""
    if len(groups) <= _MOST_GROUPS:
        return groups
    return sorted(groups, key=lambda group: -len(group.results))[:_MOST_GROUPS]


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y, %H:%M}"


def _language_tag(language: str | None) -> str:
    """The language if browsers understand its name, else "" for a language that is not known."""
    return language if language and _LANGUAGE.fullmatch(language) else ""


def _web_address(address: str) -> str:
    """An address on the web that may be linked, "" for anything else."""
    try:
        return address if urlsplit(address).scheme in ("http", "https") else ""
    except ValueError:
        return ""
