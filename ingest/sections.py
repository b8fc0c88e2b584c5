"""Blocks → Sections: the text under each heading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.blocks import Block
from ingest.cut import Section
from ingest.document import BlockKind, Document

_SIGNS = re.compile(r"^(?:#{1,6}\s+|[-–—•*·▪]\s+)|^(\*\*|__)|(\*\*|__):?$|\s+#+$")


def find_sections(document: Document, blocks: Sequence[Block]) -> Iterator[tuple[Section, list[Block]]]:
    """Sections with their blocks; they tile the text. A heading opens one; a link label under a text closes it."""
    stack: list[tuple[int, str]] = []
    found: list[tuple[int, tuple[str, ...], list[Block]]] = [(0, (), [])]
    closed = False
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            title = " ".join(clean_heading(document.text[block.start : block.end]).split())
            stack = [entry for entry in stack if entry[0] < block.level]
            stack.append((block.level, title))
            found.append((block.start, tuple(entry[1] for entry in stack), [block]))
            closed = False
            continue
        if closed and block.kind not in (BlockKind.FURNITURE, BlockKind.CONTENTS):
            stack = stack[:-1]
            found.append((block.start, tuple(entry[1] for entry in stack), []))
            closed = False
        closed = closed or block.closes
        found[-1][2].append(block)
    starts = [start for start, _, _ in found] + [len(document.text)]
    for i, (start, path, inside) in enumerate(found):
        if start < starts[i + 1]:
            yield Section(path=path, start=start, end=starts[i + 1]), inside


def clean_heading(wording: str) -> str:
    """A heading without its signs of markup; "" if it is nothing else."""
    before = None
    while wording != before:
        before, wording = wording, _SIGNS.sub("", wording).strip()
    return wording
