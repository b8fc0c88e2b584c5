"""Every format, on real files built here: what its text, marks, pages and metadata are, and how it fails."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.document import BlockKind
from ingest.errors import UnreadableFile
from ingest.readers.registry import SUFFIXES, read_bytes, read_file
from ingest.readers.result import ReadResult
from ingest.readers.testing import PdfText, make_pdf
from ingest.readers.testing_archives import make_epub, make_odt

POLISH = (
    "Organizacja wspiera migrantów: zażółć gęślą jaźń, święta prawda. Każdy ma prawo do godności i ochrony zdrowia."
)
GREEK = "Τα δικαιώματα των μεταναστών χωρίς έγγραφα είναι ανθρώπινα δικαιώματα, όπως η υγεία και η στέγαση."


def marked(result: ReadResult) -> list[tuple[str, int, str]]:
    return [(str(mark.kind), mark.level, result.text[mark.start : mark.end]) for mark in result.marks]


def html(body: str, head: str = "") -> ReadResult:
    return read_bytes(f"<html><head>{head}</head><body>{body}</body></html>".encode(), Path("page.html"))


def linked(data: str) -> str:
    """A head with linked data."""
    return f'<title>T</title><script type="application/ld+json">{data}</script>'


# Plain text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_text_is_read_in_every_unicode_encoding(encoding: str) -> None:
    assert read_bytes(f"{POLISH}\r\n{GREEK}".encode(encoding), Path("a.txt")).text == f"{POLISH}\n{GREEK}"


@pytest.mark.parametrize(("encoding", "text"), [("cp1250", POLISH), ("cp1253", GREEK), ("iso8859-7", GREEK)])
def test_text_of_older_programs_is_recognised(encoding: str, text: str) -> None:
    assert read_bytes("\n".join([text] * 4).encode(encoding), Path("a.txt")).text == "\n".join([text] * 4)


def test_invisible_characters_are_dropped_before_anything_is_counted() -> None:
    result = read_bytes("\ufeff\u200bone\ftwo\u2060".encode(), Path("a.txt"))
    assert (result.text, result.dropped) == ("one\ftwo", 2)
    assert [(page.number, result.text[page.start : page.end]) for page in result.pages] == [(1, "one"), (2, "two")]


def test_empty_sheets_keep_the_count_of_pages() -> None:
    pages = read_bytes(b"one\f \fthree\f", Path("a.txt")).pages
    assert [page.number for page in pages] == [1, 3]


# Markdown


def test_markdown_marks_what_its_signs_say() -> None:
    text = (
        "---\ntitle: Raport roczny\ndate: 2021-05-06 10:00:00\nlang: pl-PL\n---\n\n# Wstęp #\n\nAkapit\ndalej.\n\n"
        "- jeden\n  dalej\n- dwa\n    1. w środku\n- trzy\n\nTytuł\n=====\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n"
        "```sh\n# no heading\n```\n<!-- ignore\nthis -->\n* * *\n####### seven\n"
    )
    result = read_bytes(text.encode(), Path("a.md"))
    assert result.text == text
    assert (result.title, result.published, result.language) == ("Raport roczny", "2021-05-06", "pl")
    assert marked(result)[1:] == [
        ("heading", 1, "# Wstęp #"),
        ("list_item", 1, "- jeden\n  dalej"),
        ("list_item", 1, "- dwa"),
        ("list_item", 2, "1. w środku"),
        ("list_item", 1, "- trzy"),
        ("heading", 1, "Tytuł"),
        ("furniture", 0, "====="),
        ("table_row", 0, "| a | b |"),
        ("furniture", 0, "|---|--:|"),
        ("table_row", 0, "| 1 | 2 |"),
        ("paragraph", 0, "```sh\n# no heading\n```"),
        ("furniture", 0, "<!-- ignore\nthis -->"),
        ("furniture", 0, "* * *"),
    ]
    assert marked(result)[0][0] == "furniture"


@pytest.mark.parametrize(
    "text", ["---\n\nA rule, not front matter.\n\n---\n", "---\n- a\n- list\n---\n", "--- \n: [\n---\n"]
)
def test_what_is_not_front_matter_states_nothing(text: str) -> None:
    result = read_bytes(text.encode(), Path("a.md"))
    assert (result.text, result.title, result.published) == (text, None, None)


# HTML


def test_html_gives_the_content_without_chrome_and_without_what_is_hidden() -> None:
    result = html(
        "<header><h1>Site</h1></header><nav>Menu</nav><div role=banner>Banner</div>"
        "<main><h1>Nos <em>droits</em></h1><script>x()</script><p>Un\n  paragraphe<br>coupé.</p>"
        "<p hidden>no</p><p style='color:red; display : none'>no</p><span aria-hidden=true>no</span>"
        "<p style='font-size:0'>no</p><p style='font-size:0.9em;opacity:0.5'>yes</p><!-- no --><template>no</template>"
        "<dialog>no</dialog><header>in content</header></main><aside>Aside</aside><footer>Imprint</footer>"
    )
    assert marked(result) == [
        ("heading", 1, "Nos droits"),
        ("paragraph", 0, "Un paragraphe\ncoupé."),
        ("paragraph", 0, "yes"),
        ("paragraph", 0, "in content"),
    ]


def test_html_lists_tables_and_footnotes() -> None:
    result = html(
        "<p>Lead-in in 2021<sup>3</sup> and m<sup>2</sup>, the 5<sup>th</sup>:</p>"
        "<ul><li>one<ul><li><p>inner</p><p>more</p></li></ul>rest</li><li>two</li></ul>"
        "<table><caption>Counts</caption><tr><th>Year</th><th>Members</th></tr>"
        "<tr><td>2021</td><td>1<br>60</td></tr></table>"
        "<table><tr><td><h2>Layout</h2><p>a</p></td></tr></table>"
        "<pre>as  typed\n  here</pre><section role=doc-endnotes><ol><li>A note.</li></ol></section>"
    )
    assert marked(result) == [
        ("paragraph", 0, "Lead-in in 2021³ and m², the 5th:"),
        ("list_item", 1, "one"),
        ("list_item", 2, "inner"),
        ("paragraph", 0, "more"),
        ("paragraph", 0, "rest"),
        ("list_item", 1, "two"),
        ("paragraph", 0, "Counts"),
        ("table_row", 0, "Year\tMembers"),
        ("table_row", 0, "2021\t1 60"),
        ("heading", 2, "Layout"),
        ("paragraph", 0, "a"),
        ("paragraph", 0, "as  typed\n  here"),
        ("footnote", 0, "A note."),
    ]
    assert "Members\n2021" in result.text
    assert "a\n\nas  typed" in result.text


def test_a_page_saved_behind_a_dialog_keeps_its_content() -> None:
    assert html("<div aria-hidden=true><main><p>Text</p></main></div><div role=dialog>Cookies?</div>").text == "Text"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<article><p>The one article of the page.</p></article><p>Share</p>", "The one article of the page."),
        ("<article>a</article><article>b</article>", "a\n\nb"),
        ("<p>Long text around a teaser.</p><article>t</article>", "Long text around a teaser.\n\nt"),
        ("<main></main><p>Outside</p>", "Outside"),
    ],
)
def test_the_main_content_is_found(body: str, text: str) -> None:
    assert html(body).text == text


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<title>Rights | Site</title><meta name=date content=2021-03-04>", ("Rights", "2021-03-04")),
        ("<title>Other – Site</title><meta property=article:published_time content=2021-03-04T10:00:00Z>",
         ("Other – Site", "2021-03-04")),
        ("<meta property=og:title content='Open graph'><title>T</title>", ("Open graph", None)),
        ("<title>Untitled</title><meta name=dcterms.issued content=2021-13>", ("Rights", None)),
        (linked('{"@graph": [{"datePublished": "2020-02"}]}'), ("T", "2020-02")),
        (linked('[{"datePublished": "2020"}, {"datePublished": "2021"}]'), ("T", None)),
        (linked("{broken"), ("T", None)),
    ],
)  # fmt: skip
def test_title_and_date_of_a_page(head: str, expected: tuple[str, str | None]) -> None:
    result = html("<main><h1>Rights</h1><p>Text</p></main>", head)
    assert (result.title, result.published) == expected


def test_encoding_and_language_of_a_page() -> None:
    page = f"<html lang=pl-PL><meta charset=windows-1250><p>{POLISH}</p>"
    result = read_bytes(page.encode("cp1250"), Path("page.htm"))
    assert (result.text, result.language) == (POLISH, "pl")
    resaved = f"<html xml:lang=el><meta charset=iso-8859-7><p>{GREEK}</p>"
    assert read_bytes(resaved.encode(), Path("page.html")).text == GREEK
    xhtml = (
        f'<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body>{GREEK}</body></html>'
    )
    assert read_bytes(xhtml.encode(), Path("page.xhtml")).text == GREEK


# Word


def word(build: Callable[[WordDocument], object]) -> bytes:
    document = docx.Document()
    build(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def with_footnotes(data: bytes, notes: str) -> bytes:
    """The same file with a footnotes part that holds ``notes`` (XML)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/_rels/document.xml.rels":
                kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
                link = f'<Relationship Id="rIdF" Type="{kind}" Target="footnotes.xml"/></Relationships>'
                content = content.replace(b"</Relationships>", link.encode())
            if name == "[Content_Types].xml":
                part = '<Override PartName="/word/footnotes.xml" ContentType="application/xml"/></Types>'
                content = content.replace(b"</Types>", part.encode())
            new.writestr(name, content)
        new.writestr("word/footnotes.xml", f"<w:footnotes {nsdecls('w')}>{notes}</w:footnotes>")
    return stream.getvalue()


