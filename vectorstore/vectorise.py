"""Rows of text → rows of vectors: copied where they are known, computed where they are not."""

from __future__ import annotations

from collections.abc import Sequence

from vectorstore.embeddings import Embedder
from vectorstore.rows import TextRow
from vectorstore.store import Row, Vector, VectorStore, unit
from vectorstore.vector_cache import VectorCache


class Vectoriser:
    """Looks a vector up in the donors, then in the cache, and only then asks the embedder; counts both.

    ``donors`` hold vectors of this very embedder. What is computed goes into the cache at once, so that a run that is
    killed has not worked for nothing.
    """

    def __init__(self, embedder: Embedder, donors: Sequence[VectorStore], cache: VectorCache) -> None:
        self._embedder = embedder
        self._donors = donors
        self._cache = cache
        self.embedded = 0
        self.copied = 0

    def rows(self, texts: Sequence[TextRow]) -> list[Row]:
        """The same rows with their vectors, in order. Raises InvalidVector."""
        known: dict[str, Vector] = {}
        for donor in (*(donor.vectors for donor in self._donors), self._cache.get):
            known.update(donor([row.id for row in texts if row.id not in known]))
        new = [row for row in texts if row.id not in known]
        if new:
            # Checked before anything is kept: a fault of the model must not live on in the cache.
            vectors = unit(self._embedder.embed_passages([row.text for row in new]), self._embedder.dimensions)
            self._cache.put([row.id for row in new], vectors)
            known.update(zip((row.id for row in new), vectors, strict=True))
        self.embedded += len(new)
        self.copied += len(texts) - len(new)
        return [
            Row(id=row.id, kind=row.kind, collection=row.collection, document=row.document, vector=known[row.id])
            for row in texts
        ]
