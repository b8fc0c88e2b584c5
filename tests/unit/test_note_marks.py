"""Which numbers in a text lead to notes, and that no quotation ends in one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.testing import read
from ingest.document import Span
from ingest.note_marks import find_note_marks
from ingest.sentences import split_sentences

ROW = "Boats sink.1 Nets tear.2 Oars break.3 "


def marks(text: str) -> list[str]:
    return [text[mark.start : mark.end] for mark in find_note_marks(text, split_sentences(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ROW, ["1", "2", "3"]),
        ("Boats sink.1 Nets, torn,2 are mended.3 And regulations4 that hold.", ["1", "2", "3", "4"]),
        ("He said “boats sink”.1 Nets tear (often).2 Oars break!3 It rose by 5%.4 So in 1999.5", list("12345")),
        ("Boats sink.[1] Nets tear.[2][3] Oars break [4]. Sails rip.[^5]", ["[1]", "[2][3]", " [4]", "[^5]"]),
        ("Boats sink.¹ Nets tear.² Oars break.³ Sails rip.⁴", ["¹", "²", "³", "⁴"]),
        ("Boats sink. 3 But nets tear. 1 They are old. 2", [" 3", " 1", " 2"]),
        ("Boats sink. 1 But nets tear. 2 3 They are old. 4", [" 1", " 2 3", " 4"]),
        # one of the row may stand where nobody looks; more may not
        ("Boats sink.1 Nets tear.2 Oars break.4 Sails rip.5", ["1", "2", "4", "5"]),
        (f"{ROW}Sails rip.17", ["1", "2", "3"]),
        # what is no row, or does not begin at its beginning, are numbers
        ("How many boats? 5", []),
        ("Boats sink.1 Nets tear.2", []),
        ("Boats sink.7 Nets tear.8 Oars break.9", []),
        # numbers that are part of a word, a figure or an address
        (f"{ROW}CO2, EU3, km² and G1 are words; 1.3, 2:1, 3% and section.2.1 are figures.", ["1", "2", "3"]),
        (f"{ROW}Italy: 4", ["1", "2", "3"]),
        (f"{ROW}It says so in Art. 4", ["1", "2", "3"]),
        (f"{ROW}See the guidelines, para. 4", ["1", "2", "3"]),
        (f"{ROW}How many? 4", ["1", "2", "3"]),
        (f"{ROW}Belgium, 4", ["1", "2", "3"]),
        ("Italy: 1", []),
        # right behind a word a number is a mark where it is the only one
        (f"{ROW}In stage3 boats sink.", ["1", "2", "3"]),
        ("", []),
    ],
)
def test_numbers_that_run_on_from_one_are_marks(text: str, expected: list[str]) -> None:
    assert marks(text) == expected


def test_figures_in_a_list_are_no_marks() -> None:
    counted = "\n".join(f"- {name}: {n}" for n, name in enumerate(["Italy", "Spain", "Malta", "Greece"], start=1))
    club = read("club", f"{ROW}\n\nDeaths by country:\n\n{counted}")
    told = [club.wording(sentence) for sentence in club.sentences]
    assert told[-4:] == ["Italy: 1", "Spain: 2", "Malta: 3", "Greece: 4"]


def test_no_sentence_ends_in_a_mark_and_footnotes_find_theirs() -> None:
    notes = "1 Boat report.\n2 Net report.\n3 Oar report."
    club = read("club", f"{ROW.strip()} Sails,2 too, rip.\n\n{notes}")
    told = [club.wording(sentence) for sentence in club.sentences]
    assert told[:4] == ["Boats sink.", "Nets tear.", "Oars break.", "Sails,2 too, rip."]
    assert club.chunks[0].end == club.sentences[club.chunks[0].last - 1].end
    last = club.sentences[2]
    assert club.document.text[last.start : last.end + 1] == "Oars break.3"


@given(st.text(alphabet="aB .!,1234¹²[]%\n“”", max_size=200))
def test_marks_lie_in_their_sentences_apart_and_begin_behind_something(text: str) -> None:
    spans = split_sentences(text)
    at = 0
    for mark in find_note_marks(text, spans):
        assert at <= mark.start < mark.end
        at = mark.end
        assert any(span.start < mark.start and mark.end <= span.end for span in spans)


def test_a_text_of_nothing_but_marks_is_read_in_time() -> None:
    text = "Boats sink.1 " * 20_000
    assert find_note_marks(text, [Span(0, len(text))]) == ()
