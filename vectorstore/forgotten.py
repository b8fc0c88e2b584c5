"""Documents that somebody had forgotten: their files may stay, and no index takes them in again.

The list holds names of documents, hashes of their content and dates, and nothing of what they say.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ingest import corpus
from ingest.corpus import Problem, Scan, Source
from ingest.readers.registry import DEFAULTS
from ingest.readers.result import ReadOptions
from vectorstore.errors import HomeUnusable, VectorStoreError

_FILE = "forgotten.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """One document: its id, its file ("" where that was gone), the SHA-256 of each content that it was known to have,
    and the day (ISO 8601).
    """

    id: str
    file: str
    sha256: tuple[str, ...]
    on: str

    def is_of(self, source: Source) -> bool:
        """Whether a file is this document: in the same place, or with the same content in another."""
        return str(source.path) == self.file or source.sha256 in self.sha256


def listed(home: Path) -> tuple[Forgotten, ...]:
    """The documents that were forgotten, in that order. Raises VectorStoreError where the list cannot be read."""
    file = home / _FILE
    try:
        return _adapter().validate_json(file.read_bytes())
    except FileNotFoundError:
        return ()
    except (OSError, ValidationError) as error:
        # Without the list a document would come back unasked.
        reason = str(error).splitlines()[0]
        raise VectorStoreError(
            f"{file}, the list of forgotten documents, cannot be read ({reason}); "
            "mend it, or remove it to take all of them back."
        ) from error


def scan(paths: Iterable[Path], home: Path, options: ReadOptions = DEFAULTS) -> Scan:
    """Scan the corpus; documents that were forgotten are problems. Raises as ``corpus.scan`` and ``listed``."""
    found = corpus.scan(list(paths), options)
    forgotten = listed(home)
    kept: list[Source] = []
    problems = list(found.problems)
    for source in found.sources:
        entry = next((entry for entry in forgotten if entry.is_of(source)), None)
        if entry is None:
            kept.append(source)
        else:
            how = f"was forgotten on {entry.on}; `picum-assistant remember {entry.id}` takes it back"
            problems.append(Problem(path=source.relative, message=f"{source.relative} {how}."))
    return replace(found, sources=tuple(kept), problems=tuple(problems))


def add(home: Path, entry: Forgotten) -> None:
    """Put a document on the list; one that is there keeps its day and gains the new content. Raises HomeUnusable."""
    known = {(one.id, one.file): one for one in listed(home)}
    if before := known.get((entry.id, entry.file)):
        entry = replace(before, sha256=tuple(dict.fromkeys((*before.sha256, *entry.sha256))))
    _write(home, {**known, (entry.id, entry.file): entry}.values())


def remove(home: Path, id: str) -> bool:
    """Take a document off the list; whether it was there. Raises HomeUnusable."""
    known = listed(home)
    kept = [entry for entry in known if entry.id != id]
    if len(kept) < len(known):
        _write(home, kept)
    return len(kept) < len(known)


def _write(home: Path, entries: Iterable[Forgotten]) -> None:
    file = home / _FILE
    new = file.with_suffix(".new")
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as writing:
            json.dump([asdict(entry) for entry in entries], writing, indent=1)
            writing.flush()
            os.fsync(writing.fileno())
        new.replace(file)
    except OSError as error:
        raise HomeUnusable(
            f"The list of forgotten documents could not be kept in {home} ({error.strerror or error}); "
            "make room there and that folder writable, or set PICUM_HOME to one that is."
        ) from error


@cache
def _adapter() -> TypeAdapter[tuple[Forgotten, ...]]:
    return TypeAdapter(tuple[Forgotten, ...])
