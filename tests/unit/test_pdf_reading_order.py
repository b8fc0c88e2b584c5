"""In which order the lines of a PDF are read: columns, what stands over and under them, turned pages, any drawing."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from ingest.document import BlockKind
from ingest.readers.registry import read_bytes
from ingest.readers.result import ReadResult
from ingest.readers.testing import PdfText, make_pdf

LEFT, RIGHT = 60.0, 310.0
WORDS = [
    "every",
    "person",
    "who",
    "lives",
    "here",
    "has",
    "the",
    "same",
    "right",
    "to",
    "care",
    "and",
    "to",
    "be",
    "heard",
    "by",
    "those",
    "in",
    "charge",
]


def read(*pages: Sequence[PdfText], turned: int = 0) -> ReadResult:
    return read_bytes(make_pdf(pages, turned=turned), Path("a.pdf"))


def column(name: str, x: float, top: float, lines: int, *, width: int = 38, size: float = 10) -> list[PdfText]:
    """Prose of so many lines of about ``width`` letters, each beginning with the name and number of its line."""
    texts = []
    for number in range(lines):
        text = f"{name}{number:02}"
        for place in range(number, number + 30):
            word = WORDS[place % len(WORDS)]
            if len(text) + 1 + len(word) > width:
                break
            text += f" {word}"
        texts.append(PdfText(text, top - 13 * number, size, x))
    return texts


def order(result: ReadResult) -> list[str]:
    """The first words of the lines."""
    return [line.split()[0] for line in result.text.split("\n") if line.strip() and line != "\f"]


def names(name: str, lines: int) -> list[str]:
    return [f"{name}{number:02}" for number in range(lines)]


def rows_by_rows(left: list[PdfText], right: list[PdfText]) -> list[PdfText]:
    """The same lines drawn across both columns, as some programs do."""
    return [text for pair in zip(left, right, strict=True) for text in pair]


def test_columns_drawn_line_by_line_are_read_one_after_the_other() -> None:
    sheet = rows_by_rows(column("l", LEFT, 700, 12), column("r", RIGHT, 700, 12))
    assert order(read(sheet)) == [*names("l", 12), *names("r", 12)]


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_drawing_gives_the_same_text(seed: int) -> None:
    sheet = [
        PdfText("TITLE that stands over both of the columns of this page", 780, 12, 90),
        *column("l", LEFT, 740, 12),
        *column("r", RIGHT, 740, 15),
        PdfText("BOTH columns end above this line, which reaches over the whole page again", 500, 10, LEFT),
        PdfText("AND so does this one, with which the page comes to its end at long last", 487, 10, LEFT),
    ]
    expected = ["TITLE", *names("l", 12), *names("r", 15), "BOTH", "AND"]
    assert order(read(sheet)) == expected
    shuffled = random.Random(seed).sample(sheet, len(sheet))
    assert order(read(shuffled)) == expected


def test_three_columns() -> None:
    columns = [column(name, x, 700, 10, width=26) for name, x in (("a", 40), ("b", 215), ("c", 390))]
    sheet = [text for row in zip(*columns, strict=True) for text in row]
    assert order(read(sheet)) == [*names("a", 10), *names("b", 10), *names("c", 10)]


def test_a_heading_between_two_parts_in_columns_stays_between_them() -> None:
    sheet = [
        *column("a", LEFT, 760, 6), *column("b", RIGHT, 760, 6),
        PdfText("HEADING of the part below, over both of its columns", 650, 14, LEFT),
        *column("c", LEFT, 620, 6), *column("d", RIGHT, 620, 6),
    ]  # fmt: skip
    expected = [*names("a", 6), *names("b", 6), "HEADING", *names("c", 6), *names("d", 6)]
    assert order(read(random.Random(1).sample(sheet, len(sheet)))) == expected


def test_short_columns_of_a_last_page_are_found_where_those_before_are() -> None:
    first = rows_by_rows(column("l", LEFT, 700, 12), column("r", RIGHT, 700, 12))
    last = rows_by_rows(column("x", LEFT, 700, 2), column("y", RIGHT, 700, 2))
    assert order(read(first, last))[-4:] == [*names("x", 2), *names("y", 2)]


def test_footnotes_under_columns_follow_the_text_of_both() -> None:
    left, right = column("l", LEFT, 700, 12), column("r", RIGHT, 700, 12)
    left[3] = PdfText("l03 has a mark", 661, 10, LEFT)
    marks = [PdfText("1", 665, 6, LEFT + 14 * 5), PdfText("2", 704, 6, RIGHT + len(right[0].text) * 5)]
    notes = [
        PdfText("1", 154, 5, LEFT), PdfText("First note of this page.", 150, 8, LEFT + 6),
        PdfText("2", 154, 5, RIGHT), PdfText("Second note of this page.", 150, 8, RIGHT + 6),
    ]  # fmt: skip
    result = read([*notes, *rows_by_rows(left, right), *marks])
    notes_read = [result.text[mark.start : mark.end] for mark in result.marks if mark.kind is BlockKind.FOOTNOTE]
    assert notes_read == ["¹ First note of this page.", "² Second note of this page."]
    assert result.text.endswith("\n\n".join(notes_read))
    assert "l03 has a mark¹" in result.text
    assert order(result)[:24] == [*names("l", 12), *names("r", 12)]


def test_a_sentence_goes_on_from_column_to_column_in_one_paragraph() -> None:
    sheet = rows_by_rows(column("l", LEFT, 700, 8), column("r", RIGHT, 700, 8))
    end = [PdfText("It ends here.", 700 - 13 * 8, 10, RIGHT)]
    result = read([*sheet, *end])
    assert [(mark.kind, result.text[mark.start : mark.end]) for mark in result.marks] == [
        (BlockKind.PARAGRAPH, result.text)
    ]


def test_columns_of_a_script_from_right_to_left_begin_on_the_right() -> None:
    words = ["لكل", "شخص", "الحق", "في", "الرعاية", "الصحية", "دون", "تمييز", "وفي", "السكن", "اللائق"]

    def arabic(name: str, x: float) -> list[PdfText]:
        # Letters stand in a file as they are seen, the last one of a line leftmost.
        lines = [" ".join([name, *words[number % 3 :], *words][:7]) for number in range(8)]
        return [PdfText(line[::-1], 700 - 13 * number, 10, x) for number, line in enumerate(lines)]

    result = read([*arabic("يسار", LEFT), *arabic("يمين", RIGHT)])
    assert order(result) == ["يمين"] * 8 + ["يسار"] * 8
    assert "الحق في الرعاية" in result.text


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_page_shown_turned_is_read_alike(turned: int) -> None:
    sheet = rows_by_rows(column("l", LEFT, 700, 6), column("r", RIGHT, 700, 6))
    assert order(read(sheet, turned=turned)) == [*names("l", 6), *names("r", 6)]


def test_no_line_is_lost_wherever_it_stands() -> None:
    chance = random.Random(7)
    for _ in range(30):
        sheet = [
            PdfText(f"w{number:03} {'x' * chance.randrange(40)}".strip(), chance.randrange(20, 820),
                    chance.choice([7, 10, 10, 14]), chance.randrange(20, 400))
            for number in range(60)
        ]  # fmt: skip
        text = read(sheet).text
        # What is drawn over each other may lack the space between.
        assert [number for number in range(60) if text.count(f"w{number:03}") != 1] == []
        assert text.count("x") == sum(line.text.count("x") for line in sheet)


def test_heads_of_even_and_odd_pages_and_roman_page_numbers_are_no_text() -> None:
    def sheet(number: int, shown: str) -> list[PdfText]:
        even = number % 2 == 0
        head = f"{shown}  Yearly report" if even else f"What we found  {shown}"
        return [PdfText(head, 810, 9, 60 if even else 400), *column(f"p{number}x", LEFT, 690, 8, width=60)]

    shown = ["i", "ii", "iii", "iv", "1", "2", "3", "4"]
    result = read(*(sheet(number, text) for number, text in enumerate(shown, start=1)))
    furniture = [result.text[mark.start : mark.end] for mark in result.marks if mark.kind is BlockKind.FURNITURE]
    assert [" ".join(text.split()) for text in furniture] == [
        "What we found i", "ii Yearly report", "What we found iii", "iv Yearly report",
        "What we found 1", "2 Yearly report", "What we found 3", "4 Yearly report",
    ]  # fmt: skip
    assert [page.number for page in result.pages] == list(range(1, 9))


def test_lines_with_other_roman_numerals_are_no_furniture() -> None:
    sheets = [
        [PdfText(f"Part {part}", 800, 11), *column(f"p{number}x", LEFT, 740, 8, width=60)]
        for number, part in enumerate(("I", "II", "VII", "XL"), start=1)
    ]
    assert BlockKind.FURNITURE not in {mark.kind for mark in read(*sheets).marks}
