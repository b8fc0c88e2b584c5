"""Whether the evidence answers the question at all.

Two tests. Is the question about what the documents are about? A logistic score of two observations says so: how near
the nearest sentence is, in the corpus's own unit (``vectorstore.likeness``), and which share of the question's words no
document uses. And is there what the question plainly asks for (``lacking``)? Either can refuse.

The weights were fitted by scikit-learn's logistic regression to the tuning parts of 150 answerable questions and 35
about anything else (tests/evals), over four corpora and two embedding models together, and rounded.
docs/decisions/0006-refusing.md tells how they do on corpora that they were not fitted to.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.lacking import Lack, lacking
from assistant.passages import Passage
from assistant.question import Question
from ingest.text import stems, words
from vectorstore.index import Index
from vectorstore.store import Scope

NEARNESS, UNKNOWN, CONSTANT = 2.5, -2.5, -0.9
"""The fit gave unknown words twice this weight; misspelt words are unknown too, and half of it tells as well."""
SURE = 0.25
"""Answers are given from this score on: 2 % of the answerable questions are under it, 85 % of those about anything
else."""
NEAR = 0.15
"""Score from which a passage is near enough to be offered with a refusal."""
_NEARNESS_UNKNOWN = 0.5
"""Taken for the nearness in a corpus too small to have a unit: about half of the words unknown are then too many."""


class Verdict(StrEnum):
    """What the evidence allows: an answer, a refusal that offers the nearest passages, or a bare refusal."""

    ANSWER = "answer"
    NEAREST = "nearest"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The verdict, and what is lacking where that is known."""

    verdict: Verdict
    lacks: tuple[Lack, ...] = ()


def judge(question: Question, passages: Sequence[Passage], index: Index, scope: Scope) -> Judgement:
    """What can be said from these passages."""
    if not passages:
        return Judgement(verdict=Verdict.NOTHING)
    score = confidence(question, passages, index, scope)
    lacks = lacking(question, passages, index, scope)
    if score < NEAR:
        return Judgement(verdict=Verdict.NOTHING, lacks=lacks)
    return Judgement(verdict=Verdict.NEAREST if lacks or score < SURE else Verdict.ANSWER, lacks=lacks)


def confidence(question: Question, passages: Sequence[Passage], index: Index, scope: Scope) -> float:
    """How surely the question is about what the documents are about, from 0 to 1; the passages are not empty."""
    unit = index.likeness(scope)
    nearest = max(s.similarity for passage in passages for s in passage.sentences)
    nearness = unit.standard(nearest) if unit else _NEARNESS_UNKNOWN
    return 1 / (1 + math.exp(-(NEARNESS * nearness + UNKNOWN * unknown_share(question, index, scope) + CONSTANT)))


def unknown_share(question: Question, index: Index, scope: Scope) -> float:
    """Share of the content words that no document in scope uses in any form, from 0 to 1.

    0 for a question in a language of none of the documents: there the words differ and say nothing.
    """
    languages = sorted(index.languages(scope))
    if question.language not in languages:
        return 0.0
    known: list[bool] = []
    for word in dict.fromkeys(words(question.topic)):
        if stems(word, question.language):  # no function word
            forms = dict.fromkeys(stem for language in languages for stem in stems(word, language))
            known.append(any(index.keyword_scores([form], scope).scores.any() for form in forms))
    return known.count(False) / len(known) if known else 0.0
