"""Whatever happens to the bytes of a file, it is read, or refused in one sentence."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import UnreadableFile
from ingest.readers.registry import read_bytes
from ingest.readers.testing_archives import make_epub, make_odt, make_zip


def word() -> bytes:
    document = docx.Document()
    document.add_heading("Heading", 1)
    document.add_paragraph("Text", style="List Bullet")
    document.add_table(rows=1, cols=2)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


PAGE = (
    "<html lang=fr><head><title>T</title><style>.x{display:none}</style></head><body><h1 style='color:#fff'>H</h1>"
    "<table><tr><td>a</td><td>b</td></tr></table><ul><li>one<p>two</p></li></ul></body></html>"
)
STYLES = (
    "<style:style style:name='P' style:family='paragraph'><style:text-properties fo:font-size='1pt'/></style:style>"
)
FILES = {
    "a.docx": word(),
    "a.odt": make_odt(
        "<text:h text:outline-level='1'>H</text:h><text:list><text:list-item><text:p text:style-name='P'>x<text:s "
        "text:c='2'/></text:p></text:list-item></text:list><text:p>text</text:p>",
        styles=STYLES,
        meta="<dc:title>T</dc:title>",
    ),
    "a.epub": make_epub({"a.xhtml": PAGE}, metadata="<dc:title>T</dc:title><dc:date>2021</dc:date>"),
    "a.html": PAGE.encode(),
}
NAMES = st.sampled_from(sorted(FILES))
PLACES = st.integers(0, 1_000_000)


def read_or_refused(data: bytes, name: str) -> None:
    try:
        result = read_bytes(data, Path(name))
    except UnreadableFile as error:
        message = str(error)
        assert message.startswith(f"{name} ")
        assert message.endswith(".")
        assert "\n" not in message
    else:
        assert result.text.strip()
        assert all(mark.end <= len(result.text) for mark in result.marks)


def flipped(data: bytes, flips: list[tuple[int, int]]) -> bytes:
    changed = bytearray(data)
    for place, bit in flips:
        changed[place % len(changed)] ^= 1 << bit
    return bytes(changed)


FLIPS = st.lists(st.tuples(PLACES, st.integers(0, 7)), min_size=1, max_size=6)


@pytest.mark.parametrize("name", FILES)
def test_whole_files_are_read(name: str) -> None:
    assert read_bytes(FILES[name], Path(name)).text


@given(NAMES, PLACES)
@settings(max_examples=60, deadline=None)
def test_files_that_end_early(name: str, length: int) -> None:
    data = FILES[name]
    read_or_refused(data[: 1 + length % len(data)], name)


@given(NAMES, FLIPS)
@settings(max_examples=80, deadline=None)
def test_files_with_other_bits(name: str, flips: list[tuple[int, int]]) -> None:
    read_or_refused(flipped(FILES[name], flips), name)


@given(st.sampled_from(["a.docx", "a.odt", "a.epub"]), PLACES, FLIPS)
@settings(max_examples=80, deadline=None)
def test_archives_whose_parts_have_other_bits_and_right_sums(
    name: str, which: int, flips: list[tuple[int, int]]
) -> None:
    with zipfile.ZipFile(io.BytesIO(FILES[name])) as file:
        entries = {entry: file.read(entry) for entry in file.namelist()}
    part = sorted(entries)[which % len(entries)]
    read_or_refused(make_zip(entries | {part: flipped(entries[part], flips)}), name)


@given(st.binary(max_size=300), st.sampled_from(["", "PK\x03\x04", "<html>", "%PDF-1.7\n"]), NAMES)
@settings(max_examples=60, deadline=None)
def test_any_bytes(data: bytes, beginning: str, name: str) -> None:
    read_or_refused(beginning.encode() + data, name)
