"""Document → Blocks: what each stretch of a text is. An overlay; the text itself is never changed."""

from __future__ import annotations

import re

from ingest.blocks import Block
from ingest.document import BlockKind, Document, Span
from ingest.furniture import recognise
from ingest.headings import MARKDOWN_HEADING, NUMBERED, name_headings, rank_headings
from ingest.lines import Layout, Line, layout_of, read_lines

_BULLET = re.compile(r"^([-–—•*·▪◦‣●○■□➢➤✓►])\s+(?=\S)")
_SHORT = 0.45
"""Share of the wrap width under which a line may be a heading between wrapped lines."""
_SHORT_WORDS = 5


def find_blocks(document: Document) -> list[Block]:
    """The blocks of a document in the order of their beginnings. Everything outside them is white space."""
    lines = read_lines(document)
    layout = layout_of(lines)
    kinds = recognise(document, lines, layout)
    blocks = _assemble(lines, layout, kinds)
    contents = [lines[i].text for i, kind in kinds.items() if kind is BlockKind.CONTENTS]
    return rank_headings(document, name_headings(document, blocks), contents)


class _Open:
    """The block that following lines may still belong to."""

    def __init__(self, kind: BlockKind, line: Line, *, bullet: str = "", level: int = 0) -> None:
        self.kind, self.bullet, self.level = kind, bullet, level
        self.first = self.last = line
        self.gaps: list[Span] = []

    def take(self, line: Line, *, interrupted: bool) -> None:
        if interrupted:
            self.gaps.append(Span(self.last.end, line.start))
        self.last = line

    def close(self) -> Block:
        return Block(
            kind=self.kind,
            start=self.first.start,
            end=self.last.end,
            gaps=tuple(self.gaps),
            level=self.level,
            bullet=self.bullet,
            space_before=self.first.gap,
        )


def _assemble(lines: list[Line], layout: Layout, kinds: dict[int, BlockKind]) -> list[Block]:
    """Join wrapped lines into blocks, across page furniture and footnotes where a sentence runs on."""
    blocks: list[Block] = []
    text: _Open | None = None  # the paragraph or item that is open
    note: _Open | None = None  # the footnote that is open
    interrupted = False

    def flush(open_block: _Open | None) -> None:
        if open_block:
            blocks.append(open_block.close())

    for i, line in enumerate(lines):
        kind = kinds.get(i)
        if note and kind is None and line.mark is None and layout.wraps(note.last, line) and not _starts_item(line):
            note.take(line, interrupted=False)
            continue
        flush(note)
        note = None
        if kind in (BlockKind.FURNITURE, BlockKind.CONTENTS):
            closes = kind is BlockKind.FURNITURE and line.mark is None and " " in line.text and line.gap < 2
            blocks.append(
                Block(kind=kind, start=line.start, end=line.end, closes=closes and not line.text[-1].isdigit())
            )
            interrupted = True
            continue
        if kind is BlockKind.FOOTNOTE:
            if line.mark and blocks and _continues_mark(lines, i):
                blocks[-1] = Block(kind=kind, start=blocks[-1].start, end=line.end)
            elif line.mark:
                blocks.append(Block(kind=kind, start=line.start, end=line.end))
            else:
                note = _Open(kind, line)
            interrupted = True
            continue
        if text and _runs_on(lines, i, text, layout, interrupted=interrupted):
            text.take(line, interrupted=interrupted)
        else:
            flush(text)
            text = _open(line)
        interrupted = False
    flush(note)
    flush(text)
    return sorted(blocks, key=lambda block: (block.start, -block.end))


def _continues_mark(lines: list[Line], i: int) -> bool:
    return i > 0 and lines[i - 1].mark is not None and lines[i - 1].mark is lines[i].mark


def _runs_on(lines: list[Line], i: int, text: _Open, layout: Layout, *, interrupted: bool) -> bool:
    """Whether line ``i`` belongs to the open block."""
    line, before = lines[i], text.last
    if line.mark or before.mark:
        if line.mark is not None and line.mark is before.mark:
            return line.mark.kind is not BlockKind.TABLE_ROW or line.gap == 0
        if (line.mark or before.mark) and not (line.mark is None and text.kind is BlockKind.PARAGRAPH):
            return False
    if _starts_item(line) or MARKDOWN_HEADING.match(line.text) or "\t" in line.text or "\t" in before.text:
        return False
    if interrupted:
        return not before.ends_sentence and (line.continues or len(before.text) >= 0.8 * layout.width > 0)
    if before.text.isupper() and line.text.isupper() and line.gap == 0:
        return True
    return layout.wraps(before, line) and not _stands_alone(lines, i, layout)


def _stands_alone(lines: list[Line], i: int, layout: Layout) -> bool:
    """Whether a short line among wrapped ones is a heading and not the end of the paragraph above it: it begins with a
    capital, ends without a stop, and what comes next begins anew."""
    line = lines[i]
    following = lines[i + 1] if i + 1 < len(lines) else None
    return (
        len(line.text) < _SHORT * layout.width
        and len(line.text.split()) <= _SHORT_WORDS
        and line.text[0].isupper()
        and not line.ends_sentence
        and following is not None
        and not following.continues
        and (_starts_item(following) or len(following.text) > len(line.text))
    )


def _starts_item(line: Line) -> bool:
    return bool(_BULLET.match(line.text) or NUMBERED.match(line.text))


def _open(line: Line) -> _Open:
    if line.mark and line.mark.kind is not BlockKind.PARAGRAPH:
        return _Open(
            line.mark.kind, line, level=line.mark.level, bullet="•" if line.mark.kind is BlockKind.LIST_ITEM else ""
        )
    if bullet := _BULLET.match(line.text):
        return _Open(BlockKind.LIST_ITEM, line, bullet=bullet.group(1), level=1)
    if numbered := NUMBERED.match(line.text):
        return _Open(BlockKind.LIST_ITEM, line, bullet=re.sub(r"\w+", "1", numbered.group(1)), level=1)
    return _Open(BlockKind.TABLE_ROW if "\t" in line.text else BlockKind.PARAGRAPH, line)
