"""Block → sentences: their places in the document, with the gaps inside them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from ingest.blocks import Block
from ingest.document import BlockKind, Document, Span
from ingest.lines import BULLETS
from ingest.sections import clean_heading
from ingest.sentences import split_sentences
from ingest.typesetting import blank_quotation_signs

_BULLET = re.compile(rf"^[{BULLETS}]\s+")
_ALNUM = re.compile(r"[^\W_]")


def block_sentences(document: Document, block: Block) -> Iterator[tuple[int, int, tuple[Span, ...]]]:
    """The sentences of a block: start, end and the gaps inside, in offsets of the document. A heading and a row of a
    table are one sentence; signs of markup and bullets stay outside; what has no letter or digit is none."""
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

    for span in _spans(joined, block.kind, document.metadata.language):
        if _ALNUM.search(joined, span.start, span.end):
            start, end = place(span.start), place(span.end - 1) + 1
            yield start, end, tuple(gap for gap in block.gaps if start < gap.start and gap.end < end)


def _spans(joined: str, kind: BlockKind, language: str) -> list[Span]:
    if kind is BlockKind.HEADING:
        clean = clean_heading(joined)
        start = joined.index(clean)
        return [Span(start, start + len(clean))]
    if kind is BlockKind.TABLE_ROW:
        return [Span(0, len(joined))]
    sign = _BULLET.match(joined) if kind is BlockKind.LIST_ITEM else None
    offset = sign.end() if sign else 0
    sentences = split_sentences(blank_quotation_signs(joined[offset:]), language)
    return [Span(s.start + offset, s.end + offset) for s in sentences]
