"""Footnotes of a Word file: the part that holds them, and the references to them, which python-docx does not write.

ECMA-376-1, 17.11 (footnotes) and 17.16.5.39 (NOTEREF).
"""

from __future__ import annotations

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.text.paragraph import Paragraph
from docx.text.run import Run

TEXT, REFERENCE = "footnote text", "footnote reference"
"""The names of the styles, which the document must have; that of the reference is one of characters."""

_EMPTY = (
    f"<w:footnotes {nsdecls('w')}>"
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
    "</w:footnotes>"
)


class Footnotes:
    """The footnotes of one document; ``number`` is 1 for the first that is referred to, and so on without gaps."""

    def __init__(self, document: Document) -> None:
        self._document = document
        # By their ids: by a name each is looked for among all styles, which took half of the time of a long file.
        self._mark, self._text = document.styles[REFERENCE].style_id, document.styles[TEXT].style_id
        main = document.part
        self._part = XmlPart(
            PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, parse_xml(_EMPTY), main.package
        )
        main.relate_to(self._part, RELATIONSHIP_TYPE.FOOTNOTES)
        settings = document.settings.element
        kept = parse_xml(f'<w:footnotePr {nsdecls("w")}><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>')
        # Its place among the settings is fixed; ``compat`` is the next that every template has.
        compat = settings.find(qn("w:compat"))
        if compat is None:
            settings.append(kept)
        else:
            compat.addprevious(kept)
        self._referred = set[int]()
        self._notes = dict[int, BaseOxmlElement]()

    def refer(self, paragraph: Paragraph, number: int) -> None:
        """Put the mark of a note at the end of a paragraph: where it is the first, the note belongs to it; a later one
        repeats its number.
        """
        if number in self._referred:
            self._repeat(paragraph, number)
            return
        self._referred.add(number)
        run = paragraph.add_run()
        run._r.style = self._mark
        reference = OxmlElement("w:footnoteReference")
        reference.set(qn("w:id"), str(number))
        run._r.append(reference)
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        start.set(qn("w:id"), str(number))
        start.set(qn("w:name"), _bookmark(number))
        end.set(qn("w:id"), str(number))
        run._r.addprevious(start)
        run._r.addnext(end)

    def add(self, number: int) -> Paragraph:
        """The paragraph of a note, which begins with its number; what it says is added to it."""
        self._notes[number] = note = OxmlElement("w:footnote")
        note.set(qn("w:id"), str(number))
        self._part.element.append(note)
        paragraph = self.add_line(number)
        run = paragraph.add_run()
        run._r.style = self._mark
        run._r.append(OxmlElement("w:footnoteRef"))
        return paragraph

    def add_line(self, number: int) -> Paragraph:
        """One more paragraph of a note."""
        element = OxmlElement("w:p")
        self._notes[number].append(element)
        # Styles and types of runs are found through the main part.
        paragraph = Paragraph(element, self._document._body)
        paragraph._p.style = self._text
        return paragraph

    def part_marks(self, paragraph: Paragraph) -> None:
        """Keep two marks in a row from reading as one number."""
        paragraph.add_run(", ")._r.style = self._mark

    def _repeat(self, paragraph: Paragraph, number: int) -> None:
        def field_sign(kind: str) -> BaseOxmlElement:
            sign: BaseOxmlElement = OxmlElement("w:fldChar")
            sign.set(qn("w:fldCharType"), kind)
            return sign

        code = OxmlElement("w:instrText")
        code.set(qn("xml:space"), "preserve")
        code.text = f" NOTEREF {_bookmark(number)} \\f \\h "
        shown = OxmlElement("w:t")
        shown.text = str(number)
        for content in (field_sign("begin"), code, field_sign("separate"), shown, field_sign("end")):
            run: Run = paragraph.add_run()
            run._r.style = self._mark
            run._r.append(content)


def _bookmark(number: int) -> str:
    return f"_Ref{number}"