def test_word_keeps_paragraphs_lists_and_tables_in_order() -> None:
    def build(document: WordDocument) -> None:
        document.core_properties.title = "Ετήσια έκθεση"
        document.core_properties.comments = ""
        document.core_properties.created = datetime(2021, 3, 4)
        document.add_heading("Έκθεση", 0)
        document.add_heading("Εισαγωγή", 2)
        document.add_paragraph(GREEK)
        document.add_paragraph("ένα", style="List Bullet")
        document.add_paragraph("δύο", style="List Bullet 2")
        table = document.add_table(rows=2, cols=2)
        for cell, text in zip(
            (c for row in table.rows for c in row.cells), ("Έτος", "Μέλη", "2021", "160"), strict=True
        ):
            cell.text = text
        box = document.add_table(rows=1, cols=1)
        box.rows[0].cells[0].text = "Πλαίσιο"
        document.add_paragraph("τέλος")
        document.sections[0].header.paragraphs[0].text = "Running head"

    result = read_bytes(word(build), Path("a.docx"))
    assert (result.title, result.published, result.language) == ("Ετήσια έκθεση", "2021-03", None)
    assert marked(result) == [
        ("heading", 1, "Έκθεση"),
        ("heading", 2, "Εισαγωγή"),
        ("paragraph", 0, GREEK),
        ("list_item", 1, "ένα"),
        ("list_item", 2, "δύο"),
        ("table_row", 0, "Έτος\tΜέλη"),
        ("table_row", 0, "2021\t160"),
        ("paragraph", 0, "Πλαίσιο"),
        ("paragraph", 0, "τέλος"),
    ]
    assert "Running head" not in result.text


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>"


