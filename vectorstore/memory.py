"""An exact vector store in memory: the measure for the others, and enough for small tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from vectorstore.store import Hit, Matrix, Row, RowKind, Scope, Vector, unit


class MemoryStore:
    """Holds every vector in a dictionary and compares them all; a search costs rows times dimensions."""

    def __init__(self) -> None:
        self._places: dict[str, tuple[RowKind, str, str]] = {}
        self._vectors: dict[str, Vector] = {}
        self._dimensions: int | None = None

    def add(self, rows: Sequence[Row]) -> None:
        """See ``VectorStore.add``."""
        if not rows:
            return
        matrix = unit([row.vector for row in rows], self._dimensions)
        self._dimensions = matrix.shape[1]
        for row, vector in zip(rows, matrix, strict=True):
            self._places[row.id] = (row.kind, row.collection, row.document)
            self._vectors[row.id] = vector

    def search(self, vector: Vector, *, kind: RowKind, scope: Scope, limit: int) -> list[Hit]:
        """See ``VectorStore.search``."""
        question = unit([vector], self._dimensions)[0]
        ids = self._ids(kind, scope)
        if not ids or limit < 1:
            return []
        matrix: Matrix = np.stack([self._vectors[id] for id in ids])
        scores = np.clip(matrix @ question, -1.0, 1.0)
        hits = [Hit(id, float(score)) for id, score in zip(ids, scores, strict=True)]
        return sorted(hits, key=lambda hit: (-hit.score, hit.id))[:limit]

    def vectors(self, ids: Sequence[str]) -> Mapping[str, Vector]:
        """See ``VectorStore.vectors``."""
        return {id: self._vectors[id] for id in ids if id in self._vectors}

    def count(self, kind: RowKind, scope: Scope) -> int:
        """See ``VectorStore.count``."""
        return len(self._ids(kind, scope))

    def _ids(self, kind: RowKind, scope: Scope) -> list[str]:
        return [
            id
            for id, (of, collection, document) in self._places.items()
            if of == kind and scope.holds(collection, document)
        ]
