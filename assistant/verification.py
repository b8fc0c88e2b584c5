"""Draft → answer: the rules that hold by construction.

Every statement is compared with the words of its evidence before anything of it is shown. One that does not hold is
removed and counted; what stands is numbered, located and put together as text, sentences and citations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.answer import AnswerSentence, Citation, Support
from assistant.events import Delta
from assistant.evidence import Evidence
from assistant.selection import MAX_EVIDENCE
from assistant.writing import OMITTED, Label, Piece, Statement, in_front, plain
from ingest.document import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """An answer that holds. ``deltas`` are its stretches, one verified sentence each; joined they are ``text``.

    ``removed`` counts the statements that did not hold.
    """

    text: str
    citations: tuple[Citation, ...]
    sentences: tuple[AnswerSentence, ...]
    deltas: tuple[Delta, ...]
    removed: int


class Composition:
    """An answer as it grows, sentence by verified sentence: numbers the citations from 1 in order of appearance."""

    def __init__(self) -> None:
        self.text = ""
        self.citations: list[Citation] = []
        self.sentences: list[AnswerSentence] = []
        self.deltas: list[Delta] = []
        self.removed = 0
        self._markers: dict[tuple[str, int, int], int] = {}

    def add(self, before: str, said: str, evidence: Sequence[Evidence], support: Support) -> Delta:
        """Append ``before`` (Markdown that says nothing), a sentence that was found to hold, and its markers."""
        known = len(self.citations)
        markers = tuple(dict.fromkeys(self._marker(piece) for piece in evidence))
        start = len(self.text) + len(before)
        text = f"{before}{said} {''.join(f'[{marker}]' for marker in markers)}"
        sentence = AnswerSentence(text=said, start=start, end=start + len(said), markers=markers, support=support)
        delta = Delta(text=text, sentence=sentence, citations=tuple(self.citations[known:]))
        self.text += text
        self.sentences.append(sentence)
        self.deltas.append(delta)
        return delta

    def quote(self, pieces: Sequence[Piece]) -> None:
        """Append the quotations that hold, under their labels."""
        standing = [piece for piece in pieces if isinstance(piece, Label) or holds(piece)]
        self.removed += len(pieces) - len(standing)
        pending = ""
        previous: Statement | None = None
        for piece in _without_empty_labels(standing):
            if isinstance(piece, Label):
                before = self.text + pending
                apart = piece.over != "nothing" and before and not before.endswith("\n\n")
                pending += ("\n\n" if apart else "") + piece.text
                previous = None
                continue
            self.add(pending + in_front(piece, previous), piece.text, [piece.evidence], "supported")
            previous, pending = piece, ""
        self._append(pending.rstrip())

    def has_room(self, evidence: Sequence[Evidence]) -> bool:
        """Whether all of this can be cited too."""
        return len({*self._markers, *map(_key, evidence)}) <= MAX_EVIDENCE

    def uncited(self, evidence: Evidence) -> list[Evidence]:
        """The stretches of a piece of evidence that are not cited yet, each of neighbouring sentences."""
        spans = [(first, last) for document, first, last in self._markers if document == evidence.document]
        free = [
            n for n in range(evidence.first, evidence.last + 1) if not any(first <= n <= last for first, last in spans)
        ]
        starts = [n for n in free if n - 1 not in free]
        ends = [n for n in free if n + 1 not in free]
        return [replace(evidence, first=first, last=last) for first, last in zip(starts, ends, strict=True)]

    def end(self) -> Verified:
        """The whole answer."""
        return Verified(
            text=self.text,
            citations=tuple(self.citations),
            sentences=tuple(self.sentences),
            deltas=tuple(self.deltas),
            removed=self.removed,
        )

    def _append(self, tail: str) -> None:
        """Append Markdown that says nothing, and belongs to the last sentence."""
        self.text += tail
        if tail and self.deltas:
            self.deltas[-1] = replace(self.deltas[-1], text=self.deltas[-1].text + tail)

    def _marker(self, evidence: Evidence) -> int:
        key = _key(evidence)
        if key not in self._markers:
            self._markers[key] = len(self._markers) + 1
            self.citations.append(cite(self._markers[key], evidence))
        return self._markers[key]


def _key(evidence: Evidence) -> tuple[str, int, int]:
    return evidence.document, evidence.first, evidence.last


def verify(pieces: Sequence[Piece]) -> Verified:
    """Keep what holds, number the citations from 1 in order of appearance and locate every quotation."""
    composition = Composition()
    composition.quote(pieces)
    return composition.end()


def cite(marker: int, evidence: Evidence) -> Citation:
    """The citation of a piece of evidence: one contiguous span of its document."""
    document, sentences = evidence.cut.document, evidence.cut.sentences[evidence.first : evidence.last + 1]
    start, end = min(s.start for s in sentences), max(s.end for s in sentences)
    metadata = document.metadata
    return Citation(
        marker=marker,
        document=document.id,
        title=metadata.title,
        publisher=metadata.publisher,
        authority=metadata.authority,
        published=metadata.published,
        section=evidence.cut.sections[sentences[0].section].title,
        page=document.page_at(start),
        start=start,
        end=end,
        quote=document.text[start:end],
        display_quote=evidence.cut.one_line(start, end, _gaps(evidence, start, end), OMITTED),
        url=metadata.url,
    )


def _gaps(evidence: Evidence, start: int, end: int) -> list[Span]:
    """The stretches of a span that hold no sentence of the evidence: gaps inside sentences, and words between them
    (furniture, footnotes, addresses)."""
    text = evidence.cut.document.text
    sentences = evidence.cut.sentences[evidence.first : evidence.last + 1]
    inside = {gap for sentence in sentences for gap in sentence.gaps}
    covered = sorted(span for s in sentences for span in _pieces(s.start, s.end, s.gaps))
    gaps, at = [], start
    for piece in covered:
        if Span(at, piece.start) in inside or any(character.isalnum() for character in text[at : piece.start]):
            gaps.append(Span(at, piece.start))
        at = max(at, piece.end)
    return [gap for gap in gaps if start < gap.start and gap.end < end]


def _pieces(start: int, end: int, gaps: Iterable[Span]) -> list[Span]:
    pieces, at = [], start
    for gap in gaps:
        pieces.append(Span(at, gap.start))
        at = gap.end
    return [*pieces, Span(at, end)]


def _without_empty_labels(pieces: Sequence[Piece]) -> list[Piece]:
    return [piece for n, piece in enumerate(pieces) if isinstance(piece, Statement) or _stands(piece, pieces[n + 1 :])]


def _stands(label: Label, following: Sequence[Piece]) -> bool:
    """Whether what a label stands over is still there."""
    if label.over == "nothing":
        return True
    for piece in following:
        if isinstance(piece, Statement):
            return True
        if label.over == "document" or piece.over == "part":
            return False
    return False


def holds(statement: Statement) -> bool:
    """Whether a statement is a sentence of its evidence, sign for sign but for white space and marked gaps.

    Nothing less will do for a quotation: with a "not" left out, two names exchanged or a sign before a number changed,
    all words still stand in the evidence.
    """
    cut = statement.evidence.cut
    quoted = cut.sentences[statement.evidence.first : statement.evidence.last + 1]
    return _bare(statement.text) in {_bare(plain(cut.wording(sentence))) for sentence in quoted}


def _bare(text: str) -> str:
    return " ".join(text.replace(OMITTED, " ").split())
