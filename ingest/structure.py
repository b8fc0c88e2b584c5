"""Document → Blocks: what each stretch of a text is. An overlay; the text itself is never changed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.blocks import Block
from ingest.document import BlockKind, Document, Span
from ingest.furniture import Recognised, recognise
from ingest.headings import MARKDOWN_HEADING, name_headings
from ingest.levels import rank_headings
from ingest.lines import BULLETS, Layout, Line, layout_of, read_lines
from ingest.lists import nest_lists
from ingest.numbering import NUMBERED, label, names_part, readings

_BULLET = re.compile(rf"^([{BULLETS}])\s+(?=\S)")
_MARKED = "•"
"""The bullet of an item that the reader marked."""
_INDENT = 2
"""By how much further the first line of a paragraph is set in at the least."""
_SHORT = 0.45
"""Share of the wrap width under which a line may be a heading between wrapped lines."""
_SHORT_WORDS = 5


def find_blocks(document: Document) -> list[Block]:
    """The blocks of a document in the order of their beginnings. Everything outside them is white space."""
    lines = read_lines(document)
    layout = layout_of(lines)
    recognised = recognise(document, lines, layout)
    blocks = _Assembly(lines, layout, recognised).assemble()
    contents = [lines[i].text for i, kind in recognised.kinds.items() if kind is BlockKind.CONTENTS]
    named = name_headings(document, blocks, contents)
    return nest_lists(document.text, rank_headings(document, named, contents))


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


class _Assembly:
    """Joins wrapped lines into blocks, across page furniture and footnotes where a sentence runs on."""

    def __init__(self, lines: Sequence[Line], layout: Layout, recognised: Recognised) -> None:
        self._lines, self._layout, self._recognised = lines, layout, recognised
        self._blocks: list[Block] = []
        self._text: _Open | None = None  # the paragraph or item that is open
        self._note: _Open | None = None  # the footnote that is open
        self._interrupted = False  # by furniture or footnotes since the last line of text
        self._places: dict[str, int] = {}  # of the last numbers in front of blocks, by shape

    def assemble(self) -> list[Block]:
        for i, line in enumerate(self._lines):
            kind = self._recognised.kinds.get(i)
            if self._note and kind is None and self._note_runs_on(self._note, line):
                self._note.take(line, interrupted=False)
                continue
            self._close_note()
            if kind in (BlockKind.FURNITURE, BlockKind.CONTENTS):
                closes = i in self._recognised.labels and line.gap < 2
                self._blocks.append(Block(kind=kind, start=line.start, end=line.end, closes=closes))
                self._interrupted = True
            elif kind is BlockKind.FOOTNOTE:
                self._footnote(i)
                self._interrupted = True
            else:
                self._running(i)
                self._interrupted = False
        self._close_note()
        if self._text:
            self._blocks.append(self._text.close())
        return sorted(self._blocks, key=lambda block: (block.start, -block.end))

    def _close_note(self) -> None:
        if self._note:
            self._blocks.append(self._note.close())
        self._note = None

    def _note_runs_on(self, note: _Open, line: Line) -> bool:
        return (
            line.mark is None
            and not line.begins_page
            and not self._starts_item(line, note.last)
            and self._layout.wraps(note.last, line)
        )

    def _footnote(self, i: int) -> None:
        line = self._lines[i]
        if line.mark is None:
            self._note = _Open(BlockKind.FOOTNOTE, line)
        elif i and self._lines[i - 1].mark is line.mark:
            self._blocks[-1] = Block(kind=BlockKind.FOOTNOTE, start=self._blocks[-1].start, end=line.end)
        else:
            self._blocks.append(Block(kind=BlockKind.FOOTNOTE, start=line.start, end=line.end))

    def _running(self, i: int) -> None:
        line = self._lines[i]
        if self._text and self._runs_on(self._text, i):
            self._text.take(line, interrupted=self._interrupted)
            return
        if self._text:
            self._blocks.append(self._text.close())
        self._text = self._opened(i)

    def _runs_on(self, text: _Open, i: int) -> bool:
        """Whether line ``i`` belongs to the open block."""
        line, before = self._lines[i], text.last
        if line.mark is not None and line.mark is before.mark:
            return line.mark.kind is not BlockKind.TABLE_ROW or line.gap == 0
        if before.is_bullet and before is text.first and line.gap == 0 and line.mark is None:
            return True
        if self._begins_anew(line, text):
            return False
        if self._interrupted or line.begins_page:
            goes_on = line.continues or (self._layout.is_full(before) and not self._stands_alone(i))
            return goes_on and not before.ends_sentence
        if before.text.isupper() and line.text.isupper() and line.gap == 0:
            return True
        return self._layout.wraps(before, line) and not self._stands_alone(i)

    def _begins_anew(self, line: Line, text: _Open) -> bool:
        """Whether a line is no part of the open block, however that ends."""
        before = text.last
        return (
            line.mark is not None
            or (before.mark is not None and text.kind is not BlockKind.PARAGRAPH)
            or "\t" in line.text
            or "\t" in before.text
            or MARKDOWN_HEADING.match(line.text) is not None
            or names_part(line.text)
            or names_part(before.text)
            or (text.kind is BlockKind.PARAGRAPH and before.ends_sentence and line.indent >= before.indent + _INDENT)
            or self._starts_item(line, before)
        )

    def _stands_alone(self, i: int) -> bool:
        """Whether a short line among wrapped ones is a heading and not the end of the paragraph above it: it begins
        with a capital, ends without a stop, and what comes next begins anew."""
        line = self._lines[i]
        following = self._lines[i + 1] if i + 1 < len(self._lines) else None
        return (
            len(line.text) < _SHORT * self._layout.width
            and len(line.text.split()) <= _SHORT_WORDS
            and line.text[0].isupper()
            and not line.ends_sentence
            and following is not None
            and not following.continues
            and (self._starts_item(following, line) or len(following.text) > len(line.text))
        )

    def _starts_item(self, line: Line, before: Line) -> bool:
        """Whether a line begins a list item or a numbered paragraph. In the middle of a sentence, a number that goes
        on no row is more likely a part of the sentence: "… laid down in Article / 5. The …"."""
        if _BULLET.match(line.text) or line.is_bullet:
            return True
        numbered = label(line.text)
        if not numbered or line.gap or before.ends_sentence or not self._layout.is_long(before):
            return bool(numbered)
        return any(
            (place == 1 and not numbered[0].isalpha()) or self._places.get(shape) == place - 1
            for shape, place in readings(numbered)
        )

    def _opened(self, i: int) -> _Open:
        line = self._lines[i]
        if line.mark and line.mark.kind is not BlockKind.PARAGRAPH:
            is_item = line.mark.kind is BlockKind.LIST_ITEM
            level = max(line.mark.level, 1) if is_item else line.mark.level
            return _Open(line.mark.kind, line, level=level, bullet=_MARKED if is_item else "")
        if line.is_bullet:
            return _Open(BlockKind.LIST_ITEM, line, bullet=line.text)
        if bullet := _BULLET.match(line.text):
            return _Open(BlockKind.LIST_ITEM, line, bullet=bullet.group(1))
        found = readings(label(line.text))
        self._places.update(reversed(found))
        if NUMBERED.match(line.text):
            return _Open(BlockKind.LIST_ITEM, line, bullet=found[0][0])
        return _Open(BlockKind.TABLE_ROW if "\t" in line.text else BlockKind.PARAGRAPH, line)
