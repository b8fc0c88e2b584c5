"""Elements of a web page to blocks of text."""

from __future__ import annotations

import re

from bs4.element import NavigableString, PreformattedString, Tag

from ingest.document import BlockKind
from ingest.readers.blocks import BlockWriter, raised
from ingest.readers.html_content import attribute

_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "legend", "main", "p",
    "pre", "search", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr"
})  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LISTS = frozenset({"ul", "ol", "menu"})
_NO_DATA = (*_HEADINGS, *_LISTS, "table", "form", "article", "section")
"""Elements that a table of data does not hold: with one of them inside, a table only lays out the page."""

_FOOTNOTES = frozenset(
    {
        "doc-footnote",
        "doc-endnote",
        "doc-endnotes",
        "footnote",
        "footnotes",
        "endnote",
        "endnotes",
        "rearnote",
        "rearnotes",
    }
)
_SPACE = re.compile(r"[ \t\n\r\f]+")  # what HTML collapses: not the no-break space


def write_blocks(element: Tag, writer: BlockWriter) -> None:
    """Write the text of ``element`` as blocks. RecursionError where elements are nested some hundred levels deep."""
    walk = _Walk(writer)
    walk.into(element)
    walk.flush()


class _Walk:
    """Gathers inline text until a block begins or ends, then writes it as what the elements around it say it is."""

    def __init__(self, writer: BlockWriter) -> None:
        self._writer = writer
        self._inline: list[str] = []
        self._kind = BlockKind.PARAGRAPH
        self._level = 0
        self._lists = 0
        self._in_footnotes = False
        self._as_typed = False

    def into(self, element: Tag) -> None:
        """Walk what ``element`` holds."""
        for child in element.children:
            if isinstance(child, Tag):
                self._element(child)
            # Comments, declarations and the like are strings too.
            elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
                self._inline.append(str(child) if self._as_typed else _SPACE.sub(" ", child))

    def flush(self) -> None:
        """Write the text gathered so far as one block."""
        text = "".join(self._inline)
        self._inline.clear()
        if not self._as_typed:
            text = re.sub(" *\n *", "\n", re.sub(" +", " ", text))
        if not text.strip():
            return
        kind = BlockKind.FOOTNOTE if self._in_footnotes and self._kind != BlockKind.HEADING else self._kind
        self._writer.add(kind, text, self._level if kind in (BlockKind.HEADING, BlockKind.LIST_ITEM) else 0)
        if self._kind == BlockKind.LIST_ITEM:
            # What follows in the same item is a further paragraph of it, not a further item.
            self._kind = BlockKind.PARAGRAPH

    def _element(self, element: Tag) -> None:
        name = element.name
        if name == "br":
            self._inline.append("\n")
        elif name == "sup":
            self._inline.append(raised(element.get_text()))
        elif name in _HEADINGS:
            self._block(element, BlockKind.HEADING, int(name[1]))
        elif name == "li":
            self._block(element, BlockKind.LIST_ITEM, max(1, self._lists))
        elif name in _LISTS:
            self.flush()
            self._lists += 1
            self.into(element)
            self.flush()
            self._lists -= 1
        elif name == "table" and _holds_data(element):
            self._table(element)
        elif name in _BLOCKS:
            self._container(element)
        else:
            self.into(element)

    def _block(self, element: Tag, kind: BlockKind, level: int) -> None:
        self.flush()
        outer = self._kind, self._level
        self._kind, self._level = kind, level
        self._container(element)
        self._kind, self._level = outer

    def _container(self, element: Tag) -> None:
        self.flush()
        outer = self._in_footnotes, self._as_typed
        stated = (attribute(element, name) for name in ("role", "class", "epub:type"))
        names = " ".join(stated).lower().split()
        self._in_footnotes = self._in_footnotes or not _FOOTNOTES.isdisjoint(names)
        self._as_typed = self._as_typed or element.name == "pre"
        self.into(element)
        self.flush()
        self._in_footnotes, self._as_typed = outer

    def _table(self, table: Tag) -> None:
        self.flush()
        for row in table.find_all(["caption", "tr"]):
            if row.name == "caption":
                self._container(row)
                continue
            cells = row.find_all(["td", "th"], recursive=False)
            self._writer.add(BlockKind.TABLE_ROW, "\t".join(self._cell(cell) for cell in cells))

    def _cell(self, cell: Tag) -> str:
        """The text of a cell on one line."""
        walk = _Walk(inner := BlockWriter())
        walk.into(cell)
        walk.flush()
        return " ".join(inner.text.split())


def _holds_data(table: Tag) -> bool:
    if attribute(table, "role") in ("presentation", "none") or table.find(_NO_DATA) is not None:
        return False
    return all(len(cell.find_all("p")) <= 1 for cell in table.find_all(["td", "th"]))
