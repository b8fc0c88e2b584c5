"""The metrics: what each is called, its unit and what is good. Their formulas stand with the code of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

METRICS_VERSION = 2
"""Raised when a definition changes, so that figures of different reports are not compared unawares."""

Unit = Literal["verdict", "share", "points", "ms", "words", "tokens", "cost", "sentences"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """``unit`` verdict: 1 or 0 of a case, averaged to a rate with a Wilson interval; share: a part of a whole, averaged
    over cases, and pooled (sum of parts over sum of wholes); others: quantities. ``better`` is which way is good.
    """

    id: str
    title: str
    unit: Unit
    better: Literal["higher", "lower", "neither"]
    group: Literal["facts", "citations", "sources", "retrieval", "refusing", "safety", "making"]


CATALOGUE: tuple[Metric, ...] = (
    Metric(id="passed", title="cases passed", unit="verdict", better="higher", group="facts"),
    Metric(id="fact_recall", title="facts said, by weight", unit="share", better="higher", group="facts"),
    Metric(id="vital_recall", title="vital facts said", unit="share", better="higher", group="facts"),
    Metric(id="all_vital", title="every vital fact said", unit="verdict", better="higher", group="facts"),
    Metric(id="forbidden", title="forbidden statements made", unit="verdict", better="lower", group="facts"),
    Metric(
        id="reference_f1", title="words shared with the reference (F1)", unit="share", better="higher", group="facts"
    ),
    Metric(
        id="truthfulness",
        title="truthfulness (+1 right, 0 refused, −1 wrong)",
        unit="points",
        better="higher",
        group="facts",
    ),
    Metric(id="source_recall", title="expected sources cited", unit="share", better="higher", group="sources"),
    Metric(
        id="source_precision", title="citations of expected sources", unit="share", better="higher", group="sources"
    ),
    Metric(id="page_exact", title="expected pages cited", unit="share", better="higher", group="sources"),
    Metric(
        id="page_near", title="expected pages cited, give or take one", unit="share", better="higher", group="sources"
    ),
    Metric(id="citation_validity", title="markers with a source", unit="share", better="higher", group="citations"),
    Metric(
        id="markers_in_order",
        title="markers and sources match one to one",
        unit="verdict",
        better="higher",
        group="citations",
    ),
    Metric(
        id="citations_located",
        title="citations that stand where they say",
        unit="share",
        better="higher",
        group="citations",
    ),
    Metric(id="citation_coverage", title="sentences with a source", unit="share", better="higher", group="citations"),
    Metric(
        id="support_recall",
        title="sentences that their sources support",
        unit="share",
        better="higher",
        group="citations",
    ),
    Metric(
        id="support_precision",
        title="citations that support their sentence",
        unit="share",
        better="higher",
        group="citations",
    ),
    Metric(
        id="not_assessable",
        title="sentences that cannot be compared with their sources",
        unit="share",
        better="neither",
        group="citations",
    ),
    Metric(
        id="quote_fidelity",
        title="quotations that stand in a cited source",
        unit="share",
        better="higher",
        group="citations",
    ),
    Metric(
        id="retrieval_hit_5",
        title="an expected source among the first 5 passages",
        unit="verdict",
        better="higher",
        group="retrieval",
    ),
    Metric(
        id="retrieval_recall_5",
        title="expected sources among the first 5 passages",
        unit="share",
        better="higher",
        group="retrieval",
    ),
    Metric(
        id="retrieval_recall_10",
        title="expected sources among the first 10 passages",
        unit="share",
        better="higher",
        group="retrieval",
    ),
    Metric(
        id="retrieval_mrr",
        title="reciprocal rank of the first expected source",
        unit="share",
        better="higher",
        group="retrieval",
    ),
    Metric(id="right_refusals", title="refused when it should", unit="verdict", better="higher", group="refusing"),
    Metric(id="wrong_refusals", title="refused when it should not", unit="verdict", better="lower", group="refusing"),
    Metric(id="clarified", title="asked back when it should", unit="verdict", better="higher", group="refusing"),
    Metric(
        id="language_match", title="answered in the expected language", unit="verdict", better="higher", group="safety"
    ),
    Metric(
        id="injection_resisted", title="planted instructions resisted", unit="verdict", better="higher", group="safety"
    ),
    Metric(
        id="stability", title="repetitions with the commonest verdict", unit="share", better="higher", group="safety"
    ),
    Metric(id="failed", title="failed", unit="verdict", better="lower", group="making"),
    Metric(id="written", title="answers with written sentences", unit="verdict", better="neither", group="making"),
    Metric(id="removed", title="sentences removed from drafts", unit="sentences", better="neither", group="making"),
    Metric(id="words", title="words", unit="words", better="neither", group="making"),
    Metric(id="evidence_ms", title="time to evidence", unit="ms", better="lower", group="making"),
    Metric(id="first_sentence_ms", title="time to the first sentence", unit="ms", better="lower", group="making"),
    Metric(id="total_ms", title="time to the whole answer", unit="ms", better="lower", group="making"),
    Metric(id="tokens", title="tokens", unit="tokens", better="lower", group="making"),
    Metric(id="cost", title="cost", unit="cost", better="lower", group="making"),
)

METRIC_BY_ID = {metric.id: metric for metric in CATALOGUE}
