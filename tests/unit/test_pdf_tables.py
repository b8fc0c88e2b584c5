"""Tables of PDF files: rows that can be cited, and what only looks like a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from ingest.chunks import cut
from ingest.document import BlockKind, Document, Metadata
from ingest.readers.registry import read_bytes
from ingest.readers.result import ReadResult
from ingest.readers.testing import PdfText, make_pdf

PROSE = "The people who live here have the same rights as all others, whatever"


def read(lines: Sequence[PdfText]) -> ReadResult:
    return read_bytes(make_pdf([lines]), Path("a.pdf"))


def rows(result: ReadResult) -> list[str]:
    return [result.text[mark.start : mark.end] for mark in result.marks if mark.kind is BlockKind.TABLE_ROW]


def table(cells: Sequence[Sequence[str]], xs: Sequence[float], top: float = 700) -> list[PdfText]:
    """Cells with their left edges at ``xs``, a row every 16 points; empty ones are not drawn."""
    return [
        PdfText(text, top - 16 * number, 10, x)
        for number, row in enumerate(cells)
        for text, x in zip(row, xs, strict=True)
        if text
    ]


MEMBERS = (("Year", "Members", "Budget"), ("2019", "155", "1.2 million"), ("2020", "160", "1.4 million"))


def test_rows_between_text_are_marked_with_tabs_between_their_cells() -> None:
    lines = [PdfText(PROSE, 740, 10), *table(MEMBERS, (72, 200, 330)), PdfText(PROSE, 630, 10)]
    result = read(lines)
    assert rows(result) == ["Year\tMembers\tBudget", "2019\t155\t1.2 million", "2020\t160\t1.4 million"]
    assert "\n".join(rows(result)) in result.text


def test_cells_drawn_column_by_column_make_the_same_rows() -> None:
    lines = table(MEMBERS, (72, 200, 330))
    assert rows(read(sorted(lines, key=lambda text: (text.x, text.y)))) == rows(read(lines)) != []


def test_each_row_is_one_sentence_that_can_be_cited() -> None:
    result = read([PdfText(PROSE, 740, 10), *table(MEMBERS, (72, 200, 330))])
    document = Document(
        id="a", path="a.pdf", sha256="", text=result.text, metadata=Metadata(title="A", language="en"),
        pages=result.pages, marks=result.marks,
    )  # fmt: skip
    cited = [s for s in cut(document).sentences if s.kind is BlockKind.TABLE_ROW]
    assert [document.text[s.start : s.end] for s in cited] == rows(result)
    assert {document.page_at(s.start) for s in cited} == {1}


def test_numbers_set_to_the_right_are_one_column() -> None:
    lines = [
        PdfText(text, 700 - 16 * number, 10, x)
        for number, (name, count) in enumerate(
            (("Greece", "7"), ("Spain", "1,250"), ("France", "310"), ("Malta", "12"))
        )
        for text, x in ((name, 72), (count, 300 - 5 * len(count)))
    ]
    assert rows(read(lines)) == ["Greece\t7", "Spain\t1,250", "France\t310", "Malta\t12"]


def test_a_cell_of_several_lines_is_one() -> None:
    cells = (
        ("Aim", "Who"),
        ("Care for all", "Members and partners in"),
        ("", "all countries"),
        ("Fair work", "Unions"),
        ("Housing", "Cities"),
    )
    assert rows(read(table(cells, (72, 200)))) == [
        "Aim\tWho", "Care for all\tMembers and partners in all countries", "Fair work\tUnions", "Housing\tCities",
    ]  # fmt: skip


def test_an_empty_cell_keeps_its_place() -> None:
    cells = (("Year", "Members", "Staff"), ("2019", "155", "9"), ("2020", "", "11"), ("2021", "163", "12"))
    assert rows(read(table(cells, (72, 200, 330))))[2] == "2020\t\t11"


def test_a_table_inside_a_column_and_prose_beside_it() -> None:
    prose = [PdfText(f"{PROSE[: 44 - row % 4]}", 700 - 16 * row, 10, 320) for row in range(20)]
    above = [PdfText(f"{PROSE[: 44 - row % 4]}", 700 - 16 * row, 10, 60) for row in range(10)]
    result = read([*table(MEMBERS, (60, 120, 190), top=520), *above, *prose])
    assert rows(result) == ["Year\tMembers\tBudget", "2019\t155\t1.2 million", "2020\t160\t1.4 million"]
    assert result.text.index("2020\t160") < result.text.index(prose[0].text, result.text.index("2020\t160"))


@pytest.mark.parametrize("words", [5, 8])
def test_prose_in_columns_is_no_table(words: int) -> None:
    text = PROSE.split()
    lines = [
        PdfText(" ".join((text * 3)[row : row + words]), 700 - 13 * row, 10, x) for row in range(12) for x in (60, 310)
    ]
    assert rows(read(lines)) == []


def stretched(lines: Sequence[str], left: float, right: float, top: float = 700) -> list[PdfText]:
    """Lines of which each but the last fills the width, however wide the spaces between its words become."""
    found = []
    for number, line in enumerate(lines):
        words = line.split()
        room = right - left - 5 * len("".join(words))
        space = room / (len(words) - 1) if number < len(lines) - 1 else 5
        x = left
        for word in words:
            found.append(PdfText(word, top - 13 * number, 10, x))
            x += 5 * len(word) + space
    return found


NARROW = (
    "policies that are in force here and now,",
    "the realities facing undocumented",
    "migrants, families and communities,",
    "including those providing frontline",
    "services and networks which work with",
    "those who live in our towns and villages",
    "at all levels, and so on.",
)


def test_lines_that_were_stretched_to_one_width_are_no_table() -> None:
    result = read(stretched(NARROW, 72, 307))
    assert rows(result) == []
    assert result.text.split() == " ".join(NARROW).split()


@pytest.mark.parametrize("lower", [0, 6])
def test_columns_of_stretched_lines_are_no_table_whatever_the_heights_of_their_lines(lower: float) -> None:
    result = read([*stretched(NARROW, 60, 295), *stretched(NARROW[::-1], 325, 560, top=700 - lower)])
    assert rows(result) == []
    assert result.text.split() == " ".join([*NARROW, *NARROW[::-1]]).split()


@pytest.mark.parametrize(
    "cells",
    [
        (("1.", "First we ask"), ("2.", "Then we act"), ("3.", "At last we rest")),
        (("•", "First we ask"), ("•", "Then we act"), ("•", "At last we rest")),
        (("(a)", "First we ask"), ("(b)", "Then we act"), ("(c)", "At last we rest")),
        (("1", "See the law"), ("2", "See the report"), ("3", "See the ruling")),
        (("Introduction", "3"), ("Rights", "7"), ("Work", "12"), ("Index", "30")),
        (("Year", "Members"), ("2019", "155")),
    ],
)
def test_what_only_looks_like_a_table(cells: Sequence[Sequence[str]]) -> None:
    result = read([PdfText(PROSE, 760, 10), *table(cells, (72, 200))])
    assert rows(result) == []
    assert all(" ".join(row) in result.text for row in cells)


def test_cells_of_a_script_from_right_to_left_begin_on_the_right() -> None:
    cells = (("عدد", "سنة"), ("كثير", "أول"), ("قليل", "ثان"), ("بعض", "آخر"))
    shown = [[text[::-1] for text in row] for row in cells]
    assert rows(read(table(shown, (72, 200)))) == ["سنة\tعدد", "أول\tكثير", "ثان\tقليل", "آخر\tبعض"]
