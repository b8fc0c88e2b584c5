"""Bytes of a text file to text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import charset_normalizer

from ingest.errors import UnreadableFile
from ingest.language import detect_language
from ingest.readers.alphabets import fit

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
_LATIN = ("cp1252", "cp1250", "iso8859_2", "cp1254", "cp1257", "iso8859_15", "iso8859_16", "mac_roman", "cp850")
"""Single-byte encodings of Latin letters, the more frequent first."""
_FITTING = 0.97
"""Share of the characters beyond ASCII that a text in a known language has among its letters; the rest is names."""
_LOOKED_AT = 1_000_000
"""Characters of a text."""
_ALIKE = 0.005
"""Difference of two such shares that tells nothing."""


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
    encoding, text = best.encoding, str(best)
    near = {
        str(guess): guess.encoding
        for guess in guesses
        if guess.chaos <= best.chaos + _MOST_MESS and guess.coherence >= _CLOSE * best.coherence
    }
    doubtful = best.coherence == 0 or best.chaos > _MOST_MESS or any(other != text for other in near)
    if (known := _in_known_letters(data, near)) is not None:
        encoding, text, doubtful = known
    note = (
        f"{path} does not say its encoding, and {encoding} is a guess; see whether its letters are right, "
        "else save it as UTF-8."
    )
    return Decoded(text, (note,) if doubtful else ())


def _in_known_letters(data: bytes, near: Mapping[str, str]) -> tuple[str, str, bool] | None:
    """Encoding and text that are written in the letters of the language of the text, and whether other letters of it
    would do as well; None where none is, as where it is not in Latin letters. ``near`` are texts with their encoding.
    """
    texts = {text: encoding for encoding in _LATIN if (text := _strict(data, encoding)) is not None}
    shares = {text: fit(text[:_LOOKED_AT], detect_language(text)) for text in {**texts, **near}}
    known = {text: share for text, share in shares.items() if share is not None}
    best = max(known.values(), default=0.0)
    fitting = [text for text, share in known.items() if share >= best - _ALIKE]
    if not fitting or best < _FITTING:
        return None
    return {**near, **texts}[fitting[0]], fitting[0], len(fitting) > 1


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
