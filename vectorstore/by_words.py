"""Search without the vector store: vectors made of words alone, in memory, for as long as the store cannot be trusted.

Each stem has a random direction, drawn from its hash, and a text is the sum of its stems, each weighed by how rare it
is. So texts are near each other by the words they share, and all that is done with an embedding model's vectors can be
done with these. That is less than an embedding model gives: other words for the same thing are not found.
"""

from __future__ import annotations

import hashlib
import math
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from ingest.text import stems
from vectorstore.index import Index
from vectorstore.store import Hit, Matrix, Row, RowKind, Scope, Vector, unit

_DIMENSIONS = 256
_FINGERPRINT = f"words:{_DIMENSIONS}"


class ByWords(NamedTuple):
    """The texts of an index, searched by their words, and what makes vectors of questions for it."""

    searched: Index
    embedder: WordEmbedder


class WordEmbedder:
    """See ``Embedder``. ``passages`` are in the language of their document, questions in any of the ``languages``."""

    dimensions = _DIMENSIONS
    fingerprint = _FINGERPRINT

    def __init__(self, languages: Sequence[str], frequencies: Mapping[str, int], texts: int) -> None:
        self._languages, self._frequencies, self._texts = tuple(languages), frequencies, texts
        self._directions: dict[str, Vector] = {}

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """See ``Embedder.embed_passages``."""
        return np.array([self.embed_question(text) for text in texts], dtype=np.float32).reshape(-1, _DIMENSIONS)

    def embed_question(self, text: str) -> Vector:
        """See ``Embedder.embed_question``."""
        return self.of_stems([stem for language in self._languages for stem in stems(text, language)])

    def of_stems(self, found: Sequence[str]) -> Vector:
        """The unit vector of some stems, each counted once; of none, one that is near to nothing."""
        total = np.zeros(_DIMENSIONS, dtype=np.float32)
        for stem in dict.fromkeys(found) or ("",):
            total += self._direction(stem)
        vector: Vector = total / np.linalg.norm(total)
        return vector

    def _direction(self, stem: str) -> Vector:
        """The direction of a stem, as long as the stem is rare."""
        if (known := self._directions.get(stem)) is not None:
            return known
        seed = int.from_bytes(hashlib.blake2b(stem.encode("utf-8", "replace"), digest_size=8).digest(), "big")
        drawn = np.random.default_rng(seed).standard_normal(_DIMENSIONS)
        rarity = math.log(1 + (self._texts + 1) / (self._frequencies.get(stem, 0) + 0.5))
        direction: Vector = (drawn * rarity / np.linalg.norm(drawn)).astype(np.float32)
        if stem in self._frequencies:
            self._directions[stem] = direction
        return direction


class _Rows(NamedTuple):
    """The rows of one kind: ``matrix`` has one unit vector a row."""

    ids: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    matrix: Matrix


class _WordStore:
    """A ``VectorStore`` that is made once of the texts of an index and never changes."""

    def __init__(self, rows: Mapping[RowKind, _Rows]) -> None:
        self._rows = rows
        self._at = {id: (kind, at) for kind, held in rows.items() for at, id in enumerate(held.ids)}

    def add(self, rows: Sequence[Row]) -> None:
        """Nothing can be added."""
        raise NotImplementedError

    def search(self, vector: Vector, *, kind: RowKind, scope: Scope, limit: int) -> list[Hit]:
        """See ``VectorStore.search``."""
        held = self._rows.get(kind)
        if held is None or not held.ids or limit < 1:
            return []
        scores = np.clip(held.matrix @ unit([vector], _DIMENSIONS)[0], -1.0, 1.0)
        visible = (at for at, place in enumerate(held.places) if scope.holds(*place))
        hits = [Hit(held.ids[at], float(scores[at])) for at in visible]
        return sorted(hits, key=lambda hit: (-hit.score, hit.id))[:limit]

    def vectors(self, ids: Sequence[str]) -> Mapping[str, Vector]:
        """See ``VectorStore.vectors``."""
        places = {id: self._at[id] for id in ids if id in self._at}
        return {id: self._rows[kind].matrix[at] for id, (kind, at) in places.items()}

    def count(self, kind: RowKind, scope: Scope) -> int:
        """See ``VectorStore.count``."""
        held = self._rows.get(kind)
        return sum(scope.holds(*place) for place in held.places) if held else 0


class WordSearch:
    """Makes each index searchable by words when that is first asked for, and forgets it with the index."""

    def __init__(self) -> None:
        self._made: WeakKeyDictionary[Index, ByWords] = WeakKeyDictionary()
        self._making = threading.Lock()

    def over(self, index: Index) -> ByWords:
        """The texts of an index by their words; the first call costs some milliseconds for each hundred sentences."""
        with self._making:
            if index not in self._made:
                self._made[index] = by_words(index)
            return self._made[index]


def by_words(index: Index) -> ByWords:
    """Make the texts of an index searchable by their words."""
    languages = {id: cut.document.metadata.language for id, cut in index.cut_documents.items()}
    kinds: tuple[RowKind, ...] = ("chunk", "sentence")
    read = {kind: [(row, stems(row[3], languages[row[2]])) for row in index.texts(kind)] for kind in kinds}
    frequencies = Counter(stem for _, found in read["sentence"] for stem in set(found))
    embedder = WordEmbedder(sorted(set(languages.values())), frequencies, len(read["sentence"]))
    rows = {
        kind: _Rows(
            ids=tuple(row[0] for row, _ in held),
            places=tuple((row[1], row[2]) for row, _ in held),
            matrix=np.array([embedder.of_stems(found) for _, found in held], dtype=np.float32).reshape(-1, _DIMENSIONS),
        )
        for kind, held in read.items()
    }
    return ByWords(index.over(_WordStore(rows)), embedder)
