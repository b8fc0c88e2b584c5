"""The texts of a generation: its cut documents as JSON Lines, one document a line."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ingest.cut import CutDocument
from vectorstore.errors import IndexDamaged


def save(documents: Iterable[CutDocument], path: Path) -> None:
    """Write the documents in the order given; ``load`` gives back exactly the same."""
    with path.open("wb") as file:
        for document in documents:
            file.write(_adapter().dump_json(document) + b"\n")


def load(path: Path) -> tuple[CutDocument, ...]:
    """Read what ``save`` wrote. Raises IndexDamaged."""
    try:
        with path.open("rb") as file:
            return tuple(_adapter().validate_json(line) for line in file)
    except (OSError, ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise IndexDamaged(
            f"The texts of the index, {path}, are unreadable ({reason}); run `picum-assistant ingest` to make it again."
        ) from error


@cache
def _adapter() -> TypeAdapter[CutDocument]:
    return TypeAdapter(CutDocument)
