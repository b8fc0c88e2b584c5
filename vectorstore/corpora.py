"""Which folder is the corpus, and where its index is.

One rule: a corpus is a set of paths, and its index belongs to exactly that set. The program answers from the paths of
the setting, else from those last ingested (kept in ``<home>/corpus.json``), else from the one it was shipped with.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from vectorstore.errors import VectorStoreError

_ACTIVE = "corpus.json"


def resolved(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The paths made absolute, without links, each once, in order of name."""
    return tuple(sorted({path.expanduser().resolve() for path in paths}))


def corpus_key(paths: Iterable[Path]) -> str:
    """The name of the index of a corpus: the same for the same set of paths, in whatever order they are given."""
    names = "\0".join(str(path) for path in resolved(paths))
    return hashlib.sha256(names.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def last_ingested(home: Path) -> tuple[Path, ...] | None:
    """The paths that were last made the corpus; None where that never happened. Raises VectorStoreError."""
    file = home / _ACTIVE
    try:
        return tuple(Path(path) for path in json.loads(file.read_text(encoding="utf-8"))["paths"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise VectorStoreError(
            f"{file} cannot be read ({error}); remove it and run `picum-assistant ingest` with your folders."
        ) from error


def remember(home: Path, paths: Sequence[Path]) -> None:
    """Make the paths the corpus of later commands; writes nothing where they already are."""
    absolute = resolved(paths)
    if last_ingested(home) == absolute:
        return
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = home / (_ACTIVE + ".new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"paths": [str(path) for path in absolute]}, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(home / _ACTIVE)
    except OSError as error:
        raise VectorStoreError(
            f"The choice of the corpus could not be kept in {home} ({error.strerror or error}); "
            "make that folder writable, or set PICUM_HOME to one that is."
        ) from error


def to_answer_from(home: Path, *, setting: Sequence[Path], shipped: Path) -> tuple[Path, ...]:
    """The corpus in use; ``setting`` is empty where nothing is set."""
    return resolved(setting) or last_ingested(home) or resolved([shipped])


def to_ingest(
    home: Path, given: Sequence[Path], *, add: bool, setting: Sequence[Path], shipped: Path
) -> tuple[Path, ...]:
    """The corpus that ``ingest`` makes: the paths given, added to the corpus in use with ``add``; that one for none."""
    if given and not add:
        return resolved(given)
    return resolved([*to_answer_from(home, setting=setting, shipped=shipped), *given])
