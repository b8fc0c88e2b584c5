"""Hybrid retrieval: dense on chunks, dense on sentences and BM25, fused into one score for each sentence.

The score of a sentence is the mean, over the question as asked and its topic, of

    z(sentence) + z(neighbourhood) + z(chunk) + KEYWORDS * z(BM25 of the chunk)

where z is the standard score over the candidates, plus what the question says about documents and about the kind of
answer, less what makes a sentence a poor quotation. Standard scores are added because cosines and BM25 have no common
scale; on the development questions they beat reciprocal ranks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from assistant.cues import cues
from assistant.question import Question
from ingest.cut import CutDocument, Sentence
from ingest.document import BlockKind
from ingest.text import fold, stems, words
from vectorstore.embeddings import Embedder
from vectorstore.index import Index, IndexedChunk
from vectorstore.store import Scope

KEYWORDS = 0.7
NEIGHBOUR = 0.7
"""Weight of the sentences before and after in the neighbourhood of a sentence."""
NAMED_DOCUMENT = 1.5
"""What one unit of ``Question.documents`` adds."""
THIRD_PARTY = 1.0
"""What a third party's document loses where the question does not mean it: the organisation speaks for itself first."""
CHUNK_HITS, SENTENCE_HITS = 100, 400
DIGITS = 5
"""Decimals of a cosine that mean something. Further ones differ from run to run with what else the store holds, and
standard scores of candidates that are all alike would make them large."""
CANDIDATES = 60
"""Chunks that each of the three searches may put forward."""

Scores = NDArray[np.float64]
_Key = TypeVar("_Key", int, tuple[str, int])
_URL = re.compile(r"https?://|www\.", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_AFTER_A_WORD = re.compile(r"(?<=[^\W\d_][ ,(])([^\W\d_])[^\W\d_]+")


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
class Passage:
    """A chunk that was found: ``score`` is that of its best sentence, ``rank`` is 1-based, ``similarity`` a cosine.

    ``sentences`` are those of the chunk in reading order.
    """

    cut: CutDocument
    chunk: IndexedChunk
    score: float
    rank: int
    similarity: float
    sentences: tuple[ScoredSentence, ...]

    @property
    def section(self) -> str:
        """The headings above it."""
        return self.cut.sections[self.chunk.chunk.section].title

    @property
    def text(self) -> str:
        """The text of the document from the first to the last sentence."""
        return self.cut.document.text[self.chunk.chunk.start : self.chunk.chunk.end]


def search(question: Question, index: Index, embedder: Embedder, scope: Scope) -> list[Passage]:
    """The passages for a question, best first; no chunk twice, none from outside the scope."""
    texts = list(dict.fromkeys([question.text, question.topic]))
    views = [_View(text, index, embedder, scope) for text in texts]
    numbers = sorted(set[int]().union(*(view.candidates() for view in views)))
    if not numbers:
        return []
    chunks = [index.chunks[number] for number in numbers]
    places = [(c, i) for c, chunk in enumerate(chunks) for i in range(chunk.chunk.first, chunk.chunk.last)]
    if not places:
        return []
    holder = np.array([c for c, _ in places])
    fused = np.mean([view.fuse(chunks, places, holder) for view in views], axis=0)
    similarity = np.max([view.sentence_cosines(chunks, places) for view in views], axis=0)
    score = fused + _adjustments(question, index, chunks, places)
    order = np.argsort([-score[holder == c].max() for c in range(len(chunks))], kind="stable")
    chunk_similarity = np.max([view.chunk_cosines(chunks) for view in views], axis=0)
    passages = []
    for rank, c in enumerate(order, start=1):
        chunk, cut = chunks[c], index.cut_documents[chunks[c].document_id]
        inside = np.flatnonzero(holder == c)
        sentences = tuple(
            ScoredSentence(cut=cut, ordinal=places[i][1], score=float(score[i]), similarity=float(similarity[i]))
            for i in inside
        )
        passages.append(
            Passage(
                cut=cut,
                chunk=chunk,
                score=float(score[inside].max()),
                rank=rank,
                similarity=float(chunk_similarity[c]),
                sentences=sentences,
            )
        )
    return passages


class _View:
    """One wording of the question and everything that was found for it."""

    def __init__(self, text: str, index: Index, embedder: Embedder, scope: Scope) -> None:
        vector = embedder.embed_question(text)
        chunk_hits = index.vector_search(vector, kind="chunk", scope=scope, limit=CHUNK_HITS)
        sentence_hits = index.vector_search(vector, kind="sentence", scope=scope, limit=SENTENCE_HITS)
        asked = [stem for language in sorted(index.languages(scope)) for stem in stems(text, language)]
        keywords = index.keyword_scores(list(dict.fromkeys(asked)), scope)
        self.chunk_scores = {index.chunk(hit.id).number: round(hit.score, DIGITS) for hit in chunk_hits}
        self.sentence_scores = {
            (found.document_id, found.ordinal): round(hit.score, DIGITS)
            for hit in sentence_hits
            if (found := index.sentence(hit.id)).chunk is not None
        }
        self._sentence_chunks = [
            number for hit in sentence_hits if (number := index.sentence(hit.id).chunk) is not None
        ]
        self.keyword_scores = {
            int(number): float(score)
            for number, score in zip(keywords.chunks, keywords.scores, strict=True)
            if score > 0
        }

    def candidates(self) -> set[int]:
        """The numbers of the chunks that one of the searches puts forward."""
        by_keyword = sorted(self.keyword_scores, key=lambda number: -self.keyword_scores[number])
        return {
            *list(self.chunk_scores)[:CANDIDATES],
            *list(dict.fromkeys(self._sentence_chunks))[:CANDIDATES],
            *by_keyword[:CANDIDATES],
        }

    def chunk_cosines(self, chunks: Sequence[IndexedChunk]) -> Scores:
        """Cosine of each chunk; one that was not among the hits has that of the last hit."""
        return _looked_up(self.chunk_scores, (chunk.number for chunk in chunks))

    def sentence_cosines(self, chunks: Sequence[IndexedChunk], places: Sequence[tuple[int, int]]) -> Scores:
        """Cosine of each sentence; one that was not among the hits has that of the last hit."""
        return _looked_up(self.sentence_scores, ((chunks[c].document_id, i) for c, i in places))

    def fuse(
        self, chunks: Sequence[IndexedChunk], places: Sequence[tuple[int, int]], holder: NDArray[np.int_]
    ) -> Scores:
        """The fused score of each sentence."""
        sentence = self.sentence_cosines(chunks, places)
        keyword = np.array([self.keyword_scores.get(chunk.number, 0.0) for chunk in chunks])
        return (
            _standard(sentence)
            + _standard(_neighbourhood(sentence, chunks, places))
            + _standard(self.chunk_cosines(chunks)[holder])
            + KEYWORDS * _standard(keyword[holder])
        )


def _looked_up(scores: dict[_Key, float], keys: Iterable[_Key]) -> Scores:
    floor = min(scores.values(), default=0.0)
    return np.array([scores.get(key, floor) for key in keys])


def _standard(values: Scores) -> Scores:
    """Standard scores; zeros where all values are alike."""
    spread = values.std()
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values)


