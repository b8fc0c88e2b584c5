"""The judge: asks what a case expects of an answer, counts votes, keeps verdicts, and decides nothing by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

from assistant.evaluation.cases import Fact
from assistant.evaluation.errors import JudgeError
from assistant.evaluation.jsonl import json_text
from assistant.evaluation.judge.cache import StoredVerdict, VerdictCache, key_of
from assistant.evaluation.judge.models import AnyModel, JudgeModel, Unanswered, name_of, open_model, parameters_of
from assistant.evaluation.judge.questions import (
    VALUES,
    About,
    JudgeQuestion,
    SourceText,
    Verdict,
    fact_question,
    prompt_fingerprint,
    reference_question,
    support_question,
    verdict_in,
)
from assistant.evaluation.judge.voting import settled
from assistant.evaluation.reply import CitedSource
from assistant.evaluation.results import CaseResult, JudgeFinding

if TYPE_CHECKING:
    from assistant.settings import Settings

Mode = Literal["off", "cached", "live"]
"""Whether nothing is judged, only stored verdicts are used, or the model is asked for those that are missing."""

_NOT_STORED = "No verdict of this judge is stored for it; judge live once to store one."
_NO_WORD = "The judge's reply is none of yes, partial and no."


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The verdict on one question: "inconclusive" where the model failed, "skipped" where it may not be asked; then
    ``reason`` says why.
    """

    verdict: Verdict | Literal["inconclusive", "skipped"]
    reason: str = ""


class Judge:
    """Asks one model, or only its stored verdicts. Made by ``open_judge``; asked from one thread at a time."""

    def __init__(
        self,
        *,
        name: str,
        parameters: Mapping[str, Any],
        cache: VerdictCache | None,
        model: JudgeModel | None,
        votes: int,
    ) -> None:
        self._name = name
        self._parameters = parameters
        self._cache = cache
        self._model = model
        self._votes = votes

    @property
    def made_with(self) -> Mapping[str, str]:
        """What verdicts depend on, for reports: the model, its parameters, the prompts, the number of votes."""
        if self._cache is None:
            return {}
        abouts: tuple[About, ...] = ("fact", "support", "reference")
        return {
            "judge": self._name,
            "judge_parameters": json_text(dict(sorted(self._parameters.items()))),
            "judge_prompts": " ".join(f"{about}:{prompt_fingerprint(about)}" for about in abouts),
            "judge_votes": str(self._votes),
        }

    def judge(self, result: CaseResult) -> CaseResult:
        """The result with what the judge says of each expected fact, of each sentence that cites words, and of the
        answer as a whole where the case has a reference; earlier findings are replaced. Checks and scores stay.

        Raises JudgeError where verdicts cannot be stored; whatever the model does is a finding.
        """
        return result if self._cache is None else replace(result, judged=tuple(self._findings(result)))

    def rule(self, question: JudgeQuestion) -> Ruling:
        """The verdict on one question; no more votes are asked for than can change it. Raises JudgeError where it
        cannot be stored.
        """
        if self._cache is None:
            return Ruling(verdict="skipped", reason="The judge is off.")
        votes: list[Verdict] = []
        failure = ""
        for number in range(1, self._votes + 1):
            key = key_of(question, self._name, self._parameters, number)
            vote = self._cache.get(key)
            if vote is None and self._model is None:
                return Ruling(verdict="skipped", reason=_NOT_STORED)
            if vote is None and self._model is not None:
                try:
                    vote = verdict_in(self._model.ask(question.system(), question.user()))
                except Unanswered as error:
                    failure = failure or str(error)
                    continue
                if vote is None:
                    failure = failure or _NO_WORD
                    continue
                self._cache.add(self._stored(question, key, vote, number))
            if vote is not None:
                votes.append(vote)
            if verdict := settled(votes, self._votes - len(votes)):
                return Ruling(verdict=verdict)
        return Ruling(verdict="inconclusive", reason=failure)

    def close(self) -> None:
        """End the model and put the stored verdicts in order. Raises JudgeError."""
        if self._model is not None:
            self._model.close()
        if self._cache is not None:
            self._cache.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _findings(self, result: CaseResult) -> Iterator[JudgeFinding]:
        case, reply = result.case, result.reply
        if not reply.answer.strip():
            return
        for fact in case.facts:
            asked = fact_question(fact.name, case.question, reply.answer)
            if _in_words(fact):
                yield self._finding(asked)
            else:
                reason = "The fact is only given as a regular expression; say it in words under text."
                yield JudgeFinding(about=asked.about, question=asked.asked, verdict="skipped", reason=reason)
        for sentence in result.sentences:
            cited = [c for c in reply.citations if c.marker in sentence.markers and c.quote.strip()]
            if cited:
                yield self._finding(support_question(sentence.text, [_shown(source) for source in cited]))
        if case.reference.strip():
            yield self._finding(reference_question(case.reference, case.question, reply.answer))

    def _finding(self, question: JudgeQuestion) -> JudgeFinding:
        ruling = self.rule(question)
        return JudgeFinding(about=question.about, question=question.asked, verdict=ruling.verdict, reason=ruling.reason)

    def _stored(self, question: JudgeQuestion, key: str, vote: Verdict, number: int) -> StoredVerdict:
        return StoredVerdict(
            key=key,
            verdict=vote,
            about=question.about,
            asked=question.asked,
            model=self._name,
            prompt=question.fingerprint(),
            vote=number,
        )


