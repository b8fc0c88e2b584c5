"""BM25 over the chunks of a generation, by the library bm25s."""

from __future__ import annotations

import hashlib
import json
import logging
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import bm25s
import numpy as np
from numpy.typing import NDArray

from ingest.cut import CutDocument
from ingest.text import stems
from vectorstore.errors import IndexDamaged
from vectorstore.store import Scope

_TABLE = "lexical.json"
_NUMBERS = "numbers.npy"
_OWNERS = "owners.npy"
_METHOD = "lucene"


class KeywordScores(NamedTuple):
    """BM25 of every chunk in the scope: ``chunks`` are their numbers, ascending; a score of 0 is no match."""

    chunks: NDArray[np.int64]
    scores: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Part:
    """The chunks of one collection. ``owners`` are the documents of ``numbers``, by their place in ``documents``.

    ``ranker`` is None where none of them has a single stem.
    """

    numbers: NDArray[np.int64]
    owners: NDArray[np.int64]
    documents: tuple[str, ...]
    ranker: bm25s.BM25 | None

    def frequency(self, stem: str) -> int:
        """In how many chunks a stem occurs."""
        token = self.ranker.vocab_dict.get(stem) if self.ranker else None
        if self.ranker is None or token is None:
            return 0
        starts = self.ranker.scores["indptr"]
        return int(starts[token + 1] - starts[token])

    def visible(self, scope: Scope) -> NDArray[np.bool_]:
        """Which chunks of this part the scope's documents leave."""
        if scope.documents is None:
            return np.ones(len(self.numbers), dtype=np.bool_)
        return np.isin(self.owners, [n for n, document in enumerate(self.documents) if document in scope.documents])

    def scores(self, weights: Mapping[str, float]) -> NDArray[np.float32]:
        """The weighted sum of each stem's BM25, one score for each chunk of this part."""
        total: NDArray[np.float32] = np.zeros(len(self.numbers), dtype=np.float32)
        if self.ranker is not None:
            for stem, weight in weights.items():
                if self.frequency(stem):
                    own = _rarity(self.frequency(stem), len(self.numbers))
                    token = self.ranker.vocab_dict[stem]
                    total += self.ranker.get_scores_from_ids([token]) * np.float32(weight / own)
        return total


