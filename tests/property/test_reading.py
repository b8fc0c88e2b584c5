"""What holds for every file that can be read: the same bytes give the same text, and offsets fit the text."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from ingest.corpus import read_document, scan
from ingest.errors import UnreadableFile
from ingest.invisible import drop_invisible
from ingest.readers.registry import read_bytes
from ingest.readers.result import ReadResult
from ingest.readers.testing import MOST_LETTERS, PdfText, make_pdf

INVISIBLE = [
    "\u200d",
    "\u200c",
    "\u200f",
    "\u202e",
    "\u00ad",
    "\ufeff",
    "\ufe0f",
    "\U000e0041",
    "\r\n",
    "\r",
    "\f",
    "\x00",
]
SIGNS = ["\n", "\n\n", " ", "\t", "# ", "- ", "1. ", "| a |", "---", "```", "<!--", "-->"]
SCRIPTS = ["می", "क्", "👩", "שלום", "Zażółć", "Ελλάδα"]
TRICKY = st.sampled_from([*INVISIBLE, *SIGNS, *SCRIPTS])
TEXTS = st.lists(TRICKY | st.text(max_size=8), max_size=30).map("".join)
WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), min_size=1, max_size=40)


def check(result: ReadResult) -> None:
    """Pages and marks lie within the text, ascend and do not overlap; nothing invisible is left."""
    for spans in (result.pages, result.marks):
        end = 0
        for span in spans:
            assert end <= span.start < span.end <= len(result.text)
            end = span.end
    numbers = [page.number for page in result.pages]
    assert numbers == sorted(set(numbers))
    assert all(number >= 1 for number in numbers)
    for mark in result.marks:
        assert result.text[mark.start : mark.end].strip() == result.text[mark.start : mark.end]
    assert drop_invisible(result.text) == (result.text, 0)


def read_twice(data: bytes, name: str) -> ReadResult | str:
    """The checked result, or the reason why there is none; the same both times."""
    results = []
    for _ in range(2):
        try:
            results.append(read_bytes(data, Path(name)))
        except UnreadableFile as error:
            results.append(str(error))
    first, second = results
    assert first == second
    if isinstance(first, ReadResult):
        check(first)
    else:
        assert first.startswith(f"{name} ")
    return first


def all_marked(result: ReadResult) -> bool:
    """Whether nothing but white space lies between the marks."""
    ends = [0, *(mark.end for mark in result.marks)]
    starts = [*(mark.start for mark in result.marks), len(result.text)]
    return not any(result.text[end:start].strip() for end, start in zip(ends, starts, strict=True))


@given(TEXTS)
@example("क्\u200d\u200f")
@example("👩\u200d\ufe0f👩")
def test_dropping_is_idempotent_and_loses_nothing_that_shows(text: str) -> None:
    cleaned, dropped = drop_invisible(text)
    assert drop_invisible(cleaned) == (cleaned, 0)
    assert dropped >= 0
    ends = text.count("\r\n")
    assert len(cleaned) + dropped == len(text) - ends
    assert [c for c in cleaned if c.isalnum()] == [
        c for c in text if c.isalnum() and c not in "\u115f\u1160\u3164\uffa0"
    ]


@given(TEXTS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.sampled_from(["a.txt", "a.md"]))
def test_text_files(text: str, encoding: str, name: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    expected = drop_invisible(text.encode(encoding).decode(encoding).removeprefix("\ufeff"))[0]
    result = read_twice(text.encode(encoding), name)
    if isinstance(result, str):
        assert not expected.strip() or any(character < " " for character in text)
    else:
        assert result.text == expected


@given(st.binary(max_size=200), st.sampled_from(["a.txt", "a.md", "a.html", "a.pdf", "a.docx"]))
@settings(max_examples=150)
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    read_twice(data, name)


ELEMENTS = st.sampled_from(
    ["p", "div", "ul", "li", "h1", "h3", "table", "tr", "td", "pre", "sup", "b", "article", "br"]
)


def written(node: object) -> str:
    if isinstance(node, tuple):
        name, children = node
        return f"<{name}>{''.join(map(written, children))}</{name}>"
    return str(node).replace("\x00", "").replace("<", "&lt;").encode("utf-8", "ignore").decode()


@given(st.recursive(TEXTS, lambda inner: st.tuples(ELEMENTS, st.lists(inner, max_size=4)), max_leaves=25))
@settings(max_examples=80, deadline=None)
def test_web_pages(tree: object) -> None:
    result = read_twice(f"<body>{written(tree)}<p>end</p></body>".encode(), "a.html")
    if isinstance(result, ReadResult):
        assert all_marked(result)
    else:
        assert "not a text file" in result


@given(
    st.lists(st.lists(st.tuples(WORDS, st.integers(20, 820), st.sampled_from([7, 11, 11, 18])), max_size=6), max_size=4)
)
@settings(max_examples=50, deadline=None)
def test_pdf_files(pages: list[list[tuple[str, int, int]]]) -> None:
    sheets = [[PdfText(text, y, size) for text, y, size in page] for page in pages]
    assume(len({c for page in sheets for text in page for c in text.text}) < MOST_LETTERS - len("Zakończenie"))
    result = read_twice(make_pdf([*sheets, [PdfText("Zakończenie", 500)]]), "a.pdf")
    assert isinstance(result, ReadResult)
    last = result.pages[-1]
    assert (last.number, result.text[last.start : last.end]) == (len(sheets) + 1, "Zakończenie")


STYLES = ["Normal", "Heading 1", "Heading 3", "List Bullet", "List Number 2", "Title", "Quote"]


@given(st.lists(st.tuples(WORDS, st.sampled_from(STYLES) | st.just("table")), min_size=1, max_size=8))
@settings(max_examples=25, deadline=None)
def test_word_files(blocks: list[tuple[str, str]]) -> None:
    document = docx.Document()
    for text, style in blocks:
        if style == "table":
            row = document.add_table(rows=1, cols=2).rows[0]
            row.cells[0].text = row.cells[1].text = text
        else:
            document.add_paragraph(text, style=style)
    document.add_paragraph("end")
    stream = io.BytesIO()
    document.save(stream)
    result = read_twice(stream.getvalue(), "a.docx")
    assert isinstance(result, ReadResult)
    assert result.text.endswith("end")
    assert all_marked(result)


@pytest.mark.parametrize("change", [lambda data: data, lambda data: data + b" "])
def test_the_hash_names_the_bytes(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    data = "Ελλάδα – Zażółć".encode()
    documents = []
    for name, content in (("a", data), ("b", change(data))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "text.txt").write_bytes(content)
        (source,) = scan([tmp_path / name]).sources
        documents.append(read_document(source, ""))
    first, second = documents
    same = change(data) == data
    assert (first.sha256 == second.sha256) is same
    assert (first.text == second.text) is same
