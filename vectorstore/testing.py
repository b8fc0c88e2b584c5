"""Fakes and builders for tests, of this package and of those above it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from ingest.cut import Chunk, CutDocument, Section, Sentence
from ingest.document import DEFAULT_COLLECTION, BlockKind, Document, Metadata
from ingest.text import words
from vectorstore.asking import Asker, collect
from vectorstore.embeddings import Embedder
from vectorstore.index import Index
from vectorstore.lexical import LexicalIndex
from vectorstore.memory import MemoryStore
from vectorstore.rows import text_rows
from vectorstore.store import Matrix, Row, Vector


class HashEmbedder:
    """Each word has a random direction, drawn from its hash; a text is the sum of its words. Needs no model.

    Texts that share words are near each other, and nothing else is. ``passages`` records every text embedded, in
    order; ``pause`` seconds are slept for each, so that a run can be interrupted.
    """

    def __init__(self, dimensions: int = 32, *, name: str = "hash", pause: float = 0.0) -> None:
        self.dimensions = dimensions
        self.fingerprint = f"{name}:{dimensions}"
        self.pause = pause
        self.passages: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """See ``Embedder.embed_passages``."""
        self.passages += texts
        time.sleep(self.pause * len(texts))
        return np.array([self.embed_question(text) for text in texts], dtype=np.float32).reshape(-1, self.dimensions)

    def embed_question(self, text: str) -> Vector:
        """See ``Embedder.embed_question``."""
        vector = np.zeros(self.dimensions)
        for word in words(text) or [""]:
            vector += _direction(word, self.dimensions)
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


@lru_cache(maxsize=10_000)
def _direction(word: str, dimensions: int) -> NDArray[np.float64]:
    seed = int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(dimensions)


def cut_document(
    id: str,
    *paragraphs: Sequence[str],
    title: str = "",
    collection: str = DEFAULT_COLLECTION,
    language: str = "en",
) -> CutDocument:
    """A document in one section; each paragraph is a chunk, given as its sentences."""
    text = ""
    sentences: list[Sentence] = []
    chunks: list[Chunk] = []
    for block, paragraph in enumerate(paragraphs):
        first = len(sentences)
        for wording in paragraph:
            text += " " if len(sentences) > first else "\n\n" if text else ""
            start = len(text)
            text += wording
            sentences.append(Sentence(start=start, end=len(text), kind=BlockKind.PARAGRAPH, section=0, block=block))
        start = sentences[first].start if paragraph else len(text)
        chunks.append(Chunk(start=start, end=len(text), section=0, first=first, last=len(sentences)))
    document = Document(
        id=id,
        path=f"{id}.txt",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
        metadata=Metadata(title=title or id, language=language, collection=collection),
    )
    return CutDocument(
        document=document,
        sections=(Section(path=(), start=0, end=len(text)),),
        sentences=tuple(sentences),
        chunks=tuple(chunks),
    )


def memory_index(
    documents: Sequence[CutDocument],
    embedder: Embedder,
    *,
    generation: str = "in-memory",
    organisation: str = "",
    asker: Asker | None = None,
) -> Index:
    """An index of the documents with an exact store in memory: the same interface, no file."""
    store = MemoryStore()
    with TemporaryDirectory() as folder:
        questions = collect(documents, asker, (), Path(folder) / "resume", lambda _: None)
    texts = [row for document in documents for row in text_rows(document, questions)]
    vectors = embedder.embed_passages([row.text for row in texts])
    store.add(
        [
            Row(id=row.id, kind=row.kind, collection=row.collection, document=row.document, vector=vector)
            for row, vector in zip(texts, vectors, strict=True)
        ]
    )
    lexical = LexicalIndex.of_documents(documents)
    return Index(documents, store, lexical, generation=generation, organisation=organisation, questions=questions)
