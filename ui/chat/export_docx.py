"""An exported file as a Word document with real footnotes."""

from __future__ import annotations

import re
from io import BytesIO

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import CharacterStyle, ParagraphStyle
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from ui.chat.docx_footnotes import REFERENCE, TEXT, Footnotes
from ui.chat.export_content import Block, Content, Line, Note, Part
from ui.chat.texts import direction
from ui.plain_text import plain_line

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_FONT = "Arial"
_INK = RGBColor(0x1C, 0x27, 0x30)
# Not characters of XML 1.0, besides those that are gone by now.
_NOT_XML = re.compile(r"[\ufffe\uffff]")


def docx_of(content: Content) -> bytes:
    """The file. Every text is set in its language, and right to left where that is written so."""
    document = docx.Document()
    _prepare(document, content)
    footnotes = Footnotes(document)
    _paragraph(document, content.title, content.language, "Title")
    _paragraph(document, content.statement, content.language, "Subtitle")
    for part in content.parts:
        _write(document, part, content.language, footnotes)
    for note in content.notes:
        _write_note(note, content.language, footnotes)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _write_note(note: Note, language: str, footnotes: Footnotes) -> None:
    paragraph = footnotes.add(note.number)
    quoted_in = note.language or language
    _set_direction(paragraph, quoted_in)
    _run(paragraph, f" “{note.quote}” ", quoted_in)
    if direction(quoted_in) != direction(language):
        paragraph = footnotes.add_line(note.number)
        _set_direction(paragraph, language)
    _run(paragraph, note.reference, language)
    for label, url in note.addresses:
        if label:
            _run(paragraph, f" {label}", language)
        _run(paragraph, f" {url}", "")


def _write(document: Document, part: Part, language: str, footnotes: Footnotes) -> None:
    _paragraph(document, part.question, part.question_language, "Heading 1")
    for block in part.blocks:
        _block(document, block, part.language, footnotes)
    for remark in part.remarks:
        paragraph = _paragraph(document, "", remark.language, "Remark")
        _line(paragraph, remark.line, remark.language, footnotes)
    for line in part.made:
        _paragraph(document, line, language, "Made by")


def _block(document: Document, block: Block, language: str, footnotes: Footnotes) -> None:
    if block.kind == "text":
        paragraph = _paragraph(document, "", language, "Quote" if block.quoted else "Normal")
        for number, line in enumerate(block.lines):
            if number:
                paragraph.add_run().add_break()
            _line(paragraph, line, language, footnotes)
        return
    for line in block.lines:
        style = "Heading 2" if block.kind == "heading" else "List Bullet 2" if block.quoted else "List Bullet"
        _line(_paragraph(document, "", language, style), line, language, footnotes)


def _line(paragraph: Paragraph, line: Line, language: str, footnotes: Footnotes) -> None:
    before = None
    for span in line:
        if span.note:
            if before is not None and before.note:
                footnotes.part_marks(paragraph)
            footnotes.refer(paragraph, span.note)
        elif span.text:
            _run(paragraph, span.text, language, bold=span.bold)
        before = span


def _paragraph(document: Document, text: str, language: str, style: str) -> Paragraph:
    paragraph = document.add_paragraph(style=style)
    _set_direction(paragraph, language)
    if text:
        _run(paragraph, plain_line(text), language)
    return paragraph


def _run(paragraph: Paragraph, text: str, language: str, *, bold: bool = False) -> Run:
    run = paragraph.add_run(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text))
    if bold:
        run.bold = True
        run.font.cs_bold = True
    if language:
        from_right = direction(language) == "rtl"
        said = OxmlElement("w:lang")
        # Each script of a font has its own: Latin, and those that are written from the right.
        said.set(qn("w:bidi" if from_right else "w:val"), language)
        if from_right:
            run.font.rtl = True
        run._r.get_or_add_rPr().append(said)
    return run


def _set_direction(paragraph: Paragraph, language: str) -> None:
    if direction(language) == "rtl":
        properties = paragraph._p.get_or_add_pPr()
        # Behind it stand only parts that are not written here, but for the alignment and the level.
        properties.insert_element_before(OxmlElement("w:bidi"), "w:adjustRightInd", "w:spacing", "w:ind", "w:jc")


def _prepare(document: Document, content: Content) -> None:
    """Page, styles and properties; the template brings the rest."""
    properties = document.core_properties
    properties.title, properties.language = content.title, content.language
    properties.author, properties.comments, properties.keywords = "", content.statement, "AI-generated"
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(25)
    for name, size, before, after in (
        ("Normal", 11, 0, 7),
        ("Title", 18, 0, 4),
        ("Subtitle", 10, 0, 12),
        ("Heading 1", 14, 20, 6),
        ("Heading 2", 12, 10, 4),
        ("Quote", 11, 0, 7),
        ("List Bullet", 11, 0, 3),
        ("List Bullet 2", 11, 0, 3),
    ):
        style = document.styles[name]
        assert isinstance(style, ParagraphStyle)
        _shape(style, size, before, after)
    _no_line(document.styles["Title"])
    document.styles["Quote"].paragraph_format.left_indent = Mm(8)
    for name, size, before, after in (("Remark", 10, 5, 5), ("Made by", 9, 2, 2), (TEXT, 9, 0, 2)):
        added = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        assert isinstance(added, ParagraphStyle)
        added.base_style = document.styles["Normal"]
        _shape(added, size, before, after)
    mark = document.styles.add_style(REFERENCE, WD_STYLE_TYPE.CHARACTER)
    assert isinstance(mark, CharacterStyle)
    mark.font.superscript = True


def _shape(style: ParagraphStyle, size: int, before: int, after: int) -> None:
    font = style.font
    font.name, font.size, font.color.rgb, font.italic = _FONT, Pt(size), _INK, False
    properties = style.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    # The fonts of the template's theme would go before the name.
    for attribute in [name for name in fonts.attrib if name.endswith("Theme")]:
        del fonts.attrib[attribute]
    fonts.set(qn("w:cs"), _FONT)
    for tag in ("w:szCs", "w:spacing", "w:kern", "w:iCs"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    larger = OxmlElement("w:szCs")
    larger.set(qn("w:val"), str(size * 2))
    properties.find(qn("w:sz")).addnext(larger)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def _no_line(style: object) -> None:
    """Take away the rule under the template's title."""
    assert isinstance(style, ParagraphStyle)
    properties = style.element.get_or_add_pPr()
    for rule in properties.findall(qn("w:pBdr")):
        properties.remove(rule)
