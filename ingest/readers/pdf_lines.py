"""One page of a PDF to its visual lines, with the size and place of each."""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import hypot
from typing import NamedTuple

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from ingest.invisible import drop_invisible
from ingest.readers.blocks import raised

_LINE_ENDS = (0x0A, 0x0D)
_HYPHENS = (0x02, 0xFFFE)
"""What PDFium puts in place of a hyphen at the end of a line; it then goes on with the next line without a break."""

# Bullets as Word writes them: code points of the Symbol and Wingdings fonts, which mean nothing in any other font.
_BULLETS = dict.fromkeys((0xF0A7, 0xF0A8, 0xF0B7, 0xF0D8, 0xF0E0, 0xF0FC), "•")

# Shares of the size of the letters.
_SAME_LINE = 0.6  # how far apart the baselines of two pieces of one line may be: a superscript is raised by up to half
_SMALL = 0.9  # word processors set a superscript at two thirds of the size, browsers at five sixths
_RAISED = 0.15
_SPACE = 0.15  # the narrowest gap between two words


class _Glyph(NamedTuple):
    text: str
    size: float
    baseline: float


class _Piece(NamedTuple):
    """A run of glyphs that PDFium gives without a line break in it."""

    glyphs: list[_Glyph]
    left: float
    right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One visual line: sizes and places in points (1/72 inch), ``baseline`` from the foot of the page.

    ``noted`` tells that it begins with a raised number, as footnotes do; ``dropped`` counts invisible characters.
    """

    text: str
    size: float
    baseline: float
    left: float
    right: float
    noted: bool = False
    dropped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLines:
    """The lines of a page in the order in which the file draws them, which is the reading order of most files.

    ``number`` is 1-based; ``unmapped`` of its ``glyphs`` have a shape but no letter.
    """

    number: int
    height: float
    lines: tuple[Line, ...]
    glyphs: int
    unmapped: int


def page_lines(page: pypdfium2.PdfPage, number: int) -> PageLines:
    """Read one page; PdfiumError where it is damaged."""
    text_page = page.get_textpage()
    count = text_page.count_chars()
    lines: list[_Piece] = []
    for piece in _pieces(text_page, count):
        if lines and _same_line(lines[-1], piece):
            lines[-1] = _joined(lines[-1], piece)
        else:
            lines.append(piece)
    return PageLines(
        number=number,
        height=page.get_height(),
        lines=tuple(line for line in map(_line, lines) if line.text),
        glyphs=count,
        unmapped=sum(pdfium.FPDFText_HasUnicodeMapError(text_page, index) == 1 for index in range(count)),
    )


def _pieces(text_page: pypdfium2.PdfTextPage, count: int) -> Iterator[_Piece]:
    glyphs: list[_Glyph] = []
    first = last = 0  # indices of the glyphs at the ends of the piece
    after_hyphen = False
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        if code in _LINE_ENDS:
            if glyphs:
                yield _piece(text_page, glyphs, first, last)
            glyphs, after_hyphen = [], False
            continue
        glyph = _glyph(text_page, index, code)
        if after_hyphen and not glyph.text.isspace():
            if abs(glyph.baseline - glyphs[-1].baseline) > _SAME_LINE * glyph.size:
                yield _piece(text_page, glyphs, first, last)
                glyphs = []
            after_hyphen = False
        if not glyphs:
            if glyph.text.isspace():
                continue
            first = index
        if not glyph.text.isspace():
            last = index
        glyphs.append(glyph)
        after_hyphen = after_hyphen or code in _HYPHENS
    if glyphs:
        yield _piece(text_page, glyphs, first, last)


def _glyph(text_page: pypdfium2.PdfTextPage, index: int, code: int) -> _Glyph:
    matrix = pdfium.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetMatrix(text_page, index, matrix)
    pdfium.FPDFText_GetCharOrigin(text_page, index, x, y)
    size = pdfium.FPDFText_GetFontSize(text_page, index) * hypot(matrix.c, matrix.d)
    text = "-" if code in _HYPHENS else _BULLETS.get(code) or chr(code)
    return _Glyph(text, size, y.value)


def _piece(text_page: pypdfium2.PdfTextPage, glyphs: list[_Glyph], first: int, last: int) -> _Piece:
    left, *_ = text_page.get_charbox(first, loose=True)
    _, _, right, _ = text_page.get_charbox(last, loose=True)
    return _Piece(glyphs, left, right)


def _setting(glyphs: Sequence[_Glyph]) -> tuple[float, float]:
    """The size and the baseline in which most of the letters are set."""
    letters = [glyph for glyph in glyphs if not glyph.text.isspace()]
    return Counter((round(glyph.size, 1), round(glyph.baseline, 1)) for glyph in letters).most_common(1)[0][0]


def _same_line(line: _Piece, piece: _Piece) -> bool:
    """PDFium breaks a line before and after a superscript; a piece further right at about the same height goes on."""
    size, baseline = _setting(line.glyphs)
    other_size, other_baseline = _setting(piece.glyphs)
    reach = max(size, other_size)
    return abs(baseline - other_baseline) < _SAME_LINE * reach and piece.left > line.right - _SPACE * reach


def _joined(line: _Piece, piece: _Piece) -> _Piece:
    size, baseline = _setting(line.glyphs)
    space = [_Glyph(" ", size, baseline)] if piece.left - line.right > _SPACE * size else []
    return _Piece([*line.glyphs, *space, *piece.glyphs], line.left, piece.right)


def _line(piece: _Piece) -> Line:
    size, baseline = _setting(piece.glyphs)
    runs = [
        (high, "".join(glyph.text for glyph in run))
        for high, run in groupby(piece.glyphs, lambda glyph: _is_raised(glyph, size, baseline))
    ]
    text = "".join(raised(run) if high else run for high, run in runs)
    # PDFium gives a character beyond U+FFFF as two halves.
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    # The line end tells a soft hyphen that shows from one that does not.
    text, dropped = drop_invisible(f"{text.rstrip()}\n")
    high, start = runs[0]
    return Line(
        text=text.strip(),
        size=size,
        baseline=baseline,
        left=piece.left,
        right=piece.right,
        noted=high and start.strip().isdecimal(),
        dropped=dropped,
    )


def _is_raised(glyph: _Glyph, size: float, baseline: float) -> bool:
    return 0 < glyph.size <= _SMALL * size and glyph.baseline > baseline + _RAISED * size
