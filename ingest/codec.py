"""A cut document as one line of JSON, and back: between processes, and in the files of an index."""

from __future__ import annotations

from functools import cache

from pydantic import TypeAdapter, ValidationError

from ingest.cut import CutDocument


def dump(document: CutDocument) -> bytes:
    """One line without its end; ``load`` gives back exactly the same."""
    return _adapter().dump_json(document)


def load(line: bytes) -> CutDocument:
    """Read what ``dump`` wrote. Raises ValueError."""
    try:
        return _adapter().validate_json(line)
    except ValidationError as error:
        raise ValueError(str(error).splitlines()[0]) from error


@cache
def _adapter() -> TypeAdapter[CutDocument]:
    return TypeAdapter(CutDocument)
