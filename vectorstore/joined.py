"""Two embedding models as one: the cosine of joined vectors is the weighted mean of both cosines.

A question in a language that the first model does not know asks the second alone: its half of the first is zero, and
cosines are those of the second times a constant.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ingest.language import question_language
from vectorstore.embeddings import Embedder
from vectorstore.store import Matrix, Vector, unit


class JoinedEmbedder:
    """The vectors of two models side by side, the second times the root of its weight, made unit vectors.

    With unit vectors a and b of the two models, the joined one is (a, √w·b) / √(1 + w), so the cosine of two texts is
    (cos_a + w·cos_b) / (1 + w). One search in one store thus asks both models.
    """

    def __init__(self, first: Embedder, second: Embedder, *, weight: float, first_knows: Sequence[str] = ()) -> None:
        """``weight`` is that of the second model; positive. ``first_knows`` are the languages of the first one (ISO
        639), the one first that a question is in where it does not tell; empty for all languages.
        """
        self._first, self._second, self._weight = first, second, weight
        self._first_knows = tuple(first_knows)

    @property
    def fingerprint(self) -> str:
        """Both fingerprints and the weight."""
        return f"{self._first.fingerprint}+{self._weight:g}*{self._second.fingerprint}"

    @property
    def dimensions(self) -> int:
        """Those of both models."""
        return self._first.dimensions + self._second.dimensions

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """See ``Embedder.embed_passages``."""
        return self._join(self._first.embed_passages(texts), self._second.embed_passages(texts))

    def embed_question(self, text: str) -> Vector:
        """See ``Embedder.embed_question``."""
        second = self._second.embed_question(text)
        if self._known_to_the_first(text):
            first = self._first.embed_question(text)
        else:
            first = np.zeros(self._first.dimensions, dtype=np.float32)
        vector: Vector = self._join(first[np.newaxis], second[np.newaxis])[0]
        return vector

    def _known_to_the_first(self, text: str) -> bool:
        known = self._first_knows
        return not known or question_language(text, default=known[0]) in known

    def _join(self, first: Matrix, second: Matrix) -> Matrix:
        joined = np.concatenate([first, np.float32(self._weight**0.5) * second], axis=1)
        return unit(joined, self.dimensions) if len(joined) else joined
