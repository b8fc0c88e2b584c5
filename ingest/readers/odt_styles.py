"""Styles of an OpenDocument text (ODF 1.3, part 3, chapter 16): what they say of the text that is set in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ingest.document import BlockKind
from ingest.readers.xml_part import Element

NAMESPACES: Mapping[str, str] = {
    name: f"urn:oasis:names:tc:opendocument:xmlns:{rest}:1.0"
    for name, rest in {
        "office": "office", "text": "text", "table": "table", "style": "style", "draw": "drawing",
        "fo": "xsl-fo-compatible",
    }.items()
}  # fmt: skip

_HEADING_STYLE = re.compile(r"Heading_20_(\d\d?)")
_RAISED = re.compile(r"super|[1-9]")
_DEEPEST = 10
_TINY = re.compile(r"(?:0*1(?:\.0*)?|0*(?:\.\d*)?)pt")
"""Letters of one point are dots to whoever reads the page."""


def named(name: str) -> str:
    """The name ``prefix:local`` as lxml writes it."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def outline_level(value: str) -> int:
    """The level of a heading from 1 to 10; 0 where ``value`` is none."""
    return int(value) if value in map(str, range(1, _DEEPEST + 1)) else 0


class Style(NamedTuple):
    """What a style says, or the styles that it is based on; None is what none of them says."""

    kind: BlockKind | None = None
    level: int = 0
    hidden: bool | None = None
    tiny: bool | None = None
    raised: bool | None = None


class Styles:
    """All styles of a document, by their family ("paragraph", "text", "section") and name."""

    def __init__(self, parts: Iterable[Element]) -> None:
        self._elements = {
            (element.get(named("style:family")), element.get(named("style:name"))): element
            for part in parts
            for element in part.iter(named("style:style"))
        }
        self._resolved: dict[tuple[str, str], Style] = {}

    def of(self, family: str, name: str) -> Style:
        """The style of this name; one that says nothing where there is none."""
        chain: dict[tuple[str, str], None] = {}  # from this style to the one at its base
        key = family, name
        while key in self._elements and key not in self._resolved and key not in chain:
            chain[key] = None
            key = family, self._elements[key].get(named("style:parent-style-name"), "")
        style = self._resolved.get(key, Style())
        for key in reversed(chain):
            self._resolved[key] = style = _based(self._elements[key], style)
        return style


def _based(element: Element, base: Style) -> Style:
    kind, level = _role(element)
    hidden, tiny, raised = base.hidden, base.tiny, base.raised
    for properties in element.iterfind(named("style:text-properties")):
        display, size = properties.get(named("text:display")), properties.get(named("fo:font-size"))
        position = properties.get(named("style:text-position"))
        hidden = hidden if display is None else display == "none"
        tiny = tiny if size is None else _TINY.fullmatch(size) is not None
        raised = raised if position is None else _RAISED.match(position) is not None
    for properties in element.iterfind(named("style:section-properties")):
        hidden = hidden or properties.get(named("text:display")) == "none"
    return Style(kind or base.kind, level or base.level, hidden, tiny, raised)


def _role(element: Element) -> tuple[BlockKind | None, int]:
    """LibreOffice stores the names of its own styles in English whatever its own language."""
    name = element.get(named("style:name"), "")
    if match := _HEADING_STYLE.fullmatch(name):
        return BlockKind.HEADING, int(match[1])
    if level := outline_level(element.get(named("style:default-outline-level"), "")):
        return BlockKind.HEADING, level
    if name == "Title":
        return BlockKind.HEADING, 1
    if name.startswith("Contents_20_") and name != "Contents_20_Heading":
        return BlockKind.CONTENTS, 0
    return None, 0
