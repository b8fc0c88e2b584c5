"""Numbers, dates and wordings in every notation that answers use."""

from decimal import Decimal

import pytest

from assistant.evaluation.cases import Fact
from assistant.evaluation.dates import dates
from assistant.evaluation.facts import said
from assistant.evaluation.normalise import fold, pieces, wording
from assistant.evaluation.notation import numbers, readings


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("7", {"7"}),
        ("1,234.5", {"1234.5"}),
        ("1.234,5", {"1234.5"}),
        ("1 234,5", {"1234.5"}),
        ("1'234.5", {"1234.5"}),
        ("1,234", {"1234", "1.234"}),
        ("1.234", {"1234", "1.234"}),
        ("1 234", {"1234"}),
        ("3,5", {"3.5"}),
        ("0,125", {"0.125"}),
        ("12345.678", {"12345.678"}),
        ("1,234,567", {"1234567"}),
        ("1.234.567,89", {"1234567.89"}),
        ("12,34,567", {"1234567"}),
    ],
)
def test_readings_of_a_number(written, values):
    assert readings(written) == {Decimal(value) for value in values}


@pytest.mark.parametrize(
    ("text", "language", "values"),
    [
        ("It costs €1.2 million.", "en", [{"1200000"}]),
        ("30k members, 5m wide", "en", [{"30000"}, {"5", "5000000"}]),
        ("1,5 Mio. Euro und 3 Milliarden", "de", [{"1500000"}, {"3000000000"}]),
        ("two hundred and five thousand boats", "en", [{"205000"}]),
        ("one million two hundred thousand", "en", [{"1200000"}]),
        ("twenty-three or thirty one", "en", [{"23"}, {"31"}]),
        ("two and three", "en", [{"2"}, {"3"}]),
        ("dreiundzwanzig Boote", "de", [{"23"}]),
        ("quatre-vingt-dix-neuf bateaux", "fr", [{"99"}]),
        ("treinta y uno", "es", [{"31"}]),
        ("είκοσι πέντε σκάφη", "el", [{"25"}]),
        ("خمسة وعشرون قاربا و ٣٠", "ar", [{"25"}, {"30"}]),
        ("from -5 to 3-7", "en", [{"-5"}, {"3"}, {"7"}]),
        ("chapter 3.2.1", "en", [{"3"}, {"2"}, {"1"}]),
        ("in 2019 300 boats", "en", [{"2019"}, {"300"}]),
        ("COVID19 and no number", "en", []),
    ],
)
def test_numbers_of_a_text(text, language, values):
    found = [number.values for number in numbers(fold(text), language)]
    assert found == [{Decimal(value) for value in expected} for expected in values]


def test_the_word_one_need_not_be_a_number():
    assert [number.weak for number in numbers("one boat, 1 boat, one hundred boats", "en")] == [True, False, False]


@pytest.mark.parametrize(
    "text",
    [
        "12 June 2019",
        "June 12, 2019",
        "12th of June, 2019",
        "the 12th June 2019",
        "2019-06-12",
        "2019/6/12",
        "12.06.2019",
        "12.6.2019",
        "12/06/2019",
        "06/12/2019",
        "12. Juni 2019",
        "12 juin 2019",
        "12 de junio de 2019",
        "12 giugno 2019",
        "12 juni 2019",
        "12 de junho de 2019",
        "12 czerwca 2019 r.",
        "12 Ιουνίου 2019",
        "12 يونيو 2019",
        "١٢ حزيران ٢٠١٩",
        "2019年6月12日",
        "11–12 June 2019",
        "12 and 13 June 2019",
    ],
)
def test_a_day_is_found_in_any_notation(text):
    for wanted in ("2019-06-12", "2019-06", "2019"):
        assert said(Fact(date=wanted), f"They met ({text}).", "en"), wanted
    for wrong in ("2019-06-21", "2019-07", "2018", "2018-06-12", "2019-07-12"):
        assert said(Fact(date=wrong), f"They met ({text}).", "en") is None, wrong


@pytest.mark.parametrize("text", ["June 2019", "2019-06", "06/2019", "juin 2019", "Ιούνιος 2019", "2019年6月"])
def test_a_month_says_less_than_a_day(text):
    assert said(Fact(date="2019-06"), f"in {text}", "en")
    assert said(Fact(date="2019-06-12"), f"in {text}", "en") is None


@pytest.mark.parametrize("text", ["2019.", "(2019)", "2016-2019", "2019/20", "since 2019, yes", "FY 2019"])
def test_a_year_is_a_whole_number(text):
    assert said(Fact(date="2019"), text, "en")


@pytest.mark.parametrize("text", ["12019", "2,019 boats", "20190", "1.2019 m", "A2019"])
def test_what_only_looks_like_a_year_is_none(text):
    assert said(Fact(date="2019"), text, "en") is None


def test_no_date_has_thirteen_months_or_thirty_two_days():
    assert list(dates("on 13/13/2019 and 45/01/2019")) == []


