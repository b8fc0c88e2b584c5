"""Word, OpenDocument and EPUB files for the torture folder: whole ones, and ones that are made to do harm."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.readers.testing_archives import make_epub, make_odt, make_zip

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_DIRECTORY = b"PK\x01\x02"


def word_file(body: str, *, declared: str = "", packed: bool = True) -> bytes:
    """The least that is a Word file; ``declared`` stands before the root of its text."""
    text = f'{declared}<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
    parts = {"[Content_Types].xml": _CONTENT_TYPES, "_rels/.rels": _RELATIONS, "word/document.xml": text}
    return make_zip(parts, packed=packed)


def paragraph(text: str, properties: str = "") -> str:
    """A paragraph of a Word file; ``properties`` are those of its only run."""
    return f"<w:p><w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def report(sentences: Mapping[str, str]) -> bytes:
    """A Word file with the sentences "text", "outer", "inner", "cell" and "note" in such places; "hidden" is hidden."""
    document = docx.Document()
    document.add_heading("Annual report", 0)
    document.add_paragraph(sentences["text"]).add_run(sentences["hidden"]).font.hidden = True
    document.add_paragraph(sentences["outer"], style="List Bullet")
    document.add_paragraph(sentences["inner"], style="List Bullet 2")
    table = document.add_table(3, 2)
    for row, (name, value) in enumerate([("House", "Remarks"), ("North", sentences["cell"]), ("South", "none")]):
        table.cell(row, 0).text, table.cell(row, 1).text = name, value
    last = document.add_paragraph("Its figures have a source.")
    last._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="2"/></w:r>'))
    stream = io.BytesIO()
    document.save(stream)
    return _with_footnote(stream.getvalue(), sentences["note"])


def _with_footnote(data: bytes, note: str) -> bytes:
    notes = f'<w:footnotes {nsdecls("w")}><w:footnote w:id="2">{paragraph(note)}</w:footnote></w:footnotes>'
    relation = (
        '<Relationship Id="rIdNotes" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'footnotes" Target="footnotes.xml"/></Relationships>'
    )
    kind = (
        '<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.footnotes+xml"/></Types>'
    )
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    relations = "word/_rels/document.xml.rels"
    parts[relations] = parts[relations].replace(b"</Relationships>", relation.encode())
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", kind.encode())
    return make_zip({**parts, "word/footnotes.xml": notes.encode()})


def open_document(*texts: str, hidden: str = "") -> bytes:
    """An OpenDocument text of these paragraphs, with ``hidden`` in a style that nobody sees."""
    styles = (
        '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>'
    )
    body = "".join(f"<text:p>{text}</text:p>" for text in texts)
    return make_odt(f'{body}<text:p>.<text:span text:style-name="H">{hidden}</text:span></text:p>', styles=styles)


def book(*texts: str) -> bytes:
    """An EPUB book with a chapter for each text."""
    pages = {
        f"chapter{number}.xhtml": "<html xmlns='http://www.w3.org/1999/xhtml'><body>"
        f"<h1>Chapter {number}</h1><p>{text}</p></body></html>"
        for number, text in enumerate(texts, start=1)
    }
    return make_epub(pages, metadata="<dc:title>A book</dc:title><dc:language>en</dc:language>")


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The archive ``data`` with this content under ``name``, packed."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        parts: dict[str, str | bytes] = {entry: file.read(entry) for entry in file.namelist()}
    return make_zip({**parts, name: content})


def lying(data: bytes, name: str, size: int) -> bytes:
    """The archive ``data``, whose directory says that ``name`` unpacks to ``size`` bytes."""
    changed = bytearray(data)
    place = data.index(_DIRECTORY)
    while data[place + 46 : place + 46 + len(name)] != name.encode():
        place = data.index(_DIRECTORY, place + 1)
    struct.pack_into("<L", changed, place + 24, size)
    return bytes(changed)


def entity_bomb() -> bytes:
    """A Word file in which an abbreviation stands for a thousand million words."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return word_file(paragraph("&e9;"), declared=f'<!DOCTYPE d [<!ENTITY e0 "word ">{entities}]>')
