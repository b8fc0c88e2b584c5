"""Document → CutDocument: structure recognised, sentences bounded, chunks made of whole sentences."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

from ingest.blocks import Block
from ingest.cut import Chunk, CutDocument, Section, Sentence
from ingest.document import BlockKind, Document, Span
from ingest.sentences import split_sentences
from ingest.structure import find_blocks

CHUNKER_VERSION = "1"
"""Part of the fingerprint of an index: raised whenever the same document would be cut in another way."""

TARGET_WORDS, MAX_WORDS = 90, 120
"""A chunk is closed at the first block after the target; a block over the maximum is cut between its sentences. Short
chunks rank better with small embedding models and leave room for several in a prompt."""

_UNCITED = frozenset({BlockKind.FURNITURE, BlockKind.CONTENTS})
_WHOLE = frozenset({BlockKind.HEADING, BlockKind.TABLE_ROW})
_HEADING_SIGNS = re.compile(r"^(?:#{1,6}\s+|[-–—•*·▪]\s+)|^(\*\*|__)|(\*\*|__):?$|\s+#+$")
_BULLET_SIGN = re.compile(r"^[-–—•*·▪◦‣●○■□➢➤✓►]\s+")


@dataclass(slots=True)
class _Cutting:
    """What has been cut so far; ``lead_ins`` and ``lists`` follow the block that is being cut."""

    document: Document
    sections: list[Section] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    chunks: list[Chunk] = field(default_factory=list)
    lists: int = 0


def cut(document: Document) -> CutDocument:
    """Cut a document; the same document gives the same result.

    Sections tile the text, sentences stand in reading order (the footnotes of a section after its text), and every
    sentence stands in exactly one chunk.
    """
    cutting = _Cutting(document=document)
    for section, blocks in _sections(document):
        cutting.sections.append(section)
        _cut_section(cutting, blocks)
    return CutDocument(
        document=document,
        sections=tuple(cutting.sections),
        sentences=_attach_footnotes(document, cutting.sentences),
        chunks=tuple(cutting.chunks),
    )


def _sections(document: Document) -> Iterator[tuple[Section, list[Block]]]:
    """Sections with their blocks. A heading opens one; a link label under a text closes its section."""
    stack: list[tuple[int, str]] = []
    found: list[tuple[int, tuple[str, ...], list[Block]]] = [(0, (), [])]
    closed = False
    for block in find_blocks(document):
        if block.kind is BlockKind.HEADING:
            title = _plain(_clean_heading(document.text[block.start : block.end]))
            stack = [entry for entry in stack if entry[0] < block.level]
            stack.append((block.level, title))
            found.append((block.start, tuple(entry[1] for entry in stack), [block]))
            closed = False
            continue
        if closed and block.kind not in _UNCITED:
            stack = stack[:-1]
            found.append((block.start, tuple(entry[1] for entry in stack), []))
            closed = False
        closed = closed or block.closes
        found[-1][2].append(block)
    starts = [start for start, _, _ in found] + [len(document.text)]
    for i, (start, path, blocks) in enumerate(found):
        if start < starts[i + 1]:
            yield Section(path=path, start=start, end=starts[i + 1]), blocks


def _cut_section(cutting: _Cutting, blocks: list[Block]) -> None:
    section = len(cutting.sections) - 1
    citable = [block for block in blocks if block.kind not in _UNCITED]
    if all(block.kind is BlockKind.HEADING for block in citable):
        return
    text = [block for block in citable if block.kind is not BlockKind.FOOTNOTE]
    notes = [block for block in citable if block.kind is BlockKind.FOOTNOTE]
    number = cutting.sentences[-1].block + 1 if cutting.sentences else 0
    before: Block | None = None
    parents: dict[str, tuple[int, int | None]] = {}  # bullet → (list id, lead-in) of the lists that are open
    for block in text + notes:
        list_id = lead_in = None
        if block.kind is BlockKind.LIST_ITEM:
            if before is None or before.kind is not BlockKind.LIST_ITEM:
                parents = {}
            if block.bullet not in parents:
                parents[block.bullet] = (cutting.lists, _lead_in(cutting, before))
                cutting.lists += 1
            list_id, lead_in = parents[block.bullet]
            # An item of an outer list ends the lists inside the item before it.
            outer = list(parents)
            parents = {bullet: parents[bullet] for bullet in outer[: outer.index(block.bullet) + 1]}
        for start, end, gaps in _spans(cutting.document, block):
            cutting.sentences.append(
                Sentence(
                    start=start,
                    end=end,
                    kind=block.kind,
                    section=section,
                    block=number,
                    gaps=gaps,
                    list_id=list_id,
                    lead_in=lead_in,
                )
            )
        before = block
        number += 1
    first = next(i for i, s in enumerate(cutting.sentences) if s.section == section)
    _cut_chunks(cutting, section, first)


def _lead_in(cutting: _Cutting, before: Block | None) -> int | None:
    """The sentence that introduces a list: the heading or the item right above it, or one that ends with a colon."""
    if before is None or not cutting.sentences:
        return None
    last = cutting.sentences[-1]
    ends_with_colon = cutting.document.text[last.end - 1] == ":"
    introduces = before.kind in (BlockKind.HEADING, BlockKind.LIST_ITEM) or ends_with_colon
    return len(cutting.sentences) - 1 if introduces else None


def _spans(document: Document, block: Block) -> Iterator[tuple[int, int, tuple[Span, ...]]]:
    """The sentences of a block: start, end and the gaps inside, in offsets of the document."""
    pieces, at = [], block.start
    for gap in block.gaps:
        pieces.append(Span(at, gap.start))
        at = gap.end
    pieces.append(Span(at, block.end))
    joined = "\n".join(document.text[piece.start : piece.end] for piece in pieces)
    offsets = [0]  # where each piece begins in the joined text
    for piece in pieces[:-1]:
        offsets.append(offsets[-1] + piece.end - piece.start + 1)

    def place(offset: int) -> int:
        i = bisect_right(offsets, offset) - 1
        return pieces[i].start + offset - offsets[i]

    for span in _sentence_spans(joined, block, document.metadata.language):
        start, end = place(span.start), place(span.end - 1) + 1
        yield start, end, tuple(gap for gap in block.gaps if start < gap.start and gap.end < end)


def _sentence_spans(joined: str, block: Block, language: str) -> list[Span]:
    if block.kind is BlockKind.HEADING:
        clean = _clean_heading(joined)
        start = joined.index(clean)
        return [Span(start, start + len(clean))] if clean else []
    if block.kind in _WHOLE:
        return [Span(0, len(joined))]
    sign = _BULLET_SIGN.match(joined)
    offset = sign.end() if sign and block.kind is BlockKind.LIST_ITEM else 0
    return [Span(s.start + offset, s.end + offset) for s in split_sentences(joined[offset:], language)]


def _clean_heading(wording: str) -> str:
    before = None
    while wording != before:
        before, wording = wording, _HEADING_SIGNS.sub("", wording).strip()
    return wording


def _plain(wording: str) -> str:
    return " ".join(wording.split())


def _cut_chunks(cutting: _Cutting, section: int, first: int) -> None:
    """Make chunks of the sentences from ``first`` on: whole blocks while they fit, footnotes apart from the text, a
    lead-in never at the end of a chunk."""
    sentences = cutting.sentences
    numbered = range(first, len(sentences))
    for _, group in groupby(numbered, key=lambda i: sentences[i].kind is BlockKind.FOOTNOTE):
        current: list[int] = []
        for unit in _units(cutting, list(group)):
            if current and _words(cutting, current) + _words(cutting, unit) > (
                MAX_WORDS if _words(cutting, current) < TARGET_WORDS // 2 else TARGET_WORDS
            ):
                held = [] if unit[0] - 1 != sentences[unit[0]].lead_in or len(current) < 2 else current[-1:]
                _close(cutting, section, current[: len(current) - len(held)])
                current = held
            current = current + unit
        _close(cutting, section, current)


def _units(cutting: _Cutting, indices: list[int]) -> Iterator[list[int]]:
    """Sentences that stay together: a block, or parts of one that is too long."""
    for _, group in groupby(indices, key=lambda i: cutting.sentences[i].block):
        unit: list[int] = []
        for i in group:
            if unit and _words(cutting, [*unit, i]) > TARGET_WORDS:
                yield unit
                unit = []
            unit.append(i)
        yield unit


def _words(cutting: _Cutting, indices: list[int]) -> int:
    text = cutting.document.text
    return sum(len(text[cutting.sentences[i].start : cutting.sentences[i].end].split()) for i in indices)


def _close(cutting: _Cutting, section: int, indices: list[int]) -> None:
    if not indices:
        return
    inside = cutting.sentences[indices[0] : indices[-1] + 1]
    cutting.chunks.append(
        Chunk(
            start=min(s.start for s in inside),
            end=max(s.end for s in inside),
            section=section,
            first=indices[0],
            last=indices[-1] + 1,
        )
    )


def _attach_footnotes(document: Document, sentences: list[Sentence]) -> tuple[Sentence, ...]:
    """Give a footnote the sentence that carries its mark as its lead-in."""
    attached = list(sentences)
    for i, note in enumerate(sentences):
        number = re.match(r"\d{1,3}(?=\s)", document.text[note.start : note.end])
        if note.kind is not BlockKind.FOOTNOTE or not number:
            continue
        mark = re.compile(rf"[^\W\d_][.,;:!?\"'”’»)\]]{{0,3}}{number.group()}(?![\d\w]|[.,]\d)")
        for j, candidate in reversed(list(enumerate(sentences))):
            if candidate.start > note.start or candidate.kind is BlockKind.FOOTNOTE:
                continue
            # A mark at the very end of a sentence may have fallen into the white space behind it.
            if mark.search(document.text[candidate.start : candidate.end + 3]):
                attached[i] = replace(note, lead_in=j)
                break
    return tuple(attached)
