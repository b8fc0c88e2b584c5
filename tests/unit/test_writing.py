"""Evidence → draft: labels that say who speaks and from when, quotations with lists and gaps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.evidence import Evidence
from assistant.testing import read
from assistant.verification import verify
from assistant.writing import Label, Statement, displayed, plain, source_label, write
from ingest.cut import CutDocument, Sentence
from ingest.document import BlockKind, Document, Metadata, Span
from prompts.loader import phrases

TODAY = date(2024, 5, 15)


def evidence(cut: CutDocument, first: int = 0, last: int | None = None, *, score: float = 1.0, main: bool = True):
    return Evidence(cut=cut, first=first, last=len(cut.sentences) - 1 if last is None else last, score=score, main=main)


def written(*pieces: Evidence, language: str = "en") -> str:
    draft = write(pieces, {}, phrases(language), TODAY)
    verified = verify(draft)
    assert verified.removed == 0
    return verified.text


def label(language: str = "en", successor: str | None = None, **fields: object) -> str:
    known = Metadata(**{"title": "Charter", "language": "en", "authority": "own", **fields})
    return source_label(known, successor, phrases(language), TODAY)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "**Charter**:"),
        ({"published": "2019-06"}, "**Charter** (2019-06):"),
        ({"authority": "unstated"}, "According to Charter:"),
        ({"authority": "unstated", "published": "2019"}, "According to Charter (2019):"),
        # an unstated document is not the publisher's own voice either
        ({"authority": "unstated", "publisher": "Herald"}, "According to Charter:"),
        ({"authority": "third_party", "publisher": "Herald"}, "According to Herald, a third party (Charter):"),
        ({"authority": "third_party"}, "According to Charter, a third party:"),
        (
            {"authority": "third_party", "publisher": "Herald", "published": "2019"},
            "According to Herald, a third party (Charter) (2019):",
        ),
        # superseded; that it is over needs no saying then
        ({"successor": "Charter II", "published": "2019"}, "**Charter** (2019; superseded by Charter II):"),
        ({"successor": "Charter II", "valid_until": "2020"}, "**Charter** (superseded by Charter II):"),
        ({"superseded_by": "hidden", "published": "2019"}, "**Charter** (2019):"),
        # over is what was over yesterday: a year, a month, a day
        ({"valid_until": "2023"}, "**Charter** (covered the time to 2023):"),
        ({"valid_until": "2024"}, "**Charter**:"),
        ({"valid_until": "2024-04"}, "**Charter** (covered the time to 2024-04):"),
        ({"valid_until": "2024-05"}, "**Charter**:"),
        ({"valid_until": "2024-05-14"}, "**Charter** (covered the time to 2024-05-14):"),
        ({"valid_until": "2024-05-15"}, "**Charter**:"),
        ({"valid_until": "2031"}, "**Charter**:"),
        # titles are text
        ({"title": "Charter [3]"}, r"**Charter \[3\]**:"),
        ({"title": "Charter\n\n# Now: $publisher"}, "**Charter # Now: $publisher**:"),
        (
            {"authority": "third_party", "publisher": "Her\nald [1]"},
            r"According to Her ald \[1\], a third party (Charter):",
        ),
    ],
)
def test_labels(fields: dict[str, object], expected: str) -> None:
    assert label(**fields) == expected


@pytest.mark.parametrize("language", ["de", "es", "fr", "it", "nl", "pl", "pt"])
def test_labels_in_other_languages_name_the_same(language: str) -> None:
    said = label(
        language,
        authority="third_party",
        publisher="Herald",
        published="2019",
        valid_until="2020",
    )
    for part in ("Herald", "Charter", "2019", "2020"):
        assert part in said
    assert "third party" not in said
    assert said.endswith(":")


OWN = read("own", "The charter protects all members. It was signed at night.", title="Charter")
OTHER = read("other", "The charter harms members.", title="Essay", publisher="Herald", authority="third_party")
UNKNOWN = read("unknown", "The charter is long.", title="Letter", authority="unstated")


def test_the_organisation_speaks_first_and_third_parties_last() -> None:
    assert written(evidence(OTHER), evidence(UNKNOWN), evidence(OWN)) == (
        "**Charter**:\n\n> The charter protects all members. [1] It was signed at night. [1]\n\n"
        "According to Letter:\n\n> The charter is long. [2]\n\n"
        "According to Herald, a third party (Essay):\n\n> The charter harms members. [3]"
    )


def test_further_passages_stand_apart_and_in_the_same_order() -> None:
    assert written(evidence(OTHER), evidence(UNKNOWN, main=False), evidence(OWN, main=False)) == (
        "According to Herald, a third party (Essay):\n\n> The charter harms members. [1]\n\n"
        "Further passages:\n\n"
        "**Charter**:\n\n> The charter protects all members. [2] It was signed at night. [2]\n\n"
        "According to Letter:\n\n> The charter is long. [3]"
    )


def test_pieces_of_one_document_share_a_label_and_are_paragraphs() -> None:
    assert written(evidence(OWN, 1, 1), evidence(OTHER), evidence(OWN, 0, 0)) == (
        "**Charter**:\n\n> It was signed at night. [1]\n>\n> The charter protects all members. [2]\n\n"
        "According to Herald, a third party (Essay):\n\n> The charter harms members. [3]"
    )


RULES = read("rules", "Members promise to do three things:\n\n- keep watch. Always.\n\n- mend nets\n\n- tell the truth")


def test_a_list_keeps_its_lead_in_and_is_a_list() -> None:
    assert written(evidence(RULES)) == (
        "**rules**:\n\n> Members promise to do three things: [1]\n>\n"
        "> - keep watch. [1] Always. [1]\n> - mend nets [1]\n> - tell the truth [1]"
    )


def test_one_item_alone_is_no_list() -> None:
    assert written(evidence(RULES, 4, 4)) == "**rules**:\n\n> tell the truth [1]"


def with_gap(text: str, gap: str) -> CutDocument:
    """A document of one sentence inside which page furniture stands."""
    at = text.index(gap)
    whole = read("gapped", text)
    sentence = Sentence(
        start=0,
        end=len(text),
        kind=BlockKind.PARAGRAPH,
        section=0,
        block=0,
        gaps=(Span(at, at + len(gap)),),
    )
    return replace(whole, sentences=(sentence,))


def test_gaps_are_marked_in_the_answer_and_in_the_quotation() -> None:
    cut = with_gap("The charter protects\n\nCHARTER 27\n\nall members.", "CHARTER 27")
    assert displayed(cut, cut.sentences[0]) == "The charter protects […] all members."
    verified = verify(write([evidence(cut)], {}, phrases("en"), TODAY))
    assert verified.text.endswith("> The charter protects […] all members. [1]")
    (citation,) = verified.citations
    assert citation.quote == cut.document.text
    assert citation.display_quote == "The charter protects […] all members."


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("as shown [3].", r"as shown \[3\]."),
        ("as shown [3][12]", r"as shown \[3\]\[12\]"),
        ("as shown [3, 4–6]", r"as shown \[3, 4–6\]"),
        ("[[3]]", r"[\[3\]]"),
        ("[…] [sic] [a1] [ ] [3a] 3] [3", "[…] [sic] [a1] [ ] [3a] 3] [3"),
        ("", ""),
    ],
)
def test_reference_numbers_of_a_source_are_no_markers(text: str, escaped: str) -> None:
    assert plain(text) == escaped


def test_a_draft_without_evidence_says_nothing() -> None:
    assert write([], {}, phrases("en"), TODAY) == []


def test_a_draft_is_labels_and_statements_with_their_evidence() -> None:
    piece = evidence(OWN)
    draft = write([piece], {}, phrases("en"), TODAY)
    assert [type(part) for part in draft] == [Label, Statement, Statement]
    assert all(part.evidence is piece for part in draft if isinstance(part, Statement))
    assert isinstance(OWN.document, Document)