def open_judge(
    mode: Mode,
    cache: Path,
    model: AnyModel = "local",
    *,
    votes: int = 1,
    name: str = "",
    settings: Settings | None = None,
) -> Judge:
    """A judge; close it, or use it as a context.

    ``model`` is a chat model of LangChain (anything with its ``invoke``), a function from a prompt to a reply, or a
    name as ``PICUM_LLM`` takes it. ``name`` is what verdicts are stored under; that of the model by default. ``votes``
    is odd; models by name are asked at temperature 0, so several votes are for models that do not always say the same.
    ``settings`` are those of the environment by default. Only ``live`` opens a model, without connecting to it yet.
    Raises JudgeError for an even number of votes, a model that is not set up, and a cache that cannot be read.
    """
    if votes < 1 or votes % 2 == 0:
        raise JudgeError(f"A judge cannot have {votes} votes: give an odd number, so that they cannot be split evenly.")
    if mode == "off":
        return Judge(name="", parameters={}, cache=None, model=None, votes=votes)
    return Judge(
        name=name or name_of(model),
        parameters=parameters_of(model),
        cache=VerdictCache(cache),
        model=open_model(model, settings) if mode == "live" else None,
        votes=votes,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeFigure:
    """How often each verdict was given. ``value`` is the mean of yes 1, partial ½ and no 0 over the ``n`` that were
    decided, None where none was; inconclusive and skipped ones are counted apart.
    """

    yes: int
    partial: int
    no: int
    inconclusive: int
    skipped: int

    @property
    def n(self) -> int:
        """Questions that were decided."""
        return self.yes + self.partial + self.no

    @property
    def value(self) -> float | None:
        """Between 0 and 1."""
        return (self.yes * VALUES["yes"] + self.partial * VALUES["partial"]) / self.n if self.n else None


def judge_figures(results: Iterable[CaseResult]) -> dict[About, JudgeFigure]:
    """What the judge said over a suite, for each kind of question that it was asked."""
    counted: dict[About, Counter[str]] = {}
    for result in results:
        for finding in result.judged:
            if finding.about:
                counted.setdefault(finding.about, Counter())[finding.verdict] += 1
    return {
        about: JudgeFigure(
            yes=verdicts["yes"],
            partial=verdicts["partial"],
            no=verdicts["no"],
            inconclusive=verdicts["inconclusive"],
            skipped=verdicts["skipped"],
        )
        for about, verdicts in counted.items()
    }


def _in_words(fact: Fact) -> bool:
    return bool(fact.text or fact.regex is None)


def _shown(source: CitedSource) -> SourceText:
    return SourceText(source.quote, ", ".join(filter(None, (source.title, source.publisher, source.published))))