def test_word_reads_what_is_shown_and_nothing_else() -> None:
    high = "<w:vertAlign w:val='superscript'/>"
    mixed = (
        f"<w:ins>{run('inserted ')}</w:ins><w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
        f"<w:hyperlink>{run('linked')}</w:hyperlink>{run('hidden', '<w:vanish/>')}{run('7', high)}"
        "<w:r><w:tab/><w:instrText>PAGE</w:instrText><w:br/><w:t>next</w:t></w:r>"
    )
    box = f"<w:r><w:pict><w:txbxContent><w:p>{run('boxed')}</w:p></w:txbxContent></w:pict></w:r>"
    parts = [
        f"<w:p {nsdecls('w')}>{mixed}</w:p>",
        f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p>{run('controlled')}</w:p></w:sdtContent></w:sdt>",
        f"<w:p {nsdecls('w')}><w:pPr><w:outlineLvl w:val='1'/></w:pPr>{run('by outline')}{box}</w:p>",
    ]

    def build(document: WordDocument) -> None:
        for place, part in enumerate(parts):
            document.element.body.insert(place, parse_xml(part))

    result = read_bytes(word(build), Path("a.docx"))
    assert marked(result) == [
        ("paragraph", 0, "inserted linked⁷\t\nnext"),
        ("paragraph", 0, "controlled"),
        ("heading", 2, "by outline"),
        ("paragraph", 0, "boxed"),
    ]
    assert (result.title, result.published) == ("by outline", None)


