"""Whether the evidence answers the question at all.

A logistic score from four observations, none of which decides alone: how near the nearest sentence and the nearest
chunk are, which share of the question's content words the documents never use, and whether a number is asked for and
none of the best sentences holds one. The weights were fitted by scikit-learn's logistic regression on the answerable
development questions and on 82 questions without an answer (tests/evals/refusals.picum.jsonl and those among the
development questions), and rounded.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum

from assistant.question import Question
from assistant.search import Passage, holds_number
from ingest.text import stems, words
from vectorstore.index import Index
from vectorstore.store import Scope

SENTENCE, CHUNK, UNKNOWN, NO_NUMBER, CONSTANT = 0.7, 4.7, -1.9, -1.4, -2.0
SURE = 0.33
"""Answers are given from this score on. There, 4 % of the answerable questions were refused, all questions about
anything else and about a third of the questions on the documents' subject that have no answer in them."""
NEAR = 0.35
"""Cosine from which a passage is near enough to be offered with a refusal."""
_BEST = 4
"""Sentences that are looked at for a number."""


class Verdict(StrEnum):
    """What the evidence allows: an answer, a refusal that offers the nearest passages, or a bare refusal."""

    ANSWER = "answer"
    NEAREST = "nearest"
    NOTHING = "nothing"


def judge(question: Question, passages: Sequence[Passage], index: Index, scope: Scope) -> Verdict:
    """What can be said from these passages."""
    if not passages:
        return Verdict.NOTHING
    sentence = max(s.similarity for passage in passages for s in passage.sentences)
    chunk = max(passage.similarity for passage in passages)
    score = (
        SENTENCE * sentence
        + CHUNK * chunk
        + UNKNOWN * _unknown_share(question, index, scope)
        + NO_NUMBER * ("number" in question.wants and not _number_among_best(passages))
        + CONSTANT
    )
    if 1 / (1 + math.exp(-score)) >= SURE:
        return Verdict.ANSWER
    return Verdict.NEAREST if max(sentence, chunk) >= NEAR else Verdict.NOTHING


def _unknown_share(question: Question, index: Index, scope: Scope) -> float:
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


def _number_among_best(passages: Sequence[Passage]) -> bool:
    """Whether one of the best sentences holds a number."""
    best = sorted((s for passage in passages for s in passage.sentences), key=lambda s: -s.score)[:_BEST]
    return any(holds_number(s.wording, s.cut.document.metadata.language) for s in best)
