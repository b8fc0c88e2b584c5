"""Document → CutDocument: structure recognised, sentences bounded, chunks made of whole sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from ingest.block_sentences import block_sentences
from ingest.blocks import Block
from ingest.cut import Chunk, CutDocument, Section, Sentence
from ingest.document import BlockKind, Document, Span
from ingest.footnotes import attach
from ingest.note_marks import find_note_marks
from ingest.sections import find_sections
from ingest.structure import find_blocks
from ingest.typesetting import find_typesetting

CHUNKER_VERSION = "4"
"""Part of the fingerprint of an index: raised whenever the same document would be cut in another way."""

TARGET_WORDS, MAX_WORDS = 90, 120
"""A chunk is closed at the first block after the target; a block over the maximum is cut between its sentences. Short
chunks rank better with small embedding models and leave room for several in a prompt."""

_NOTED = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM})
"""What may carry the mark of a note; a number at the end of a row of a table is a figure."""
_UNCITED = frozenset({BlockKind.FURNITURE, BlockKind.CONTENTS})


def cut(document: Document) -> CutDocument:
    """Cut a document; the same document gives the same result.

    Sections tile the text, sentences stand in reading order (the footnotes of a section after its text), and every
    sentence stands in exactly one chunk. A chunk has at most ``MAX_WORDS``, unless it is a single sentence.
    """
    cutting = _Cutting(document)
    for section, blocks in find_sections(document, find_blocks(document)):
        cutting.add(section, blocks)
    sentences = _without_last_marks(document, cutting.sentences)
    pieces = (piece for sentence in sentences for piece in _pieces(sentence))
    return CutDocument(
        document=document,
        sections=tuple(cutting.sections),
        sentences=attach(document.text, sentences),
        chunks=tuple(replace(chunk, end=sentences[chunk.last - 1].end) for chunk in cutting.chunks),
        typesetting=find_typesetting(document.text, pieces, document.metadata.language),
    )


def _without_last_marks(document: Document, sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentences without the mark of a note that they end in: quoted, it would lead nowhere."""
    spans = sorted(Span(each.start, each.end) for each in sentences if each.kind in _NOTED)
    marks = find_note_marks(document.text, spans, document.metadata.language)
    ends = {mark.end: mark.start for mark in marks}
    return [replace(each, end=ends.get(each.end, each.end)) for each in sentences]


def _pieces(sentence: Sentence) -> Iterator[Span]:
    """What lies between the gaps of a sentence."""
    at = sentence.start
    for gap in sentence.gaps:
        yield Span(at, gap.start)
        at = gap.end
    yield Span(at, sentence.end)


@dataclass(slots=True)
class _OpenList:
    """A list of one level that the next item may belong to."""

    bullet: str
    number: int
    lead_in: int | None


@dataclass(slots=True)
class _Cutting:
    """What has been cut so far; ``words`` are those of each sentence."""

    document: Document
    sections: list[Section] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    chunks: list[Chunk] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    lists: int = 0
    blocks: int = 0

    def add(self, section: Section, blocks: Sequence[Block]) -> None:
        """Cut a section; one that has nothing but its heading gives no sentences."""
        self.sections.append(section)
        citable = [block for block in blocks if block.kind not in _UNCITED]
        if all(block.kind is BlockKind.HEADING for block in citable):
            return
        first = len(self.sentences)
        text = [block for block in citable if block.kind is not BlockKind.FOOTNOTE]
        self._add_text(text)
        for block in citable:
            if block.kind is BlockKind.FOOTNOTE:
                self._add_sentences(block, None)
        numbered = range(first, len(self.sentences))
        for _, group in groupby(numbered, key=lambda i: self.sentences[i].kind is BlockKind.FOOTNOTE):
            self._cut_chunks(list(group))

    def _add_text(self, blocks: Sequence[Block]) -> None:
        before: Block | None = None
        opened: dict[int, _OpenList] = {}  # by level
        for block in blocks:
            if block.kind is not BlockKind.LIST_ITEM:
                opened = {}
            else:
                opened = {level: entry for level, entry in opened.items() if level <= block.level}
                entry = opened.get(block.level)
                if entry is None or entry.bullet != block.bullet:
                    opened[block.level] = _OpenList(block.bullet, self.lists, self._lead_in(block, before))
                    self.lists += 1
            self._add_sentences(block, opened.get(block.level))
            before = block

    def _add_sentences(self, block: Block, of: _OpenList | None) -> None:
        for start, end, gaps in block_sentences(self.document, block):
            self.sentences.append(
                Sentence(
                    start=start,
                    end=end,
                    kind=block.kind,
                    section=len(self.sections) - 1,
                    block=self.blocks,
                    gaps=gaps,
                    list_id=of.number if of else None,
                    lead_in=of.lead_in if of else None,
                )
            )
            self.words.append(len(self.document.text[start:end].split()))
        self.blocks += 1

    def _lead_in(self, item: Block, before: Block | None) -> int | None:
        """The sentence that introduces a list: the heading or the outer item right above it, or one that ends with a
        colon."""
        if before is None or not self.sentences or self.sentences[-1].start < before.start:
            return None
        ends_with_colon = self.document.text[self.sentences[-1].end - 1] in ":："
        outer = before.kind is BlockKind.LIST_ITEM and before.level < item.level
        return len(self.sentences) - 1 if outer or ends_with_colon or before.kind is BlockKind.HEADING else None

    def _cut_chunks(self, indices: Sequence[int]) -> None:
        """Make chunks of sentences: whole blocks while they fit, a lead-in never at the end of a chunk, if it fits
        with what it leads in."""
        current: list[int] = []
        size = 0
        for unit in self._units(indices):
            words = sum(self.words[i] for i in unit)
            if current and size + words > (MAX_WORDS if size < TARGET_WORDS // 2 else TARGET_WORDS):
                lead_in = self.sentences[unit[0]].lead_in
                fits = current[-1] == lead_in and self.words[current[-1]] + words <= MAX_WORDS
                held = current[-1:] if fits and len(current) > 1 else []
                self._close(current[: len(current) - len(held)])
                current, size = held, sum(self.words[i] for i in held)
            current = current + unit
            size += words
        self._close(current)

    def _units(self, indices: Sequence[int]) -> Iterator[list[int]]:
        """Sentences that stay together: a block, or parts of one that is too long."""
        for _, group in groupby(indices, key=lambda i: self.sentences[i].block):
            unit: list[int] = []
            size = 0
            for i in group:
                if unit and size + self.words[i] > TARGET_WORDS:
                    yield unit
                    unit, size = [], 0
                unit.append(i)
                size += self.words[i]
            yield unit

    def _close(self, indices: Sequence[int]) -> None:
        if not indices:
            return
        inside = self.sentences[indices[0] : indices[-1] + 1]
        self.chunks.append(
            Chunk(
                start=inside[0].start,
                end=inside[-1].end,
                section=inside[0].section,
                first=indices[0],
                last=indices[-1] + 1,
            )
        )