def _neighbourhood(cosines: Scores, chunks: Sequence[IndexedChunk], places: Sequence[tuple[int, int]]) -> Scores:
    """The mean cosine of a sentence and those next to it in its section, the neighbours weighing less."""
    known = {
        (chunks[c].document_id, i): (cosine, chunks[c].chunk.section)
        for (c, i), cosine in zip(places, cosines, strict=True)
    }
    around = np.zeros_like(cosines)
    for n, (c, i) in enumerate(places):
        total, weight = cosines[n], 1.0
        for j in (i - 1, i + 1):
            near = known.get((chunks[c].document_id, j))
            if near and near[1] == chunks[c].chunk.section:
                total, weight = total + NEIGHBOUR * near[0], weight + NEIGHBOUR
        around[n] = total / weight
    return around


def _adjustments(
    question: Question, index: Index, chunks: Sequence[IndexedChunk], places: Sequence[tuple[int, int]]
) -> Scores:
    """What speaks for and against a sentence besides its likeness to the question."""
    wanted = _wanted(question)
    found = []
    for c, i in places:
        cut = index.cut_documents[chunks[c].document_id]
        sentence, wording = cut.sentences[i], cut.wording(cut.sentences[i])
        named = NAMED_DOCUMENT * question.documents.get(cut.document.id, 0.0)
        if cut.document.metadata.authority == "third_party" and cut.document.id not in question.documents:
            named -= THIRD_PARTY
        found.append(
            named
            - poor_quotation(sentence, wording)
            + sum(fits(wording, cut.document.metadata.language) for fits in wanted)
        )
    return np.array(found)


def poor_quotation(sentence: Sentence, wording: str) -> float:
    """How little a sentence says by itself, from 0: fragments, addresses, headings, rows, lead-ins."""
    count = sum(word[0].isalpha() for word in words(wording))
    against = 0.0
    if count < 5:
        against += 2.0
    if _URL.search(wording) and count < 25:
        against += 1.5
    if sentence.kind is BlockKind.HEADING:
        against += 2.0
    if sentence.kind is BlockKind.TABLE_ROW:
        against += 1.0
    if wording.endswith(":"):
        against += 0.7
    return against


_Test = Callable[[str, str], float]


def _wanted(question: Question) -> list[_Test]:
    """Tests for the kind of answer that is wanted, each from 0 to 1."""
    tests: dict[str, _Test] = {
        "number": lambda wording, language: float(holds_number(wording, language)),
        "date": lambda wording, _: float(bool(_YEAR.search(wording))),
        "person": lambda wording, _: float(_capitals(wording) >= 2),
        "place": lambda wording, _: min(_capitals(wording), 3) / 3,
    }
    return [tests[kind] for kind in sorted(question.wants) if kind in tests]


def _capitals(wording: str) -> int:
    """How many words begin with a capital without beginning the sentence: names, in most languages."""
    return sum(match.group(1).isupper() for match in _AFTER_A_WORD.finditer(wording))


def holds_number(wording: str, language: str) -> bool:
    """Whether a sentence of a document in ``language`` holds a number, in digits or in words."""
    numerals = cues(language).numerals
    return any(word[0].isdigit() or fold(word) in numerals for word in words(wording))
