"""The index as retrieval uses it: one generation, opened, with its texts in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from ingest.cut import Chunk, CutDocument, Sentence
from vectorstore import catalogue, chunk_questions
from vectorstore.canaries import check_store
from vectorstore.chroma import ChromaStore
from vectorstore.chunk_questions import NO_QUESTIONS, ChunkQuestions
from vectorstore.errors import IndexOutdated
from vectorstore.generations import IndexFolder, Stamp
from vectorstore.lexical import KeywordScores, LexicalIndex
from vectorstore.likeness import Likeness, likeness, sample
from vectorstore.manifest import CHROMA, DOCUMENTS, LEXICAL, QUESTIONS, Fingerprint, Manifest, check_files
from vectorstore.rows import text_rows
from vectorstore.store import Hit, RowKind, Scope, Vector, VectorStore

_SCOPES = 256
"""Scopes whose likeness is remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedChunk:
    """A chunk with its places: ``number`` indexes ``Index.chunks``, ``ordinal`` the chunks of its document.

    ``sentences`` are the row ids of its sentences in order; sentences without words have none.
    """

    number: int
    row_id: str
    document_id: str
    ordinal: int
    collection: str
    chunk: Chunk
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedSentence:
    """A sentence with its places: ``ordinal`` indexes the sentences of its document.

    ``chunk`` indexes ``Index.chunks``; it is None for a sentence that stands in no chunk.
    """

    row_id: str
    document_id: str
    ordinal: int
    collection: str
    chunk: int | None
    sentence: Sentence


