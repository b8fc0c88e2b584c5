"""The vector store in Chroma, embedded: one process writes a folder, and only once (see ``generations``)."""

from __future__ import annotations

import hashlib
import os
import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from vectorstore.errors import IndexDamaged, StoreFailure
from vectorstore.store import Hit, Row, RowKind, Scope, Vector, unit

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateCollectionConfiguration
    from chromadb.api.models.Collection import Collection
    from chromadb.api.types import Where

DATABASE = "chroma.sqlite3"
"""The file by which a folder is known to hold a Chroma database."""
_BATCH = 5_000
"""Rows in one call; Chroma refuses more than 5,461."""
_IDS = 1_000
"""Ids looked up in one call."""
_CONFIGURATION: CreateCollectionConfiguration = {
    "hnsw": {
        "space": "cosine",
        # Twice the default: the graph stays as quick to build, and the search looks at more of it.
        "ef_search": 200,
        # Flush after every call, however few rows it brings: then all vectors stand in files that opening does not
        # change, so that hashes can cover them. By default up to 999 wait in the database until somebody opens it.
        "batch_size": 1,
        "sync_threshold": 1,
    }
}
_HEADER = "<iQQQQ"
"""How a header of hnswlib begins: version, offset, room for rows, rows, bytes of a row."""
_HARMLESS = ("legacy", "default")
_DOCUMENT = "document"
"""Metadata key of a row: the id of its document."""


