"""The unit in which the cosines of a corpus are compared."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.testing import read
from vectorstore.likeness import LEAST, SAMPLED, likeness, sample
from vectorstore.store import Scope, unit
from vectorstore.testing import HashEmbedder, memory_index

EAST, NORTH = np.eye(2, dtype=np.float32)


def test_few_sentences_have_no_likeness() -> None:
    vectors = list(np.eye(LEAST, dtype=np.float32))
    assert likeness(vectors[:-1]) is None
    assert likeness(vectors) is not None


def test_mean_and_spread_are_those_of_all_pairs() -> None:
    vectors = [EAST] * 6 + [NORTH] * 6
    found = likeness(vectors)
    assert found
    # 30 of the 66 pairs have the cosine 1, the others 0.
    share = 30 / 66
    assert found.mean == pytest.approx(share)
    assert found.spread == pytest.approx((share * (1 - share)) ** 0.5)
    assert found.standard(found.mean) == 0
    assert found.standard(found.mean + 2 * found.spread) == pytest.approx(2)


def test_sentences_that_are_all_alike_do_not_divide_by_nothing() -> None:
    found = likeness([EAST] * LEAST)
    assert found
    assert found.standard(1.0) == pytest.approx(0, abs=1e-6)
    assert found.spread > 0


def test_a_question_of_one_half_sees_that_half_of_the_sentences() -> None:
    """As standard scores, cosines of half a vector are those of the half by itself."""
    random = np.random.default_rng(7)
    halves = [unit(random.standard_normal((LEAST, width)), width) for width in (5, 9)]
    joined = np.concatenate([halves[0], 2 * halves[1]], axis=1) / np.float32(5**0.5)
    question = np.concatenate([np.zeros(5), halves[1][0]]).astype(np.float32)
    seen, alone = likeness(list(joined), question), likeness(list(halves[1]))
    assert seen
    assert alone
    cosine = float(question @ joined[3])
    assert seen.standard(cosine) == pytest.approx(alone.standard(float(halves[1][0] @ halves[1][3])), abs=1e-4)
    whole, plain = likeness(list(joined), np.ones(14, dtype=np.float32)), likeness(list(joined))
    assert whole
    assert plain
    assert (whole.mean, whole.spread) == pytest.approx((plain.mean, plain.spread))


@pytest.mark.parametrize("count", [0, 1, SAMPLED - 1, SAMPLED, SAMPLED + 1, 10 * SAMPLED + 3])
def test_a_sample_is_spread_over_all(count: int) -> None:
    ids = [str(n) for n in range(count)]
    chosen = [int(id) for id in sample(ids)]
    assert len(chosen) == min(count, SAMPLED)
    assert chosen == sorted(set(chosen))
    if count > SAMPLED:
        assert max(chosen) > 0.9 * count


def test_an_index_compares_only_what_the_scope_holds() -> None:
    words = ["pier", "crab", "sail", "ferry", "gull", "buoy", "crane", "tide", "oar", "fog", "lamp", "salt", "rope"]
    open_ones = read("open", " ".join(f"The {word} is old." for word in words))
    hidden = read("hidden", " ".join(f"Nobody may see a {word}." for word in words), collection="board")
    with_hidden = memory_index([open_ones, hidden], HashEmbedder(64))
    alone = memory_index([open_ones], HashEmbedder(64))
    scope = Scope.of("default")
    assert with_hidden.likeness(scope) == alone.likeness(scope)
    assert with_hidden.likeness(Scope.of("default", "board")) != alone.likeness(scope)
    assert with_hidden.likeness(Scope.of("elsewhere")) is None
