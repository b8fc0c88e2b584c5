"""PDF files that are locked, broken, too long, or have pages without a text layer; recognition of these pages."""

from __future__ import annotations

import ctypes
import io
import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from ingest.document import BlockKind
from ingest.errors import UnreadableFile
from ingest.readers import pdf, pdf_ocr
from ingest.readers.registry import DEFAULTS, read_bytes
from ingest.readers.result import ReadOptions
from ingest.readers.testing import PdfText, make_pdf

HERE = Path("a.pdf")
TEXT = [PdfText("A page with its text.", 700)]
ENGLISH = ReadOptions(ocr="eng")

needs_tesseract = pytest.mark.skipif(
    shutil.which(pdf_ocr.PROGRAM) is None or bool(pdf_ocr.lacking("eng")),
    reason="needs the program tesseract with English",
)


def refusal(data: bytes, options: ReadOptions = DEFAULTS) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_bytes(data, HERE, options)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    return message


def scan(*pages: list[tuple[str, float, float, float]]) -> bytes:
    """A PDF with pictures of pages, each with texts in real letters: text, size, place from the left and the foot."""
    drawn, scanned = pypdfium2.PdfDocument.new(), pypdfium2.PdfDocument.new()
    for texts in pages:
        page = drawn.new_page(595, 842)
        for text, size, x, y in texts:
            shape = pdfium.FPDFPageObj_NewTextObj(drawn, b"Helvetica", size)
            letters = ctypes.create_string_buffer(f"{text}\0".encode("utf-16-le"))
            pdfium.FPDFText_SetText(shape, ctypes.cast(letters, pdfium.FPDF_WIDESTRING))
            pdfium.FPDFPageObj_Transform(shape, 1, 0, 0, 1, x, y)
            pdfium.FPDFPage_InsertObject(page, shape)
        page.gen_content()
        picture = pypdfium2.PdfImage.new(scanned)
        picture.set_bitmap(page.render(scale=200 / 72))
        picture.set_matrix(pypdfium2.PdfMatrix().scale(595, 842))
        sheet = scanned.new_page(595, 842)
        sheet.insert_obj(picture)
        sheet.gen_content()
    stream = io.BytesIO()
    scanned.save(stream)
    scanned.close()
    drawn.close()
    return stream.getvalue()


# What is refused


def test_a_lock_against_printing_does_not_hinder_reading() -> None:
    assert read_bytes(make_pdf([TEXT], restricted=True), HERE).text == TEXT[0].text


def test_a_file_cut_short_is_damaged() -> None:
    whole = make_pdf([TEXT] * 3)
    assert refusal(whole[: len(whole) // 4]) == "a.pdf is damaged or incomplete; download or export it again."


def test_a_file_with_too_many_pages_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_MOST_PAGES", 3)
    assert read_bytes(make_pdf([TEXT] * 3), HERE).pages[-1].number == 3
    assert refusal(make_pdf([TEXT] * 4)) == "a.pdf has 4 pages, and at most 3 are read; split it into parts."


def test_five_thousand_pages_are_the_limit() -> None:
    assert "has 5,001 pages" in refusal(make_pdf([[]] * 5001))


def test_a_crowded_page_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_MOST_GLYPHS", 30)
    result = read_bytes(make_pdf([TEXT, [PdfText("x" * 31, 700)]]), HERE)
    assert result.text == TEXT[0].text
    assert result.notes == ("a.pdf: page 2 of 2 has more than 200,000 letters and was left out.",)
    assert "letters on a page" in refusal(make_pdf([[PdfText("x" * 31, 700)]]))


# Pages without a text layer


def test_a_scan_is_refused_and_the_way_on_is_named() -> None:
    message = refusal(make_pdf([[], []], pictures=[1, 2]))
    assert message == "a.pdf is a scan without a text layer; run text recognition (OCR) on it."


def test_pages_without_a_text_layer_are_noted_and_the_others_read() -> None:
    unread = [3, 7, 8, 9]
    pages = [[] if number in unread else TEXT for number in range(1, 13)]
    result = read_bytes(make_pdf(pages, pictures=[1, *unread]), HERE)
    assert result.notes == (
        ("a.pdf: pages 3, 7-9 of 12 have no text layer and were left out; run text recognition (OCR) on the file."),
    )
    assert [page.number for page in result.pages] == [1, 2, 4, 5, 6, 10, 11, 12]


def test_blank_pages_lack_nothing() -> None:
    result = read_bytes(make_pdf([TEXT, [], TEXT]), HERE)
    assert result.notes == ()
    assert [page.number for page in result.pages] == [1, 3]


def test_fonts_that_do_not_say_their_letters() -> None:
    assert "fonts that do not say which letters they show" in refusal(make_pdf([TEXT], mapped=False))


# Recognition


def test_without_the_program_a_scan_is_refused_and_a_page_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_ocr, "PROGRAM", "no-such-program")
    assert refusal(make_pdf([[]], pictures=[1]), ENGLISH) == (
        "a.pdf is a scan without a text layer, and the program no-such-program is not installed; "
        "install it for text recognition (OCR)."
    )
    result = read_bytes(make_pdf([TEXT, []], pictures=[2]), HERE, ENGLISH)
    assert result.notes == (
        "a.pdf: page 2 of 2 has no text layer and was left out.",
        (
            "a.pdf: no page was recognised, because the program no-such-program is not installed; "
            "install it and read the file again."
        ),
    )


def test_a_page_that_takes_too_long_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("tesseract", 180)

    monkeypatch.setattr(pdf_ocr, "lacking", lambda _: "")
    monkeypatch.setattr(subprocess, "run", slow)
    (note,) = read_bytes(make_pdf([TEXT, []], pictures=[2]), HERE, ENGLISH).notes
    assert note == ("a.pdf: page 2 of 2 has no text layer (and tesseract took more than 180 seconds) and was left out.")


@needs_tesseract
def test_a_language_that_is_not_installed_is_named() -> None:
    result = read_bytes(make_pdf([TEXT, []], pictures=[2]), HERE, ReadOptions(ocr="eng+tlh"))
    assert "because tesseract does not have the language tlh" in result.notes[1]


@needs_tesseract
def test_recognised_pages_go_through_the_same_layout() -> None:
    body = ["Everyone", "who", "lives", "here", "has", "the", "same", "right", "to", "health", "care"]
    columns = [
        (" ".join([*body, *body][row : row + 6]), 11.0, x, 640.0 - 14 * row) for row in range(8) for x in (50.0, 320.0)
    ]
    data = scan([("Health for all people", 26.0, 60.0, 740.0), *columns])
    result = read_bytes(data, HERE, ENGLISH)
    headings = [result.text[mark.start : mark.end] for mark in result.marks if mark.kind is BlockKind.HEADING]
    assert headings == ["Health for all people"]
    assert result.title == "Health for all people"
    left = result.text.split("\n\n", 1)[1].split("\n")
    assert left[0] == left[8] == "Everyone who lives here has the"
    assert result.notes == ("a.pdf: page 1 of 1 was recognised by machine and may hold errors.",)


@needs_tesseract
def test_a_picture_without_words_holds_none() -> None:
    assert "found no words" in refusal(make_pdf([[]], pictures=[1]), ENGLISH)
