"""Bytes of a text file to text."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import NamedTuple

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


_MOST_MESS = 0.05
_CLOSE = 0.8
"""Of the coherence of the best guess. Both figures are of charset-normalizer, on texts of eight languages: within them
one single-byte encoding is taken for its neighbour."""


class Decoded(NamedTuple):
    """The text of a file; ``notes`` say in a sentence where its encoding is doubtful."""

    text: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, path: Path, declared: str = "") -> Decoded:
    """The text of ``data``: by its byte order mark, else UTF-8, else as ``declared``, else the best guess.

    UTF-8 goes before the declaration: other text is hardly ever valid UTF-8, and pages that were saved again keep the
    declaration of the server. Raises UnreadableFile where it is no text in any encoding.
    """
    decoded = _decoded(data, path, declared)
    if decoded is None or len(_CONTROLS.findall(decoded.text)) > _MOST_CONTROLS * len(decoded.text):
        raise UnreadableFile(f"{path} is not a text file in a known encoding; save it as UTF-8 text.")
    return decoded


def _decoded(data: bytes, path: Path, declared: str) -> Decoded | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _strict(data[len(mark) :], encoding)
            return None if text is None else Decoded(text)
    text = _strict(data, "utf-8")
    if text is None and declared:
        # Browsers read Latin-1 as its superset of Windows, with dashes and curly quotes.
        text = _strict(data, "cp1252" if declared.lower() in ("iso-8859-1", "latin-1", "latin1") else declared)
    return _guessed(data, path) if text is None else Decoded(text)


def _guessed(data: bytes, path: Path) -> Decoded | None:
    guesses = charset_normalizer.from_bytes(data)
    best = guesses.best()
    if best is None:
        return None
    text = str(best)
    doubtful = (
        best.coherence == 0
        or best.chaos > _MOST_MESS
        or any(
            guess.chaos <= best.chaos + _MOST_MESS and guess.coherence >= _CLOSE * best.coherence and str(guess) != text
            for guess in guesses
        )
    )
    note = (
        f"{path} does not say its encoding, and {best.encoding} is a guess; see whether its letters are right, "
        "else save it as UTF-8."
    )
    return Decoded(text, (note,) if doubtful else ())


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
