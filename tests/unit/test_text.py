"""Words as they are compared: folded, tokenised, stemmed, counted."""

from __future__ import annotations

import pytest

from ingest.text import fold, numbers, stems, stop_words, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Élève\n Über\u00a0uns ", "eleve uber uns"),
        ("‘a’ “b” «c» – … ﬁ", '\'a\' "b" "c" - ... fi'),
        ("STRASSE Straße", "strasse strasse"),
        ("ΜΕΤΑΝΆΣΤΗΣ μετανάστης", "μεταναστησ μεταναστησ"),
        ("İstanbul ışık", "istanbul isik"),
        ("Żółć", "zołc"),
        ("`A`\tB  C", "'a' b c"),
        ("", ""),
    ],
)
def test_fold_gives_one_spelling(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


def test_words_keep_accents_and_compound_numbers() -> None:
    assert words("L’été 2012/29/EU costs 1.250,50 or 3%") == [
        "l",
        "été",
        "2012/29",
        "eu",
        "costs",
        "1.250,50",
        "or",
        "3",
    ]
    assert words("حقوق الإنسان") == ["حقوق", "الإنسان"]
    assert words("!?") == []


def test_stems_drop_function_words_and_add_the_parts_of_numbers() -> None:
    assert stems("The workers are working in 2016-2020", "en") == ["worker", "work", "2016-2020", "2016", "2020"]
    assert stems("The workers", "und") == ["the", "workers"]
    assert stems("Migrantinnen und Migranten", "de") == ["migrantinn", "migrant"]


def test_stop_words_are_empty_where_none_are_known() -> None:
    assert "und" in stop_words("de")
    assert stop_words("pl") == frozenset()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,234 or 1.234 or 1 234 or 1\u202f234", {"1234"}),
        ("3,5 or 3.5", {"3.5", "3", "5"}),
        ("2012/29/EU", {"2012/29", "2012", "29"}),
        ("2016–2020", {"2016-2020", "2016", "2020"}),
        ("160 in 2019", {"160", "2019"}),
        ("2019 160 members", {"2019", "160"}),
        ("no number", set()),
    ],
)
def test_numbers_have_one_notation(text: str, found: set[str]) -> None:
    assert numbers(text) == found
