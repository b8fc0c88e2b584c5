"""Things that documents count differently, and much that only looks like it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conflicts import Claim, find_conflicts, quantities


def claims(*texts: str, language: str = "en") -> list[Claim]:
    """One claim of a document of its own for each text."""
    return [Claim(marker=n, document=f"d{n}", language=language, text=text) for n, text in enumerate(texts, start=1)]


def found(*texts: str, language: str = "en") -> list[tuple[str, tuple[int, ...]]]:
    return [(conflict.about, conflict.markers) for conflict in find_conflicts(claims(*texts, language=language))]


@pytest.mark.parametrize(
    ("text", "language", "counted"),
    [
        ("160 member organisations", "en", [("160", "member"), ("160", "organis")]),
        ("in 33 countries", "en", [("33", "countri")]),
        ("1,200 volunteers", "en", [("1200", "volunt")]),
        ("1.200 Freiwillige", "de", [("1200", "freiwill")]),
        ("1 200 bénévoles", "fr", [("1200", "benevol")]),
        ("5 million children", "en", [("5 million", "children")]),
        ("100-strong teams", "en", [("100", "strong"), ("100", "team")]),
        # dates, years, laws, addresses and numbers of things count nothing
        ("2000 volunteers", "en", []),
        ("on 12 June 2019", "en", []),
        ("on 12 June, 2019", "en", []),
        ("am 12. Juni 2019", "de", []),
        ("el 12 de junio de 2019", "es", []),
        ("2012/29 directive", "en", []),
        ("3.5 litres", "en", []),
        ("20% of boats", "en", []),
        ("at 10:30 sharp", "en", []),
        ("room 12.", "en", []),
        ("6 The council agreed.", "en", []),
        ("It agreed. 6 The council met.", "en", []),
        ("42", "en", []),
        ("", "en", []),
    ],
)
def test_what_a_text_counts(text: str, language: str, counted: list[tuple[str, str]]) -> None:
    assert quantities(text, language) == counted


@pytest.mark.parametrize(
    ("texts", "language", "expected"),
    [
        (("The club has 40 boats.", "The club owns 50 boats."), "en", [("boats", (1, 2))]),
        (("Der Verein hat 40 Boote.", "Der Verein besitzt 50 Boote."), "de", [("Boote", (1, 2))]),
        (("L'association a 40 bénévoles.", "Les 50 bénévoles de l'association."), "fr", [("bénévoles", (1, 2))]),
        # two things in one sentence are two disagreements, two words for one thing are one
        (
            (
                "The network has 160 member groups in 33 countries.",
                "The network has 140 member groups in 30 countries.",
            ),
            "en",
            [("member groups", (1, 2)), ("countries", (1, 2))],
        ),
        # who agrees with one of the two is not left out
        (
            ("The club has 40 boats.", "The club has 50 boats.", "The club has 40 boats now."),
            "en",
            [("boats", (1, 2, 3))],
        ),
        # the same number, written in other ways
        (("The club has 1,200 boats.", "The club has 1 200 boats."), "en", []),
        # another thing that the same word counts
        (("Children up to 18 years stay.", "Plans cover 5 years."), "en", []),
        (("5 million people fled the war.", "3 million birds fled the storm."), "en", []),
        (("The talks took place on 12 June 2019.", "The talks took place on 3 June 2018."), "en", []),
        (("6 Harbours stay open.", "8 Harbours stay open."), "en", []),
        (("The club has 40 boats.", "The club has 50 oars."), "en", []),
        (("The club has 40 boats.",), "en", []),
        ((), "en", []),
    ],
)
def test_disagreements(texts: tuple[str, ...], language: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert found(*texts, language=language) == expected


def test_one_document_does_not_disagree_with_itself() -> None:
    two = [
        Claim(marker=1, document="d", language="en", text="The club has 40 boats."),
        Claim(marker=2, document="d", language="en", text="The club has 50 boats."),
    ]
    assert find_conflicts(two) == ()
    # It counts several things by one word, so nothing can be said about others either.
    assert find_conflicts([*two, Claim(marker=3, document="e", language="en", text="The club has 60 boats.")]) == ()


@given(st.lists(st.text(alphabet="3 0.,members groups club-", max_size=40), max_size=6))
def test_conflicts_are_between_markers_of_several_documents(texts: list[str]) -> None:
    for conflict in find_conflicts(claims(*texts)):
        assert len(conflict.markers) > 1
        assert list(conflict.markers) == sorted(set(conflict.markers))
        assert conflict.about
        assert set(conflict.markers) <= set(range(1, len(texts) + 1))


@given(st.permutations(claims("The club has 40 boats.", "The club has 50 boats.", "The club has 9 oars at 3 piers.")))
def test_the_order_of_claims_does_not_matter(some: list[Claim]) -> None:
    assert [(conflict.about, conflict.markers) for conflict in find_conflicts(some)] == [("boats", (1, 2))]


@pytest.mark.parametrize("text", ["1 ", "1 000 ", "1 a ", "12 de ", "9 x- ", "1   ", "1. A ", "40 boats "])
def test_the_time_is_linear_in_the_text(text: str) -> None:
    started = time.process_time()
    quantities(text * 4_000, "en")
    assert time.process_time() - started < 2
