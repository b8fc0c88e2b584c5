"""The body of a Word file to blocks of text.

Works on the XML (ECMA-376, part 1, chapter 17): the paragraph objects of the library leave out content controls,
tracked insertions, text boxes and footnotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from docx.document import Document as WordDocument
from docx.oxml.ns import qn

from ingest.document import BlockKind
from ingest.readers.blocks import BlockWriter, raised
from ingest.readers.xml_part import Element, parse_xml

_SECOND_COPY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_UNSEEN = frozenset(
    {
        _SECOND_COPY,
        *map(qn, ("w:del", "w:moveFrom", "w:delText", "w:instrText", "w:pPr", "w:rPr", "w:sectPr", "w:sdtPr")),
    }
)
_CHARACTERS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "\u2011"}
_NOTES = {qn("w:footnoteReference"): "footnote", qn("w:endnoteReference"): "endnote"}
_HEADING_STYLE = re.compile(r"heading (\d)")
_LIST_STYLE = re.compile(r"list (?:bullet|number)(?: (\d))?")
_LONGEST_HEADING = 300
"""Characters; a longer paragraph in a heading style is a paragraph set in large type."""
_MOST_PARAGRAPHS_IN_CELL = 3
"""A table with more in a cell lays out a page; its cells are read one after the other."""
_MOST_DIGITS = 10
_LARGEST_UNSEEN = 2
"""Half-points; letters of one point are dots to whoever reads the page."""


class _Role(NamedTuple):
    kind: BlockKind
    level: int = 0


class _Style(NamedTuple):
    """What a style says, or the styles it is based on; None is what none of them says. ``size`` is in half-points."""

    role: _Role | None = None
    hidden: bool | None = None
    size: int | None = None


def write_blocks(document: WordDocument, writer: BlockWriter, path: Path) -> None:
    """Write the body of ``document`` as blocks; footnotes follow the paragraph, list or table that they belong to.

    UnreadableFile where a part of it, the file ``path``, is not to be parsed.
    """
    body = _Body(document, writer, path)
    body.write(document.element.body)
    body.write_notes()


class _Body:
    def __init__(self, document: WordDocument, writer: BlockWriter, path: Path) -> None:
        self._writer = writer
        self._styles = {style.get(qn("w:styleId")): style for style in document.styles.element.iter(qn("w:style"))}
        self._notes = {kind: _notes(document, kind, path) for kind in _NOTES.values()}
        self._note_marks: dict[tuple[str, str], str] = {}
        self._resolved: dict[str, _Style] = {}
        self._around: tuple[Element | None, _Style] = (None, _Style())
        self._numbers = dict.fromkeys(_NOTES.values(), 0)
        self._waiting: list[tuple[str, Element]] = []  # notes referred to and not yet written
        self._boxes: list[Element] = []  # text boxes found in the paragraph or table at hand

    def write(self, parent: Element) -> None:
        for element in parent:
            if element.tag == qn("w:p"):
                self._paragraph(element)
            elif element.tag == qn("w:tbl"):
                self._table(element)
            elif element.tag not in _UNSEEN and isinstance(element.tag, str):
                self.write(element)

    def write_notes(self) -> None:
        waiting, self._waiting = self._waiting, []
        for mark, note in waiting:
            text = "\n".join(filter(None, (self._text(paragraph).strip() for paragraph in note.iter(qn("w:p")))))
            self._writer.add(BlockKind.FOOTNOTE, f"{mark} {text}")
        self._write_boxes()

    def _write_boxes(self) -> None:
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self.write(box)

    def _paragraph(self, paragraph: Element) -> None:
        role = self._role(paragraph)
        # Notes wait for the end of a list, so that they do not break it up.
        if role.kind != BlockKind.LIST_ITEM:
            self.write_notes()
        text = self._text(paragraph)
        if role.kind == BlockKind.HEADING and len(text) > _LONGEST_HEADING:
            role = _Role(BlockKind.PARAGRAPH)
        self._writer.add(role.kind, text, role.level)
        self._write_boxes()

    def _table(self, table: Element) -> None:
        self.write_notes()
        for row in _nearest(table, qn("w:tr")):
            if row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None:
                continue
            cells = list(_nearest(row, qn("w:tc")))
            if len(cells) == 1 or any(self._is_layout(cell) for cell in cells):
                for cell in cells:
                    self.write(cell)
            else:
                self._writer.add(BlockKind.TABLE_ROW, "\t".join(" ".join(self._text(cell).split()) for cell in cells))
        self._write_boxes()

    def _is_layout(self, cell: Element) -> bool:
        paragraphs = [paragraph for paragraph in cell.iter(qn("w:p")) if paragraph.find(f".//{qn('w:t')}") is not None]
        headings = any(self._role(paragraph).kind == BlockKind.HEADING for paragraph in paragraphs)
        nested = cell.find(f".//{qn('w:tbl')}") is not None
        return headings or nested or len(paragraphs) > _MOST_PARAGRAPHS_IN_CELL

    def _text(self, element: Element) -> str:
        return "".join(self._pieces(element))

    def _pieces(self, element: Element) -> Iterator[str]:
        for child in element:
            if child.tag == qn("w:t") or child.tag == qn("m:t"):
                yield child.text or ""
            elif child.tag in _CHARACTERS:
                yield _CHARACTERS[child.tag]
            elif child.tag in _NOTES:
                yield self._note_mark(child)
            elif child.tag == qn("w:txbxContent"):
                self._boxes.append(child)
            elif child.tag == qn("w:r"):
                yield from self._run(child)
            elif child.tag not in _UNSEEN and isinstance(child.tag, str):
                yield from self._pieces(child)
                if child.tag == qn("w:p"):
                    yield "\n"

    def _run(self, run: Element) -> Iterator[str]:
        if self._is_unseen(run):
            return
        position = run.find(f"{qn('w:rPr')}/{qn('w:vertAlign')}")
        text = "".join(self._pieces(run))
        yield raised(text) if position is not None and position.get(qn("w:val")) == "superscript" else text

    def _is_unseen(self, run: Element) -> bool:
        """Whether the run's own properties, else its style, else that of its paragraph, hide it."""
        properties = run.find(qn("w:rPr"))
        sources = [
            _Style() if properties is None else _Style(None, _hides(properties), _size(properties)),
            self._style(properties, "w:rStyle"),
            self._style_around(next(run.iterancestors(qn("w:p")), None)),
        ]
        hidden = next((source.hidden for source in sources if source.hidden is not None), False)
        size = next((source.size for source in sources if source.size is not None), None)
        return hidden or (size is not None and size <= _LARGEST_UNSEEN)

    def _style_around(self, paragraph: Element | None) -> _Style:
        """The style of a paragraph; looked up once for all its runs, which may be many."""
        if paragraph is not self._around[0]:
            properties = None if paragraph is None else paragraph.find(qn("w:pPr"))
            self._around = paragraph, self._style(properties, "w:pStyle")
        return self._around[1]

    def _note_mark(self, reference: Element) -> str:
        kind, id = _NOTES[reference.tag], reference.get(qn("w:id"))
        note = self._notes[kind].get(id)
        if note is None:
            return ""
        # A note that is referred to again, from within itself even, is written once.
        if (kind, id) not in self._note_marks:
            self._numbers[kind] += 1
            self._note_marks[kind, id] = raised(str(self._numbers[kind]))
            self._waiting.append((self._note_marks[kind, id], note))
        return self._note_marks[kind, id]

    def _role(self, paragraph: Element) -> _Role:
        """What the paragraph's own properties, else its style, else the styles that is based on, say it is."""
        properties = paragraph.find(qn("w:pPr"))
        role = _role_in(properties) or self._style(properties, "w:pStyle").role
        return role or _Role(BlockKind.PARAGRAPH)

    def _style(self, properties: Element | None, reference: str) -> _Style:
        """The style that ``properties`` refer to by an element of this name."""
        chain: dict[str, None] = {}  # from this style to the one at its base
        name = "" if properties is None else _value(properties.find(qn(reference)))
        while name in self._styles and name not in self._resolved and name not in chain:
            chain[name] = None
            name = _value(self._styles[name].find(qn("w:basedOn")))
        style = self._resolved.get(name, _Style())
        for name in reversed(chain):
            self._resolved[name] = style = _based(self._styles[name], style)
        return style


