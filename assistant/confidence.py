"""Whether the evidence answers the question at all.

A logistic score from four observations, none of which decides alone: how near the nearest sentence and chunk are, how
much of the question's weight lies in words that the documents never use, and how many of its names they never mention.
The weights were fitted by scikit-learn's logistic regression on answerable development questions and 52 questions
without an answer (near misses of the shipped corpus and questions about anything else), and rounded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from enum import StrEnum

from assistant.question import Question
from assistant.search import Passage
from ingest.text import stems
from vectorstore.index import Index
from vectorstore.store import Scope

SENTENCE, CHUNK, UNKNOWN, NAMES, CONSTANT = 1.5, 3.1, -0.7, -1.7, -1.45
SURE = 0.36
"""Answers are given from this score on; at this value 3 % of the answerable questions were refused."""
NEAR = 0.28
"""Cosine from which a passage is near enough to be offered with a refusal."""

_NAME = re.compile(r"(?<=\s)[\"'“‘«(]?([^\W\d_a-z][^\W\d_]{2,}|\d{2,})")
_NAMES_AT_MOST = 3


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
    known = _Vocabulary(index, scope)
    score = (
        SENTENCE * sentence
        + CHUNK * chunk
        + UNKNOWN * known.unknown_share(question.topic)
        + NAMES * known.unknown_names(question.text) / _NAMES_AT_MOST
        + CONSTANT
    )
    if 1 / (1 + math.exp(-score)) >= SURE:
        return Verdict.ANSWER
    return Verdict.NEAREST if max(sentence, chunk) >= NEAR else Verdict.NOTHING


class _Vocabulary:
    """Which words the documents in scope use, in whichever of their languages."""

    def __init__(self, index: Index, scope: Scope) -> None:
        self._index, self._scope = index, scope
        self._languages = sorted(index.languages(scope))

    def knows(self, word: str) -> bool:
        """Whether some document uses the word in some form."""
        return any(
            self._index.keyword_scores([stem], self._scope).scores.any()
            for language in self._languages
            for stem in stems(word, language)[:1]
        )

    def unknown_share(self, text: str) -> float:
        """Share of the content words that no document uses."""
        content = list(dict.fromkeys(word for language in self._languages for word in stems(text, language)))
        if not content:
            return 0.0
        unknown = sum(not self._index.keyword_scores([stem], self._scope).scores.any() for stem in content)
        return unknown / len(content)

    def unknown_names(self, text: str) -> int:
        """Names and numbers of the question that no document mentions, at most ``_NAMES_AT_MOST``."""
        names = {match.group(1) for match in _NAME.finditer(text)}
        return min(sum(not self.knows(name) for name in names), _NAMES_AT_MOST)
