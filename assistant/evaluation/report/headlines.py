"""The figures that matter most, in the words of people who use an assistant and do not build one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """``metric`` of the catalogue under a ``title`` for people, and in one sentence what it counts."""

    metric: str
    title: str
    says: str


HEADLINES: tuple[Headline, ...] = (
    Headline(
        metric="passed",
        title="Answers as expected",
        says="Met everything its author expects: the facts, the sources, nothing that must not be said.",
    ),
    Headline(
        metric="vital_recall",
        title="Facts right",
        says="Of the facts that a right answer has to state, how many were stated.",
    ),
    Headline(
        metric="citation_coverage",
        title="Every sentence leads to a source",
        says="Of the sentences that state something, how many point to a source that can be looked up.",
    ),
    Headline(
        metric="support_recall",
        title="The source says it",
        says="Of these sentences, how many the quoted words of the source bear out, by words and numbers.",
    ),
    Headline(
        metric="right_refusals",
        title="Refused when it should",
        says="Of the questions that the documents do not answer, how many got the reply that they do not.",
    ),
    Headline(
        metric="wrong_refusals",
        title="Wrongly refused",
        says="Of the questions that the documents do answer, how many were refused all the same.",
    ),
)
