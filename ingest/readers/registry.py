"""Which reader reads which file. Importing this module imports no parser."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import cast

from ingest.errors import UnreadableFile
from ingest.readers.kinds import kind_of
from ingest.readers.oddities import oddities
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
    ".odt": "odt",
    ".epub": "epub",
}
_TEXT = frozenset({"plain", "markdown", "html"})

DEFAULTS = ReadOptions()

LARGEST_TEXT = 100_000_000
"""Bytes of a text file or a web page; the Bible has four million."""
_MOST_CHARACTERS = 10_000_000
_MOST_LINES = 250_000
"""Of the text of one file, whatever its format: five thousand full pages. What is longer takes minutes to cut."""

SUFFIXES = frozenset(_MODULES)
"""The file name endings that can be read, in lower case and with their dot."""


def can_read(path: Path) -> bool:
    """Tell whether the name of the file ends like a format that has a reader."""
    return path.suffix.lower() in SUFFIXES


def read_file(path: Path, options: ReadOptions = DEFAULTS) -> ReadResult:
    """Read one file with the reader for its content.

    Raises UnreadableFile, whatever the reason: not there, no permission, an unknown type, broken, locked, without text.
    """
    return read_bytes(load_bytes(path), path, options)


def load_bytes(path: Path) -> bytes:
    """The bytes of the file; raises UnreadableFile with the reason that the system gives, or for a text too large."""
    try:
        _check_size(path.stat().st_size, path, _MODULES.get(path.suffix.lower(), ""))
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be opened ({error.strerror}); check its name and permissions.") from error


def read_bytes(data: bytes, path: Path, options: ReadOptions = DEFAULTS) -> ReadResult:
    """Read ``data`` as the file ``path``, which is not opened; raises UnreadableFile.

    The suffix says what to expect, and the bytes decide: a file of another kind is read as what it is, with a note.
    """
    expected = _MODULES.get(path.suffix.lower())
    if expected is None:
        raise UnreadableFile(f"{path} is of a type that is not read; save it as one of {', '.join(sorted(SUFFIXES))}.")
    if not data:
        raise UnreadableFile(f"{path} is empty; remove it or put the document in its place.")
    kind = kind_of(data, path)
    if kind and not kind.reader:
        raise UnreadableFile(f"{path} is {kind.name}; {kind.advice}.")
    module = kind.reader if kind else expected
    _check_size(len(data), path, module)
    reader = cast(Reader, import_module(f"ingest.readers.{module}"))
    result = reader.read(data, path, options)
    if len(result.text) > _MOST_CHARACTERS or result.text.count("\n") > _MOST_LINES:
        raise UnreadableFile(
            f"{path} has more than {_MOST_CHARACTERS // 1_000_000} million characters or {_MOST_LINES:,} lines; "
            "split it into several files."
        )
    if not result.text.strip():
        raise UnreadableFile(f"{path} holds no text; remove it or save the document with its text.")
    misnamed = f"{path} is {kind.name}, not what its name says, and was read as one; rename it." if kind else ""
    notes = (*((misnamed,) if module != expected else ()), *result.notes, *oddities(result.text, path))
    return replace(result, notes=notes)


def _check_size(size: int, path: Path, module: str) -> None:
    if module in _TEXT and size > LARGEST_TEXT:
        raise UnreadableFile(
            f"{path} has more than {LARGEST_TEXT // 1_000_000} MB of text; split it into several files."
        )
