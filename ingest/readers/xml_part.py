"""XML out of files of unknown origin: without entities, without the network, within bounds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from ingest.errors import UnreadableFile

Element = Any
"""An lxml element; lxml has no types of its own."""

MOST_TAGS = 2_000_000
"""In one part of a file; a book of a thousand pages has some hundred thousand."""

XmlError = etree.XMLSyntaxError


def parse_xml(data: bytes, path: Path) -> Element:
    """The root of ``data``, a part of the file ``path``; XmlError where it is not well-formed, else UnreadableFile.

    To the parser, elements nested more than 256 deep are not well-formed.
    """
    check_tags(data, path)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(data, parser)
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and next(declared.iterentities(), None) is not None:
        raise UnreadableFile(f"{path} declares abbreviations of its own (XML entities); save it again without them.")
    return root


def check_tags(data: bytes, path: Path) -> None:
    """UnreadableFile where ``data``, a part of the file ``path``, has more tags than are worked through in seconds."""
    if data.count(b"<") > MOST_TAGS:
        raise UnreadableFile(f"{path} has more paragraphs and other parts than can be read; split it into several.")
