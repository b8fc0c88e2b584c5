"""Blocks: what each stretch of a document is."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.document import BlockKind, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A heading, paragraph, list item, table row, footnote or piece of furniture: ``text[start:end]`` less ``gaps``.

    ``level``: of a heading, 1 is the highest; of a list item, 1 is the outermost; else 0, as where it is not known yet.
    ``bullet`` is the sign or the shape of the number in front of a list item (``numbering.readings``).
    ``closes`` is true for furniture that ends what stands above it (the link label under a teaser).
    ``space_before`` counts the empty lines above.
    """

    kind: BlockKind
    start: int
    end: int
    gaps: tuple[Span, ...] = ()
    level: int = 0
    bullet: str = ""
    space_before: int = 0
    closes: bool = False
