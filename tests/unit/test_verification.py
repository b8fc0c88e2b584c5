"""Drafts that do not hold: nothing of them is shown, and what is left stands as if they had never been written."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.evidence import Evidence
from assistant.testing import read
from assistant.verification import holds, verify
from assistant.writing import Label, Piece, Statement, plain

SENTENCES = (
    "The shelter does not report its guests to the police.",
    "In 2019 it hosted 1,250 guests from 31 countries, on average for 3.5 nights.",
    "Frontex wrote to Eurostat on 12 June 2019.",
    "Write to help@shelter.example or call +32 2 210 17 80.",
    "See https://shelter.example/rights?lang=en for the rules [3, 4].",
    "Temperatures fell to -5 degrees; beds cost €12.",
)
SHELTER = read("shelter", " ".join(SENTENCES), title="Shelter")
OTHER = read("other", "The police may not enter. It was founded in 1999.", title="Other")


def evidence(first: int = 0, last: int = len(SENTENCES) - 1, cut=SHELTER) -> Evidence:
    return Evidence(cut=cut, first=first, last=last, score=1.0)


WHOLE = evidence()


def statement(text: str, stands_on: Evidence = WHOLE, **fields: object) -> Statement:
    return Statement(text=text, evidence=stands_on, **fields)


def test_the_sample_is_cut_as_it_is_written() -> None:
    assert tuple(SHELTER.wording(sentence) for sentence in SHELTER.sentences) == SENTENCES


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_as_it_stands_holds(sentence: str) -> None:
    assert holds(statement(plain(sentence)))
    assert verify([statement(plain(sentence))]).removed == 0


@pytest.mark.parametrize(
    ("tampered", "what"),
    [
        ("The shelter does report its guests to the police.", "no 'not'"),
        ("The shelter does not report its guests to the police, not ever.", "another 'not'"),
        ("The police does not report its guests to the shelter.", "the same words in another order"),
        ("The shelter never reports its guests to the police.", "another negation"),
        ("The shelter may not report its guests to the police.", "another modality"),
        ("report its guests to the police.", "the end alone"),
        ("The shelter does not report its guests", "the beginning alone"),
        ("In 2019 it hosted 1,520 guests from 31 countries, on average for 3.5 nights.", "digits exchanged"),
        ("In 2019 it hosted 31 guests from 1,250 countries, on average for 3.5 nights.", "numbers exchanged"),
        ("In 2019 it hosted 1,250 guests from 31 countries, on average for 35 nights.", "the point of a number"),
        ("In 2018 it hosted 1,250 guests from 31 countries, on average for 3.5 nights.", "another year"),
        ("Eurostat wrote to Frontex on 12 June 2019.", "names exchanged"),
        ("Frontex wrote to Europol on 12 June 2019.", "a foreign name"),
        ("Frontex wrote to Eurostat on 21 June 2019.", "another day"),
        ("Frontex wrote to Eurostat on 12 July 2019.", "another month"),
        ("Frontex wrote to Eurostat on 12 June.", "a date cut short"),
        ("Write to help@shelter.test or call +32 2 210 17 80.", "another e-mail address"),
        ("Write to shelter@help.example or call +32 2 210 17 80.", "an e-mail address of the same words"),
        ("Write to help@shelter.example or call +32 2 210 17 08.", "another phone number"),
        ("Write to help@shelter.example or call 32 2 210 17 80.", "a phone number without its sign"),
        ("See https://shelter.test/rights?lang=en for the rules [3, 4].", "another address"),
        ("See https://shelter.example/rights?lang=fr for the rules [3, 4].", "another query"),
        ("See http://shelter.example/rights?lang=en for the rules [3, 4].", "an address without its s"),
        ("Temperatures fell to 5 degrees; beds cost €12.", "a lost minus"),
        ("Temperatures fell to -5 degrees; beds cost $12.", "another currency"),
        ("The police may not enter.", "the words of another document"),
        ("The shelter does […] report its guests to the police.", "an omission that hides a 'not'"),
        ("", "nothing"),
    ],
)
def test_whatever_is_changed_goes_and_is_counted(tampered: str, what: str) -> None:
    verified = verify([Label(text="**Shelter**:\n\n", over="document"), statement(plain(tampered))])
    assert verified.removed == 1, what
    assert (verified.text, verified.citations, verified.sentences, verified.deltas) == ("", (), (), ())


def test_a_sentence_does_not_stand_on_the_evidence_of_another() -> None:
    assert holds(statement(SENTENCES[0], evidence(0, 0)))
    assert not holds(statement(SENTENCES[0], evidence(1, 5)))
    assert not holds(statement(SENTENCES[0], evidence(0, 1, OTHER)))


@given(st.sampled_from(SENTENCES), st.data())
def test_no_sign_can_be_changed(sentence: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(sentence) - 1))
    sign = data.draw(st.characters(exclude_categories=["Z", "C"]))
    tampered = sentence[:at] + sign + sentence[at + 1 :]
    assume(" ".join(tampered.split()) != sentence)
    assert not holds(statement(plain(tampered)))


def draft(*texts: str) -> list[Piece]:
    """A refusal, two documents of two pieces each and a further part; ``texts`` go in turn."""
    piece = [evidence(0, 1), evidence(2, 3), evidence(0, 0, OTHER), evidence(1, 1, OTHER)]
    return [
        Label(text="Refused."),
        Label(text="Nearest:\n\n", over="part"),
        Label(text="Shelter:\n\n", over="document"),
        statement(texts[0], piece[0]),
        statement(texts[1], piece[0]),
        statement(texts[2], piece[1]),
        Label(text="Other:\n\n", over="document"),
        statement(texts[3], piece[2]),
        Label(text="Further:\n\n", over="part"),
        Label(text="Other:\n\n", over="document"),
        statement(texts[4], piece[3]),
    ]


GOOD = (*SENTENCES[:3], "The police may not enter.", "It was founded in 1999.")


@pytest.mark.parametrize(
    ("bad", "text"),
    [
        (set(), "Refused.¶Nearest:¶Shelter:¶> A [1] B [1]\n>\n> C [2]¶Other:¶> D [3]¶Further:¶Other:¶> E [4]"),
        ({0}, "Refused.¶Nearest:¶Shelter:¶> B [1]\n>\n> C [2]¶Other:¶> D [3]¶Further:¶Other:¶> E [4]"),
        ({0, 1}, "Refused.¶Nearest:¶Shelter:¶> C [1]¶Other:¶> D [2]¶Further:¶Other:¶> E [3]"),
        ({0, 1, 2}, "Refused.¶Nearest:¶Other:¶> D [1]¶Further:¶Other:¶> E [2]"),
        ({3}, "Refused.¶Nearest:¶Shelter:¶> A [1] B [1]\n>\n> C [2]¶Further:¶Other:¶> E [3]"),
        ({4}, "Refused.¶Nearest:¶Shelter:¶> A [1] B [1]\n>\n> C [2]¶Other:¶> D [3]"),
        ({0, 1, 2, 3}, "Refused.¶Further:¶Other:¶> E [1]"),
        ({0, 1, 2, 3, 4}, "Refused."),
    ],
)
def test_what_is_left_is_labelled_and_numbered_as_if_it_were_all(bad: set[int], text: str) -> None:
    verified = verify(draft(*(f"{sentence}!" if n in bad else sentence for n, sentence in enumerate(GOOD))))
    text = text.replace("¶", "\n\n")
    for letter, sentence in zip("ABCDE", GOOD, strict=True):
        text = text.replace(f" {letter} ", f" {sentence} ")
    assert verified.text == text
    assert verified.removed == len(bad)
    assert "".join(delta.text for delta in verified.deltas) == (verified.text if verified.sentences else "")
    assert [citation.marker for citation in verified.citations] == list(range(1, len(verified.citations) + 1))


def test_each_delta_is_one_sentence_with_what_stands_before_it() -> None:
    verified = verify([*draft(*GOOD), Label(text=" The end.")])
    assert len(verified.deltas) == len(verified.sentences) == len(GOOD)
    at = 0
    for delta, sentence in zip(verified.deltas, verified.sentences, strict=True):
        assert delta.sentence == sentence
        assert at <= sentence.start < sentence.end <= at + len(delta.text)
        at += len(delta.text)
    assert [[citation.marker for citation in delta.citations] for delta in verified.deltas] == [[1], [], [2], [3], [4]]
    assert "".join(delta.text for delta in verified.deltas) == verified.text
    assert verified.text.endswith("[4] The end.")


def test_evidence_that_is_used_twice_is_cited_once() -> None:
    again = evidence(0, 1)
    verified = verify(
        [
            statement(SENTENCES[0], again),
            statement("It was founded in 1999.", evidence(1, 1, OTHER)),
            statement(SENTENCES[1], again),
        ]
    )
    assert [sentence.markers for sentence in verified.sentences] == [(1,), (2,), (1,)]
    assert [citation.document for citation in verified.citations] == ["shelter", "other"]
    assert [delta.text[-3:] for delta in verified.deltas] == ["[1]", "[2]", "[1]"]


def test_an_empty_draft_is_empty() -> None:
    verified = verify([])
    assert (verified.text, verified.citations, verified.deltas, verified.removed) == ("", (), (), 0)
