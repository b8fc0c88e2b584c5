"""Vectors of an unfinished run, so that the next one does not compute them again."""

from __future__ import annotations

import errno
import hashlib
import os
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np

from vectorstore.rows import ID_LENGTH
from vectorstore.store import Matrix, Vector


class VectorCache:
    """A file of records (row id, float32 vector, CRC-32), only ever appended to, by the one writer of an index.

    The file is named after the fingerprint of the embedder, so vectors of different models never meet. A record that
    a kill cut short ends the file: what follows is dropped when it is opened again.
    """

    def __init__(self, folder: Path, fingerprint: str, dimensions: int) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        name = hashlib.sha256(fingerprint.encode()).hexdigest()[:32] + ".vectors"
        for other in folder.iterdir():
            if other.name != name:
                other.unlink()
        self._path = folder / name
        self._width = dimensions * 4
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        self._places: dict[str, int] = {}
        self._end = self._scan()

    def get(self, ids: Sequence[str]) -> Mapping[str, Vector]:
        """The vectors of the ids that are known; the others are left out."""
        return {
            id: np.frombuffer(os.pread(self._file, self._width, self._places[id]), dtype="<f4")
            for id in ids
            if id in self._places
        }

    def put(self, ids: Sequence[str], vectors: Matrix) -> None:
        """Append vectors, one for each id."""
        for id, vector in zip(ids, vectors, strict=True):
            record = id.encode("ascii") + vector.astype("<f4").tobytes()
            record += zlib.crc32(record).to_bytes(4, "big")
            if os.pwrite(self._file, record, self._end) < len(record):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._path))
            self._places[id] = self._end + ID_LENGTH
            self._end += len(record)

    def discard(self) -> None:
        """Remove the file: the vectors stand in a finished generation now."""
        self._path.unlink(missing_ok=True)

    def __enter__(self) -> VectorCache:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.close(self._file)

    def _scan(self) -> int:
        """Learn where each whole record is; the end of the last one."""
        size, at = ID_LENGTH + self._width + 4, 0
        while len(record := os.pread(self._file, size, at)) == size:
            if zlib.crc32(record[:-4]).to_bytes(4, "big") != record[-4:]:
                break
            self._places[record[:ID_LENGTH].decode("ascii", "replace")] = at + ID_LENGTH
            at += size
        os.ftruncate(self._file, at)
        return at