class Index:
    """Reads one generation, in ``folder`` where it has one; never changes. Safe to use from several threads at once.

    Whoever lets go of the last reference, or calls ``close``, gives files and the hold on the generation back.
    """

    def __init__(
        self,
        documents: Sequence[CutDocument],
        store: VectorStore,
        lexical: LexicalIndex,
        *,
        generation: str,
        organisation: str = "",
        organisation_name: str = "",
        questions: ChunkQuestions = NO_QUESTIONS,
    ) -> None:
        """Put together what ``open`` reads; ``documents`` in the order in which ``lexical`` numbered their chunks."""
        self.generation = generation
        self.organisation = organisation
        self.organisation_name = organisation_name
        self.cut_documents: Mapping[str, CutDocument] = MappingProxyType({cut.document.id: cut for cut in documents})
        self.manifest: Manifest | None = None
        self._store = store
        self._lexical = lexical
        self.folder: Path | None = None
        self._closing = ExitStack()
        self._folder: IndexFolder | None = None
        self._stamp: Stamp | None = None
        chunks: list[IndexedChunk] = []
        sentences: list[IndexedSentence] = []
        self._asked: dict[str, int] = {}
        for cut in documents:
            _number(cut, questions, chunks, sentences, self._asked)
        self.chunks = tuple(chunks)
        self._chunks = {chunk.row_id: chunk for chunk in chunks}
        self._sentences = {sentence.row_id: sentence for sentence in sentences}
        self._sentence_rows = {(sentence.document_id, sentence.ordinal): sentence.row_id for sentence in sentences}
        self._likeness: dict[tuple[Scope, bytes], Likeness | None] = {}

    @classmethod
    def open(cls, home: Path, key: str, embedder_fingerprint: str) -> Index:
        """Open the current generation of a corpus after a quick check of its files, counts and canaries.

        Raises IndexMissing, IndexOutdated or IndexDamaged; StoreFailure where the store cannot be opened.
        """
        folder = IndexFolder(home, key)
        stamp = folder.stamp()
        with ExitStack() as stack:
            generation, hold = folder.hold_current()
            stack.callback(hold.release)
            manifest = check_files(generation)
            if manifest.fingerprint != (wanted := Fingerprint(embedder=embedder_fingerprint)):
                raise _outdated(folder.root, manifest.fingerprint, wanted)
            store = stack.enter_context(ChromaStore(generation / CHROMA))
            check_store(manifest, generation, store)
            documents = catalogue.load(generation / DOCUMENTS)
            index = cls(
                documents,
                store,
                LexicalIndex.load(generation / LEXICAL),
                generation=generation.name,
                organisation=manifest.organisation,
                organisation_name=manifest.organisation_name,
                questions=chunk_questions.load(generation / QUESTIONS),
            )
            index.manifest, index.folder, index._folder, index._stamp = manifest, generation, folder, stamp
            index._closing = stack.pop_all()
        return index

    def chunk(self, row_id: str) -> IndexedChunk:
        """The chunk of a row. Raises KeyError for an id that is none."""
        return self._chunks[row_id]

    def sentence(self, row_id: str) -> IndexedSentence:
        """The sentence of a row. Raises KeyError for an id that is none."""
        return self._sentences[row_id]

    def asked_chunk(self, row_id: str) -> IndexedChunk:
        """The chunk that the question of a row was written about. Raises KeyError for an id that is none."""
        return self.chunks[self._asked[row_id]]

    def sentence_row(self, document_id: str, ordinal: int) -> str | None:
        """The row id of a sentence of a document; None for one without words."""
        return self._sentence_rows.get((document_id, ordinal))

    def documents_in(self, scope: Scope) -> tuple[CutDocument, ...]:
        """The documents that the scope may see."""
        return tuple(
            cut for cut in self.cut_documents.values() if scope.holds(cut.document.metadata.collection, cut.document.id)
        )

    def languages(self, scope: Scope) -> frozenset[str]:
        """The languages of these documents: those whose stems a question needs."""
        return frozenset(cut.document.metadata.language for cut in self.documents_in(scope))

    @cached_property
    def collections(self) -> frozenset[str]:
        """Every collection of the index; who may see which is decided elsewhere."""
        return frozenset(cut.document.metadata.collection for cut in self.cut_documents.values())

    def vector_search(self, vector: Vector, *, kind: RowKind, scope: Scope, limit: int) -> list[Hit]:
        """The nearest rows, best first (see ``VectorStore.search``)."""
        return self._store.search(vector, kind=kind, scope=scope, limit=limit)

    def vectors(self, ids: Sequence[str]) -> Mapping[str, Vector]:
        """The unit vectors of rows; unknown ids are left out."""
        return self._store.vectors(ids)

    def likeness(self, scope: Scope, question: Vector | None = None) -> Likeness | None:
        """How alike the sentences in the scope are to each other, or those like a question to the others (see
        ``likeness``); None for too few of them. Computed once.
        """
        zeros = b"" if question is None or question.all() else (question == 0).tobytes()
        key = (scope, zeros)
        if key not in self._likeness:
            visible = [id for id, row in self._sentences.items() if scope.holds(row.collection, row.document_id)]
            if len(self._likeness) >= _SCOPES:
                self._likeness.clear()
            sentences = list(self.vectors(sample(visible)).values())
            self._likeness[key] = likeness(sentences, question if zeros else None)
        return self._likeness[key]

    def keyword_search(self, stems: Sequence[str], *, scope: Scope, limit: int) -> list[Hit]:
        """The chunks with the highest BM25, best first; none without a match. ``Hit.score`` has no upper bound here."""
        found = self._lexical.keyword_search(stems, scope, limit)
        return [Hit(self.chunks[number].row_id, score) for number, score in found]

    def keyword_scores(self, stems: Sequence[str], scope: Scope) -> KeywordScores:
        """BM25 of every chunk in the scope, by chunk number."""
        return self._lexical.scores(stems, scope)

    def texts(self, kind: RowKind) -> Iterator[tuple[str, str, str, str]]:
        """(row id, collection, document, text) of each chunk or sentence; questions about chunks are not kept."""
        if kind == "chunk":
            for chunk in self.chunks:
                text = self.cut_documents[chunk.document_id].embedding_text(chunk.chunk)
                yield chunk.row_id, chunk.collection, chunk.document_id, text
        elif kind == "sentence":
            for row in self._sentences.values():
                text = self.cut_documents[row.document_id].wording(row.sentence)
                yield row.row_id, row.collection, row.document_id, text

    def over(self, store: VectorStore) -> Index:
        """The same texts with another store in place of this one; holds no file of the generation."""
        other = copy(self)
        other._store, other._closing, other._likeness = store, ExitStack(), {}
        return other

    def is_current(self) -> bool:
        """Whether no newer generation was published, for one ``stat``; an index without a folder always is."""
        return self._folder is None or self._folder.stamp() == self._stamp

    def close(self) -> None:
        """Give everything back; a second call does nothing. No thread may still be searching."""
        self._closing.close()

    def __del__(self) -> None:
        if hasattr(self, "_closing"):
            self._closing.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _outdated(folder: Path, made_with: Fingerprint, wanted: Fingerprint) -> IndexOutdated:
    what = "by another version of this program"
    if made_with.embedder != wanted.embedder:
        what = f"with the embedding model {made_with.embedder}, and {wanted.embedder} is set"
    return IndexOutdated(f"The index in {folder} was made {what}; run `picum-assistant ingest`.")


def _number(
    cut: CutDocument,
    questions: ChunkQuestions,
    chunks: list[IndexedChunk],
    sentences: list[IndexedSentence],
    asked: dict[str, int],
) -> None:
    """Append the chunks and sentences of one document, and the numbers of the chunks that its questions lead to."""
    document, collection = cut.document.id, cut.document.metadata.collection
    rows = list(text_rows(cut, questions))
    asked.update((row.id, len(chunks) + row.ordinal) for row in rows if row.kind == "question")
    sentence_rows = {row.ordinal: row.id for row in rows if row.kind == "sentence"}
    holder: dict[int, int] = {}
    for row in rows:
        if row.kind == "chunk":
            chunk = cut.chunks[row.ordinal]
            held = range(chunk.first, chunk.last)
            holder.update(dict.fromkeys(held, len(chunks)))
            chunks.append(
                IndexedChunk(
                    number=len(chunks),
                    row_id=row.id,
                    document_id=document,
                    ordinal=row.ordinal,
                    collection=collection,
                    chunk=chunk,
                    sentences=tuple(sentence_rows[ordinal] for ordinal in held if ordinal in sentence_rows),
                )
            )
    sentences += [
        IndexedSentence(
            row_id=row_id,
            document_id=document,
            ordinal=ordinal,
            collection=collection,
            chunk=holder.get(ordinal),
            sentence=cut.sentences[ordinal],
        )
        for ordinal, row_id in sentence_rows.items()
    ]
