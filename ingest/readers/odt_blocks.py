"""The body of an OpenDocument text to blocks of text (ODF 1.3, part 3, chapters 4 to 9)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.document import BlockKind
from ingest.readers.blocks import BlockWriter, raised
from ingest.readers.odt_styles import Style, Styles, named, outline_level
from ingest.readers.xml_part import Element

_UNSEEN = frozenset(
    map(
        named,
        (
            "text:tracked-changes", "text:script", "text:ruby-text", "text:sequence-decls", "text:variable-decls",
            "text:user-field-decls", "text:dde-connection-decls", "text:hidden-text",
            "text:table-of-content-source", "text:illustration-index-source", "text:table-index-source",
            "text:object-index-source", "text:user-index-source", "text:alphabetical-index-source",
            "text:bibliography-source", "office:annotation", "office:forms", "office:event-listeners",
            "draw:object", "draw:object-ole", "table:table-source", "table:covered-table-cell",
        ),
    )
)  # fmt: skip
_LISTINGS = frozenset(
    map(
        named,
        (
            "text:table-of-content", "text:illustration-index", "text:table-index", "text:object-index",
            "text:user-index", "text:alphabetical-index",
        ),
    )
)  # fmt: skip
_TEXT = frozenset(map(named, ("text:p", "text:h")))
_DRAWN = "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
_BOX, _NOTE, _HIDDEN_PARAGRAPH = named("draw:text-box"), named("text:note"), named("text:hidden-paragraph")
_SPAN, _SPACES = named("text:span"), named("text:s")
_CHARACTERS = {named("text:tab"): "\t", named("text:line-break"): "\n"}
_SPACE = re.compile(r"[ \t\r\n]+")
_MOST_SPACES = 1_000
_MOST_PARAGRAPHS_IN_CELL = 3
"""A table with more in a cell lays out a page; its cells are read one after the other."""


def write_blocks(body: Element, styles: Styles, writer: BlockWriter) -> None:
    """Write what ``body`` shows; footnotes follow the paragraph, list or table that they belong to."""
    walk = _Walk(styles, writer)
    walk.write(body)
    walk.write_notes()


class _Walk:
    def __init__(self, styles: Styles, writer: BlockWriter) -> None:
        self._styles = styles
        self._writer = writer
        self._lists = 0
        self._opens_item = False
        self._in_listing = False
        self._waiting: list[tuple[str, Element]] = []  # notes referred to and not yet written
        self._boxes: list[Element] = []  # text boxes found in the paragraph or table at hand

    def write(self, parent: Element) -> None:
        """Write the blocks in ``parent``."""
        for element in parent:
            if element.tag in _TEXT:
                self._paragraph(element)
            elif element.tag == named("text:list"):
                self._list(element)
            elif element.tag == named("table:table"):
                self._table(element)
            elif element.tag == named("text:section"):
                if not self._is_hidden_section(element):
                    self.write(element)
            elif element.tag in _LISTINGS:
                outer, self._in_listing = self._in_listing, True
                self.write(element)
                self._in_listing = outer
            elif element.tag not in _UNSEEN and isinstance(element.tag, str):
                self.write(element)

    def write_notes(self) -> None:
        """Write the notes that wait."""
        waiting, self._waiting = self._waiting, []
        for mark, note in waiting:
            text = "\n".join(filter(None, (self._text(part).strip() for part in _paragraphs(note))))
            self._writer.add(BlockKind.FOOTNOTE, f"{mark} {text}")
        self._write_boxes()

    def _write_boxes(self) -> None:
        boxes, self._boxes = self._boxes, []
        outer = self._lists, self._opens_item
        for box in boxes:
            self._lists, self._opens_item = 0, False
            self.write(box)
        self._lists, self._opens_item = outer

    def _list(self, element: Element) -> None:
        if not self._lists:
            self.write_notes()
        self._lists += 1
        for item in element:
            self._opens_item = item.tag == named("text:list-item")
            self.write(item)
        self._opens_item = False
        self._lists -= 1

    def _paragraph(self, paragraph: Element) -> None:
        kind, level = self._role(paragraph)
        if not self._lists:
            self.write_notes()
        text = self._text(paragraph)
        if text.strip():
            self._opens_item = False
        self._writer.add(kind, text, level)
        self._write_boxes()

    def _role(self, paragraph: Element) -> tuple[BlockKind, int]:
        style = self._style(paragraph)
        if self._in_listing or style.kind == BlockKind.CONTENTS:
            return BlockKind.CONTENTS, 0
        if paragraph.tag == named("text:h"):
            return BlockKind.HEADING, outline_level(paragraph.get(named("text:outline-level"), "")) or style.level or 1
        if style.kind == BlockKind.HEADING:
            return BlockKind.HEADING, style.level
        return (BlockKind.LIST_ITEM, self._lists) if self._opens_item else (BlockKind.PARAGRAPH, 0)

    def _table(self, table: Element) -> None:
        self.write_notes()
        for row in _nearest(table, named("table:table-row")):
            cells = list(_nearest(row, named("table:table-cell")))
            if len(cells) == 1 or any(self._is_layout(cell) for cell in cells):
                for cell in cells:
                    self.write(cell)
            else:
                texts = (" ".join("\n".join(map(self._text, _paragraphs(cell))).split()) for cell in cells)
                self._writer.add(BlockKind.TABLE_ROW, "\t".join(texts))
        self._write_boxes()

    def _is_layout(self, cell: Element) -> bool:
        if next(cell.iter(named("text:h"), named("table:table")), None) is not None:
            return True
        return sum(1 for part in _paragraphs(cell) if "".join(part.itertext()).strip()) > _MOST_PARAGRAPHS_IN_CELL

    def _text(self, paragraph: Element) -> str:
        """What a paragraph shows; what is put beside it (notes, boxes) is kept for later."""
        if any(field.get(named("text:is-hidden")) != "false" for field in paragraph.iter(_HIDDEN_PARAGRAPH)):
            return ""
        style = self._style(paragraph)
        return "".join(self._pieces(paragraph, style))

    def _pieces(self, element: Element, style: Style) -> Iterator[str]:
        yield _shown(element.text, style)
        for child in element:
            yield from self._piece(child, style)
            yield _shown(child.tail, style)

    def _piece(self, child: Element, style: Style) -> Iterator[str]:
        if child.tag in _CHARACTERS:
            yield _CHARACTERS[child.tag]
        elif child.tag == _SPACES:
            count = child.get(named("text:c"), "1")
            yield " " * min(int(count[:9]) if count.isdecimal() else 1, _MOST_SPACES)
        elif child.tag == _NOTE:
            if not _is_unseen(style):
                mark = raised("".join("".join(part.itertext()) for part in child.iter(named("text:note-citation"))))
                self._waiting.extend((mark, body) for body in child.iterfind(named("text:note-body")))
                yield mark
        elif child.tag == _BOX:
            self._boxes.append(child)
        elif child.tag == _SPAN:
            inner = self._styles.of("text", child.get(named("text:style-name"), ""))
            text = "".join(self._pieces(child, _within(inner, style)))
            yield raised(text) if inner.raised else text
        elif child.tag not in _UNSEEN and isinstance(child.tag, str) and not child.tag.startswith(f"{{{_DRAWN}}}"):
            yield from self._pieces(child, style)

    def _style(self, paragraph: Element) -> Style:
        return self._styles.of("paragraph", paragraph.get(named("text:style-name"), ""))

    def _is_hidden_section(self, section: Element) -> bool:
        if section.get(named("text:display")) == "none" or section.get(named("text:is-hidden")) == "true":
            return True
        return bool(self._styles.of("section", section.get(named("text:style-name"), "")).hidden)


def _nearest(element: Element, tag: str) -> Iterator[Element]:
    """Descendants of this tag that are not inside another one or in a table within the table."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag not in _UNSEEN and child.tag != named("table:table-cell") and isinstance(child.tag, str):
            yield from _nearest(child, tag)


def _paragraphs(element: Element) -> Iterator[Element]:
    """The paragraphs in ``element``, without those in their notes and text boxes."""
    for child in element:
        if child.tag in _TEXT:
            yield child
        elif child.tag not in _UNSEEN and isinstance(child.tag, str):
            yield from _paragraphs(child)


def _within(inner: Style, outer: Style) -> Style:
    """What holds for text in ``inner`` that stands in ``outer``."""
    hidden = outer.hidden if inner.hidden is None else inner.hidden
    return Style(hidden=hidden, tiny=outer.tiny if inner.tiny is None else inner.tiny)


def _is_unseen(style: Style) -> bool:
    return bool(style.hidden or style.tiny)


def _shown(text: str | None, style: Style) -> str:
    return "" if not text or _is_unseen(style) else _SPACE.sub(" ", text)
