"""Errors of the index and its parts.

VectorStoreError
├── IndexMissing             no index was made of this corpus yet
├── IndexDamaged             files of the index are not what was written
├── IndexOutdated            made with another embedding model, chunker or format
├── IndexTooNew              made by a newer version of this program
├── IndexBusy                another process is writing this index
├── IndexNotWritten          a new index could not be finished; the one before it stays in use
├── HomeUnusable             the data folder cannot be written, is too full or cannot lock files
├── StoreFailure             the library of the vector store reported an error
├── InvalidVector            a vector that no store may hold or search for
├── PairModelRefused         the folder of a reranker or entailment model cannot be used
└── EmbeddingModelError
    ├── EmbeddingModelMissing    files of the model are not on this machine
    └── EmbeddingModelRefused    the model's folder could run code or is not of a kind that can be read
"""

from __future__ import annotations


class VectorStoreError(Exception):
    """The message is one sentence: what happened, to what, and what to do next."""


class IndexMissing(VectorStoreError):
    """No index was made of this corpus yet."""


class IndexDamaged(VectorStoreError):
    """Files of the index are not what was written; the documents are not affected."""


class IndexOutdated(VectorStoreError):
    """The index was made with another embedding model, chunker or format than the program uses now."""


class IndexTooNew(VectorStoreError):
    """The index was made by a newer version of this program, which this one leaves as it is."""


class IndexBusy(VectorStoreError):
    """Another process is writing this index; ``pid`` is None where it could not be read."""

    def __init__(self, message: str, pid: int | None) -> None:
        super().__init__(message)
        self.pid = pid


class IndexNotWritten(VectorStoreError):
    """A new index could not be finished; the one before it stays in use."""


class HomeUnusable(VectorStoreError):
    """The data folder cannot be written, has too little room, or is on a file system that cannot lock files."""


class StoreFailure(VectorStoreError):
    """The library of the vector store reported an error."""


class InvalidVector(VectorStoreError):
    """A vector with another number of dimensions, without direction, or with numbers that are not finite."""


class PairModelRefused(VectorStoreError):
    """The folder of a model that scores pairs of texts could run code, lacks files or holds another kind of model."""


class EmbeddingModelError(VectorStoreError):
    """The embedding model cannot be used."""


class EmbeddingModelMissing(EmbeddingModelError):
    """Files of the model are not on this machine."""


class EmbeddingModelRefused(EmbeddingModelError):
    """The model's folder could run code or is not of a kind that can be read."""