@pytest.mark.parametrize(
    ("fact", "text", "language", "found"),
    [
        ({"number": 90, "unit": "days"}, "It takes 90 days.", "en", True),
        ({"number": 90, "unit": "days"}, "a 90-day period", "en", True),
        ({"number": 90, "unit": "days"}, "It takes ninety days.", "en", True),
        ({"number": 90, "unit": "days"}, "It takes 90 weeks; days pass.", "en", False),
        ({"number": 90, "unit": "days"}, "It takes 190 days.", "en", False),
        ({"number": 90, "unit": "days"}, "It takes 90.5 days.", "en", False),
        ({"number": 90, "unit": "days", "tolerance": 2}, "It takes 92 days.", "en", True),
        ({"number": 90, "unit": "days", "tolerance": 2}, "It takes 88 days.", "en", True),
        ({"number": 90, "unit": "days", "tolerance": 2}, "It takes 93 days.", "en", False),
        ({"number": 90, "unit": ["days", "Tage"]}, "Es dauert neunzig Tage.", "de", True),
        ({"number": 5000000, "unit": "euro"}, "€5 million", "en", True),
        ({"number": 5000000, "unit": "euro"}, "5,000,000 EUR", "en", True),
        ({"number": 5000000, "unit": "euro"}, "$5 million", "en", False),
        ({"number": 5, "unit": "million"}, "5 million boats", "en", True),
        ({"number": 5}, "5 million boats", "en", False),
        ({"number": 12, "unit": "%"}, "12 per cent", "en", True),
        ({"number": 12, "unit": "%"}, "12 %", "en", True),
        ({"number": 12, "unit": "%"}, "12 Prozent", "de", True),
        ({"number": 3, "unit": "Article"}, "under Article 3", "en", True),
        ({"number": 20, "unit": "m²"}, "a hall of 20 m²", "en", True),
        ({"number": 1234.5}, "1 234,5", "fr", True),
        ({"number": 1234.5}, "1.234,5", "de", True),
        ({"number": 0}, "no boats, 0 sails", "en", True),
        ({"number": -5}, "it fell to −5 degrees", "en", True),
        ({"number": 5}, "it fell to −5 degrees", "en", False),
    ],
)
def test_a_number_stands_with_its_unit(fact, text, language, found):
    assert (said(Fact.model_validate(fact), text, language) is not None) is found


@pytest.mark.parametrize(
    ("alias", "text", "found"),
    [
        ("10", "in 2010", False),
        ("10", "10,000 boats", False),
        ("10", "10.5 boats", False),
        ("10", "1,10 boats", False),
        ("10", "there are 10.", True),
        ("10", "10, or 11", True),
        ("10", "the 10th", False),
        ("10", "10年", True),
        ("boat", "boats", False),
        ("boat", "the boat_house", False),
        ("boat", "The BOAT.", True),
        ("three months", "three-months' notice", True),
        ("three months", "three\u00a0months", True),
        ("non-profit", "nonprofit, and", True),
        ("non-profit", "a non profit body", True),
        ("non-profit", "a non-\nprofit body", True),
        ("membership", "member-\nship is open", True),
        ("2016–2020", "from 2016-2020", True),
        ("“free”", "It is 'free'.", True),
        ("Málaga", "MALAGA", True),
        ("Straße", "STRASSE", True),
        ("Αθήνα", "ΑΘΗΝΑ", True),
        ("مكتبة", "في المكتبة", True),
        ("مكتبة", "وللمكتبة", True),
        ("كتب", "مكتبة", False),
        ("图书馆", "在图书馆里", True),
        ("ห้องสมุด", "ที่ห้องสมุดใหม่", True),
        ("ﬁne", "a fine of", True),
    ],
)
def test_wordings_are_whole_words(alias, text, found):
    assert (wording(alias).find(fold(text)) is not None) is found
    assert (said(Fact(any=alias), text, "en") is not None) is found


def test_a_wording_without_a_letter_or_digit_is_found_nowhere():
    assert wording("…!") is None
    assert said(Fact(any="…"), "And so on…", "en") is None


def test_the_words_of_the_answer_are_given_as_they_stand():
    assert said(Fact(any=["three months"]), "It takes Three  Months.", "en") == "three months"
    assert said(Fact(any=["three months"]), "It takes Three Months.", "en") == "Three Months"


@pytest.mark.parametrize(
    ("expression", "text", "found"),
    [
        ("discriminat", "to DISCRIMINATE", "DISCRIMINAT"),
        (r"\bfree\b", "freedom", None),
        ("club's", "the club’s hall", "club's"),
        ("Größe|size", "the SIZE", "SIZE"),
    ],
)
def test_expressions_are_searched_as_they_are(expression, text, found):
    assert said(Fact(regex=expression), text, "en") == found


def test_scripts_without_spaces_are_compared_by_characters():
    assert pieces("图书馆 has 3 boats") == ["图", "书", "馆", "has", "3", "boats"]
