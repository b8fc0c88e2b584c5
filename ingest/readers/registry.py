"""Which reader reads which file. Importing this module imports no reader."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import cast

from ingest.errors import UnreadableFile
from ingest.readers.result import Reader, ReadOptions, ReadResult

_MODULES = {
    ".txt": "plain",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
}

DEFAULTS = ReadOptions()

SUFFIXES = frozenset(_MODULES)
"""The file name endings that can be read, in lower case and with their dot."""


def can_read(path: Path) -> bool:
    """Tell whether the name of the file ends like a format that has a reader."""
    return path.suffix.lower() in SUFFIXES


def read_file(path: Path, options: ReadOptions = DEFAULTS) -> ReadResult:
    """Read one file with the reader for its suffix.

    Raises UnreadableFile, whatever the reason: not there, no permission, an unknown type, broken, locked, without text.
    """
    return read_bytes(load_bytes(path), path, options)


def load_bytes(path: Path) -> bytes:
    """The bytes of the file; raises UnreadableFile with the reason that the system gives."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be opened ({error.strerror}); check its name and permissions.") from error


def read_bytes(data: bytes, path: Path, options: ReadOptions = DEFAULTS) -> ReadResult:
    """Read ``data`` as the file ``path``, which is not opened; raises UnreadableFile."""
    module = _MODULES.get(path.suffix.lower())
    if module is None:
        raise UnreadableFile(f"{path} is of a type that is not read; save it as one of {', '.join(sorted(SUFFIXES))}.")
    if not data:
        raise UnreadableFile(f"{path} is empty; remove it or put the document in its place.")
    reader = cast(Reader, import_module(f"ingest.readers.{module}"))
    result = reader.read(data, path, options)
    if not result.text.strip():
        raise UnreadableFile(f"{path} holds no text; remove it or save the document with its text.")
    return result
