"""The body of a Word file to blocks of text.

Works on the XML (ECMA-376, part 1, chapter 17): the paragraph objects of the library leave out content controls,
tracked insertions, text boxes and footnotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from lxml import etree  # type: ignore[import-untyped]

from ingest.document import BlockKind
from ingest.readers.blocks import BlockWriter, raised

Element = Any
"""An lxml element; lxml has no types of its own."""

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


class _Role(NamedTuple):
    kind: BlockKind
    level: int = 0


def write_blocks(document: WordDocument, writer: BlockWriter) -> None:
    """Write the body of ``document`` as blocks; footnotes follow the paragraph, list or table that they belong to."""
    body = _Body(document, writer)
    body.write(document.element.body)
    body.write_notes()


class _Body:
    def __init__(self, document: WordDocument, writer: BlockWriter) -> None:
        self._writer = writer
        self._styles = {style.get(qn("w:styleId")): style for style in document.styles.element.iter(qn("w:style"))}
        self._notes = {kind: _notes(document, kind) for kind in _NOTES.values()}
        self._numbers = dict.fromkeys(_NOTES.values(), 0)
        self._waiting: list[tuple[str, Element]] = []  # notes referred to and not yet written
        self._boxes: list[Element] = []  # text boxes found in the paragraph at hand

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

    def _paragraph(self, paragraph: Element) -> None:
        role = self._role(paragraph)
        # Notes wait for the end of a list, so that they do not break it up.
        if role.kind != BlockKind.LIST_ITEM:
            self.write_notes()
        text = self._text(paragraph)
        if role.kind == BlockKind.HEADING and len(text) > _LONGEST_HEADING:
            role = _Role(BlockKind.PARAGRAPH)
        self._writer.add(role.kind, text, role.level)
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self.write(box)

    def _table(self, table: Element) -> None:
        self.write_notes()
        for row in _nearest(table, qn("w:tr")):
            cells = list(_nearest(row, qn("w:tc")))
            if len(cells) == 1 or any(self._is_layout(cell) for cell in cells):
                for cell in cells:
                    self.write(cell)
            else:
                self._writer.add(BlockKind.TABLE_ROW, "\t".join(" ".join(self._text(cell).split()) for cell in cells))

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
        if _is_on(run.find(f"{qn('w:rPr')}/{qn('w:vanish')}")):
            return
        position = run.find(f"{qn('w:rPr')}/{qn('w:vertAlign')}")
        text = "".join(self._pieces(run))
        yield raised(text) if position is not None and position.get(qn("w:val")) == "superscript" else text

    def _note_mark(self, reference: Element) -> str:
        kind = _NOTES[reference.tag]
        note = self._notes[kind].get(reference.get(qn("w:id")))
        if note is None:
            return ""
        self._numbers[kind] += 1
        mark = raised(str(self._numbers[kind]))
        self._waiting.append((mark, note))
        return mark

    def _role(self, paragraph: Element) -> _Role:
        """What the paragraph's own properties, else its style, else the styles that is based on, say it is."""
        properties = paragraph.find(qn("w:pPr"))
        for source in self._sources(properties):
            name = source.find(qn("w:name"))
            role = _named_role("" if name is None else str(name.get(qn("w:val"))).lower())
            role = role or _role_in(source if source is properties else source.find(qn("w:pPr")))
            if role is not None:
                return role
        return _Role(BlockKind.PARAGRAPH)

    def _sources(self, properties: Element | None) -> Iterator[Element]:
        if properties is None:
            return
        yield properties
        style = properties.find(qn("w:pStyle"))
        seen: set[str] = set()
        while style is not None and (name := style.get(qn("w:val"))) in self._styles and name not in seen:
            seen.add(name)
            yield self._styles[name]
            style = self._styles[name].find(qn("w:basedOn"))


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


def _number(element: Element | None) -> int | None:
    value = "" if element is None else str(element.get(qn("w:val")))
    return int(value) if value.isdecimal() else None


def _is_on(element: Element | None) -> bool:
    return element is not None and element.get(qn("w:val")) not in ("0", "false", "off")


def _nearest(element: Element, tag: str) -> Iterator[Element]:
    """Descendants of this tag that are not inside another one: through content controls, not into nested tables."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag not in _UNSEEN and child.tag != qn("w:tc") and isinstance(child.tag, str):
            yield from _nearest(child, tag)


def _notes(document: WordDocument, kind: str) -> dict[str, Element]:
    """The footnotes or endnotes of the file by their id, without the separator lines that are stored among them."""
    for relation in document.part.rels.values():
        if relation.reltype.endswith(f"/{kind}s") and not relation.is_external:
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            root = etree.fromstring(relation.target_part.blob, parser)
            return {note.get(qn("w:id")): note for note in root.iter(qn(f"w:{kind}")) if note.get(qn("w:type")) is None}
    return {}
