"""One page of a PDF to its glyphs as PDFium finds them, turned so that most of its text runs upright."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from math import atan2, hypot, pi
from typing import NamedTuple

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

_LINE_ENDS = (0x0A, 0x0D)
_HYPHENS = (0x02, 0xFFFE)
"""What PDFium puts in place of a hyphen at the end of a line; it then goes on with the next line without a break."""

# Bullets as Word writes them: code points of the Symbol and Wingdings fonts, which mean nothing in any other font.
_BULLETS = dict.fromkeys((0xF0A7, 0xF0A8, 0xF0B7, 0xF0D8, 0xF0E0, 0xF0FC), "•")

_BOLD_NAME = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
_BOLD_FLAG = 1 << 18
_BOLD_WEIGHT = 600

# Shares of the size of the letters.
_OTHER_LINE = 0.6  # how far a glyph is off the one before, up or down, that stands on another line
_BACKWARDS = 0.5  # how far it begins left of the one before, where the text was not drawn from left to right


class Glyph(NamedTuple):
    """One shape with its letters (a recognised word counts as one); sizes and places in points."""

    text: str
    size: float
    baseline: float
    left: float
    right: float
    bold: bool = False


Run = list[Glyph]
"""Glyphs of one line in the order in which they are read; the first is no space."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageGlyphs:
    """The runs of a page in the order in which the file draws them, in points from the lower left corner.

    ``runs`` go in the direction of most text, ``asides`` in the other three, each as if it were upright. ``number`` is
    1-based; ``unmapped`` of its ``glyphs`` have a shape but no letter. ``drawn`` tells whether anything is on the page.
    """

    number: int
    width: float
    height: float
    runs: list[Run]
    asides: tuple[list[Run], ...] = ()
    glyphs: int = 0
    unmapped: int = 0
    drawn: bool = True


def page_glyphs(page: pypdfium2.PdfPage, number: int, most: int) -> PageGlyphs | None:
    """Read one page; None where it holds more than ``most`` glyphs; PdfiumError where it is damaged."""
    text_page = page.get_textpage()
    count = text_page.count_chars()
    if count > most:
        return None
    reading = _Reading(text_page, page.get_bbox())
    turned: dict[int, list[Run]] = {quarter: [] for quarter in range(4)}
    for quarter, run in reading.runs(count):
        turned[quarter].append(_with_ligatures(run))
    upright = max(turned, key=lambda quarter: (sum(map(len, turned[quarter])), -quarter))
    width, height = reading.size if upright % 2 == 0 else reading.size[::-1]
    return PageGlyphs(
        number=number,
        width=width,
        height=height,
        runs=turned.pop(upright),
        asides=tuple(runs for runs in turned.values() if runs),
        glyphs=count,
        unmapped=sum(pdfium.FPDFText_HasUnicodeMapError(text_page, index) == 1 for index in range(count)),
        drawn=pdfium.FPDFPage_CountObjects(page) > 0,
    )


class _Reading:
    """The glyphs of one page; ``size`` is its width and height as the file gives them."""

    def __init__(self, text_page: pypdfium2.PdfTextPage, box: tuple[float, float, float, float]) -> None:
        self._page = text_page
        self._left, self._bottom = box[:2]
        self.size = (box[2] - box[0], box[3] - box[1])
        self._bold: dict[int | None, bool] = {}  # by address of the font

    def runs(self, count: int) -> Iterator[tuple[int, Run]]:
        """The runs with the quarter turns (counted against the clock) in which they are set."""
        run: Run = []
        quarter = 0
        for index in range(count):
            code = pdfium.FPDFText_GetUnicode(self._page, index)
            if code in _LINE_ENDS:
                if run:
                    yield quarter, run
                run = []
                continue
            text = "-" if code in _HYPHENS else _BULLETS.get(code) or chr(code)
            if text.isspace():
                if run:
                    run.append(run[-1]._replace(text=" ", left=run[-1].right))
                continue
            turned, glyph = self._glyph(index, text)
            if run and (turned != quarter or _begins_run(run[-1], glyph)):
                yield quarter, run
                run = []
            quarter = turned
            run.append(glyph)
        if run:
            yield quarter, run

    def _glyph(self, index: int, text: str) -> tuple[int, Glyph]:
        matrix, box = pdfium.FS_MATRIX(), pdfium.FS_RECTF()
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetMatrix(self._page, index, matrix)
        pdfium.FPDFText_GetCharOrigin(self._page, index, x, y)
        pdfium.FPDFText_GetLooseCharBox(self._page, index, box)
        size = pdfium.FPDFText_GetFontSize(self._page, index) * hypot(matrix.c, matrix.d)
        upright = matrix.a * matrix.d - matrix.b * matrix.c > 0
        quarter = round(atan2(matrix.b, matrix.a) / (pi / 2)) % 4 if upright else 0
        _, baseline = self._turned(quarter, x.value, y.value)
        corners = self._turned(quarter, box.left, box.bottom)[0], self._turned(quarter, box.right, box.top)[0]
        return quarter, Glyph(text, size, baseline, min(corners), max(corners), self._is_bold(index))

    def _turned(self, quarter: int, x: float, y: float) -> tuple[float, float]:
        """A point of the page as it stands when text of this quarter is upright."""
        x, y = x - self._left, y - self._bottom
        width, height = self.size
        return ((x, y), (y, width - x), (width - x, height - y), (height - y, x))[quarter]

    def _is_bold(self, index: int) -> bool:
        text_object = pdfium.FPDFText_GetTextObject(self._page, index)
        font = pdfium.FPDFTextObj_GetFont(text_object) if text_object else None
        address = ctypes.cast(font, ctypes.c_void_p).value if font else None
        if address not in self._bold:
            self._bold[address] = bool(font) and _font_is_bold(font)
        return self._bold[address]


def _with_ligatures(run: Run) -> Run:
    """The run with the letters of each ligature in order: where a script is written from right to left, PDFium turns
    round what one shape stands for (lam-alef)."""
    if not any(is_rtl(glyph.text) for glyph in run):
        return run
    ordered: Run = []
    for (_, _, turned), shape in groupby(run, lambda glyph: (glyph.left, glyph.right, is_rtl(glyph.text))):
        letters = list(shape)
        ordered += letters[::-1] if turned else letters
    return ordered


def _begins_run(before: Glyph, glyph: Glyph) -> bool:
    """Whether a glyph stands on another line than the one before, or was drawn out of order."""
    if abs(glyph.baseline - before.baseline) > _OTHER_LINE * max(glyph.size, before.size):
        return True
    # Text from right to left goes backwards by nature; PDFium has put its letters in order.
    return glyph.left < before.left - _BACKWARDS * glyph.size and not (is_rtl(before.text) or is_rtl(glyph.text))


def is_rtl(text: str) -> bool:
    """Whether a text begins with a letter of a script that is written from right to left."""
    return "\u0590" <= text[:1] <= "\u08ff" or "\ufb1d" <= text[:1] <= "\ufefc"


def _font_is_bold(font: object) -> bool:
    length = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
    name = ctypes.create_string_buffer(length)
    pdfium.FPDFFont_GetBaseFontName(font, name, length)
    if _BOLD_NAME.search(name.value.decode("utf-8", "replace")):
        return True
    return bool(pdfium.FPDFFont_GetFlags(font) & _BOLD_FLAG) or pdfium.FPDFFont_GetWeight(font) >= _BOLD_WEIGHT
