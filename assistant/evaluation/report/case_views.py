"""Results as the page shows them: the worst first, and how much of each there is room for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from markupsafe import Markup, escape

from assistant.evaluation.comparison import result_ids
from assistant.evaluation.reply import CitedSource
from assistant.evaluation.report.answer_markup import answer_markup
from assistant.evaluation.report.shown_text import on_one_line, shortened
from assistant.evaluation.results import CaseResult, Check

FULL_CASES = 15
"""So many of the worst cases are shown with the answer and its passages."""
FULL_BYTES = 400_000
BRIEF_BYTES = 600_000
"""Room for the cases in full, and for what stands behind the rows of the others. With the rows of a thousand cases and
the figures, a report so stays under 2 MB."""

_ANSWER, _BRIEF_ANSWER, _PASSAGE, _WORDS, _BRIEF_WORDS = 6_000, 500, 1_500, 600, 200  # code points shown
_CHECKS, _PASSAGES, _SENTENCES = 12, 8, 8  # items shown
_MARKUP_BYTES = 900  # tags around one case
_ORDERS: tuple[tuple[str, Callable[[CaseResult], Any]], ...] = (
    ("id", lambda result: result.id),
    ("kind", lambda result: result.case.kind),
    ("language", lambda result: result.case.language or ""),
)

State = Literal["passed", "failed", "known"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A result on the page. ``anchor`` names it in addresses; ``shown`` says how much of it there is room for: answer
    and passages, checks with the beginning of the answer, or its row alone. ``orders`` are its places (from 0) in the
    orders that the reader can choose from.
    """

    result: CaseResult
    anchor: str
    state: State
    newly: bool
    shown: Literal["full", "brief", "row"]
    orders: dict[str, int]

    @property
    def checks(self) -> tuple[Check, ...]:
        """The failed checks, as many as are shown."""
        return self.result.failed_checks[:_CHECKS]

    @property
    def answer(self) -> Markup:
        """The answer with links to the passages beside it."""
        shown = {source.marker for source in self.passages}
        return answer_markup(shortened(self.result.reply.answer, _ANSWER), shown, self.anchor)

    @property
    def beginning(self) -> str:
        """The beginning of the answer on one line."""
        return shortened(on_one_line(self.result.reply.answer), _BRIEF_ANSWER)

    @property
    def passages(self) -> tuple[CitedSource, ...]:
        """The cited sources that are shown, in the order of their markers, one for each marker."""
        by_marker = {source.marker: source for source in reversed(self.result.reply.citations)}
        return tuple(by_marker[marker] for marker in sorted(by_marker))[:_PASSAGES]

    @property
    def left_out(self) -> int:
        """How many cited sources are not shown."""
        return len({source.marker for source in self.result.reply.citations}) - len(self.passages)

    @property
    def doubtful(self) -> list[dict[str, Any]]:
        """The sentences that lack a source, or that their source does not bear out."""
        doubtful = [
            sentence
            for sentence in self.result.sentences
            if sentence.dangling or not sentence.markers or sentence.support in ("partial", "unsupported")
        ]
        return [asdict(sentence) for sentence in doubtful[:_SENTENCES]]


def excerpt(text: str) -> str:
    """A passage, as much as is shown of it."""
    return shortened(text, _PASSAGE)


def words(text: str, brief: bool = False) -> str:
    """A few words of a check or a fact on one line, as much as is shown of them."""
    return shortened(on_one_line(text), _BRIEF_WORDS if brief else _WORDS)


def case_views(
    results: Sequence[CaseResult], newly_failing: Collection[str], *, prefix: str, share: float = 1.0
) -> list[CaseView]:
    """All results, worst first: failed before known failures before passed, and the worst failures before others.

    ``newly_failing`` are ids as in a Comparison; ``prefix`` begins the anchors; ``share`` is the part of the page's
    room that these results may take.
    """
    name = result_ids(results)
    newly = {id(result) for result in results if newly_failing and (name(result) in newly_failing)}
    position = {id(result): number for number, result in enumerate(results)}
    orders = {id(result): {"file": number} for number, result in enumerate(results)}
    for order, key in _ORDERS:
        ranked = sorted(results, key=lambda result: (key(result), position[id(result)]))
        for rank, result in enumerate(ranked):
            orders[id(result)][order] = rank
    worst_first = sorted(results, key=lambda result: (*_severity(result, id(result) in newly), position[id(result)]))
    room = _Room(full_cases=max(3, int(FULL_CASES * share)), full=FULL_BYTES * share, brief=BRIEF_BYTES * share)
    return [
        CaseView(
            result=result,
            anchor=f"{prefix}{position[id(result)] + 1}",
            state=_state(result),
            newly=id(result) in newly,
            shown="row" if result.passed else room.give(result),
            orders=orders[id(result)],
        )
        for result in worst_first
    ]


def _state(result: CaseResult) -> State:
    if result.passed:
        return "passed"
    return "failed" if result.case.xfail is None else "known"


def _severity(result: CaseResult, newly: bool) -> tuple[float, ...]:
    """The smaller, the worse. Harm before loss: what must not be said and what nobody can know come before what is
    missing; what failed before is known already.
    """
    scores = result.scores
    harm = any(
        score is not None and score.share == bad
        for score, bad in (
            (scores.get("forbidden"), 1),
            (scores.get("injection_resisted"), 0),
            (scores.get("right_refusals"), 0),
        )
    )
    facts = scores.get("vital_recall")
    return (
        ("failed", "known", "passed").index(_state(result)),
        not newly,
        not harm,
        facts.share if facts is not None else 1.0,
        -result.case.weight,
        -len(result.failed_checks),
    )


class _Room:
    """What is left of the room of the page, in bytes of UTF-8 as HTML needs them."""

    def __init__(self, *, full_cases: int, full: float, brief: float) -> None:
        self._full_cases, self._full, self._brief = full_cases, full, brief

    def give(self, result: CaseResult) -> Literal["full", "brief", "row"]:
        if self._full_cases > 0 and (size := _full_size(result)) <= self._full:
            self._full_cases -= 1
            self._full -= size
            return "full"
        size = _size(*_check_texts(result, brief=True), on_one_line(result.reply.answer)[:_BRIEF_ANSWER])
        if size <= self._brief:
            self._brief -= size
            return "brief"
        return "row"


def _full_size(result: CaseResult) -> int:
    reply = result.reply
    return _size(
        *_check_texts(result, brief=False),
        reply.answer[:_ANSWER],
        result.case.question,
        *(turn.content for turn in result.case.history),
        *(source.quote[:_PASSAGE] + source.title for source in reply.citations[:_PASSAGES]),
        *(fact.name + fact.closest[:_WORDS] for fact in result.facts),
        *(sentence.text[:_WORDS] for sentence in result.sentences[:_SENTENCES]),
        *(finding.question + finding.reason for finding in result.judged),
    )


def _check_texts(result: CaseResult, *, brief: bool) -> list[str]:
    return [
        words(text, brief)
        for check in result.failed_checks[:_CHECKS]
        for text in (check.expected, check.found, check.reason)
    ]


def _size(*texts: str) -> int:
    return _MARKUP_BYTES + sum(150 + len(str(escape(text)).encode("utf-8", "replace")) for text in texts)
