"""Passages → the same passages in the order of a model that reads question and passage together.

The model knows nothing of the documents that a question means, of third parties or of the kind of answer it wants, so
it does not replace the fused score: both count alike, as standard scores over the passages that it read. Its own scale
means nothing to the selection of evidence, which goes by shares of the best score. So the places are dealt anew and
their scores stay: the passage that is now in front gets the highest of the scores there were, and its sentences change
in proportion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from assistant.passages import Passage
from assistant.search import standard
from vectorstore.pair_models import Reranker

READ = 20
"""Passages that the model reads; what it takes grows with them."""


def reranked(question: str, passages: Sequence[Passage], reranker: Reranker) -> list[Passage]:
    """The passages, best first, with their new scores and 1-based ranks; those that were not read keep place and score.

    A passage whose score is not positive is not read: it is further from the question than what was found on average.
    """
    read = [passage for passage in passages[:READ] if passage.score > 0]
    if len(read) < 2:
        return list(passages)
    fused = np.array([passage.score for passage in read])
    both = standard(fused) + standard(reranker.scores(question, [_text(passage) for passage in read]))
    order = np.argsort(-both, kind="stable")
    dealt = [_moved(read[place], rank, float(fused[rank - 1])) for rank, place in enumerate(order, start=1)]
    return [*dealt, *passages[len(read) :]]


def _moved(passage: Passage, rank: int, score: float) -> Passage:
    share = score / passage.score
    sentences = tuple(replace(sentence, score=share * sentence.score) for sentence in passage.sentences)
    return replace(passage, rank=rank, score=score, sentences=sentences)


def _text(passage: Passage) -> str:
    """The words of a passage on one line, behind title, date and section of its document."""
    words = " ".join(passage.cut.chunk_wording(one.chunk) for one in passage.chunks)
    return f"{passage.cut.context(passage.chunk.chunk)}. {words}"
