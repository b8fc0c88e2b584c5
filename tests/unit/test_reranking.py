"""The order of a reranker: what changes of the passages, and what must not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.passages import Passage
from assistant.question import analyse
from assistant.reranking import READ, reranked
from assistant.search import search
from assistant.testing import assistant_over, read
from vectorstore.store import Scope
from vectorstore.testing import HashEmbedder, cut_document, memory_index

EMBEDDER = HashEmbedder(64)
ASKED = "How many beds has the shelter?"


class FakeReranker:
    """Scores by a function of the text, and records what it was given."""

    fingerprint = "fake"

    def __init__(self, score: Callable[[str], float]) -> None:
        self.score = score
        self.read: list[str] = []

    def scores(self, question: str, texts: Sequence[str]) -> np.ndarray:
        assert question == ASKED
        self.read += texts
        return np.array([self.score(text) for text in texts])


def passages(count: int = 30) -> list[Passage]:
    """As search finds them; each document is one passage, told by its number."""
    documents = [
        cut_document(f"d{n}", [f"The shelter number {n} has {n} beds" + ". Many beds" * (n % 4) + "."])
        for n in range(count)
    ]
    index = memory_index(documents, EMBEDDER)
    question = analyse(ASKED, "en", {cut.document.id: cut.document.metadata for cut in documents}, ())
    return search(question, index, EMBEDDER, Scope.of("default"))


FOUND = passages()
POSITIVE = sum(passage.score > 0 for passage in FOUND[:READ])


def ids(found: Sequence[Passage]) -> list[str]:
    return [passage.cut.document.id for passage in found]


def test_the_best_passages_are_read_with_their_context() -> None:
    reranker = FakeReranker(len)
    reranked(ASKED, FOUND, reranker)
    assert 2 <= len(reranker.read) == POSITIVE <= READ
    first = FOUND[0]
    assert reranker.read[0] == f"{first.cut.document.id}. {first.text}"


def test_a_model_that_likes_the_last_one_most_brings_it_up() -> None:
    last = ids(FOUND)[POSITIVE - 1]
    after = reranked(ASKED, FOUND, FakeReranker(lambda text: float(text.startswith(f"{last}. "))))
    assert ids(after)[0] == last
    assert ids(after)[1:] == [id for id in ids(FOUND) if id != last]


def test_a_model_without_an_opinion_changes_nothing() -> None:
    assert reranked(ASKED, FOUND, FakeReranker(lambda _: 3.0)) == FOUND


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_passages_are_not_read(count: int) -> None:
    reranker = FakeReranker(len)
    assert reranked(ASKED, FOUND[:count], reranker) == FOUND[:count]
    assert reranker.read == []


@given(scores=st.lists(st.floats(-1e6, 1e6), min_size=READ, max_size=READ))
def test_whatever_the_scores_passages_are_dealt_anew_and_none_is_lost(scores: list[float]) -> None:
    given_out = iter(scores)
    after = reranked(ASKED, FOUND, FakeReranker(lambda _: next(given_out)))
    assert sorted(ids(after)) == sorted(ids(FOUND))
    assert [passage.rank for passage in after] == list(range(1, len(FOUND) + 1))
    assert [passage.score for passage in after] == [passage.score for passage in FOUND]
    assert after[POSITIVE:] == FOUND[POSITIVE:]
    before = {passage.cut.document.id: passage for passage in FOUND}
    for passage in after:
        former = before[passage.cut.document.id]
        assert (passage.chunks, passage.similarity) == (former.chunks, former.similarity)
        share = passage.score / former.score if former.score else 1.0
        for sentence, then in zip(passage.sentences, former.sentences, strict=True):
            assert sentence.score == pytest.approx(share * then.score)
            assert (sentence.ordinal, sentence.similarity) == (then.ordinal, then.similarity)


def test_an_answer_follows_the_reranker_within_the_scope() -> None:
    documents = [read(f"d{n}", f"The shelter in town {n} has {n + 20} beds.") for n in range(5)]
    hidden = read("hidden", "The shelter has 99 beds.", collection="staff")
    before = assistant_over(documents).answer(ASKED)
    second = before.passages[1].document
    reranker = FakeReranker(lambda text: 100.0 * (text.startswith(f"{second}.") or "99" in text))
    answer = assistant_over([*documents, hidden], reranker=reranker).answer(ASKED)
    assert answer.passages[0].document == second
    assert second in [citation.document for citation in answer.citations]
    assert not any("99" in text for text in reranker.read)
    assert (before.made_with.reranker, answer.made_with.reranker) == ("", "fake")
