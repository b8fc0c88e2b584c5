"""Documents that an unfinished run had read and cut, so that the next one does not read them again."""

from __future__ import annotations

import os
from pathlib import Path

from ingest import codec
from ingest.cut import CutDocument


class DocumentCache:
    """A file of documents, one a line below the version of the rules that cut them; only ever appended to, by the one
    writer of an index. What a kill cut short ends the file: it is dropped when the file is opened again.
    """

    def __init__(self, path: Path, chunker: str) -> None:
        self._path = path
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "a+b")
        self.documents = self._load(chunker.encode() + b"\n")
        """Those of the unfinished run."""

    def put(self, document: CutDocument) -> None:
        """Append a document."""
        self._file.write(codec.dump(document) + b"\n")
        self._file.flush()

    def discard(self) -> None:
        """Remove the file: the documents stand in a finished generation now."""
        self._path.unlink(missing_ok=True)

    def __enter__(self) -> DocumentCache:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _load(self, head: bytes) -> tuple[CutDocument, ...]:
        self._file.seek(0)
        if self._file.readline() != head:
            self._file.truncate(0)
            self._file.write(head)
            return ()
        documents: list[CutDocument] = []
        whole = self._file.tell()
        for line in self._file:
            try:
                documents.append(codec.load(line))
            except ValueError:
                break
            whole += len(line)
        self._file.truncate(whole)
        return tuple(documents)
