"""The bytes of a file decide what it is, its name only what is expected; and what is too large is not opened."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from ingest.errors import UnreadableFile
from ingest.readers import registry
from ingest.readers.registry import read_bytes, read_file
from ingest.readers.testing import PdfText, make_pdf
from ingest.readers.testing_archives import make_epub, make_odt, make_zip


def word() -> bytes:
    document = docx.Document()
    document.add_paragraph("text")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


PAGE = b"<!DOCTYPE html><html><body><p>text</p></body></html>"
FILES = {
    "a.pdf": (make_pdf([[PdfText("text", 700)]]), "a PDF file"),
    "a.docx": (word(), "a Word file"),
    "a.odt": (make_odt("<text:p>text</text:p>"), "an OpenDocument text"),
    "a.epub": (make_epub({"a.xhtml": "<p>text</p>"}), "an EPUB book"),
    "a.html": (PAGE, "a web page"),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("called", ["a.txt", "a.md", *FILES])
def test_a_file_under_another_name_is_read_as_what_it_is(name: str, called: str) -> None:
    data, kind = FILES[name]
    result = read_bytes(data, Path(called))
    assert result.text == "text"
    note = f"{called} is {kind}, not what its name says, and was read as one; rename it."
    assert result.notes == (() if called == name else (note,))


@pytest.mark.parametrize(
    "page",
    [
        b"\xef\xbb\xbf\n<!-- saved --><!-- twice --><HTML lang=en><p>text",
        b"<?xml version='1.0'?>\n<html xmlns='http://www.w3.org/1999/xhtml'><body>text</body></html>",
        PAGE.decode().encode("utf-16"),
    ],
)
def test_a_page_is_recognised_behind_what_may_come_before_it(page: bytes) -> None:
    result = read_bytes(page, Path("a.pdf"))
    assert (result.text, len(result.notes)) == ("text", 1)


def test_text_that_speaks_of_formats_stays_text() -> None:
    for text in ("In <html> files ...", "A file begins with %PDF-1.7.", "PK\n\nMZ", "BM is a bank", "{rtf}"):
        result = read_bytes(text.encode(), Path("a.txt"))
        assert (result.text, result.notes) == (text, ())


def test_a_damaged_file_is_judged_by_the_reader_of_its_name() -> None:
    for name in ("a.pdf", "a.docx", "a.odt", "a.epub"):
        with pytest.raises(UnreadableFile, match=r"or is damaged|is not a PDF file"):
            read_bytes(b"PK\x03\x04 and no more", Path(name))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is locked with a password or an old .doc file"),
        (rb"{\rtf1\ansi text}", "is an RTF file; save it as"),
        (b"%!PS-Adobe-3.0", "is a PostScript file"),
        (b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;", "is a web archive"),
        (b"\x89PNG\r\n\x1a\n", "is an image; run text recognition"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "is an image"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "is an image"),
        (b"\x00\x00\x00\x18ftypheic", "is an image"),
        (b"\x00\x00\x00\x18ftypmp42", "is a sound or a film"),
        (b"\x7fELF\x02\x01\x01", "is a program, not a document; remove it"),
        (b"MZ\x90\x00\x03", "is a program"),
        (b"\x1f\x8b\x08\x00", "is an archive, not a document; unpack it"),
        (b"SQLite format 3\x00", "is a database"),
        (make_zip({"minutes.txt": "text"}), "is an archive"),
        (make_zip({"[Content_Types].xml": "", "xl/workbook.xml": ""}), "is a spreadsheet; save it as PDF"),
        (make_zip({"[Content_Types].xml": "", "ppt/presentation.xml": ""}), "is a presentation"),
        (make_zip({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "is a spreadsheet"),
    ],
)
def test_what_is_no_document_is_one_sentence_whatever_its_name(data: bytes, says: str) -> None:
    for name in ("a.txt", "a.docx", "a.pdf", "a.html"):
        with pytest.raises(UnreadableFile) as caught:
            read_bytes(data, Path(name))
        message = str(caught.value)
        assert message.startswith(f"{name} {says}")
        assert message.count(". ") == 0
        assert message.endswith(".")


def test_a_text_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.txt"
    with huge.open("wb") as file:
        file.truncate(registry.LARGEST_TEXT + 1)  # takes no room on the disk
    with pytest.raises(UnreadableFile) as caught:
        read_file(huge)
    assert str(caught.value) == f"{huge} has more than 100 MB of text; split it into several files."


def shrink(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "LARGEST_TEXT", 20)


@pytest.mark.parametrize(
    ("name", "data", "refused"),
    [
        ("a.md", b"x" * 21, True),
        ("a.md", b"x" * 20, False),
        ("a.pdf", PAGE, True),
        ("a.pdf", FILES["a.pdf"][0], False),
        ("a.docx", FILES["a.docx"][0], False),
    ],
)
@pytest.mark.parametrize("read", [read_bytes, lambda data, path: read_file(path)])
def test_the_size_is_bounded_for_text_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, data: bytes, refused: bool, read: Callable[..., object]
) -> None:
    shrink(monkeypatch)
    path = tmp_path / name
    path.write_bytes(data)
    if refused:
        with pytest.raises(UnreadableFile, match="MB of text"):
            read(data, path)
    else:
        assert read(data, path)
