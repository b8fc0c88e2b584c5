"""Hybrid retrieval: dense on chunks, sentences and questions about chunks, and BM25, fused into one score for each
sentence.

The score of a sentence is the mean, over the views of the question, of

    z(sentence) + z(neighbourhood) + z(chunk) + KEYWORDS * z(BM25 of the chunk) + QUESTIONS * z(question of the chunk)

where z is the standard score over the candidates and the question of a chunk is the best one that was written about it,
in an index that has such; plus what the question says about documents and about the kind of answer, less what makes a
sentence a poor quotation. Standard scores are added because cosines and BM25 have no common scale; on the development
questions they beat reciprocal ranks.

The views are the question as asked, its topic, the answers that a model imagines where there are any, and the topic
moved towards the best sentences that these find (Rocchio 1971, "Relevance feedback in information retrieval", without
judged and without bad examples).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from assistant.passages import FoundChunk, Passage, ScoredSentence, grown
from assistant.question import Question
from assistant.quotability import poor_quotation, wanted_tests
from ingest.text import stems
from vectorstore.embeddings import Embedder
from vectorstore.index import Index, IndexedChunk
from vectorstore.store import Scope, Vector

KEYWORDS = 0.3
"""On the development questions 0 to 0.4 find as many passages; above, fewer. Not 0: what has no place in a model's
vocabulary (names, acronyms, numbers of articles) is found by its letters."""
QUESTIONS = 0.5
"""Half the weight of the chunk itself, since a model wrote them; a guess, not tuned on any questions."""
NEIGHBOUR = 0.7
"""Weight of the sentences before and after in the neighbourhood of a sentence."""
NAMED_DOCUMENT = 1.5
"""What one unit of ``Question.documents`` adds."""
THIRD_PARTY = 1.0
"""What a third party's document loses where the question does not mean it: the organisation speaks for itself first."""
CHUNK_HITS, SENTENCE_HITS, QUESTION_HITS = 100, 400, 200
DIGITS = 5
"""Decimals of a cosine that mean something. Further ones differ from run to run with what else the store holds, and
standard scores of candidates that are all alike would make them large."""
CANDIDATES = 60
"""Chunks that each of the searches may put forward."""
FEEDBACK_SENTENCES, FEEDBACK = 4, 0.5
"""Best sentences that the topic is moved towards, and the weight of their mean. 3 to 6 sentences and weights of 0.5 to
0.8 are alike on the development questions."""

Scores = NDArray[np.float64]
_Key = TypeVar("_Key", int, tuple[str, int])


def search(question: Question, index: Index, embedder: Embedder, scope: Scope) -> list[Passage]:
    """The passages for a question, best first; no chunk twice, none from outside the scope."""
    vectors = {text: embedder.embed_question(text) for text in (question.text, question.topic)}
    asked = [_View(text, vector, index, scope) for text, vector in vectors.items()]
    views = [*asked, *(_View(text, embedder.embed_question(text), index, scope) for text in question.expansions)]
    found = _found(question, views, asked, index)
    if near := _best_vectors(found, index):
        moved = vectors[question.topic] + FEEDBACK * np.mean(near, axis=0)
        unit = (moved / np.linalg.norm(moved)).astype(np.float32)
        found = _found(question, [*views, _View(question.topic, unit, index, scope)], asked, index)
    return grown(found, index)


