"""What a generation says of itself: how it was made, what it holds, and the hash of every file."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ingest.chunks import CHUNKER_VERSION
from ingest.corpus import Problem
from vectorstore.chroma import DATABASE
from vectorstore.errors import IndexDamaged, IndexTooNew
from vectorstore.store import RowKind

FORMAT = 3
"""Raised whenever files of a generation or the ids of rows change their form or meaning."""

MANIFEST = "manifest.json"
DOCUMENTS = "documents.jsonl"
QUESTIONS = "questions.json"
CANARIES = "canaries.npy"
LEXICAL = "lexical"
CHROMA = "chroma"
IN_USE = "in-use"

# Chroma counts here how often the database was opened.
_VOLATILE_TABLE = "acquire_write"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What the rows depend on besides the documents; an index is used only where all of it is the same."""

    embedder: str
    chunker: str = CHUNKER_VERSION
    format: int = FORMAT


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Rows of a generation; ``documents`` counts documents. A generation without questions may not name them."""

    documents: int
    chunks: int
    sentences: int
    questions: int = 0

    @classmethod
    def of(cls, documents: int, rows: Iterable[RowKind]) -> Counts:
        """The counts of rows, given as their kinds."""
        kinds = Counter(rows)
        return cls(documents=documents, chunks=kinds["chunk"], sentences=kinds["sentence"], questions=kinds["question"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A row that must find itself; its vector stands in ``canaries.npy`` at the same place."""

    id: str
    kind: RowKind
    collection: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """``files`` maps each path below the generation to its SHA-256; a database is hashed by its rows.

    ``digest`` is that of the scanned corpus, ``created`` is UTC in ISO 8601.
    """

    created: str
    fingerprint: Fingerprint
    digest: str
    organisation: str
    organisation_name: str
    collections: tuple[str, ...]
    counts: Counts
    problems: tuple[Problem, ...]
    canaries: tuple[Canary, ...]
    files: dict[str, str]


def write(manifest: Manifest, folder: Path) -> None:
    """Write the manifest with a seal over its own content."""
    body = asdict(manifest)
    (folder / MANIFEST).write_text(json.dumps({"seal": _seal(body), **body}, indent=1), encoding="utf-8")


def read(folder: Path) -> Manifest:
    """Read the manifest of a generation. Raises IndexDamaged, also where it was edited, and IndexTooNew."""
    try:
        body = json.loads((folder / MANIFEST).read_bytes())
        seal = body.pop("seal", None)
        if seal != _seal(body):
            raise ValueError("it was changed after it was written")
        if _is_newer(body.get("fingerprint")):
            raise IndexTooNew(
                f"The index in {folder} was made by a newer version of this program and is left as it is; "
                "use that version, or set PICUM_HOME to another folder."
            )
        return _adapter().validate_python(body)
    except (OSError, ValueError, AttributeError, ValidationError) as error:
        raise _damaged(folder / MANIFEST, str(error).splitlines()[0]) from error


def hashes(folder: Path) -> dict[str, str]:
    """The hash of every file of a generation but the manifest and the mark of its readers."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder).as_posix()
        if path.is_file() and relative not in (MANIFEST, IN_USE):
            found[relative] = _hash(path)
    return found


def check_files(folder: Path) -> Manifest:
    """Compare every file of a generation with its manifest, before any library opens one; writes nothing.

    Damaged vector files can end the process that opens them, so this comes first, everywhere. Raises IndexDamaged or
    IndexTooNew.
    """
    manifest = read(folder)
    for relative, expected in manifest.files.items():
        path = folder / relative
        if not path.is_file():
            raise _damaged(path, "it is missing")
        if _hash(path) != expected:
            raise _damaged(path, "its content changed")
    return manifest


def _is_newer(fingerprint: object) -> bool:
    """Whether a higher format or chunker made the index than this program knows."""
    match fingerprint:
        case {"format": int(made_with), "chunker": str(chunker)}:
            known = chunker.isdecimal() and CHUNKER_VERSION.isdecimal()
            return made_with > FORMAT or (known and int(chunker) > int(CHUNKER_VERSION))
    return False


def _hash(path: Path) -> str:
    try:
        if path.name == DATABASE:
            return _database_hash(path)
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, sqlite3.Error) as error:
        raise _damaged(path, str(error)) from error


def _database_hash(path: Path) -> str:
    """The hash of all rows: opening a Chroma folder changes bytes of the file, but only in one table."""
    digest = hashlib.sha256()
    # Not read-only: a reader that was killed while opening may have left a journal, which SQLite then rolls back.
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as database:
        tables = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        for name, sql in tables:
            if name == _VOLATILE_TABLE or sql.upper().startswith("CREATE VIRTUAL"):
                continue
            digest.update(f"{name}\0{sql}\0".encode())
            for row in database.execute(f'SELECT * FROM "{name}"'):
                digest.update(repr(row).encode())
    return digest.hexdigest()


def _seal(body: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _damaged(path: Path, reason: str) -> IndexDamaged:
    return IndexDamaged(
        f"The index is damaged: {path} ({reason}); run `picum-assistant ingest` to make it again from the documents."
    )


@cache
def _adapter() -> TypeAdapter[Manifest]:
    return TypeAdapter(Manifest)
