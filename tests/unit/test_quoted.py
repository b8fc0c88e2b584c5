"""Whose words a sentence is, told from structure and punctuation, and how an answer says it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evidence import Evidence
from assistant.quoted import quotation_at, voices, with_introductions
from assistant.testing import read
from assistant.verification import verify
from assistant.writing import write
from ingest.cut import CutDocument
from prompts.loader import phrases

TODAY = date(2024, 5, 15)

REPORT = read(
    "report",
    "The association runs two shelters.\n\n"
    "Ms Ada Rossi wrote a report for the parliament. Its third recommendation speaks of shelters:\n\n"
    "“Access to shelters must be free for all. It is what the law wants.\n\n"
    "Nobody may be called “a burden” at the door.”\n\n"
    "The association agrees with all of it.",
    title="Yearly report",
    publisher="Harbour Aid",
)


def quoted(cut: CutDocument) -> dict[str, str]:
    """The sentences of a document that are somebody else's, with who that is."""
    found = {cut.wording(s): quotation_at(cut, n) for n, s in enumerate(cut.sentences)}
    return {words: quotation.speaker for words, quotation in found.items() if quotation}


def answer(cut: CutDocument, first: int, last: int, language: str = "en") -> str:
    verified = verify(write([Evidence(cut=cut, first=first, last=last, score=1.0)], {}, phrases(language), TODAY))
    assert verified.removed == 0
    return verified.text


def test_marks_hold_a_quotation_over_paragraphs_and_quotations_within() -> None:
    assert list(quoted(REPORT)) == [
        "“Access to shelters must be free for all.",
        "It is what the law wants.",
        "Nobody may be called “a burden” at the door.”",
    ]
    assert set(quoted(REPORT).values()) == {""}


@pytest.mark.parametrize(
    ("language", "lead_in", "speaker"),
    [
        ("en", "According to the Court of Auditors:", "the Court of Auditors"),
        ("en", "In the words of Amnesty International (2020):", "Amnesty International (2020)"),
        ("en", "The Court of Auditors concluded:", ""),
        ("fr", "Selon la Cour des comptes :", "la Cour des comptes"),
        ("fr", "D’après le Défenseur des droits :", "le Défenseur des droits"),
        ("es", "Según el Defensor del Pueblo:", "el Defensor del Pueblo"),
        ("de", "Laut dem Deutschen Institut für Menschenrechte:", ""),
        ("de", "Der Rechnungshof stellte fest:", ""),
        ("it", "Secondo la Corte dei conti:", "la Corte dei conti"),
        ("nl", "Volgens de Nationale Ombudsman:", "de Nationale Ombudsman"),
        ("pt", "Segundo a Provedora de Justiça:", "a Provedora de Justiça"),
        ("pl", "Według Rzecznika Praw Obywatelskich:", ""),
        ("el", "Σύμφωνα με τον Συνήγορο του Πολίτη:", ""),
        ("ar", "وفقا لمنظمة العفو الدولية:", ""),
        ("ar", "بحسب منظمة العفو الدولية:", ""),
        ("tr", "Sayıştay Başkanlığı'na göre:", ""),
        # what is no lead-in to others' words
        ("en", "According to Harbour Aid:", None),
        ("en", "Harbour Aid stated:", None),
        ("en", "According to the Commission, member states must do this:", None),
        ("en", "We want three things:", None),
        ("en", "For instance:", None),
        ("en", "according to need:", None),
    ],
)
def test_a_lead_in_that_only_says_whose_words_come(language: str, lead_in: str, speaker: str | None) -> None:
    text = f"{lead_in}\n\nShelters stay open all winter long for everybody.\n\nMore follows here, in other words."
    cut = read("d", text, language=language, publisher="Harbour Aid")
    assert list(quoted(cut).items()) == (
        [] if speaker is None else [("Shelters stay open all winter long for everybody.", speaker)]
    )


@pytest.mark.parametrize(
    "body",
    [
        "“Shelters must stay open”",  # a title
        "“Shelters must stay open in all winters, says nobody who would ever close these marks.",
        "Shelters must stay open in all winters, for everybody who asks.",
    ],
)
def test_in_doubt_a_sentence_is_the_documents_own(body: str) -> None:
    assert quoted(read("d", f"The plan has one aim:\n\n{body}\n\nThe end.")) == {}


def test_marks_of_other_languages_pair() -> None:
    for opening, closing in (("„", "“"), ("«", "»"), ("»", "«"), ('"', '"'), ("“", "”")):
        cut = read(
            "d", f"In the letter it says:\n\n{opening}Alle Häuser bleiben im Winter für alle offen, immer.{closing}"
        )
        assert len(quoted(cut)) == 1, opening


def test_a_quotation_without_marks_goes_on_to_the_note_that_says_where_it_is_from() -> None:
    cut = read(
        "d",
        "According to the Institute of Shelters:\n\nShelters are for all.\n\nBeds are counted at night.1\n\n"
        "We count beds as well.\n\n1 Institute of Shelters (2020), Beds, page 6.",
    )
    assert list(quoted(cut)) == ["Shelters are for all.", "Beds are counted at night.1"]


def test_evidence_is_parted_where_another_voice_begins() -> None:
    whole = Evidence(cut=REPORT, first=0, last=len(REPORT.sentences) - 1, score=1.0)
    parts = [(voice.evidence.first, voice.evidence.last, voice.speaker) for voice in voices(whole)]
    assert parts == [(0, 0, None), (1, 5, ""), (6, 6, None)]
    own = Evidence(cut=REPORT, first=0, last=0, score=1.0)
    assert voices(own)[0].evidence is own


def test_a_quotation_comes_behind_what_introduces_it() -> None:
    assert answer(REPORT, 5, 5) == (
        "From a quotation in **Yearly report**:\n\n"
        "> Ms Ada Rossi wrote a report for the parliament. [1] Its third recommendation speaks of shelters: [1]\n>\n"
        "> Nobody may be called “a burden” at the door.” [2]"
    )


def test_the_speaker_is_named_and_the_document_too() -> None:
    cut = read("d", "According to the Court of Auditors:\n\nShelters stay open all winter.", title="Letter")
    assert answer(cut, 1, 1) == ("The Court of Auditors, quoted in **Letter**:\n\n> Shelters stay open all winter. [1]")
    assert "Court of Auditors" in answer(cut, 1, 1, "de")
    assert "quoted" not in answer(cut, 1, 1, "de")


def test_a_name_that_is_inflected_stands_in_its_own_sentence() -> None:
    cut = read("d", "Laut dem Rechnungshof:\n\nDie Häuser bleiben offen.", title="Brief", language="de")
    assert answer(cut, 1, 1, "de") == (
        "Aus einem Zitat in **Brief**:\n\n> Laut dem Rechnungshof: [1]\n>\n> Die Häuser bleiben offen. [2]"
    )


def test_there_are_never_more_pieces_than_asked_for() -> None:
    pieces = [Evidence(cut=REPORT, first=n, last=n, score=1.0) for n in (3, 5, 6)]
    assert len(with_introductions(pieces, 3)) == 3
    assert len(with_introductions(pieces, 4)) == 4
    assert len(with_introductions(pieces, 8)) == 4


@given(st.text(alphabet='ab A.:“”"\n„«»1', max_size=120))
def test_any_document_is_read(text: str) -> None:
    cut = read("d", text)
    for n in range(len(cut.sentences)):
        found = quotation_at(cut, n)
        assert found is None or found.introduced < found.first <= n <= found.last < len(cut.sentences)
