"""Chunks that were found → passages: each grows by its neighbours, so that a hit in a short section brings what stands
around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.cut import CutDocument, Sentence
from vectorstore.index import Index, IndexedChunk

PASSAGE_WORDS = 120
"""Words of a passage at the most, but for one chunk that is longer: as many as a chunk may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredSentence:
    """A sentence that can be cited. ``ordinal`` indexes ``cut.sentences``; a higher ``score`` is better.

    ``similarity`` is the cosine to the question, from -1 to 1.
    """

    cut: CutDocument
    ordinal: int
    score: float
    similarity: float

    @property
    def sentence(self) -> Sentence:
        """The sentence itself."""
        return self.cut.sentences[self.ordinal]

    @property
    def wording(self) -> str:
        """Its words on one line."""
        return self.cut.wording(self.sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundChunk:
    """A chunk that was found: ``score`` is that of its best sentence, ``similarity`` its cosine to the question.

    ``sentences`` are those of the chunk in reading order.
    """

    chunk: IndexedChunk
    score: float
    similarity: float
    sentences: tuple[ScoredSentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A chunk that was found with its neighbours: ``score`` and ``similarity`` (a cosine) are the best in it, ``rank``
    is 1-based.

    ``chunks`` follow each other in reading order, ``chunk`` is the best of them. ``sentences`` are those of its chunks
    that were found, in reading order.
    """

    cut: CutDocument
    chunk: IndexedChunk
    chunks: tuple[IndexedChunk, ...]
    score: float
    rank: int
    similarity: float
    sentences: tuple[ScoredSentence, ...]

    @property
    def section(self) -> str:
        """The headings above its best chunk."""
        return self.cut.sections[self.chunk.chunk.section].title

    @property
    def start(self) -> int:
        """Where it begins in the text of its document."""
        return self.chunks[0].chunk.start

    @property
    def end(self) -> int:
        """Where it ends, exclusive."""
        return self.chunks[-1].chunk.end

    @property
    def text(self) -> str:
        """The text of the document from the first to the last sentence."""
        return self.cut.document.text[self.start : self.end]


def grown(found: Sequence[FoundChunk], index: Index) -> list[Passage]:
    """The passages around the chunks that were found, best first as these are; no chunk stands in two passages."""
    known = {one.chunk.number: one for one in found}
    taken: set[int] = set()
    passages: list[Passage] = []
    for one in found:
        if one.chunk.number in taken:
            continue
        chunks = _around(one.chunk, taken, index)
        taken |= {chunk.number for chunk in chunks}
        inside = [known[chunk.number] for chunk in chunks if chunk.number in known]
        passages.append(
            Passage(
                cut=index.cut_documents[one.chunk.document_id],
                chunk=one.chunk,
                chunks=chunks,
                score=one.score,
                rank=len(passages) + 1,
                similarity=max(near.similarity for near in inside),
                sentences=tuple(sentence for near in inside for sentence in near.sentences),
            )
        )
    return passages


def _around(chunk: IndexedChunk, taken: set[int], index: Index) -> tuple[IndexedChunk, ...]:
    """A chunk with the whole neighbours that fit: those of its section first, those that follow before earlier ones."""
    run = [chunk]
    text = index.cut_documents[chunk.document_id].document.text
    while True:
        fitting = [
            longer
            for longer in _longer_by_one(run, index)
            if taken.isdisjoint(one.number for one in longer)
            and _words(text[longer[0].chunk.start : longer[-1].chunk.end]) <= PASSAGE_WORDS
        ]
        if not fitting:
            return tuple(run)
        section = chunk.chunk.section
        run = min(fitting, key=lambda longer: any(one.chunk.section != section for one in longer))


def _longer_by_one(run: list[IndexedChunk], index: Index) -> Iterator[list[IndexedChunk]]:
    """The run with the chunk behind it and with the one before it, where they are neighbours in the text too: the
    footnotes of a section come after it in reading order and may stand in the middle of it."""
    for at, joined in ((run[-1].number + 1, 1), (run[0].number - 1, 0)):
        if not 0 <= at < len(index.chunks) or (near := index.chunks[at]).document_id != run[0].document_id:
            continue
        before, behind = (run[-1], near) if joined else (near, run[0])
        if before.chunk.end <= behind.chunk.start:
            yield [*run, near] if joined else [near, *run]


def _words(text: str) -> int:
    """Words of a text as it stands; signs alone, such as bullets, are none."""
    return sum(any(map(str.isalnum, word)) for word in text.split())
