"""What a vector store is: rows in, the nearest rows out, never beyond the scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from vectorstore.errors import InvalidVector

Vector = NDArray[np.float32]
"""Shape (dimensions,)."""
Matrix = NDArray[np.float32]
"""Shape (rows, dimensions)."""

RowKind = Literal["chunk", "sentence", "question"]
KINDS: tuple[RowKind, ...] = ("chunk", "sentence", "question")


@dataclass(frozen=True, slots=True)
class Scope:
    """The collections visible to the one who asks; never empty, so that nothing can mean "all" by accident.

    ``documents`` narrows them to some documents by id: None for every document of the collections, none of them where
    it is empty. An id that is in none of the collections is no error and gives nothing.
    """

    collections: frozenset[str]
    documents: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if not self.collections:
            raise ValueError("a scope names at least one collection")

    @classmethod
    def of(cls, *collections: str) -> Scope:
        """The scope of the collections named, with all their documents."""
        return cls(frozenset(collections))

    def narrowed(self, *, documents: Set[str] | None = None, collections: Set[str] | None = None) -> Scope:
        """What of this scope lies in the documents and the collections named; None narrows nothing.

        The result never holds more than this scope. Where it holds nothing it is a scope without documents.
        """
        kept = self.collections if collections is None else self.collections & collections
        if not kept:
            return Scope(self.collections, frozenset())
        if documents is None:
            return Scope(kept, self.documents)
        return Scope(kept, frozenset(documents) if self.documents is None else self.documents & documents)

    def holds(self, collection: str, document: str) -> bool:
        """Whether a document of a collection is visible."""
        return collection in self.collections and (self.documents is None or document in self.documents)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Row:
    """One vector with the id that finds its text again. Ids are unique over the whole store."""

    id: str
    kind: RowKind
    collection: str
    document: str
    vector: Vector


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that was found; ``score`` is the cosine similarity, from -1 to 1, higher is better."""

    id: str
    score: float


class VectorStore(Protocol):
    """Vectors of one number of dimensions, kept with unit length. Reading is safe from several threads."""

    def add(self, rows: Sequence[Row]) -> None:
        """Keep rows; one with a known id replaces the former.

        Raises InvalidVector, and then keeps none of ``rows``, if one has another number of dimensions, no direction
        (all zero) or a number that is not finite.
        """
        ...

    def search(self, vector: Vector, *, kind: RowKind, scope: Scope, limit: int) -> list[Hit]:
        """The nearest rows of a kind in the scope, best first, equal scores by id, at most ``limit``, none twice.

        Rows outside the scope do not count for ``limit``. Collections of the scope that hold nothing are no error.
        Raises InvalidVector like ``add``.
        """
        ...

    def vectors(self, ids: Sequence[str]) -> Mapping[str, Vector]:
        """The vectors of the ids that are known; the others are left out."""
        ...

    def count(self, kind: RowKind, scope: Scope) -> int:
        """How many rows of a kind the scope holds."""
        ...


def unit(vectors: Sequence[Vector] | Matrix, dimensions: int | None) -> Matrix:
    """The vectors as one float32 matrix of unit rows; ``dimensions`` None accepts any number that all share.

    Every store calls this first, since libraries differ in what they let through: a NaN in a question, for one,
    returns results.
    """
    widths = {len(vector) for vector in vectors}
    expected = widths if dimensions is None else {dimensions}
    if len(widths) > 1 or widths != expected:
        wanted = "the same number of" if dimensions is None else f"{dimensions}"
        raise InvalidVector(
            f"A vector has {sorted(widths)} dimensions where {wanted} dimensions are needed; "
            "run `picum-assistant ingest` if the embedding model was changed."
        )
    matrix = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or not lengths.all():
        raise InvalidVector(
            "A vector is zero or holds numbers that are not finite; "
            "check the files of the embedding model with `picum-assistant models`."
        )
    return np.asarray(matrix / lengths, dtype=np.float32)
