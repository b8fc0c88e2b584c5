"""Numbers, dates and addresses in one notation."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from assistant.claim_dates import dates_agree
from assistant.figures import figures
from assistant.lexicon import lexicon


@pytest.mark.parametrize(
    ("language", "text", "values"),
    [
        ("en", "1,234 people in 12 towns", ["1234", "12"]),
        ("de", "1.234 Menschen, 3,5 Tonnen", ["1234", "3.5"]),
        ("fr", "15 000 personnes, 20 pour cent", ["15000", "20 %"]),
        ("en", "two halls, twenty-five boats", ["2", "25"]),
        ("en", "one hundred and sixty members", ["160"]),
        ("en", "one of the boats", ["1"]),
        ("de", "dreiundzwanzig Boote und zweihundert Ruder", ["23"]),
        ("nl", "drieëntwintig boten", ["23"]),
        ("fr", "vingt et un bateaux", ["21"]),
        ("es", "treinta y cinco por ciento", ["35 %"]),
        ("it", "trentadue barche", ["32"]),
        ("pt", "vinte e cinco barcos", ["25"]),
        ("pl", "dwadzieścia pięć łodzi", ["25"]),
        ("en", "€5 million, 5 million euros, EUR 5,000,000", ["5000000 EUR"] * 3),
        ("en", "$20 and £20", ["20 USD", "20 GBP"]),
        ("en", "20%, 20 per cent, twenty percent", ["20 %"] * 3),
        ("en", "-12 degrees, <5 years", ["-12", "<5"]),
        ("en", "Article 13(2)(c) of 2012/29/EU", ["13(2)(c)", "2012/29"]),
        ("en", "2016-2020", ["2016-2020"]),
        ("en", "organisations7 in B2", []),
        # dates
        ("en", "12 June 2019; June 12, 2019; 12/06/2019; 2019-06-12", ["2019-06-12"] * 4),
        ("en", "the 12th of June, in June 2019, in June", ["????-06-12", "2019-06-??", "????-06-??"]),
        ("en", "They may march on.", []),
        ("en", "May they?", []),
        ("de", "am 3. Mai 2019 und am 03.05.2019", ["2019-05-03"] * 2),
        ("fr", "le 1er août 2019", ["2019-08-01"]),
        ("es", "el 12 de junio de 2019", ["2019-06-12"]),
        ("pt", "em março de 2012", ["2012-03-??"]),
        ("pl", "12 czerwca 2019 r.", ["2019-06-12"]),
        ("en", "99/99/2019", ["99/99/2019"]),
        # addresses
        ("en", "Write to Info@Club.example.", ["info@club.example"]),
        ("en", "see https://www.club.example/a/ or www.club.example/b.", ["club.example/a", "club.example/b"]),
        ("en", "call +32 (2) 555-01-23 or 02 555 01 23", ["3225550123", "025550123"]),
    ],
)
def test_figures_have_one_notation(language: str, text: str, values: list[str]) -> None:
    assert [figure.value for figure in figures(text, lexicon(language))] == values


def test_figures_are_told_where_they_stand_and_with_their_parts() -> None:
    text = "From 2016-2020 on 12-14 June, Article 15(3)."
    found = figures(text, lexicon("en"))
    assert [text[figure.start : figure.end] for figure in found] == ["2016-2020", "12-14 June", "15(3)"]
    assert [set(figure.parts) for figure in found] == [{"2016", "2020"}, {"????-06-12"}, {"15", "15(3)"}]


@pytest.mark.parametrize(
    ("said", "evidence", "agree"),
    [
        ("2019-06-12", "2019-06-12", True),
        ("2019-06-??", "2019-06-12", True),
        ("????-06-12", "2019-06-12", True),
        ("2019-06-12", "2019-06-??", False),
        ("2019-07-??", "2019-06-12", False),
    ],
)
def test_a_date_may_say_less_than_its_evidence_and_not_more(said: str, evidence: str, agree: bool) -> None:
    assert dates_agree(said, evidence) is agree


TABLE = tomllib.loads((files("assistant") / "claims.toml").read_text(encoding="utf-8"))
LANGUAGES = [language for language in TABLE if language != "world"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_whole_table(language: str) -> None:
    assert set(TABLE[language]) == set(TABLE["en"])
    assert len(TABLE[language]["units"]) == 21
    assert len(TABLE[language]["tens"]) == 8
    assert len(TABLE[language]["months"]) == 12
    assert set(TABLE[language]["dropped"]) <= set(TABLE["en"]["degree"])
    assert lexicon(language).language == language
    assert lexicon(language).numerals


def test_an_unknown_language_is_read_with_english() -> None:
    assert lexicon("xx").language == lexicon("world").language == "en"
    assert lexicon("pt-BR").language == "pt"


def test_a_begun_word_of_a_phrase_is_long_enough_to_be_looked_up() -> None:
    phrases = [phrase for language in LANGUAGES for phrase in _strings(TABLE[language]) if "*" in phrase]
    assert phrases
    assert all(len(word) > 2 for phrase in phrases for word in phrase.split() if word.endswith("*"))


def _strings(found: object) -> list[str]:
    if isinstance(found, str):
        return [found]
    parts = found.values() if isinstance(found, dict) else found if isinstance(found, list) else []
    return [text for part in parts for text in _strings(part)]
