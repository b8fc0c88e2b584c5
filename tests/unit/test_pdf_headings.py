"""Headings of PDF files: by size, by bold type that stands alone, by bookmarks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from ingest.chunks import cut
from ingest.document import BlockKind, Document, Metadata
from ingest.readers.registry import read_bytes
from ingest.readers.testing import PdfBookmark, PdfText, make_pdf

BODY = ("The people who live here have the same rights as all others, whatever", "papers they hold, and they are told.")


def paragraph(top: float) -> list[PdfText]:
    return [PdfText(BODY[0], top), PdfText(BODY[1], top - 13)]


def headings(*pages: Sequence[PdfText], bookmarks: Sequence[PdfBookmark] = ()) -> list[tuple[int, str]]:
    result = read_bytes(make_pdf(pages, bookmarks=bookmarks), Path("a.pdf"))
    return [(mark.level, result.text[mark.start : mark.end]) for mark in result.marks if mark.kind is BlockKind.HEADING]


def test_short_bold_lines_of_body_size_are_headings_below_the_large_ones() -> None:
    page = [
        PdfText("A plan", 780, 20),
        *paragraph(740), PdfText("Health care", 700, bold=True), *paragraph(680),
        PdfText("2.1 Housing and work", 640, bold=True), *paragraph(620), *paragraph(580), *paragraph(540),
    ]  # fmt: skip
    assert headings(page) == [(1, "A plan"), (2, "Health care"), (3, "2.1 Housing and work")]


def test_a_bold_heading_right_above_its_text_and_one_of_two_lines() -> None:
    page = [
        *paragraph(740), PdfText("Health care", 700, bold=True), *paragraph(687),
        PdfText("What we ask of the members of the parliament and of all governments", 640, bold=True),
        PdfText("in the years that come", 627, bold=True), *paragraph(600), *paragraph(560), *paragraph(520),
    ]  # fmt: skip
    long = "What we ask of the members of the parliament and of all governments\nin the years that come"
    assert headings(page) == [(1, "Health care"), (1, long)]


@pytest.mark.parametrize(
    "bold",
    [
        "This is a whole sentence that somebody wanted to be seen.",
        "and some words that fill a line of a paragraph by chance",
        "2021",
    ],
)
def test_bold_text_that_is_no_heading(bold: str) -> None:
    page = [*paragraph(740), PdfText(bold, 700, bold=True), *paragraph(670), *paragraph(630), *paragraph(590)]
    assert headings(page) == []


def test_a_bold_line_inside_a_paragraph_is_no_heading() -> None:
    page = [
        PdfText("A line of text that goes on without an end to the next one and then", 740),
        PdfText("Stresses what it says by bold type that fills the line by mere chance", 727, bold=True),
        PdfText("before it ends.", 714), *paragraph(680), *paragraph(640), *paragraph(600),
    ]  # fmt: skip
    assert headings(page) == []


def test_where_most_is_bold_it_says_nothing() -> None:
    page = [PdfText("Bold line", 740 - 40 * row, bold=True) for row in range(8)]
    assert headings([*page, *paragraph(300)]) == []


def test_bookmarks_give_headings_and_their_levels() -> None:
    first = [
        PdfText("A plan", 780, 20),
        PdfText("1. What is", 740, 14),
        *paragraph(710),
        PdfText("Where", 670),
        *paragraph(640),
    ]
    second = [
        PdfText("2. What will be", 740, 14),
        *paragraph(710),
        PdfText("When and", 670),
        PdfText("how", 657),
        *paragraph(620),
    ]
    outline = [
        PdfBookmark("What is", 1, [PdfBookmark("Where", 1)]),
        PdfBookmark("2. WHAT  WILL BE", 2, [PdfBookmark("When and how", 2), PdfBookmark("Nowhere to be found", 2)]),
    ]
    assert headings(first, second, bookmarks=outline) == [
        (1, "A plan"), (1, "1. What is"), (2, "Where"), (1, "2. What will be"), (2, "When and\nhow"),
    ]  # fmt: skip


def test_a_bookmark_names_a_line_of_its_own_page_only() -> None:
    pages = [[*paragraph(740), PdfText("Where", 700), *paragraph(670)]] * 2
    assert headings(*pages, bookmarks=[PdfBookmark("Where", 2)]) == [(1, "Where")]


def test_numbered_lines_that_stand_alone_head_sections() -> None:
    page = [
        PdfText("1. What is", 760), *paragraph(730), *paragraph(690), PdfText("2. What will be", 650), *paragraph(620),
        *paragraph(580),
    ]  # fmt: skip
    result = read_bytes(make_pdf([page]), Path("a.pdf"))
    document = Document(
        id="a", path="a.pdf", sha256="", text=result.text, metadata=Metadata(title="A", language="en"),
        pages=result.pages, marks=result.marks,
    )  # fmt: skip
    assert [section.path for section in cut(document).sections if section.path] == [
        ("1. What is",), ("2. What will be",)
    ]  # fmt: skip
