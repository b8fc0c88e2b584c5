"""Cases and answers → scores of each case → one summary over any group of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.answer import Answer, Status
from assistant.evaluation import metrics
from assistant.evaluation.cases import Case, Part, QuestionType
from assistant.evaluation.statistics import Counts, Mean, Rate, mean, percentile, pooled, rate, share


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseScore:
    """Everything measured of one answer; None is "not applicable". Times are milliseconds, counts (part, whole).

    ``sentences_removed`` is the number of sentences that the draft of a language model lost.
    """

    id: str
    type: QuestionType
    part: Part
    status: Status
    vital_nuggets: Counts | None
    fully_answered: bool | None
    gold_cited: Counts | None
    useful_citations: Counts | None
    citations_located: Counts | None
    markers_match: bool
    few_citations: bool
    cited_sentences: Counts | None
    supported_sentences: Counts | None
    written: bool
    sentences_removed: int
    forbidden_found: tuple[str, ...] | None
    right_refusal: bool | None
    wrong_refusal: bool | None
    words: int
    evidence_ms: float
    first_sentence_ms: float | None
    total_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The scores of a group of cases. Shares are means over cases; ``…_pooled`` divides sum by sum instead.

    ``sentences_removed`` is a sum; times are milliseconds, those to the first sentence of answered questions alone.
    """

    cases: int
    nugget_recall: Mean
    nugget_recall_pooled: Mean
    fully_answered: Rate
    evidence_recall: Mean
    evidence_recall_pooled: Mean
    evidence_precision: Mean
    citations_located: Mean
    markers_match: Rate
    few_citations: Rate
    sentences_cited: Mean
    sentences_supported: Mean
    written: Rate
    sentences_removed: int
    forbidden: Rate
    right_refusals: Rate
    wrong_refusals: Rate
    failed: Rate
    words: Mean
    evidence_ms_median: float | None
    evidence_ms_p95: float | None
    first_sentence_ms_median: float | None
    first_sentence_ms_p95: float | None
    total_ms_median: float | None
    total_ms_p95: float | None


def score(case: Case, answer: Answer, documents: Mapping[str, str]) -> CaseScore:
    """All metrics of one answer. ``documents`` gives the text as read of each document by its id."""
    return CaseScore(
        id=case.id,
        type=case.type,
        part=case.part,
        status=answer.status,
        vital_nuggets=metrics.vital_nuggets(case, answer),
        fully_answered=metrics.fully_answered(case, answer),
        gold_cited=metrics.gold_cited(case, answer),
        useful_citations=metrics.useful_citations(case, answer),
        citations_located=metrics.citations_located(answer, documents),
        markers_match=metrics.markers_match(answer),
        few_citations=metrics.few_citations(answer),
        cited_sentences=metrics.cited_sentences(answer),
        supported_sentences=metrics.supported_sentences(answer),
        written=metrics.written(answer),
        sentences_removed=answer.removed,
        forbidden_found=metrics.forbidden_found(case, answer),
        right_refusal=metrics.right_refusal(case, answer),
        wrong_refusal=metrics.wrong_refusal(case, answer),
        words=metrics.words(answer),
        evidence_ms=answer.timings.evidence_ms,
        first_sentence_ms=metrics.first_sentence_ms(answer),
        total_ms=answer.timings.total_ms,
    )


def summarise(scores: Sequence[CaseScore]) -> Summary:
    """The summary of a group; of an empty group every value is None and every count 0."""
    first_sentence_ms = [score.first_sentence_ms for score in scores if score.first_sentence_ms is not None]
    return Summary(
        cases=len(scores),
        nugget_recall=mean(share(score.vital_nuggets) for score in scores),
        nugget_recall_pooled=pooled(score.vital_nuggets for score in scores),
        fully_answered=rate(score.fully_answered for score in scores),
        evidence_recall=mean(share(score.gold_cited) for score in scores),
        evidence_recall_pooled=pooled(score.gold_cited for score in scores),
        evidence_precision=mean(share(score.useful_citations) for score in scores),
        # One citation that cannot be located is a broken promise wherever it stands: pooled, not averaged by answer.
        citations_located=pooled(score.citations_located for score in scores),
        markers_match=rate(score.markers_match for score in scores),
        few_citations=rate(score.few_citations for score in scores),
        sentences_cited=pooled(score.cited_sentences for score in scores),
        sentences_supported=pooled(score.supported_sentences for score in scores),
        written=rate(score.written for score in scores),
        sentences_removed=sum(score.sentences_removed for score in scores),
        forbidden=rate(None if score.forbidden_found is None else bool(score.forbidden_found) for score in scores),
        right_refusals=rate(score.right_refusal for score in scores),
        wrong_refusals=rate(score.wrong_refusal for score in scores),
        failed=rate(score.status == "failed" for score in scores),
        words=mean(float(score.words) for score in scores),
        evidence_ms_median=percentile((score.evidence_ms for score in scores), 50),
        evidence_ms_p95=percentile((score.evidence_ms for score in scores), 95),
        first_sentence_ms_median=percentile(first_sentence_ms, 50),
        first_sentence_ms_p95=percentile(first_sentence_ms, 95),
        total_ms_median=percentile((score.total_ms for score in scores), 50),
        total_ms_p95=percentile((score.total_ms for score in scores), 95),
    )