def _based(element: Element, base: _Style) -> _Style:
    """The style that ``element`` defines on ``base``."""
    role = _named_role(_value(element.find(qn("w:name"))).lower()) or _role_in(element.find(qn("w:pPr")))
    properties = element.find(qn("w:rPr"))
    hidden, size = (None, None) if properties is None else (_hides(properties), _size(properties))
    return _Style(role or base.role, base.hidden if hidden is None else hidden, base.size if size is None else size)


def _named_role(style: str) -> _Role | None:
    """The role of a built-in style. Word stores these names in English whatever its own language."""
    if style == "title":
        return _Role(BlockKind.HEADING, 1)
    if match := _HEADING_STYLE.fullmatch(style):
        return _Role(BlockKind.HEADING, int(match[1]))
    if match := _LIST_STYLE.fullmatch(style):
        return _Role(BlockKind.LIST_ITEM, int(match[1] or 1))
    if style.startswith("toc "):
        return _Role(BlockKind.CONTENTS)
    if style in ("footnote text", "endnote text"):
        return _Role(BlockKind.FOOTNOTE)
    return None


def _role_in(properties: Element | None) -> _Role | None:
    if properties is None:
        return None
    outline = _number(properties.find(qn("w:outlineLvl")))
    if outline is not None and outline < 9:  # 9 is body text
        return _Role(BlockKind.HEADING, outline + 1)
    numbering = properties.find(qn("w:numPr"))
    if numbering is None:
        return None
    if _number(numbering.find(qn("w:numId"))) == 0:  # a numbering taken away
        return _Role(BlockKind.PARAGRAPH)
    return _Role(BlockKind.LIST_ITEM, 1 + (_number(numbering.find(qn("w:ilvl"))) or 0))


def _value(element: Element | None) -> str:
    return "" if element is None else str(element.get(qn("w:val"), ""))


def _number(element: Element | None) -> int | None:
    value = _value(element)
    return int(value) if value.isdecimal() and len(value) < _MOST_DIGITS else None


def _hides(properties: Element) -> bool | None:
    """Whether these run properties hide the text; None where they do not say."""
    vanish = properties.find(qn("w:vanish"))
    return None if vanish is None else _value(vanish) not in ("0", "false", "off")


def _size(properties: Element) -> int | None:
    return _number(properties.find(qn("w:sz")))


def _nearest(element: Element, tag: str) -> Iterator[Element]:
    """Descendants of this tag that are not inside another one: through content controls, not into nested tables."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag not in _UNSEEN and child.tag != qn("w:tc") and isinstance(child.tag, str):
            yield from _nearest(child, tag)


def _notes(document: WordDocument, kind: str, path: Path) -> dict[str, Element]:
    """The footnotes or endnotes of the file by their id, without the separator lines that are stored among them."""
    for relation in document.part.rels.values():
        if relation.reltype.endswith(f"/{kind}s") and not relation.is_external:
            root = parse_xml(relation.target_part.blob, path)
            return {note.get(qn("w:id")): note for note in root.iter(qn(f"w:{kind}")) if note.get(qn("w:type")) is None}
    return {}
