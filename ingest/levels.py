"""Levels of headings that no file format ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.blocks import Block
from ingest.contents import listed
from ingest.document import BlockKind, Document
from ingest.headings import BOLD_LINE, MARKDOWN_HEADING
from ingest.numbering import heading_shape, label
from ingest.text import fold

_DEEPEST = 6


def rank_headings(document: Document, blocks: Sequence[Block], contents: Sequence[str]) -> list[Block]:
    """Give headings their level: by signs of markup, else by their numbers, else by the table of contents where there
    is one, else by the space above them. A heading directly under another is one level below it, but headings whose
    numbers have one shape have one level."""
    ranking = _Ranking(contents)
    ranked: list[Block] = []
    above: Block | None = None  # the heading right above
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            wording = document.text[block.start : block.end]
            if not block.level:
                same = above is not None and fold(document.text[above.start : above.end]) == fold(wording)
                under = 0 if above is None else above.level
                block = replace(block, level=under if same else ranking.level(wording, block, under))  # noqa: PLW2901
            above = block
        elif block.kind is not BlockKind.FURNITURE:
            above = None
        ranked.append(block)
    return ranked


class _Ranking:
    """What earlier headings said of the levels."""

    def __init__(self, contents: Sequence[str]) -> None:
        self._contents = listed(contents)
        self._numbered_contents = any(label(entry) for entry in self._contents)
        self._levels: dict[str, int] = {}

    def level(self, wording: str, block: Block, under: int) -> int:
        """The level of a heading; ``under`` is that of the heading right above it, 0 where there is none."""
        if hashes := MARKDOWN_HEADING.match(wording):
            return len(hashes.group(1))
        bare = _bare(wording)
        shape = heading_shape(bare).rstrip(".")
        if shape in self._levels:
            return self._levels[shape]
        level = self._by_place(bare, block)
        parent = self._levels.get(_parent(shape), 0) if shape else 0
        if parent:
            level = parent + 1
        elif under and not (self._contents and level == 1):
            level = max(level, under + 1)
        level = min(level, _DEEPEST)
        if shape:
            self._levels[shape] = level
        return level

    def _by_place(self, bare: str, block: Block) -> int:
        if self._contents:
            if label(bare) and self._numbered_contents:
                return 1
            return 2 if fold(bare) in self._contents else 3
        return 1 if block.space_before > 1 or (label(bare) and block.space_before) else 2


def _parent(shape: str) -> str:
    """The shape one level up: "1.1" for "1.1.1"."""
    return shape.rpartition(".1")[0]


def _bare(text: str) -> str:
    """The words of a heading without signs of markup."""
    bold = BOLD_LINE.match(text)
    return bold.group(2) if bold else text
