"""Figures of agreement against examples from the literature and sums done by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.judge.agreement import accuracy, cohens_kappa, confusion, corrected_mean, rank_correlation

LABELS = st.integers(0, 2)


def pairs(table: list[list[int]]) -> tuple[list[int], list[int]]:
    """The pairs of a confusion table."""
    cells = [(row, column) for row, counts in enumerate(table) for column, n in enumerate(counts) for _ in range(n)]
    return [row for row, _ in cells], [column for _, column in cells]


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        # 50 grant applications, two readers: p_o = 0.7, p_e = 0.5 (the usual textbook example)
        ([[20, 5], [10, 15]], 0.4),
        # The same p_o with other margins (its companion)
        ([[45, 15], [25, 15]], 0.1304),
        ([[25, 35], [5, 35]], 0.2593),
        # By hand: p_o = 10/15, p_e = (6·5 + 5·5 + 4·5) / 225 = 1/3
        ([[4, 1, 1], [1, 3, 1], [0, 1, 3]], 0.5),
        ([[3, 0, 0], [0, 2, 0], [0, 0, 4]], 1.0),
        ([[0, 5], [5, 0]], -1.0),
    ],
)
def test_kappa(table: list[list[int]], kappa: float) -> None:
    people, judge = pairs(table)
    found = cohens_kappa(people, judge, len(table))
    assert found is not None
    assert found.value == pytest.approx(kappa, abs=1e-4)
    assert found.low <= found.value <= found.high
    assert confusion(people, judge, len(table)) == tuple(map(tuple, table))


def test_where_both_say_one_thing_only_chance_explains_it_all() -> None:
    assert cohens_kappa([1, 1, 1], [1, 1, 1], 3) is None
    constant = cohens_kappa([0, 1, 1], [1, 1, 1], 3)
    assert constant is not None
    assert constant.value == 0


def test_the_interval_of_kappa_narrows_with_more_pairs_and_covers_it() -> None:
    few = cohens_kappa(*pairs([[20, 5], [10, 15]]), 2)
    many = cohens_kappa(*pairs([[200, 50], [100, 150]]), 2)
    assert few is not None
    assert many is not None
    # Asymptotic standard error of the textbook example: √(p_o (1 − p_o)) / (√n (1 − p_e)) = 0.13
    assert few.high - few.low == pytest.approx(2 * 1.96 * 0.13, abs=0.06)
    assert (many.high - many.low) * 3 < (few.high - few.low) * 1.2


@given(st.lists(st.tuples(LABELS, LABELS), min_size=1, max_size=30))
def test_agreement_is_symmetric_and_bounded(judged: list[tuple[int, int]]) -> None:
    people, judge = [p for p, _ in judged], [j for _, j in judged]
    one, other = cohens_kappa(people, judge, 3), cohens_kappa(judge, people, 3)
    assert (one is None) == (other is None)
    if one and other:
        assert one.value == pytest.approx(other.value)
        assert -1 <= one.low <= one.high <= 1
    share = accuracy(people, judge, 3)
    assert 0 <= share.low <= share.value <= share.high <= 1
    assert share.value == sum(p == j for p, j in judged) / len(judged)


@pytest.mark.parametrize(
    ("people", "judge", "rho"),
    [
        ([1, 2, 3, 4, 5], [5, 6, 7, 8, 7], 0.8208),  # the example in SciPy's documentation
        ([1.0, 2.0, 4.0], [0.0, 0.5, 1.0], 1.0),
        ([1, 2, 3], [3, 2, 1], -1.0),
        ([1, 1, 2, 2], [0, 1, 0, 1], 0.0),
        ([2, 2, 2], [0, 1, 0], None),
        ([1, 2, 3], [1, 1, 1], None),
        ([], [], None),
    ],
)
def test_rank_correlation(people: list[float], judge: list[float], rho: float | None) -> None:
    assert rank_correlation(people, judge) == (None if rho is None else pytest.approx(rho, abs=1e-4))


def test_the_corrected_mean_by_hand() -> None:
    found = corrected_mean([1, 0], [1, 1], [1, 1, 0, 0.5])
    assert found is not None
    # 0.625 − 0.5; 1.959964 · √(0.171875 / 4 + 0.25 / 2)
    assert found.value == pytest.approx(0.125)
    assert found.high - found.value == pytest.approx(0.80327, abs=1e-5)
    assert found.value - found.low == pytest.approx(0.80327, abs=1e-5)


def test_a_judge_without_errors_leaves_its_mean_and_only_its_own_spread() -> None:
    found = corrected_mean([1, 0, 0.5], [1, 0, 0.5], [1, 0] * 50)
    assert found is not None
    assert found.value == 0.5
    assert found.high == pytest.approx(0.5 + 1.959964 * 0.5 / 10)


@pytest.mark.parametrize(("labelled", "alone"), [(1, 5), (5, 1), (0, 5), (5, 0)])
def test_too_few_of_either_give_no_corrected_mean(labelled: int, alone: int) -> None:
    assert corrected_mean([1] * labelled, [0] * labelled, [1] * alone) is None


def test_the_corrected_interval_covers_the_truth_though_the_judge_is_lenient() -> None:
    random = np.random.default_rng(3)
    covered = naive_covered = 0
    for _ in range(400):
        truth = (random.random(600) < 0.4).astype(float)
        judge = np.where(random.random(600) < 0.3, 1.0, truth)
        found = corrected_mean(list(truth[:150]), list(judge[:150]), list(judge[150:]))
        assert found is not None
        covered += found.low <= 0.4 <= found.high
        half = 1.96 * judge.std() / np.sqrt(600)
        naive_covered += abs(judge.mean() - 0.4) <= half
    assert covered / 400 == pytest.approx(0.95, abs=0.03)
    assert naive_covered == 0
