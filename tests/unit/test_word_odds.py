"""How surely a model says "yes", read from what servers tell of its first word."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language_models import CERTAIN
from assistant.word_odds import log_odds


def told(**chances: float) -> list[dict[str, object]]:
    """What a server tells of these first words."""
    words = [{"token": word, "logprob": math.log(chance)} for word, chance in chances.items()]
    return [{"content": [{"token": "x", "logprob": -1.0, "top_logprobs": words}]}]


def test_the_odds_are_those_of_the_two_words() -> None:
    assert log_odds("no", told(yes=0.2, no=0.6)) == pytest.approx(math.log(1 / 3), abs=1e-4)
    assert log_odds("yes", told(yes=0.6, no=0.2)) == pytest.approx(math.log(3), abs=1e-4)


def test_forms_of_a_word_count_together() -> None:
    weighed = told(**{"yes": 0.2, "Yes": 0.2, " yes": 0.1, "no": 0.25, "maybe": 0.1})
    assert log_odds("yes", weighed) == pytest.approx(math.log(2), abs=1e-4)


def test_a_part_of_an_answer_speaks_for_it_also_by_its_first_piece() -> None:
    assert log_odds("partly", told(yes=0.2, part=0.2, partly=0.1, no=0.25)) == pytest.approx(math.log(2), abs=1e-4)
    assert log_odds("yes", told(yes=0.5, p=0.2, none=0.1, not_=0.1, no=0.25)) == pytest.approx(math.log(2), abs=1e-4)


def test_a_word_that_is_not_named_is_hardly_likely() -> None:
    assert log_odds("no", told(no=0.9)) == -CERTAIN
    assert log_odds("yes", told(yes=0.9)) == CERTAIN


@pytest.mark.parametrize(
    ("said", "odds"),
    [("yes", CERTAIN), ("Yes.", CERTAIN), ("Partly", CERTAIN), (" no, it", -CERTAIN), ("", 0.0), ("perhaps yes", 0.0)],
)
@pytest.mark.parametrize("weighed", [[], [{}], [{"content": []}], [{"content": [{"top_logprobs": None}]}], ["x"]])
def test_without_probabilities_the_word_decides(said: str, odds: float, weighed: list[object]) -> None:
    assert log_odds(said, weighed) == odds


@given(st.dictionaries(st.text(max_size=5) | st.sampled_from(["yes", "no"]), st.floats(1e-9, 1.0), max_size=6))
def test_odds_stay_within_their_bounds(chances: dict[str, float]) -> None:
    assert -CERTAIN <= log_odds("yes", told(**chances)) <= CERTAIN
