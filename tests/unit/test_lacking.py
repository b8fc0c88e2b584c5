"""What a question plainly asks for and the passages do not hold."""

from __future__ import annotations

import pytest

from assistant.lacking import lacking
from assistant.question import analyse
from assistant.search import search
from assistant.testing import read
from ingest.cut import CutDocument
from vectorstore.store import Scope
from vectorstore.testing import HashEmbedder, memory_index

EMBEDDER = HashEmbedder(64)
SCOPE = Scope.of("default")
REPORT = read(
    "report",
    "In 2019 the choir sang in Ghent and in Delft. The entry was free of charge. Members pay 30 euros.",
    title="Report",
    published="2020",
)
PLAN = read("plan", "The choir wants to sing abroad.", title="Plan 2021-2024", valid_from="2021", valid_until="2024")
UNDATED = read("leaflet", "The choir rehearses in the school on Mondays. Nobody has to read music.", title="Leaflet")


def lacks(text: str, *documents: CutDocument, language: str = "en", organisation: str = "") -> list[tuple[str, str]]:
    """Kind and name of what is lacking."""
    index = memory_index(documents, EMBEDDER, organisation=organisation)
    found = {cut.document.id: cut.document.metadata for cut in documents}
    question = analyse(text, language, found, (organisation,) if organisation else ())
    return [
        (lack.kind, lack.what) for lack in lacking(question, search(question, index, EMBEDDER, SCOPE), index, SCOPE)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Did the choir sing in Bruges?", ["Bruges"]),
        ("Did the choir sing in Ghent?", []),
        ("Did the choir sing in Ghent or in Bruges?", ["Bruges"]),
        ("Was it Delft's choir?", []),
        ("Bruges: did the choir sing there?", []),
        ("I live in Bruges. Can I sing in the choir?", []),
        ("We met in Bruges, and now we wonder: does the choir sing abroad?", []),
        ("Does the Cantabile Choir sing abroad?", []),
        ("DOES THE CHOIR SING IN BRUGES", []),
        ("does the choir sing in bruges?", []),
        ("Does the choir sing “Hallelujah” abroad?", []),
    ],
)
def test_names_that_no_document_uses(text: str, expected: list[str]) -> None:
    assert lacks(text, REPORT, PLAN, organisation="Cantabile") == [("name_unknown", name) for name in expected]


def test_forms_of_a_long_name_are_one_name() -> None:
    polish = read("pl", "Chór śpiewał w Warszawie i w Krakowie.", language="pl")
    assert lacks("Czy chór śpiewał w mieście Warszawa?", polish, language="pl") == []
    assert lacks("Czy chór śpiewał w mieście Szczecin?", polish, language="pl") == [("name_unknown", "Szczecin")]


def test_capitals_tell_no_name_in_german_and_in_a_language_of_no_document() -> None:
    german = read("de", "Der Chor singt montags in der Schule.", language="de")
    assert lacks("Singt der Chor im Rathaus?", german, language="de") == []
    assert lacks("Le chœur chante-t-il à Bruges ?", REPORT, language="fr") == []


def test_names_in_hidden_documents_are_unknown() -> None:
    hidden = read("secret", "The board met in Bruges.", title="Secret", collection="board")
    assert lacks("Did the choir sing in Bruges?", REPORT, hidden) == [("name_unknown", "Bruges")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where did the choir sing in 2015?", ["2015"]),
        ("Where did the choir sing in 2019?", []),
        ("What was published in 2020?", []),
        ("What does the choir want in 2023?", []),
        ("What does the choir want in 2021-24?", []),
        ("Where did the choir sing in 2015 and 2019?", []),
        ("Where did the choir sing in the 1990s?", []),
        ("We sang in 2015. Does the choir sing abroad?", []),
    ],
)
def test_years_that_the_passages_do_not_speak_of(text: str, expected: list[str]) -> None:
    assert lacks(text, REPORT, PLAN) == [("year", year) for year in expected]


def test_undated_documents_are_of_no_other_year() -> None:
    assert lacks("Where does the choir rehearse in 2026?", UNDATED) == []


@pytest.mark.parametrize("text", ["How much does it cost to join the choir?", "What is the yearly fee of the choir?"])
def test_an_amount_of_money(text: str) -> None:
    assert lacks(text, UNDATED) == [("amount", "")]
    assert lacks(text, UNDATED, REPORT) == []
    assert lacks(text, read("free", "Joining the choir is free of charge.")) == []
    assert lacks(text, read("sign", "Joining the choir: €30.")) == []
    assert lacks(text, read("words", "Joining the choir takes thirty pounds.")) == []


def test_a_percentage_is_no_amount_of_money() -> None:
    text = read("share", "About 40 per cent of the choir were new, and 3 percent left.")
    assert lacks("How much does it cost to join the choir?", text) == [("amount", "")]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Combien coûte le chœur ?", "fr"),
        ("¿Cuánto cuesta el coro?", "es"),
        ("Was kostet der Chor?", "de"),
        ("Quanto costa il coro?", "it"),
        ("Wat kost het koor?", "nl"),
        ("Quanto custa o coro?", "pt"),
        ("Ile kosztuje chór?", "pl"),
    ],
)
def test_an_amount_is_asked_for_in_every_language(text: str, language: str) -> None:
    assert lacks(text, UNDATED, language=language) == [("amount", "")]
    assert lacks(text, REPORT, language=language) == []


def test_what_documents_in_a_language_without_cues_hold_is_not_known() -> None:
    basque = read("eu", "Abesbatzan sartzeko hogeita hamar ordaindu behar dira.", language="eu")
    assert lacks("How much does it cost to join the choir?", basque) == []


@pytest.mark.parametrize("number", ["+32 2 210 17 80", "02/210.17.80", "(0)20 7946 0018", "555-123-4567"])
def test_a_telephone_number(number: str) -> None:
    asked = "What is the telephone number of the choir?"
    assert lacks(asked, read("with", f"Call the choir: {number}.")) == []
    without = read("without", "The choir sang 12,500 notes for 184,300 people in 2016-2020.")
    assert lacks(asked, without) == [("telephone", "")]


def test_somebodys_name() -> None:
    asked = "Who chairs the choir?"
    assert lacks(asked, UNDATED) == [("name", "")]
    assert lacks(asked, read("chair", "The choir is chaired by Some Body since spring.")) == []
    assert lacks(asked, read("ar", "يرأس الجوقة شخص منتخب", language="ar")) == []
    assert lacks("What is the name of the Cantabile Choir?", read("own", "We sing as Cantabile Choir.")) == [
        ("name", "")
    ]


@pytest.mark.parametrize("text", ["?", "…", "the of and", "Why?", ""])
def test_a_question_that_asks_for_nothing_lacks_nothing(text: str) -> None:
    assert lacks(text, REPORT, UNDATED) == []
