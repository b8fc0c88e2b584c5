"""Of a list of alike items, the one that a question for a figure names."""

from __future__ import annotations

import pytest

from assistant.evidence import Evidence
from assistant.listed import without_other_items
from assistant.question import analyse
from assistant.testing import read

CUT = read(
    "fees",
    "These towns have shelters:\n\n- Graz (22 beds) – opened in 1996\n\n- Lille (20 beds) – opened in 1998\n\n"
    "- Porto (19 beds) – opened in 1999\n\nAll of them are free.",
)
ALL = Evidence(cut=CUT, first=0, last=4, score=1.0)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("How many beds are there in Graz?", [(0, 1), (4, 4)]),
        ("How many beds are there in Porto?", [(0, 0), (3, 4)]),
        ("When did the shelter in Lille open?", [(0, 0), (2, 2), (4, 4)]),
        # several or none of them, everything, or no figure
        ("How many beds are there in Graz and Lille?", [(0, 4)]),
        ("How many beds are there?", [(0, 4)]),
        ("Name all shelters such as the one in Graz", [(0, 4)]),
        ("Is the shelter in Graz free?", [(0, 4)]),
    ],
)
def test_items_of_another_label_go(asked: str, kept: list[tuple[int, int]]) -> None:
    question = analyse(asked, "en", {}, ())
    assert [(piece.first, piece.last) for piece in without_other_items(question, [ALL])] == kept


def test_nothing_goes_where_the_item_itself_was_not_found() -> None:
    question = analyse("How many beds are there in Graz?", "en", {}, ())
    other = Evidence(cut=CUT, first=2, last=3, score=1.0)
    assert without_other_items(question, [other]) == [other]


def test_items_without_labels_stay() -> None:
    cut = read("aims", "We want:\n\n- more beds in Graz by 2030\n\n- fewer locked doors")
    whole = Evidence(cut=cut, first=0, last=2, score=1.0)
    assert without_other_items(analyse("When will Graz have more beds?", "en", {}, ()), [whole]) == [whole]
