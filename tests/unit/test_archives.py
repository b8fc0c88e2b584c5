"""Zip files that are made to do harm, or were damaged: one sentence each, before they are unpacked."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from pathlib import Path

import docx
import pytest

from ingest.errors import UnreadableFile
from ingest.readers import archive as archives
from ingest.readers.archive import Archive
from ingest.readers.registry import read_bytes
from ingest.readers.testing_archives import make_epub, make_odt, make_zip

CENTRAL = b"PK\x01\x02"
TEXT = b"<p>text</p>"


def word(text: str = "text") -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def replaced(data: bytes, name: str, content: bytes) -> bytes:
    """The same archive with other content under ``name``, packed as tightly as it can be."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return make_zip({entry: file.read(entry) for entry in file.namelist()} | {name: content})


def lying(data: bytes, name: str, size: int) -> bytes:
    """The same archive, whose directory says that the entry ``name`` unpacks to ``size`` bytes."""
    changed = bytearray(data)
    place = data.index(CENTRAL)
    while data[place + 46 : place + 46 + len(name)] != name.encode():
        place = data.index(CENTRAL, place + 1)
    struct.pack_into("<L", changed, place + 24, size)
    return bytes(changed)


def twice() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file.writestr("a", TEXT)
        file.writestr("a", TEXT)
    return stream.getvalue()


def overlapping() -> bytes:
    """Two entries of the directory that give the same bytes."""
    data = make_zip({"a": TEXT, "b": TEXT})
    second = data.index(CENTRAL, data.index(CENTRAL) + 1)
    changed = bytearray(data)
    struct.pack_into("<L", changed, second + 42, 0)
    return bytes(changed)


def encrypted() -> bytes:
    changed = bytearray(make_zip({"a": TEXT}))
    struct.pack_into("<H", changed, bytes(changed).index(CENTRAL) + 8, 1)
    return bytes(changed)


def method(number: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", number) as file:
        file.writestr("a", TEXT)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (make_zip({"a": bytes(1_000_001)}), "holds a file that unpacks to more than 100 times its size"),
        (make_zip({str(number): b"" for number in range(2_001)}), "holds more than 2,000 files"),
        (make_zip({"/etc/passwd": TEXT}), "holds a file whose name leads out of it"),
        (make_zip({"a/../../b": TEXT}), "holds a file whose name leads out of it"),
        (make_zip({"..\\b": TEXT}), "holds a file whose name leads out of it"),
        (make_zip({"C:b": TEXT}), "holds a file whose name leads out of it"),
        (twice(), "holds two files of the same name"),
        (overlapping(), "holds files that share the same bytes"),
        (encrypted(), "is locked with a password"),
        (method(zipfile.ZIP_LZMA), "is packed by a method that is not read"),
    ],
)  # fmt: skip
def test_a_harmful_archive_is_refused_whatever_it_is_called(data: bytes, says: str) -> None:
    for name in ("a.docx", "a.odt", "a.epub", "a.txt"):
        with pytest.raises(UnreadableFile) as caught:
            read_bytes(data, Path(name))
        assert str(caught.value).startswith(f"{name} {says}")
        assert str(caught.value).endswith(".")


def test_the_total_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    data = make_zip({"a": bytes(600), "b": bytes(600)})
    assert Archive(data, Path("a.odt")).names == ("a", "b")
    monkeypatch.setattr(archives, "LARGEST_UNPACKED", 1_000)
    with pytest.raises(UnreadableFile, match="unpacks to more than"):
        Archive(data, Path("a.odt"))


def test_names_with_dots_and_small_entries_of_any_ratio_are_fine() -> None:
    data = make_zip({"a..b/...c": TEXT, "zeros": bytes(1_000_000)})
    archive = Archive(data, Path("a.odt"))
    assert archive.read("a..b/...c") == TEXT
    assert archive.read("zeros") == bytes(1_000_000)


@pytest.mark.parametrize(
    ("name", "data", "part"),
    [
        ("a.docx", word(), "word/document.xml"),
        ("a.docx", word(), "docProps/thumbnail.jpeg"),
        ("a.odt", make_odt("<text:p>text</text:p>"), "content.xml"),
        ("a.epub", make_epub({"a.xhtml": "<p>text</p>"}), "OEBPS/a.xhtml"),
    ],
)
def test_more_is_never_unpacked_than_the_directory_says(name: str, data: bytes, part: str) -> None:
    assert read_bytes(data, Path(name)).text == "text"
    with pytest.raises(UnreadableFile, match="holds more than its directory says"):
        read_bytes(lying(data, part, 10), Path(name))
    with pytest.raises(UnreadableFile, match="is damaged"):
        read_bytes(lying(data, part, 900_000), Path(name))


@pytest.mark.parametrize(
    ("name", "data", "part"),
    [
        ("a.odt", make_odt("<text:p>text</text:p>"), "content.xml"),
        ("a.epub", make_epub({"a.xhtml": "<p>text</p>"}), "OEBPS/a.xhtml"),
    ],
)
def test_an_archive_in_the_place_of_the_text_is_not_read(name: str, data: bytes, part: str) -> None:
    with pytest.raises(UnreadableFile, match="another archive where its text should be"):
        read_bytes(replaced(data, part, make_zip({"a": TEXT})), Path(name))


def test_an_embedded_table_does_not_keep_a_word_file_from_being_read() -> None:
    with_table = replaced(word(), "word/embeddings/table.xlsx", make_zip({"xl/workbook.xml": TEXT}, packed=False))
    assert read_bytes(with_table, Path("a.docx")).text == "text"


ENTITIES = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY file SYSTEM "file:///etc/passwd">]>'
)


def test_entities_are_refused_or_left_out() -> None:
    odt = make_odt("<text:p>text &b;&file;</text:p>")
    with zipfile.ZipFile(io.BytesIO(odt)) as file:
        content = file.read("content.xml")
    with pytest.raises(UnreadableFile, match="XML entities"):
        read_bytes(replaced(odt, "content.xml", ENTITIES + content), Path("a.odt"))
    with zipfile.ZipFile(io.BytesIO(word("text here"))) as file:
        content = file.read("word/document.xml").split(b"?>", 1)[1].replace(b"here", b"&file;")
    assert read_bytes(replaced(word(), "word/document.xml", ENTITIES + content), Path("a.docx")).text == "text"


def test_millions_of_paragraphs_are_one_sentence() -> None:
    with zipfile.ZipFile(io.BytesIO(word())) as file:
        entries = {name: file.read(name) for name in file.namelist()}
    entries["word/document.xml"] = entries["word/document.xml"].replace(
        b"<w:sectPr", b"<w:p/>" * 4_000_000 + b"<w:sectPr", 1
    )
    with pytest.raises(UnreadableFile, match="than can be read; split it"):
        read_bytes(make_zip(entries, packed=False), Path("a.docx"))
