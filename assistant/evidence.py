"""Evidence: what is quoted in one piece, and when several pieces become one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from assistant.passages import PASSAGE_WORDS
from ingest.cut import CutDocument
from ingest.document import BlockKind

_BETWEEN = 2
"""Sentences between two quotations at the most for both to be quoted as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Neighbouring sentences of one document that are quoted together: ``first`` to ``last``, both included.

    ``main`` tells the first part of an answer from its further passages.
    """

    cut: CutDocument
    first: int
    last: int
    score: float
    main: bool = True

    @property
    def words(self) -> int:
        """How many words it has."""
        return sum(len(self.cut.wording(s).split()) for s in self.cut.sentences[self.first : self.last + 1])

    @property
    def document(self) -> str:
        """The id of its document."""
        return self.cut.document.id


def joined(taken: Iterable[Evidence]) -> list[Evidence]:
    """Evidence that stands together in a section becomes one quotation, as long as a passage at the most: it reads as
    it was written, and one citation is easier to check than three."""
    joined: list[Evidence] = []
    for piece in sorted(taken, key=lambda piece: (piece.document, piece.first)):
        if joined and (both := _one_quotation(joined[-1], piece)):
            joined[-1] = both
        else:
            joined.append(piece)
    ends = [None, *joined]
    return [_with_lead_in(piece, before) for before, piece in zip(ends, joined, strict=False)]


def _with_lead_in(piece: Evidence, before: Evidence | None) -> Evidence:
    """Several items of a list bring the sentence that leads them in, unless the piece ``before`` holds it."""
    sentences, lead_in = piece.cut.sentences, piece.first - 1
    first = sentences[piece.first]
    items = {sentence.block for sentence in sentences[piece.first : piece.last + 1]}
    free = before is None or before.document != piece.document or before.last < lead_in
    if len(items) < 2 or first.lead_in != lead_in or not free or sentences[lead_in].section != first.section:
        return piece
    whole = replace(piece, first=lead_in)
    return whole if whole.words <= PASSAGE_WORDS else piece


def _one_quotation(one: Evidence, next_: Evidence) -> Evidence | None:
    """Two pieces and what stands between them, if that is little and in the same section; never text with footnotes,
    which stand elsewhere on the page."""
    if one.document != next_.document or next_.first - one.last - 1 > _BETWEEN:
        return None
    both = replace(one, last=next_.last, score=max(one.score, next_.score))
    inside = one.cut.sentences[both.first : both.last + 1]
    alike = len({(sentence.section, sentence.kind is BlockKind.FOOTNOTE) for sentence in inside}) == 1
    return both if alike and both.words <= PASSAGE_WORDS else None