class LexicalIndex:
    """BM25 (Lucene's form, k1 1.5, b 0.75) with statistics of the scope alone.

    Each collection has an index of its own. For a scope of several, the rarity of a word is put together from the
    collections' counts; only the mean length is each one's own. So what lies outside the collections weighs nothing.
    In a scope that is narrowed to documents a chunk scores as without the narrowing, and the others are left out.
    """

    def __init__(self, parts: Mapping[str, _Part]) -> None:
        self._parts = parts

    @classmethod
    def of_documents(cls, documents: Iterable[CutDocument]) -> LexicalIndex:
        """Index the chunks of the documents in order, each by the stems of its document's language."""
        return cls.build(
            (
                document.document.metadata.collection,
                document.document.id,
                stems(document.embedding_text(chunk), document.document.metadata.language),
            )
            for document in documents
            for chunk in document.chunks
        )

    @classmethod
    def build(cls, chunks: Iterable[tuple[str, str, Sequence[str]]]) -> LexicalIndex:
        """Index the chunks, given as (collection, document, stems) in the order of their numbers, from 0."""
        # The library sets its own logger to DEBUG, which makes its notes appear in every program that logs.
        logging.getLogger("bm25s").setLevel(logging.WARNING)
        gathered: dict[str, tuple[list[int], list[str], list[Sequence[str]]]] = {}
        for number, (collection, document, found) in enumerate(chunks):
            numbers, of, texts = gathered.setdefault(collection, ([], [], []))
            numbers.append(number)
            of.append(document)
            texts.append(found)
        return cls({collection: _part(*chunks) for collection, chunks in gathered.items()})

    def scores(self, question: Sequence[str], scope: Scope) -> KeywordScores:
        """Score every chunk in the scope by the stems of a question; one given twice counts twice."""
        parts = [part for collection, part in self._parts.items() if collection in scope.collections]
        if not parts:
            return KeywordScores(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))
        chunks = sum(len(part.numbers) for part in parts)
        weights: dict[str, float] = {}
        for stem, times in Counter(question).items():
            frequency = sum(part.frequency(stem) for part in parts)
            if frequency:
                weights[stem] = times * _rarity(frequency, chunks)
        numbers = np.concatenate([part.numbers for part in parts])
        scores = np.concatenate([part.scores(weights) for part in parts])
        kept = np.concatenate([part.visible(scope) for part in parts])
        order = np.argsort(numbers[kept])
        return KeywordScores(numbers[kept][order], scores[kept][order])

    def keyword_search(self, question: Sequence[str], scope: Scope, limit: int) -> list[tuple[int, float]]:
        """(chunk number, score) of the best matches, best first, equal scores by number; never one without a match."""
        found = self.scores(question, scope)
        best = np.argsort(-found.scores, kind="stable")[: max(limit, 0)]
        return [(int(found.chunks[at]), float(found.scores[at])) for at in best if found.scores[at] > 0]

    def save(self, folder: Path) -> None:
        """Write the index into a new folder, as JSON and plain arrays."""
        folder.mkdir()
        table: list[dict[str, Any]] = []
        for collection, part in self._parts.items():
            place = hashlib.sha256(collection.encode()).hexdigest()[:32]
            (folder / place).mkdir()
            np.save(folder / place / _NUMBERS, part.numbers, allow_pickle=False)
            np.save(folder / place / _OWNERS, part.owners, allow_pickle=False)
            if part.ranker is not None:
                part.ranker.save(folder / place, allow_pickle=False, show_progress=False)
            table.append(
                {
                    "collection": collection,
                    "folder": place,
                    "documents": part.documents,
                    "stems": part.ranker is not None,
                }
            )
        (folder / _TABLE).write_text(json.dumps(table), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Read what ``save`` wrote; pickled objects are refused, never loaded. Raises IndexDamaged."""
        logging.getLogger("bm25s").setLevel(logging.WARNING)
        parts: dict[str, _Part] = {}
        try:
            for entry in json.loads((folder / _TABLE).read_text(encoding="utf-8")):
                place = folder / entry["folder"]
                ranker = bm25s.BM25.load(place, allow_pickle=False, show_progress=False) if entry["stems"] else None
                parts[entry["collection"]] = _Part(
                    numbers=np.load(place / _NUMBERS, allow_pickle=False),
                    owners=np.load(place / _OWNERS, allow_pickle=False),
                    documents=tuple(entry["documents"]),
                    ranker=ranker,
                )
        except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
            raise IndexDamaged(
                f"The keyword index in {folder} is unreadable ({error}); run `picum-assistant ingest` to make it again."
            ) from error
        return cls(parts)


def _rarity(frequency: int, chunks: int) -> float:
    """Inverse document frequency as in Lucene (and bm25s): ln(1 + (N - n + 0.5) / (n + 0.5))."""
    return math.log(1 + (chunks - frequency + 0.5) / (frequency + 0.5))


def _part(numbers: Sequence[int], documents: Sequence[str], texts: Sequence[Sequence[str]]) -> _Part:
    places = {document: place for place, document in enumerate(dict.fromkeys(documents))}
    return _Part(
        numbers=np.asarray(numbers, dtype=np.int64),
        owners=np.asarray([places[document] for document in documents], dtype=np.int64),
        documents=tuple(places),
        ranker=_ranker(texts),
    )


def _ranker(texts: Sequence[Sequence[str]]) -> bm25s.BM25 | None:
    vocabulary = {stem: token for token, stem in enumerate(sorted({stem for text in texts for stem in text}))}
    if not vocabulary:
        return None  # bm25s would divide by a mean length of zero
    ranker = bm25s.BM25(method=_METHOD)
    # Numbered here and not by the library, whose order changes from run to run.
    tokens = [[vocabulary[stem] for stem in text] for text in texts]
    ranker.index((tokens, vocabulary), create_empty_token=False, show_progress=False)
    return ranker
