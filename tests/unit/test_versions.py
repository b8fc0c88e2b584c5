"""Which version of a document has superseded which on a day, and what a document is of."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.testing import read
from assistant.versions import holds_in, newest_versions, successors
from ingest.document import Metadata

TODAY = date(2024, 5, 15)


@pytest.mark.parametrize(
    ("old", "new", "superseded"),
    [
        ({"superseded_by": "new"}, {}, True),
        ({}, {"supersedes": "old"}, True),
        ({}, {}, False),
        ({"superseded_by": "other"}, {"supersedes": "another"}, False),
        # what begins later supersedes nothing yet, what began today does
        ({"superseded_by": "new"}, {"valid_from": "2024-05-16"}, False),
        ({"superseded_by": "new"}, {"valid_from": "2024-05-15"}, True),
        ({"superseded_by": "new"}, {"valid_from": "2024", "published": "2030"}, True),
        ({"superseded_by": "new"}, {"published": "2024-06"}, False),
        ({}, {"supersedes": "old", "published": "2025"}, False),
    ],
)
def test_what_supersedes_what_on_a_day(old: dict[str, str], new: dict[str, str], superseded: bool) -> None:
    documents = [read("old", "Old.", **old).document, read("new", "New.", title="Charter II", **new).document]
    for some in (documents, documents[::-1]):
        assert successors(some, TODAY).get("old") == ("Charter II" if superseded else None)
    assert successors(documents[:1], TODAY) == {}


def test_the_newest_version_is_the_last_of_a_chain() -> None:
    plans = [
        read("first", "1.").document,
        read("second", "2.", supersedes="first").document,
        read("third", "3.", supersedes="second", valid_from="2024").document,
        read("fourth", "4.", supersedes="third", valid_from="2025").document,
    ]
    assert newest_versions(plans, TODAY) == {"first": "third", "second": "third"}
    assert newest_versions(plans[:2], TODAY) == {"first": "second"}


def test_versions_that_supersede_each_other_in_a_circle_have_no_newest_one() -> None:
    circle = [read("a", "A.", supersedes="b").document, read("b", "B.", supersedes="a").document]
    leading_in = read("c", "C.", superseded_by="a").document
    assert newest_versions(circle, TODAY) == successors(circle, TODAY) == {}
    assert newest_versions([*circle, leading_in], TODAY) == {}
    assert newest_versions([read("self", "S.", supersedes="self").document], TODAY) == {}


@pytest.mark.parametrize(
    ("known", "years", "holds"),
    [
        ({"valid_from": "2016", "valid_until": "2020"}, {2018}, True),
        ({"valid_from": "2016", "valid_until": "2020"}, {2020, 2030}, True),
        ({"valid_from": "2016", "valid_until": "2020"}, {2021}, False),
        ({"published": "2019-03", "valid_until": "2020"}, {2019}, True),
        ({"published": "2019-03"}, {2019}, True),
        ({"published": "2019-03"}, {2020}, False),
        ({"published": "2019-03"}, set(), False),
        ({}, {2019}, False),
    ],
)
def test_a_document_is_of_the_years_in_which_it_was_valid(known: dict[str, str], years: set[int], holds: bool) -> None:
    assert holds_in(Metadata(title="Plan", language="en", **known), years) is holds
