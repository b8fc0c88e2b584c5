"""The figures of a run: over all cases, over the two parts, by kind of question and by language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assistant.evaluation.results import CaseResult
from assistant.evaluation.statistics import Figure, summarise


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Some results, by what they have in common ("" where they say nothing about it), and every figure over them."""

    name: str
    results: tuple[CaseResult, ...]
    figures: Mapping[str, Figure]

    def hits(self, metric: str) -> tuple[int, int]:
        """Of a verdict, how many of the answers have it, and to how many it applies."""
        scores = [score for result in self.results if (score := result.scores.get(metric)) is not None]
        return sum(score.part > 0 for score in scores), len(scores)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """``kinds`` and ``languages`` (of the questions) stand in the order in which they first occur; each is empty where
    no case says anything about it.
    """

    everything: Group
    tuning: Group
    held_back: Group
    kinds: tuple[Group, ...]
    languages: tuple[Group, ...]

    @property
    def parts(self) -> tuple[Group, Group, Group]:
        """All cases, those for tuning, and those held back from it."""
        return self.everything, self.tuning, self.held_back

    def to_json(self) -> dict[str, Any]:
        """Every figure as JSON types, by group and metric."""
        return {
            "all": _figures(self.everything),
            "tuning": _figures(self.tuning),
            "held_back": _figures(self.held_back),
            "by_kind": {group.name: _figures(group) for group in self.kinds},
            "by_language": {group.name: _figures(group) for group in self.languages},
        }


def break_down(results: Sequence[CaseResult]) -> Breakdown:
    """Every figure over every group of the results."""
    parts = {"all": tuple(results), "tuning": tuple[CaseResult, ...](), "held back": tuple[CaseResult, ...]()}
    parts |= _grouped(results, lambda result: result.case.part.replace("_", " "))
    everything, tuning, held_back = (_group(name, parts[name]) for name in ("all", "tuning", "held back"))
    return Breakdown(
        everything=everything,
        tuning=tuning,
        held_back=held_back,
        kinds=_named_groups(results, lambda result: result.case.kind),
        languages=_named_groups(results, lambda result: result.case.language or ""),
    )


def _named_groups(results: Sequence[CaseResult], name: Callable[[CaseResult], str]) -> tuple[Group, ...]:
    groups = _grouped(results, name)
    return () if set(groups) == {""} else tuple(_group(key, group) for key, group in groups.items())


def _grouped(results: Sequence[CaseResult], name: Callable[[CaseResult], str]) -> dict[str, tuple[CaseResult, ...]]:
    groups: dict[str, list[CaseResult]] = {}
    for result in results:
        groups.setdefault(name(result), []).append(result)
    return {key: tuple(group) for key, group in groups.items()}


def _group(name: str, results: tuple[CaseResult, ...]) -> Group:
    return Group(name=name, results=results, figures=summarise(results))


def _figures(group: Group) -> dict[str, Any]:
    return {metric: asdict(figure) for metric, figure in group.figures.items()}
