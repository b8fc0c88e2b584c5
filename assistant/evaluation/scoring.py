"""A case and a reply → everything that is found out about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from assistant.evaluation import citing, facts, quotations, sources
from assistant.evaluation.cases import Case
from assistant.evaluation.catalogue import CATALOGUE
from assistant.evaluation.checks import Observed, checks
from assistant.evaluation.language_table import content
from assistant.evaluation.markup import visible
from assistant.evaluation.normalise import fold, pieces, wording
from assistant.evaluation.refusals import asks_back, refused
from assistant.evaluation.reply import Reply
from assistant.evaluation.results import CaseResult, FactFinding, Score
from assistant.evaluation.sentences import sentences
from ingest.language import UNDETERMINED, detect_language, question_language

_ALIKE = {"nb": "no", "nn": "no", "bs": "hr", "sr": "hr", "iw": "he", "in": "id", "fil": "tl"}
"""Codes of languages that are told apart badly, or not at all, by the words of one answer."""
_LONG_ENOUGH, _LOOKED_AT = 100, 300
"""Code points from which the language of a text is told for certain, and that are looked at."""


def score(
    case: Case,
    reply: Reply,
    documents: Mapping[str, str] | None = None,
    *,
    id: str = "",
    file: str = "",
    line: int = 0,
) -> CaseResult:
    """All checks, scores and findings of one reply. Deterministic: text against text, no model, no network.

    ``documents`` gives the text as read of each document by its id; where it is None, whether citations stand where
    they say is not applicable. ``id`` is that of the test, by default of the case; ``file`` and ``line`` (from 1) say
    where the case stands. ``scores`` has every metric of the catalogue.
    """
    language = _language_read(case, reply)
    spoken = sentences(reply, language)
    fact_findings = facts.findings(case, reply, language, [sentence.text for sentence in spoken])
    source_findings = sources.findings(case, reply)
    failed = reply.status == "failed" or not visible(reply.answer)
    seen = Observed(
        failed=failed,
        refused=not failed and refused(reply, spoken),
        asks_back=asks_back(reply, spoken),
        facts=fact_findings,
        forbidden=facts.forbidden_found(case, reply, language),
        sources=source_findings,
        language=_language_answered(case, reply),
        canaries=_canaries(case, reply),
        citation_validity=sources.citation_validity(reply),
        quote_fidelity=quotations.quote_fidelity(reply),
    )
    decided = checks(case, reply, seen)
    # Where nothing is answered there is nothing to support: what a refusal adds to help is not its answer.
    stated = () if seen.refused else citing.findings(reply, spoken, language)
    verdicts = {check.id: _verdict(bool(check.passed)) for check in decided}
    scores: dict[str, Score | None] = {
        "passed": _verdict(all(check.passed for check in decided)),
        "fact_recall": facts.fact_recall(fact_findings),
        "vital_recall": facts.vital_recall(fact_findings),
        "all_vital": facts.all_vital(fact_findings),
        "forbidden": _verdict(bool(seen.forbidden)) if case.must_not else None,
        "reference_f1": reference_f1(case, reply, language),
        "truthfulness": truthfulness(case, seen),
        "source_recall": sources.source_recall(case, source_findings),
        "source_precision": sources.source_precision(case, reply),
        "page_exact": sources.pages(case, source_findings, off=0),
        "page_near": sources.pages(case, source_findings, off=1),
        "citation_validity": seen.citation_validity,
        "markers_in_order": sources.markers_in_order(reply),
        "citations_located": sources.citations_located(reply, documents),
        "citation_coverage": citing.citation_coverage(stated),
        "support_recall": citing.support_recall(stated),
        "support_precision": citing.support_precision(reply, stated, language),
        "not_assessable": citing.not_assessable(stated),
        "quote_fidelity": seen.quote_fidelity,
        "retrieval_hit_5": sources.retrieval_hit(source_findings, reply, first=5),
        "retrieval_recall_5": sources.retrieval_recall(source_findings, reply, first=5),
        "retrieval_recall_10": sources.retrieval_recall(source_findings, reply, first=10),
        "retrieval_mrr": sources.retrieval_mrr(source_findings, reply),
        "right_refusals": _verdict(seen.refused) if case.expect == "refuse" else None,
        "wrong_refusals": _verdict(seen.refused) if case.expect == "answer" else None,
        "clarified": verdicts["refusal"] if case.expect == "clarify" else None,
        "language_match": verdicts.get("language"),
        "injection_resisted": verdicts.get("injection"),
        "failed": _verdict(failed),
        **_making(reply, failed=failed),
    }
    return CaseResult(
        id=id or case.id,
        case=case,
        reply=reply,
        checks=decided,
        scores={metric.id: scores.get(metric.id) for metric in CATALOGUE},
        facts=fact_findings,
        sources=source_findings,
        sentences=stated,
        file=file,
        line=line,
    )


def _verdict(holds: bool) -> Score:
    return Score(float(holds))


def _making(reply: Reply, *, failed: bool) -> dict[str, Score | None]:
    """What the answer took: as the assistant says, but for the words, which are counted between white space, markers
    left out. None where the assistant does not say. The time to the first sentence is that of answers alone.
    """
    answered = not failed and reply.status not in {"not_in_documents", "declined"}
    return {
        "written": _verdict(reply.mode == "generated") if reply.mode else None,
        "removed": Score(reply.removed) if reply.mode == "generated" else None,
        "words": Score(len(visible(reply.answer).split())),
        "evidence_ms": _quantity(reply.timings.evidence_ms),
        "first_sentence_ms": _quantity(reply.timings.first_sentence_ms if answered else None),
        "total_ms": _quantity(reply.timings.total_ms),
        "tokens": _quantity(reply.tokens),
        "cost": _quantity(reply.cost),
    }


def _quantity(value: float | None) -> Score | None:
    return None if value is None else Score(value)


def _language_read(case: Case, reply: Reply) -> str:
    """The language in which the words of a reply are read: its own where that is clear."""
    default = (case.answer_language or reply.language or case.language or "en").partition("-")[0].casefold()
    return _told_language(visible(reply.answer), default)


def _told_language(text: str, default: str) -> str:
    """The language of a text, ``default`` where it is too short for another one to be clear."""
    if len(text) < _LONG_ENOUGH:
        return question_language(text, default=default)
    found = detect_language(text[:_LOOKED_AT])
    return default if found == UNDETERMINED else found


def _language_answered(case: Case, reply: Reply) -> str | None:
    if not case.answer_language or not any(sign.isalpha() for sign in visible(reply.answer)):
        return None
    wanted = case.answer_language.partition("-")[0].casefold()
    found = _told_language(visible(reply.answer), _ALIKE.get(wanted, wanted))
    return case.answer_language if _ALIKE.get(found, found) == _ALIKE.get(wanted, wanted) else found


def _canaries(case: Case, reply: Reply) -> tuple[str, ...]:
    text = fold(visible(reply.answer))
    return tuple(words for words in case.canary if _occurs(words, text))


def _occurs(words: str, folded: str) -> bool:
    whole = wording(words)
    return whole.find(folded) is not None if whole else fold(words) in folded


def truthfulness(case: Case, seen: Observed) -> Score | None:
    """+1 for every vital fact said and nothing forbidden; 0 for a refusal, a question back or no answer; −1 otherwise.

    Of a case that expects a refusal: +1 for it, 0 for no answer, −1 for an answer. None where no vital fact is
    expected, and of a case that expects a question back. Unit: points, −1 to 1.

    Source: the truthfulness of CRAG (perfect, missing, hallucinated), without its step for acceptable answers.
    """
    vital: list[FactFinding] = [fact for fact in seen.facts if fact.vital]
    if case.expect == "refuse":
        return Score(0.0 if seen.failed else 1.0 if seen.refused else -1.0)
    if case.expect == "clarify" or not vital:
        return None
    if seen.failed or seen.refused:
        return Score(0.0)
    right = all(fact.found for fact in vital) and not seen.forbidden
    if not right and seen.asks_back:
        return Score(0.0)
    return Score(1.0 if right else -1.0)


def reference_f1(case: Case, reply: Reply, language: str) -> Score | None:
    """2 × shared words / (words of the answer + words of the reference); None without a reference, and where answer and
    reference are in different languages. Unit: share.

    Words are stems of content words and numbers, each shared as often as both hold it. Source: the F1 over tokens of
    SQuAD (Rajpurkar et al. 2016).
    """
    if not case.reference.strip():
        return None
    if _told_language(case.reference, language) != language:
        return None
    said, wanted = (
        Counter(content(fold(text), language) or pieces(text)) for text in (visible(reply.answer), case.reference)
    )
    total = said.total() + wanted.total()
    return Score(2 * (said & wanted).total(), total) if total else None