class ChromaStore:
    """A Chroma folder with one Chroma collection for each kind of row and each collection of documents.

    So a scope is a choice of collections, not a metadata filter, which costs 50 times the search at 100,000 rows. Only
    a scope that is narrowed to documents filters besides, and then compares every row of theirs, which costs 0.2 s for
    5,000. Vectors, ids and the documents' ids are kept here: no text, no embedding function. Opening writes a counter
    into the database, so the folder must be writable. Use it as a context manager or call ``close``.
    """

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open a folder, or make a new one in a folder that may exist.

        Raises IndexDamaged where there is no database to open, or one whose configuration could load code;
        StoreFailure for what Chroma itself reports.
        """
        # Chroma makes a new empty database where the file is missing, and would then answer every search with nothing.
        if not create and not (folder / DATABASE).is_file():
            raise IndexDamaged(f"{folder} holds no vector database; run `picum-assistant ingest` to make it again.")
        import chromadb  # noqa: PLC0415 (one to three seconds; a command that needs no vectors does not wait for it)
        from chromadb.config import Settings  # noqa: PLC0415

        self._folder = folder
        self._collections: dict[tuple[str, str], Collection] = {}
        self._dimensions: int | None = None
        # No .env file of the working directory and no environment variable decides where anything is sent.
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            anonymized_telemetry=False,
            allow_reset=False,
            chroma_otel_collection_endpoint="",
        )
        with self._chroma_errors():
            self._client = cast("Client", chromadb.PersistentClient(path=str(folder), settings=settings))
        try:
            with self._chroma_errors():
                for listed in self._client.list_collections():
                    collection = self._client.get_collection(listed.name, embedding_function=None)
                    self._remember(collection)
        except BaseException:
            self.close()
            raise

    def add(self, rows: Sequence[Row]) -> None:
        """See ``VectorStore.add``."""
        if not rows:
            return
        matrix = unit([row.vector for row in rows], self._dimensions)
        latest = {row.id: number for number, row in enumerate(rows)}  # Chroma refuses an id twice in one call
        places: dict[tuple[RowKind, str], list[int]] = defaultdict(list)
        for number in latest.values():
            places[rows[number].kind, rows[number].collection].append(number)
        for (kind, name), numbers in places.items():
            collection = self._collection(kind, name, matrix.shape[1])
            for at in range(0, len(numbers), _BATCH):
                batch = numbers[at : at + _BATCH]
                with self._chroma_errors():
                    collection.upsert(
                        ids=[rows[number].id for number in batch],
                        embeddings=matrix[batch],
                        metadatas=[{_DOCUMENT: rows[number].document} for number in batch],
                    )

    def search(self, vector: Vector, *, kind: RowKind, scope: Scope, limit: int) -> list[Hit]:
        """See ``VectorStore.search``; among more than some thousand rows the nearest are found nearly always."""
        question = unit([vector], self._dimensions)
        hits: list[Hit] = []
        where = _of_documents(scope)
        for collection in self._searched(kind, scope) if limit > 0 else ():
            if where is not None:
                hits += self._compare_all(collection, where, question[0])
                continue
            with self._chroma_errors():
                found = collection.query(query_embeddings=question, n_results=limit, include=["distances"])
            distances = (found["distances"] or [[]])[0]
            hits += [
                Hit(id, min(1.0, max(-1.0, 1.0 - distance)))
                for id, distance in zip(found["ids"][0], distances, strict=True)
            ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.id))[:limit]

    def vectors(self, ids: Sequence[str]) -> Mapping[str, Vector]:
        """See ``VectorStore.vectors``."""
        known: dict[str, Vector] = {}
        for collection in self._collections.values():
            wanted = [id for id in dict.fromkeys(ids) if id not in known]
            for at in range(0, len(wanted), _IDS):
                with self._chroma_errors():
                    found = collection.get(ids=wanted[at : at + _IDS], include=["embeddings"])
                if found["ids"]:
                    matrix = np.asarray(found["embeddings"], dtype=np.float32)
                    known.update(zip(found["ids"], matrix, strict=True))
        return known

    def count(self, kind: RowKind, scope: Scope) -> int:
        """See ``VectorStore.count``."""
        where = _of_documents(scope)
        with self._chroma_errors():
            return sum(
                collection.count() if where is None else len(collection.get(where=where, include=[])["ids"])
                for collection in self._searched(kind, scope)
            )

    def close(self) -> None:
        """Give files and memory back; a second call does nothing."""
        self._client.close()

    def __enter__(self) -> ChromaStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _compare_all(self, collection: Collection, where: Where, question: Vector) -> list[Hit]:
        """Every row that the filter leaves. Chroma's own filtered search goes through the graph of all rows, and finds
        fewer than there are where the nearest ones are all left out.
        """
        with self._chroma_errors():
            found = collection.get(where=where, include=["embeddings"])
        if not found["ids"]:
            return []
        matrix = np.asarray(found["embeddings"], dtype=np.float32)
        scores = np.clip(matrix @ question, -1.0, 1.0)
        return [Hit(id, float(score)) for id, score in zip(found["ids"], scores, strict=True)]

    def _searched(self, kind: RowKind, scope: Scope) -> list[Collection]:
        """The Chroma collections that the scope may find something in; Chroma refuses a filter for no document."""
        names = () if scope.documents is not None and not scope.documents else sorted(scope.collections)
        return [self._collections[kind, name] for name in names if (kind, name) in self._collections]

    def _collection(self, kind: RowKind, name: str, dimensions: int) -> Collection:
        if (kind, name) not in self._collections:
            with self._chroma_errors():
                collection = self._client.get_or_create_collection(
                    # Chroma's names are short and plain; those of people are not, so they go into the metadata.
                    f"{kind}-{hashlib.sha256(name.encode()).hexdigest()[:32]}",
                    metadata={"kind": kind, "collection": name, "dimensions": dimensions},
                    configuration=_CONFIGURATION,
                    embedding_function=None,
                )
            self._remember(collection)
        return self._collections[kind, name]

    def _remember(self, collection: Collection) -> None:
        function = collection.configuration_json.get("embedding_function") or {"type": "legacy"}
        match collection.metadata:
            case {"kind": str(kind), "collection": str(name), "dimensions": int(dimensions)}:
                harmless = function.get("name", function.get("type")) in _HARMLESS
            case _:
                harmless = False
        if not harmless:
            raise IndexDamaged(
                f"The vector database in {self._folder} was not written by this program; "
                "run `picum-assistant ingest` to make it again."
            )
        self._collections[kind, name] = collection
        self._dimensions = dimensions

    @contextmanager
    def _chroma_errors(self) -> Iterator[None]:
        from chromadb.errors import ChromaError  # noqa: PLC0415 (see __init__)

        try:
            yield
        except ChromaError as error:
            advice = "run `picum-assistant ingest` to make it again, after making room if the disk is full"
            if "readonly" in str(error):  # Chroma writes even when it only reads
                advice = "make that folder writable, or set PICUM_HOME to one that is"
            raise StoreFailure(f"The vector database in {self._folder} failed ({error}); {advice}.") from error


def blank_unused(folder: Path) -> None:
    """Write zeros where the files of vectors have room for further rows, in a folder that nobody has open.

    The library writes that room as it finds it in memory, so that vectors and texts of documents that the new index
    must not hold can stand in it. Raises StoreFailure for files of a form that is not known.
    """
    for header in folder.glob("*/header.bin"):
        try:
            version, _, room, used, size = struct.unpack_from(_HEADER, header.read_bytes())
        except struct.error as error:
            raise _unknown_form(header) from error
        if version != 1 or used > room:
            raise _unknown_form(header)
        for name, row in (("data_level0.bin", size), ("length.bin", 4)):
            with header.with_name(name).open("r+b") as file:
                length = file.seek(0, os.SEEK_END)
                if not used * row <= length <= room * row:
                    raise _unknown_form(header)
                file.truncate(used * row)
                file.truncate(length)  # what is added reads as zeros


def _unknown_form(header: Path) -> StoreFailure:
    return StoreFailure(f"The vector database wrote {header} in a form that is not known; install the pinned chromadb.")


def _of_documents(scope: Scope) -> Where | None:
    if scope.documents is None:
        return None
    return cast("Where", {_DOCUMENT: {"$in": sorted(scope.documents)}})
