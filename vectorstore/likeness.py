"""How alike the sentences of a corpus are to each other: the unit in which its cosines can be compared.

Embedding models have scales of their own: sentences that have nothing to do with each other have a cosine of about 0.15
with one and of 0.70 with another. Measured from the mean cosine of a corpus's own sentences, in standard deviations of
it, the cosines of different models and corpora mean the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vectorstore.store import Vector

SAMPLED = 64
"""Sentences that are compared, spread evenly: 2,016 pairs."""
LEAST = 12
"""Sentences under which a corpus says nothing about its model."""
_NARROW = 0.01
"""A standard deviation this small would make noise of everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """The mean cosine between two sentences, and its standard deviation; both within -1 to 1."""

    mean: float
    spread: float

    def standard(self, cosine: float) -> float:
        """A cosine in standard deviations above the mean."""
        return (cosine - self.mean) / self.spread


def sample(ids: Sequence[str]) -> list[str]:
    """At most ``SAMPLED`` of the ids, spread evenly over them."""
    step = max(1.0, len(ids) / SAMPLED)
    return [ids[int(place * step)] for place in range(min(SAMPLED, len(ids)))]


def likeness(vectors: Sequence[Vector], question: Vector | None = None) -> Likeness | None:
    """The likeness of sentences, given as unit vectors; None for fewer than ``LEAST`` of them.

    With a question's vector, one sentence of each pair stands for a question like it: zero where that is zero, as in
    the half of a model that does not know its language (``vectorstore.joined``).
    """
    if len(vectors) < LEAST:
        return None
    matrix = np.stack(vectors).astype(np.float64)
    asking = matrix
    if question is not None:
        asking = matrix * (question != 0)
        asking /= np.maximum(np.linalg.norm(asking, axis=1, keepdims=True), _NARROW)
    cosines = (asking @ matrix.T)[np.triu_indices(len(matrix), 1)]
    return Likeness(mean=float(cosines.mean()), spread=max(float(cosines.std()), _NARROW))
