"""Draft → answer: the rules that hold by construction.

Every statement is compared with the words of its evidence before anything of it is shown. One that does not hold is
removed and counted; what stands is numbered, located and put together as text, sentences and citations.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.answer import AnswerSentence, Citation
from assistant.selection import Evidence
from assistant.writing import OMITTED, Label, Piece, Statement, shown
from ingest.document import Span
from ingest.text import numbers, words

_CONTACT = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """An answer that holds. ``deltas`` are its stretches, one verified sentence each; joined they are ``text``.

    ``removed`` counts the statements that did not hold.
    """

    text: str
    citations: tuple[Citation, ...]
    sentences: tuple[AnswerSentence, ...]
    deltas: tuple[str, ...]
    removed: int


def verify(pieces: Sequence[Piece]) -> Verified:
    """Keep what holds, number the citations from 1 in order of appearance and locate every quotation."""
    kept, removed = _without_unsupported(pieces)
    text, pending = "", ""
    markers: dict[tuple[str, int, int], int] = {}
    citations: list[Citation] = []
    sentences: list[AnswerSentence] = []
    deltas: list[str] = []
    for piece in kept:
        if isinstance(piece, Label):
            pending += piece.text
            continue
        key = (piece.evidence.document, piece.evidence.first, piece.evidence.last)
        if key not in markers:
            markers[key] = len(markers) + 1
            citations.append(cite(markers[key], piece.evidence))
        pending += piece.before
        start = len(text) + len(pending)
        pending += f"{piece.text} [{markers[key]}]"
        sentences.append(
            AnswerSentence(
                text=piece.text, start=start, end=start + len(piece.text), markers=(markers[key],), support="supported"
            )
        )
        text += pending
        deltas.append(pending)
        pending = ""
    tail = pending.rstrip()
    if tail and deltas:
        deltas[-1] += tail
    return Verified(
        text=text + tail,
        citations=tuple(citations),
        sentences=tuple(sentences),
        deltas=tuple(deltas),
        removed=removed,
    )


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
        display_quote=shown(evidence.cut, start, end, _gaps(evidence, start, end)),
        url=metadata.url,
    )


def _gaps(evidence: Evidence, start: int, end: int) -> list[Span]:
    """The stretches of a span that hold no sentence of the evidence but words: furniture, footnotes, addresses."""
    text = evidence.cut.document.text
    covered = sorted(
        span
        for sentence in evidence.cut.sentences[evidence.first : evidence.last + 1]
        for span in _pieces(sentence.start, sentence.end, sentence.gaps)
    )
    gaps, at = [], start
    for piece in covered:
        if any(character.isalnum() for character in text[at : piece.start]):
            gaps.append(Span(at, piece.start))
        at = max(at, piece.end)
    return [gap for gap in gaps if start < gap.start and gap.end < end]


def _pieces(start: int, end: int, gaps: Iterable[Span]) -> list[Span]:
    pieces, at = [], start
    for gap in gaps:
        pieces.append(Span(at, gap.start))
        at = gap.end
    return [*pieces, Span(at, end)]


def _without_unsupported(pieces: Sequence[Piece]) -> tuple[list[Piece], int]:
    """The pieces without statements that do not hold, and without labels that have nothing left under them."""
    kept: list[Piece] = []
    removed = 0
    for piece in pieces:
        if isinstance(piece, Statement) and not holds(piece):
            removed += 1
            continue
        kept.append(piece)
    return (kept, removed) if removed == 0 else (_relabelled(kept), removed)


def _relabelled(pieces: list[Piece]) -> list[Piece]:
    """Only the labels that a statement follows, and the first statement under each opening its quotation."""
    result: list[Piece] = []
    for n, piece in enumerate(pieces):
        if isinstance(piece, Statement):
            opens = not result or isinstance(result[-1], Label)
            before = "> " if opens else piece.before if piece.before.startswith("\n") else " "
            result.append(Statement(text=piece.text, evidence=piece.evidence, before=before, continues=piece.continues))
            continue
        following = next((p for p in pieces[n + 1 :] if isinstance(p, Statement) or p.text.strip()), None)
        if not piece.text.strip() or isinstance(following, Statement) or _heads_a_group(pieces, n):
            result.append(piece)
    return result


def _heads_a_group(pieces: list[Piece], n: int) -> bool:
    """Whether the label after this one has a statement under it."""
    rest = [p for p in pieces[n + 1 :] if isinstance(p, Statement) or p.text.strip()]
    return len(rest) > 1 and isinstance(rest[0], Label) and isinstance(rest[1], Statement)


def holds(statement: Statement) -> bool:
    """Whether a statement says nothing that its evidence does not: words, numbers, dates, addresses.

    Content is compared word by word, in order of frequency only: each word of the statement occurs at least as often
    in the evidence. So negation, names and modality stand in the evidence too.
    """
    evidence = statement.evidence
    quote = " ".join(
        evidence.cut.wording(sentence) for sentence in evidence.cut.sentences[evidence.first : evidence.last + 1]
    )
    said = statement.text.replace(OMITTED, " ").replace("\\[", "[").replace("\\]", "]")
    if Counter(words(said)) - Counter(words(quote)):
        return False
    if not numbers(said) <= numbers(quote):
        return False
    return {match.rstrip(".,;:)") for match in _CONTACT.findall(said)} <= {
        match.rstrip(".,;:)") for match in _CONTACT.findall(quote)
    }
