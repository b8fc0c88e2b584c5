"""Levels of list items: by what the reader marked, else by their signs, numbers and indents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.blocks import Block
from ingest.document import BlockKind
from ingest.numbering import label, readings

_SAME_INDENT = 1
"""By how many characters the items of one list may be set in differently."""

_LONGEST_INDENT = 200
"""Code points looked at in front of an item."""
_DEEPEST = 10
"""Lists in each other; where more seem to be open, the outermost is over."""


@dataclass(slots=True)
class _List:
    """A list that is open: what its items begin with, how far they are set in, the place of the last in the row."""

    bullet: str
    indent: int
    last: int


def nest_lists(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Give the list items without a level theirs, and numbered ones the shape of their row. Other blocks stay."""
    nested: list[Block] = []
    opened: list[_List] = []
    for block in blocks:
        if block.kind is BlockKind.LIST_ITEM and not block.level:
            block = _placed(text, block, opened)  # noqa: PLW2901
        elif block.kind not in (BlockKind.FURNITURE, BlockKind.CONTENTS, BlockKind.FOOTNOTE):
            opened.clear()
        nested.append(block)
    return nested


def _placed(text: str, block: Block, opened: list[_List]) -> Block:
    """The item with its level; ``opened`` is brought up to date."""
    line = text[max(block.start - _LONGEST_INDENT, 0) : block.start]
    indent = len(line[max(map(line.rfind, "\n\f")) + 1 :].expandtabs(4))
    found = readings(label(text[block.start : block.end][:20])) or ((block.bullet, 0),)
    for depth in range(len(opened) - 1, -1, -1):
        open_list = opened[depth]
        for bullet, place in found:
            goes_on = place == open_list.last + 1 if place else abs(indent - open_list.indent) <= _SAME_INDENT
            if bullet == open_list.bullet and goes_on:
                open_list.last = place
                del opened[depth + 1 :]
                return replace(block, bullet=bullet, level=depth + 1)
    while opened and opened[-1].indent > indent + _SAME_INDENT:
        opened.pop()
    bullet, place = found[0]
    if opened and opened[-1].bullet == bullet and place and indent <= opened[-1].indent + _SAME_INDENT:
        opened.pop()  # a row that skips or repeats a number
    opened.append(_List(bullet=bullet, indent=indent, last=place))
    if len(opened) > _DEEPEST:
        del opened[0]
    return replace(block, bullet=bullet, level=len(opened))
