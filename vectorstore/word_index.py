"""Every word of the chunks of an index with the chunks that hold it, in order, so that the beginning of a word finds
all words that go on from it.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.typed_words import Typed, forms, words_of
from vectorstore.index import Index
from vectorstore.store import Scope

_LONGER = 0.6
"""What a word counts that is longer than what was typed."""
_AFTER_ALL = "\U0010ffff"


class ChunkFound(NamedTuple):
    """A chunk by its number in ``Index.chunks``; a higher score is better."""

    number: int
    score: float


class ChunksFound(NamedTuple):
    """The best chunks, best first, and how many there are in all."""

    best: tuple[ChunkFound, ...]
    found: int


class WordIndex:
    """Made once of the texts of an index, in memory; some seconds for a thousand long documents. Never changes."""

    def __init__(self, index: Index) -> None:
        places = {id: place for place, id in enumerate(index.cut_documents)}
        self._places = places
        self._collections = [cut.document.metadata.collection for cut in index.cut_documents.values()]
        self._owners = np.fromiter((places[chunk.document_id] for chunk in index.chunks), np.int64, len(index.chunks))
        numbers: dict[str, int] = {}
        terms, chunks, counts = array("i"), array("i"), array("i")
        for chunk in index.chunks:
            wording = index.cut_documents[chunk.document_id].chunk_wording(chunk.chunk)
            for term, times in Counter(form for word in words_of(wording) for form in forms(word)).items():
                terms.append(numbers.setdefault(term, len(numbers)))
                chunks.append(chunk.number)
                counts.append(times)
        self._words = sorted(numbers)
        order = np.empty(len(numbers), dtype=np.int64)
        order[[numbers[word] for word in self._words]] = np.arange(len(numbers))
        ranked = order[_numbers(terms)]
        by_word = np.argsort(ranked, kind="stable")
        self._starts = np.searchsorted(ranked[by_word], np.arange(len(numbers) + 1))
        self._chunks = _numbers(chunks)[by_word].astype(np.int32)
        self._counts = _numbers(counts)[by_word].astype(np.float32)

    def find(self, typed: Sequence[Typed], scope: Scope, most: int) -> ChunksFound:
        """The chunks in scope that hold the most of these words, if at least half of them; statistics are of the scope
        alone. Rare words, whole words and words that occur often in a chunk count more.
        """
        visible = self._visible(scope)
        held = np.zeros(len(self._owners), dtype=np.int64)
        scores = np.zeros(len(self._owners))
        for each in typed:
            weights = np.where(visible, self._weights(each), 0.0)
            there = weights > 0
            held += there
            scores += _rarity(int(there.sum()), int(visible.sum())) * weights / (weights + 1)
        reached = int(held.max(initial=0))
        if not typed or reached * 2 < len(typed) or not reached:
            return ChunksFound((), 0)
        found = np.flatnonzero(held == reached)
        best = found[np.argsort(-scores[found], kind="stable")][: max(most, 0)]
        return ChunksFound(tuple(ChunkFound(int(at), float(scores[at])) for at in best), len(found))

    def _visible(self, scope: Scope) -> NDArray[np.bool_]:
        seen = (scope.holds(collection, id) for id, collection in zip(self._places, self._collections, strict=True))
        return np.fromiter(seen, np.bool_, len(self._places))[self._owners]

    def _weights(self, typed: Typed) -> NDArray[np.float64]:
        """How often each chunk holds the word, longer ones for less."""
        weights = np.zeros(len(self._owners))
        for first, last, weight in self._ranges(typed):
            span = slice(self._starts[first], self._starts[last])
            weights += np.bincount(self._chunks[span], self._counts[span] * weight, minlength=len(weights))
        return weights

    def _ranges(self, typed: Typed) -> Iterator[tuple[int, int, float]]:
        for form in typed.forms:
            first = bisect_left(self._words, form)
            whole = first + (first < len(self._words) and self._words[first] == form)
            yield first, whole, 1.0
            if typed.open:
                yield whole, bisect_left(self._words, form + _AFTER_ALL, whole), _LONGER


def _numbers(values: array[int]) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)


def _rarity(holding: int, of: int) -> float:
    """Inverse document frequency as in Lucene: ln(1 + (N - n + 0.5) / (n + 0.5))."""
    return math.log(1 + (of - holding + 0.5) / (holding + 0.5))