def _found(question: Question, views: Sequence[_View], asked: Sequence[_View], index: Index) -> list[FoundChunk]:
    """The chunks that the views find, best first; ``similarity`` is that to the wordings that were ``asked``."""
    numbers = sorted(set[int]().union(*(view.candidates() for view in views)))
    chunks = [index.chunks[number] for number in numbers]
    places = [(c, i) for c, chunk in enumerate(chunks) for i in range(chunk.chunk.first, chunk.chunk.last)]
    if not places:
        return []
    holder = np.array([c for c, _ in places])
    fused = np.mean([view.fuse(chunks, places, holder) for view in views], axis=0)
    score = fused + _adjustments(question, index, chunks, places)
    similarity = np.max([view.similarity(view.sentence_cosines(chunks, places)) for view in asked], axis=0)
    chunk_similarity = np.max([view.similarity(view.chunk_cosines(chunks)) for view in asked], axis=0)
    found = []
    for c, chunk in enumerate(chunks):
        cut, inside = index.cut_documents[chunk.document_id], np.flatnonzero(holder == c)
        sentences = tuple(
            ScoredSentence(cut=cut, ordinal=places[i][1], score=float(score[i]), similarity=float(similarity[i]))
            for i in inside
        )
        best = max(sentence.score for sentence in sentences)
        found.append(FoundChunk(chunk=chunk, score=best, similarity=float(chunk_similarity[c]), sentences=sentences))
    return sorted(found, key=lambda one: -one.score)


def _best_vectors(found: Sequence[FoundChunk], index: Index) -> list[Vector]:
    """The vectors of the best sentences, in the same order whatever the order of the documents is."""
    best = sorted((-round(s.score, DIGITS), one.chunk.document_id, s.ordinal) for one in found for s in one.sentences)[
        :FEEDBACK_SENTENCES
    ]
    rows = [row for _, document, ordinal in best if (row := index.sentence_row(document, ordinal))]
    known = index.vectors(rows)
    return [known[row] for row in rows]


class _View:
    """One wording of the question, its vector, and everything that was found for it."""

    def __init__(self, text: str, vector: Vector, index: Index, scope: Scope) -> None:
        chunk_hits = index.vector_search(vector, kind="chunk", scope=scope, limit=CHUNK_HITS)
        sentence_hits = index.vector_search(vector, kind="sentence", scope=scope, limit=SENTENCE_HITS)
        question_hits = index.vector_search(vector, kind="question", scope=scope, limit=QUESTION_HITS)
        asked = [stem for language in sorted(index.languages(scope)) for stem in stems(text, language)]
        keywords = index.keyword_scores(list(dict.fromkeys(asked)), scope)
        self.chunk_scores = {index.chunk(hit.id).number: round(hit.score, DIGITS) for hit in chunk_hits}
        # Of several questions of a chunk the best one counts: hits come best first.
        self.question_scores = {
            index.asked_chunk(hit.id).number: round(hit.score, DIGITS) for hit in reversed(question_hits)
        }
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
        self._unit, self._seen = index.likeness(scope), index.likeness(scope, vector)

    def similarity(self, cosines: Scores) -> Scores:
        """The cosines as a vector without zeros would have them, so that all questions are judged alike: half of a
        joined vector has cosines of another scale. Where the corpus is too small to tell the scales, as they are.
        """
        if self._unit is None or self._seen is None or self._unit == self._seen:
            return cosines
        return self._unit.mean + self._unit.spread * (cosines - self._seen.mean) / self._seen.spread

    def candidates(self) -> set[int]:
        """The numbers of the chunks that one of the searches puts forward."""
        by_keyword = sorted(self.keyword_scores, key=lambda number: -self.keyword_scores[number])
        by_question = sorted(self.question_scores, key=lambda number: -self.question_scores[number])
        return {
            *list(self.chunk_scores)[:CANDIDATES],
            *list(dict.fromkeys(self._sentence_chunks))[:CANDIDATES],
            *by_keyword[:CANDIDATES],
            *by_question[:CANDIDATES],
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
        question = _looked_up(self.question_scores, (chunk.number for chunk in chunks))
        keyword = np.array([self.keyword_scores.get(chunk.number, 0.0) for chunk in chunks])
        return (
            standard(sentence)
            + standard(_neighbourhood(sentence, chunks, places))
            + standard(self.chunk_cosines(chunks)[holder])
            + KEYWORDS * standard(keyword[holder])
            + QUESTIONS * standard(question[holder])
        )


def _looked_up(scores: dict[_Key, float], keys: Iterable[_Key]) -> Scores:
    floor = min(scores.values(), default=0.0)
    return np.array([scores.get(key, floor) for key in keys])


def standard(values: Scores) -> Scores:
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
    wanted = wanted_tests(question)
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
