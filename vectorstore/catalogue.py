"""The texts of a generation: its cut documents as JSON Lines, one document a line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ingest import codec
from ingest.cut import CutDocument
from vectorstore.errors import IndexDamaged


def save(documents: Iterable[CutDocument], path: Path) -> None:
    """Write the documents in the order given; ``load`` gives back exactly the same."""
    with path.open("wb") as file:
        for document in documents:
            file.write(codec.dump(document) + b"\n")


def load(path: Path) -> tuple[CutDocument, ...]:
    """Read what ``save`` wrote. Raises IndexDamaged."""
    try:
        with path.open("rb") as file:
            return tuple(map(codec.load, file))
    except (OSError, ValueError) as error:
        raise IndexDamaged(
            f"The texts of the index, {path}, are unreadable ({error}); run `picum-assistant ingest` to make it again."
        ) from error
