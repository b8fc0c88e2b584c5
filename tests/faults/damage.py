"""What can become of the files of a generation, by name."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path


def _only(folder: Path, pattern: str) -> Path:
    return next(path for path in sorted(folder.glob(pattern)) if path.stat().st_size)


def _invert(path: Path, at: float, length: int = 64) -> None:
    data = bytearray(path.read_bytes())
    start = int(len(data) * at)
    data[start : start + length] = bytes(255 - byte for byte in data[start : start + length])
    path.write_bytes(data)


def _edit_manifest(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"documents": 4', '"documents": 5'))


def _lose_a_row_in_the_database(folder: Path) -> None:
    database = sqlite3.connect(folder / "chroma" / "chroma.sqlite3")
    with database:
        assert database.execute("DELETE FROM embeddings WHERE id = (SELECT max(id) FROM embeddings)").rowcount == 1
    database.close()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "chroma folder missing": lambda folder: shutil.rmtree(folder / "chroma"),
    "database missing": lambda folder: (folder / "chroma" / "chroma.sqlite3").unlink(),
    "database empty": lambda folder: (folder / "chroma" / "chroma.sqlite3").write_bytes(b""),
    "database cut": lambda folder: os.truncate(folder / "chroma" / "chroma.sqlite3", 50_000),
    "database inverted": lambda folder: _invert(folder / "chroma" / "chroma.sqlite3", 0.0, 4096),
    "database row lost": _lose_a_row_in_the_database,
    "vector folder missing": lambda folder: shutil.rmtree(_only(folder, "chroma/*/data_level0.bin").parent),
    "vector metadata missing": lambda folder: _only(folder, "chroma/*/index_metadata.pickle").unlink(),
    "vectors cut": lambda folder: os.truncate(_only(folder, "chroma/*/data_level0.bin"), 1_000),
    "vectors inverted": lambda folder: _invert(_only(folder, "chroma/*/data_level0.bin"), 0.5),
    "vector header cut": lambda folder: os.truncate(_only(folder, "chroma/*/header.bin"), 10),
    "manifest missing": lambda folder: (folder / "manifest.json").unlink(),
    "manifest edited": _edit_manifest,
    "manifest cut": lambda folder: os.truncate(folder / "manifest.json", 300),
    "texts missing": lambda folder: (folder / "documents.jsonl").unlink(),
    "texts changed": lambda folder: _invert(folder / "documents.jsonl", 0.5, 1),
    "keywords missing": lambda folder: shutil.rmtree(folder / "lexical"),
    "keywords changed": lambda folder: _invert(_only(folder, "lexical/*/data.csc.index.npy"), 0.9, 1),
    "canaries changed": lambda folder: _invert(folder / "canaries.npy", 0.5, 1),
    "generation missing": shutil.rmtree,
}
