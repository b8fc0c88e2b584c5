"""Evidence → what of it a short answer quotes: its best one or two sentences, whole lists, and who says otherwise.

What would stand first in the full answer stands here too. A sentence that another document counts otherwise brings that
one along, and so does one of a document with a newer version: a short answer must not hide that the documents disagree,
nor what holds now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.conflicts import Claim, find_conflicts
from assistant.evidence import Evidence
from assistant.passages import Passage
from assistant.selection import NOTHING_NEWER, leans


def shortened(
    evidence: Sequence[Evidence], passages: Sequence[Passage], newest: Mapping[str, str] = NOTHING_NEWER
) -> tuple[Evidence, ...]:
    """The best sentences of the evidence, which comes in the order of its selection; ``passages`` have their scores,
    ``newest`` is the id of the newest version by the id of each superseded document.
    """
    main = [piece for piece in evidence if piece.main]
    if not main:
        return ()
    scores = {(s.cut.document.id, s.ordinal): s.score for passage in passages for s in passage.sentences}
    best = main[0]
    first = _best_of(best, scores)
    beside = _otherwise(first, evidence)
    if beside is None and (newer := newest.get(first.document)):
        beside = next((piece for piece in evidence if piece.document == newer), None)
    if beside is None and not _is_own(best):
        # What the organisation says itself is never left to others.
        beside = next((piece for piece in main if _is_own(piece)), None)
    if beside is not None:
        return first, replace(_best_of(beside, scores), main=True)
    return (_with_neighbour(first, best, scores),)


def _best_of(piece: Evidence, scores: dict[tuple[str, int], float]) -> Evidence:
    """The best sentence of a piece, with the whole list that it belongs to."""
    inside = range(piece.first, piece.last + 1)
    best = max(inside, key=lambda at: (scores.get((piece.document, at), 0.0), -at))
    first = last = best
    listed = _list_of(piece, best)
    if listed:
        first, last = listed
    elif leans(piece.cut, best) and best > piece.first:
        first = best - 1
    return replace(piece, first=first, last=last)


def _list_of(piece: Evidence, at: int) -> tuple[int, int] | None:
    """First and last sentence of the list in a piece that a sentence leads in or stands in."""
    sentences = piece.cut.sentences
    inside = range(piece.first, piece.last + 1)
    of = sentences[at].list_id
    if of is None and piece.cut.document.text[sentences[at].end - 1] == ":" and at < piece.last:
        of = sentences[at + 1].list_id
        if of is None:
            return at, at + 1
    if of is None:
        return None
    items = [each for each in inside if sentences[each].list_id == of]
    lead_in = sentences[items[0]].lead_in
    return (lead_in if lead_in is not None and lead_in == items[0] - 1 and lead_in in inside else items[0]), items[-1]


def _otherwise(said: Evidence, evidence: Sequence[Evidence]) -> Evidence | None:
    """The best piece of another document that counts the same thing and comes to another number."""
    for piece in evidence:
        if piece.document != said.document and find_conflicts([_claim(1, said), _claim(2, piece)]):
            return piece
    return None


def _claim(marker: int, piece: Evidence) -> Claim:
    metadata = piece.cut.document.metadata
    words = " ".join(piece.cut.wording(s) for s in piece.cut.sentences[piece.first : piece.last + 1])
    return Claim(marker=marker, document=piece.document, language=metadata.language, text=words)


def _with_neighbour(one: Evidence, piece: Evidence, scores: dict[tuple[str, int], float]) -> Evidence:
    """A single sentence with the better one of those beside it in its paragraph of the piece."""
    if one.first != one.last:
        return one
    at, sentences = one.first, piece.cut.sentences
    beside = [
        near
        for near in (at - 1, at + 1)
        if piece.first <= near <= piece.last and sentences[near].block == sentences[at].block
    ]
    if not beside:
        return one
    second = max(beside, key=lambda near: scores.get((piece.document, near), 0.0))
    return replace(one, first=min(at, second), last=max(at, second))


def _is_own(piece: Evidence) -> bool:
    return piece.cut.document.metadata.authority == "own"
