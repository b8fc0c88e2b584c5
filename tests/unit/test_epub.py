"""EPUB books: what is read of them, in which order, and how they fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import UnreadableFile
from ingest.readers.registry import read_bytes
from ingest.readers.result import ReadResult
from ingest.readers.testing_archives import make_epub, make_zip


def marked(result: ReadResult) -> list[tuple[str, int, str]]:
    return [(str(mark.kind), mark.level, result.text[mark.start : mark.end]) for mark in result.marks]


def page(body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title/></head><body>{body}</body></html>'
    )


def test_parts_are_read_in_the_order_of_the_spine_without_navigation() -> None:
    parts = {
        "b two.xhtml": page("<h1>Second</h1><p>More&nbsp;text</p><aside epub:type='footnote'><p>1 A note</p></aside>"),
        "nav.xhtml": page("<nav epub:type='toc'><h1>Contents</h1></nav><p>not read</p>"),
        "a.xhtml": page("<section><h1>First</h1><a id='x'/><ul><li>item</li></ul><p hidden='hidden'>no</p></section>"),
        "unused.xhtml": page("<p>not in the spine</p>"),
    }
    spine = "".join(f'<itemref idref="{name}"/>' for name in ("nav.xhtml", "a.xhtml", "b two.xhtml", "a.xhtml", "gone"))
    result = read_bytes(make_epub(parts, spine=spine), Path("a.epub"))
    assert marked(result) == [
        ("heading", 1, "First"),
        ("list_item", 1, "item"),
        ("heading", 1, "Second"),
        ("paragraph", 0, "More\xa0text"),
        ("footnote", 0, "1 A note"),
    ]
    assert (result.title, result.notes) == ("First", ())


def test_title_language_and_date_are_those_of_the_package() -> None:
    metadata = (
        "<dc:title> Les droits\n fondamentaux</dc:title><dc:language>fr-BE</dc:language>"
        "<dc:date opf:event='modification'>2022-01-01</dc:date><dc:date opf:event='publication'>2021-05</dc:date>"
    )
    result = read_bytes(make_epub({"a.xhtml": page("<p>x</p>")}, metadata=metadata), Path("a.epub"))
    assert (result.title, result.language, result.published) == ("Les droits fondamentaux", "fr", "2021-05")
    alone = make_epub({"a.xhtml": page("<p>x</p>")}, metadata="<dc:date>2020-02-03T00:00:00Z</dc:date>")
    assert read_bytes(alone, Path("a.epub")).published == "2020-02-03"


def test_a_missing_part_is_a_note() -> None:
    data = make_epub({"a.xhtml": page("<p>x</p>"), "../../out.xhtml": page("<p>no</p>")})
    with pytest.raises(UnreadableFile, match="name leads out of it"):
        read_bytes(data, Path("a.epub"))
    package = (
        "<package><manifest><item id='1' href='a.xhtml' media-type='text/html'/>"
        "<item id='2' href='gone.xhtml' media-type='text/html'/><item id='3' href='a.svg' media-type='image/svg+xml'/>"
        "</manifest><spine><itemref idref='1'/><itemref idref='2'/><itemref idref='3'/></spine></package>"
    )
    container = "<container><rootfiles><rootfile full-path='book.opf'/></rootfiles></container>"
    entries = {"META-INF/container.xml": container, "book.opf": package, "a.xhtml": page("<p>here</p>")}
    result = read_bytes(make_zip(entries), Path("a.epub"))
    assert result.text == "here"
    assert result.notes == ("a.epub lacks its part 'gone.xhtml', which was not read; fetch or export the book again.",)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"no book", "is not an EPUB book or is damaged"),
        (make_zip({"mimetype": "application/epub+zip"}), "is not an EPUB book or is damaged"),
        (make_zip({"META-INF/container.xml": "<container/>"}), "is not an EPUB book or is damaged"),
        (make_epub({"nav.xhtml": page("<p>only contents</p>")}), "holds no text"),
        (make_epub({"a.xhtml": "<div>" * 3000}), "nests its elements too deeply"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_bytes(data, Path("a.epub"))
    assert str(caught.value).startswith(f"a.epub {says}")


def test_a_book_under_copy_protection_is_refused_and_encrypted_fonts_are_not() -> None:
    def protected(name: str) -> bytes:
        reference = f"<encryption><EncryptedData><CipherReference URI='OEBPS/{name}'/></EncryptedData></encryption>"
        return make_epub({"a.xhtml": page("<p>x</p>")}, further={"META-INF/encryption.xml": reference})

    assert read_bytes(protected("font.otf"), Path("a.epub")).text == "x"
    with pytest.raises(UnreadableFile, match=r"a\.epub is protected against copying"):
        read_bytes(protected("a.xhtml"), Path("a.epub"))