def test_word_footnotes_follow_the_list_that_refers_to_them() -> None:
    def build(document: WordDocument) -> None:
        for number, text in ((2, "first"), (3, "second")):
            paragraph = document.add_paragraph(text, style="List Number")
            paragraph.add_run()._r.append(parse_xml(f"<w:footnoteReference {nsdecls('w')} w:id='{number}'/>"))
        document.add_paragraph("after")

    notes = "<w:footnote w:type='separator' w:id='0'><w:p/></w:footnote>" + "".join(
        f"<w:footnote w:id='{number}'><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:footnote>"
        for number, text in ((2, "Art. 6."), (3, "Art. 7."))
    )
    assert marked(read_bytes(with_footnotes(word(build), notes), Path("a.docx"))) == [
        ("list_item", 1, "first¹"),
        ("list_item", 1, "second²"),
        ("footnote", 0, "¹ Art. 6."),
        ("footnote", 0, "² Art. 7."),
        ("paragraph", 0, "after"),
    ]


# PDF


def report(pages: int) -> bytes:
    """A report with running head and foot, and a footnote on its second page."""
    sheets = []
    for number in range(1, pages + 1):
        sheet = [PdfText("Raport roczny 2021", 810, 9), PdfText(f"{number}", 30, 9, 300)]
        if number == 1:
            sheet.append(PdfText("Prawa migrantów", 760, 24))
        sheet += [
            PdfText(f"{number}. Rozdział", 700, 15),
            PdfText("Każdy człowiek ma prawo do ochrony zdrowia, niezależnie od swego", 670),
            PdfText(f"statusu. To jest strona {number} tego raportu.", 657),
            PdfText(f"Nowy akapit {number} zaczyna się po odstępie.", 625),
        ]
        if number == 2:
            sheet += [PdfText("7", 104, 5), PdfText("Dz.U. 2013 poz. 1650.", 100, 8, 76)]
        sheets.append(sheet)
    return make_pdf(sheets, created="D:20210304120000Z")


def test_pdf_pages_headings_footnotes_and_furniture() -> None:
    result = read_bytes(report(3), Path("a.pdf"))
    assert (result.title, result.published, result.language) == ("Prawa migrantów", "2021-03", None)
    assert [page.number for page in result.pages] == [1, 2, 3]
    assert [result.text[page.start : page.end].count("strona") for page in result.pages] == [1, 1, 1]
    assert [mark for mark in marked(result) if mark[0] != "paragraph"] == [
        ("furniture", 0, "Raport roczny 2021"),
        ("heading", 1, "Prawa migrantów"),
        ("heading", 2, "1. Rozdział"),
        ("furniture", 0, "1"),
        ("furniture", 0, "Raport roczny 2021"),
        ("heading", 2, "2. Rozdział"),
        ("footnote", 0, "⁷ Dz.U. 2013 poz. 1650."),
        ("furniture", 0, "2"),
        ("furniture", 0, "Raport roczny 2021"),
        ("heading", 2, "3. Rozdział"),
        ("furniture", 0, "3"),
    ]
    assert "swego\nstatusu. To jest strona 1 tego raportu.\n\nNowy akapit 1" in result.text
    assert "\n\f\n" in result.text


def test_pdf_lines_that_only_look_alike_are_no_furniture() -> None:
    filler = [
        PdfText("Text that fills the page so that its size is the usual one.", 400 - 13 * line) for line in range(6)
    ]
    sheets = [[PdfText(f"Table {number}", 800), *filler] for number in (1, 2, 7, 9)]
    kinds = {mark.kind for mark in read_bytes(make_pdf(sheets), Path("a.pdf")).marks}
    assert BlockKind.FURNITURE not in kinds


def test_pdf_superscripts_stay_on_their_line_and_apart_from_numbers() -> None:
    width = 5.5  # of a letter at 11 points
    line = [
        PdfText("W roku 2021", 700),
        PdfText("12", 704, 7, 72 + 11 * width),
        PdfText("było", 700, 11, 72 + 14 * width),
    ]
    assert read_bytes(make_pdf([line]), Path("a.pdf")).text == "W roku 2021¹² było"


def test_pdf_words_hyphenated_at_line_ends_stay_as_they_are() -> None:
    lines = [PdfText("Das ist eine Menschenrechts-", 700), PdfText("organisation in Europa.", 687)]
    assert read_bytes(make_pdf([lines]), Path("a.pdf")).text == "Das ist eine Menschenrechts-\norganisation in Europa."


def test_pdf_keeps_characters_beyond_the_basic_plane() -> None:
    assert read_bytes(make_pdf([[PdfText("ab 👩 cd 𝐀", 700)]]), Path("a.pdf")).text == "ab 👩 cd 𝐀"


