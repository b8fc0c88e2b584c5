"""Which texts of a cut document are embedded, and the ids of their rows."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.cut import CutDocument
from vectorstore.chunk_questions import NO_QUESTIONS, ChunkQuestions
from vectorstore.store import RowKind

ID_LENGTH = 34
"""Characters of a row id, all ASCII."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """A text to embed. ``ordinal`` indexes ``CutDocument.sentences`` for a sentence, else ``CutDocument.chunks``: for a
    question the chunk that answers it.

    ``id`` depends on kind, collection, document, text and how many equal texts of the document came before: the same
    words keep their id when something else in the document changes, and never share it with another document.
    """

    id: str
    kind: RowKind
    collection: str
    document: str
    ordinal: int
    text: str


def text_rows(cut: CutDocument, questions: ChunkQuestions = NO_QUESTIONS) -> Iterator[TextRow]:
    """The rows of a document: its chunks in order, then its sentences in order, then the questions of its chunks.
    Sentences without words have none.
    """
    seen: Counter[tuple[RowKind, str]] = Counter()
    collection, document = cut.document.metadata.collection, cut.document.id

    def row(kind: RowKind, ordinal: int, text: str) -> TextRow:
        before = seen[kind, text]
        seen[kind, text] += 1
        identity = json.dumps([kind, collection, document, text, before])
        digest = hashlib.blake2b(identity.encode(), digest_size=16).hexdigest()
        return TextRow(
            id=f"{kind[0]}-{digest}", kind=kind, collection=collection, document=document, ordinal=ordinal, text=text
        )

    for ordinal, chunk in enumerate(cut.chunks):
        yield row("chunk", ordinal, cut.embedding_text(chunk))
    for ordinal, sentence in enumerate(cut.sentences):
        if words := cut.wording(sentence):
            yield row("sentence", ordinal, words)
    for ordinal, chunk in enumerate(cut.chunks):
        for question in questions.of(cut, chunk):
            yield row("question", ordinal, question)
