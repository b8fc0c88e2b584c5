from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.joined import JoinedEmbedder
from vectorstore.testing import HashEmbedder

FIRST, SECOND = HashEmbedder(8, name="first"), HashEmbedder(24, name="second")
TEXTS = st.lists(st.sampled_from(["school", "health", "children", "border", "work"]), max_size=6).map(" ".join)


@given(one=TEXTS, other=TEXTS, weight=st.floats(0.01, 100))
def test_the_cosine_is_the_weighted_mean_of_both_cosines(one: str, other: str, weight: float) -> None:
    def cosine(model: HashEmbedder | JoinedEmbedder) -> float:
        return float(model.embed_passages([one])[0] @ model.embed_question(other))

    expected = (cosine(FIRST) + weight * cosine(SECOND)) / (1 + weight)
    assert cosine(JoinedEmbedder(FIRST, SECOND, weight=weight)) == pytest.approx(expected, abs=1e-5)


def test_rows_are_unit_vectors_in_the_order_of_the_texts() -> None:
    joined = JoinedEmbedder(FIRST, SECOND, weight=4)
    texts = ["health of children", "work", ""]
    rows = joined.embed_passages(texts)
    assert rows.shape == (3, joined.dimensions) == (3, 32)
    assert rows.dtype == joined.embed_question("work").dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    for text, row in zip(texts, rows, strict=True):
        np.testing.assert_array_equal(row, joined.embed_passages([text])[0])


def test_no_texts_give_no_rows() -> None:
    joined = JoinedEmbedder(FIRST, SECOND, weight=4)
    assert joined.embed_passages([]).shape == (0, joined.dimensions)


def test_the_fingerprint_changes_with_each_part() -> None:
    parts = [(FIRST, SECOND, 4), (FIRST, SECOND, 2), (SECOND, FIRST, 4), (FIRST, FIRST, 4), (SECOND, SECOND, 4)]
    fingerprints = [JoinedEmbedder(first, second, weight=weight).fingerprint for first, second, weight in parts]
    assert len({*fingerprints, FIRST.fingerprint, SECOND.fingerprint}) == len(parts) + 2
    assert JoinedEmbedder(FIRST, SECOND, weight=4.0).fingerprint == fingerprints[0]


def test_a_question_in_a_language_that_the_first_does_not_know_asks_the_second_alone() -> None:
    joined = JoinedEmbedder(FIRST, SECOND, weight=4, first_knows=["en"])
    passages = ["school children health", "border work"]
    for question in ("Welche Rechte haben Kinder in der Schule?", "ما هي حقوق الأطفال؟"):
        vector = joined.embed_question(question)
        assert not vector[: FIRST.dimensions].any()
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-6)
        alone = SECOND.embed_passages(passages) @ SECOND.embed_question(question)
        np.testing.assert_allclose(joined.embed_passages(passages) @ vector, (4 / 5) ** 0.5 * alone, atol=1e-6)


@pytest.mark.parametrize("question", ["What rights do children have at school?", "PICUM 2021", "school", ""])
def test_a_question_whose_language_does_not_tell_asks_both(question: str) -> None:
    both = JoinedEmbedder(FIRST, SECOND, weight=4)
    choosing = JoinedEmbedder(FIRST, SECOND, weight=4, first_knows=["en"])
    np.testing.assert_array_equal(choosing.embed_question(question), both.embed_question(question))
    assert choosing.fingerprint == both.fingerprint, "the vectors of documents are the same"