def test_pdf_contents_are_marked_by_their_leaders() -> None:
    lines = [
        PdfText("1. Wstęp . . . . . . . . 4", 700),
        PdfText("2. Prawa ......... 12", 680),
        PdfText("Tekst...", 640),
    ]
    assert [mark.kind for mark in read_bytes(make_pdf([lines]), Path("a.pdf")).marks] == [BlockKind.CONTENTS] * 2


@pytest.mark.parametrize(
    ("stated", "title"), [("Plan 2030", "Plan 2030"), ("Microsoft Word - plan_v2.docx", "Large"), ("Untitled", "Large")]
)
def test_pdf_title_is_the_stated_one_unless_software_wrote_it(stated: str, title: str) -> None:
    sheet = [PdfText("Large", 700, 20), PdfText("The body of the text in its usual size.", 660)]
    assert read_bytes(make_pdf([sheet], title=stated), Path("a.pdf")).title == title


# Failures


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.pdf", make_pdf([[PdfText("x", 700)]], locked=True), "is encrypted"),
        ("a.pdf", make_pdf([[], []]), "has nothing but blank pages"),
        ("a.pdf", b"%PDF-1.7\nbroken", "is damaged or incomplete"),
        ("a.pdf", b"<html>", "holds no text"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is locked with a password or an old .doc file"),
        ("a.docx", b"plain text", "is not a Word file or is damaged"),
        ("a.docx", word(lambda document: document)[:-400], "is not a Word file or is damaged"),
        ("a.docx", word(lambda document: document), "holds no text"),
        ("a.txt", b"", "is empty"),
        ("a.txt", b" \n\t", "holds no text"),
        ("a.txt", bytes(range(256)) * 40, "is not a text file in a known encoding"),
        ("a.txt", b"\xff\xfe\x00", "is not a text file in a known encoding"),
        ("a.md", "\u200b\ufeff".encode(), "holds no text"),
        ("a.html", b"no tags at all", "is not an HTML page"),
        ("a.html", b"<nav>only a menu</nav>", "holds no text"),
        ("a.doc", b"text", "is of a type that is not read"),
        ("noending", b"text", "is of a type that is not read"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_sentence(name: str, data: bytes, says: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_bytes(data, Path(name))
    message = str(caught.value)
    assert message.startswith(f"{name} {says}")
    assert message.endswith(".")
    assert "\n" not in message


def test_a_page_without_end_of_nesting_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="nests its elements too deeply"):
        read_bytes(b"<div>" * 3000 + b"deep" + b"</div>" * 3000, Path("a.html"))


def test_a_word_file_with_damaged_parts_is_one_sentence() -> None:
    whole = zipfile.ZipFile(io.BytesIO(word(lambda document: document.add_paragraph("text"))))
    needed = {"[Content_Types].xml", "_rels/.rels", "docProps/core.xml"}
    needed |= {f"word/{part}.xml" for part in ("document", "styles", "settings", "numbering")}
    for damaged in whole.namelist():
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as file:
            for name in whole.namelist():
                if name != damaged:
                    file.writestr(name, whole.read(name))
                elif not name.endswith(".rels"):
                    file.writestr(name, whole.read(name)[:60])
        if damaged in needed:
            with pytest.raises(UnreadableFile, match="is damaged"):
                read_bytes(stream.getvalue(), Path("a.docx"))
        else:
            assert read_bytes(stream.getvalue(), Path("a.docx")).text == "text"


def test_a_missing_file_and_a_folder_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    for name in ("missing.txt", "folder.txt"):
        with pytest.raises(UnreadableFile, match="cannot be opened"):
            read_file(tmp_path / name)


def test_every_suffix_has_a_reader(tmp_path: Path) -> None:
    files = {
        ".docx": word(lambda document: document.add_paragraph(GREEK)),
        ".pdf": make_pdf([[PdfText(GREEK, 700)]]),
        ".odt": make_odt(f"<text:p>{GREEK}</text:p>"),
        ".epub": make_epub({"a.xhtml": f"<p>{GREEK}</p>"}),
    }
    for suffix in SUFFIXES:
        path = tmp_path / f"a{suffix.upper()}"
        path.write_bytes(files.get(suffix, f"<p>{GREEK}</p>".encode() if "htm" in suffix else GREEK.encode()))
        assert read_file(path).text == GREEK


def test_the_registry_imports_no_reader_until_it_is_needed() -> None:
    heavy = "{'bs4', 'lxml', 'docx', 'pypdfium2', 'yaml', 'charset_normalizer'}"
    code = f"import sys, ingest.readers.registry; print(sorted({heavy} & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
