"""Pages of a PDF without a text layer, recognised by the program Tesseract."""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from io import StringIO
from math import sqrt
from statistics import median
from typing import NamedTuple

import pypdfium2  # type: ignore[import-untyped]

from ingest.readers.pdf_glyphs import Glyph, PageGlyphs

PROGRAM = "tesseract"
_RESOLUTION = 300 / 72
"""Pixels to a point."""
_MOST_PIXELS = 40_000_000
_MOST_SECONDS = 180
"""For one page."""
_WORD = "5"
"""The level of the rows of the table that hold words."""
_SNAP = 0.2
"""Share by which the size of a line may be off that of most lines: the height of its letters says no more."""
_DESCENDERS = frozenset("gjpqyçşţ,;()[]{}|ρφγηчшщцдурф")


class _Word(NamedTuple):
    """A word with its box in pixels from the upper left corner."""

    text: str
    left: int
    top: int
    right: int
    foot: int


class OcrFailed(Exception):
    """A page could not be recognised; the message says why, as a part of a sentence."""


def lacking(languages: str) -> str:
    """What hinders the recognition of ``languages`` ("eng+fra"), as a part of a sentence; "" where nothing does."""
    program = shutil.which(PROGRAM)
    if program is None:
        return f"the program {PROGRAM} is not installed"
    try:
        shown = _run([program, "--list-langs"]).decode("utf-8", "replace").splitlines()
    except OcrFailed as error:
        return str(error)
    missing = [language for language in languages.split("+") if language not in shown]
    return f"{PROGRAM} does not have the language {' and '.join(missing)}" if missing else ""


def recognised(page: pypdfium2.PdfPage, number: int, languages: str) -> PageGlyphs:
    """The words of a page as runs, one glyph for a word; raises OcrFailed."""
    width, height = page.get_size()
    scale = min(_RESOLUTION, sqrt(_MOST_PIXELS / max(width * height, 1)))
    try:
        bitmap = page.render(scale=scale, grayscale=True)
    except pypdfium2.PdfiumError as error:
        raise OcrFailed("its picture cannot be drawn") from error
    rows = memoryview(bitmap.buffer).cast("B")
    pixels = b"".join(rows[y * bitmap.stride : y * bitmap.stride + bitmap.width] for y in range(bitmap.height))
    image = b"P5 %d %d 255\n%s" % (bitmap.width, bitmap.height, pixels)
    command = [PROGRAM, "stdin", "stdout", "-l", languages, "--dpi", str(round(72 * scale)), "tsv"]
    table = _run(command, image).decode("utf-8", "replace")
    runs = [_run_of(words, size / scale, scale, height) for words, size in _sized(_lines(table))]
    return PageGlyphs(number=number, width=width, height=height, runs=runs)


def _run(command: Sequence[str], data: bytes = b"") -> bytes:
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_MOST_SECONDS, check=True)
    except subprocess.TimeoutExpired as error:
        raise OcrFailed(f"{PROGRAM} took more than {_MOST_SECONDS} seconds") from error
    except subprocess.CalledProcessError as error:
        raise OcrFailed(f"{PROGRAM} ended with the error {error.returncode}") from error
    except OSError as error:
        raise OcrFailed(f"{PROGRAM} cannot be started ({error.strerror})") from error
    return done.stdout


def _lines(table: str) -> list[list[_Word]]:
    """The words of each line that Tesseract found."""
    lines: dict[tuple[str, ...], list[_Word]] = defaultdict(list)
    for row in csv.DictReader(StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == _WORD and (row["text"] or "").strip():
            left, top, width, height = (int(row[field]) for field in ("left", "top", "width", "height"))
            place = row["block_num"], row["par_num"], row["line_num"]
            lines[place].append(_Word(row["text"].strip(), left, top, left + width, top + height))
    return list(lines.values())


def _sized(lines: Sequence[list[_Word]]) -> Iterator[tuple[list[_Word], float]]:
    """Lines with the size of their letters in pixels; sizes that are about that of most lines are the same."""
    sizes = [median(_height(word) for word in words) for words in lines]
    usual = median(size for words, size in zip(lines, sizes, strict=True) for _ in words) if sizes else 0.0
    for words, size in zip(lines, sizes, strict=True):
        yield words, usual if abs(size - usual) <= _SNAP * usual else size


def _height(word: _Word) -> float:
    """The size of the letters of a word: capitals and ascenders take seven tenths of it, descenders two more."""
    low = 0.2 if _DESCENDERS.intersection(word.text) else 0.0
    high = (
        0.7
        if any(character.isdigit() or character.isupper() or character in "bdfhklt" for character in word.text)
        else 0.5
    )
    return (word.foot - word.top) / (low + high)


def _run_of(words: Sequence[_Word], size: float, scale: float, height: float) -> list[Glyph]:
    baseline = height - median(_foot(word, size * scale) for word in words) / scale
    run: list[Glyph] = []
    for word in words:
        if run:
            run.append(run[-1]._replace(text=" ", left=run[-1].right))
        run.append(Glyph(word.text, size, baseline, word.left / scale, word.right / scale))
    return run


def _foot(word: _Word, size: float) -> float:
    return word.foot - (0.2 * size if _DESCENDERS.intersection(word.text) else 0.0)
