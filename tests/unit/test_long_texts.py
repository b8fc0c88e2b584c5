"""Texts that are made to take long take time in proportion to their length, or are refused at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.chunks import cut
from ingest.cut import CutDocument
from ingest.document import Document, Metadata, Span
from ingest.errors import UnreadableFile
from ingest.language import detect_language
from ingest.readers.registry import read_bytes
from tests.torture_office import word_file
from tests.torture_pdf import one_page
from ui.chat.source_marks import Marked, Marking

PROCESSOR_SECONDS = 8
"""Many times what these texts take, and a fraction of what they would if it grew with the square of their length."""


@pytest.fixture(autouse=True)
def _within_bounds() -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < PROCESSOR_SECONDS


def cut_text(text: str) -> CutDocument:
    return cut(Document(id="a", path="a", sha256="", text=text, metadata=Metadata(title="A", language="en")))


@pytest.mark.parametrize(
    ("text", "language"), [("漢字文" * 10_000, "zh"), ("a" * 30_000, "und"), ("1" * 30_000, "und")]
)
def test_the_language_of_a_text_without_spaces(text: str, language: str) -> None:
    assert detect_language(text) in (language, "und")


def test_numbers_of_lists_that_go_on_from_none() -> None:
    items = ["1. Open the door.", "c. Close the door.", "5. Open it again.", "f. Close it again."]
    assert len(cut_text("\n".join(items * 5_000)).sentences) >= 20_000


def test_many_items_on_one_page() -> None:
    assert len(cut_text("- A thing to do.\n" * 40_000).sentences) == 40_000


def test_many_notes_with_the_same_number() -> None:
    assert len(cut_text("The word1 and.\n1 The note.\n" * 10_000).sentences) > 10_000


@pytest.mark.parametrize(
    "places",
    [
        [(50 + n % 7 * 70, 800 - n % 97 * 8) for n in range(5_000)],
        [(50, 2 * n) for n in range(5_000)],
        [(5 * n, 400) for n in range(1_500)],
    ],
    ids=["a table over itself", "a column", "a row"],
)
def test_a_page_of_words_anywhere(places: list[tuple[int, int]]) -> None:
    drawn = b"".join(b"1 0 0 1 %d %d Tm (word) Tj " % place for place in places)
    result = read_bytes(one_page(b"BT /F 1 Tf %s ET" % drawn), Path("a.pdf"))
    assert result.text.count("word") >= 0.9 * len(places)


def test_many_runs_in_one_paragraph_of_a_word_file() -> None:
    runs = "<w:r><w:t>word </w:t></w:r>" * 50_000
    result = read_bytes(word_file(f"<w:p>{runs}</w:p>", packed=False), Path("a.docx"))
    assert result.text == ("word " * 50_000).strip()


@pytest.mark.parametrize("data", [b"word " * 2_000_001, b"- x\n" * 250_001], ids=["characters", "lines"])
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_more_text_than_can_be_cut_is_refused(data: bytes, name: str) -> None:
    with pytest.raises(UnreadableFile, match=r"has more than 10 million characters or 250,000 lines; split it into"):
        read_bytes(data, Path(name))


@pytest.mark.parametrize("item", ["* A **thing** to do.\n", "* See [there](https://example.org/a).\n"])
def test_a_page_that_shows_many_signs_in_one_paragraph(item: str) -> None:
    text = item * 10_000
    html = Marking(text, [Marked(2, 3, "passage")], "markdown").html(Span(0, len(text)))
    assert html.count("•") == 10_000
    assert html.count("<strong>") + html.count("(https://example.org/a)") == 10_000
    assert html.count("<mark ") == 1
