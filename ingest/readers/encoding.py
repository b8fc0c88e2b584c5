"""Bytes of a text file to text."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

import charset_normalizer

from ingest.errors import UnreadableFile

# The longer marks come first: UTF-32 little-endian begins like UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_CONTROLS = 0.01
"""Of all characters. Text has hardly any control characters; compressed data has one in ten."""


def decode(data: bytes, path: Path, declared: str = "") -> str:
    """The text of ``data``: by its byte order mark, else UTF-8, else as ``declared``, else the best guess.

    UTF-8 goes before the declaration: other text is hardly ever valid UTF-8, and pages that were saved again keep the
    declaration of the server. Raises UnreadableFile where it is no text in any encoding.
    """
    text = _decoded(data, declared)
    if text is None or len(_CONTROLS.findall(text)) > _MOST_CONTROLS * len(text):
        raise UnreadableFile(f"{path} is not a text file in a known encoding; save it as UTF-8 text.")
    return text


def _decoded(data: bytes, declared: str) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding)
    text = _strict(data, "utf-8")
    if text is None and declared:
        # Browsers read Latin-1 as its superset of Windows, with dashes and curly quotes.
        text = _strict(data, "cp1252" if declared.lower() in ("iso-8859-1", "latin-1", "latin1") else declared)
    if text is None:
        best = charset_normalizer.from_bytes(data).best()
        text = None if best is None else str(best)
    return text


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
