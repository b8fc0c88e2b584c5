"""PDF files, read with PDFium: their text layer, and by recognition what has none."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from ingest.errors import UnreadableFile
from ingest.readers import pdf_ocr
from ingest.readers.dates import month_made
from ingest.readers.naming import stated_title
from ingest.readers.pdf_glyphs import PageGlyphs, page_glyphs
from ingest.readers.pdf_headings import Bookmark
from ingest.readers.pdf_layout import lay_out
from ingest.readers.pdf_lines import lines_of
from ingest.readers.result import ReadOptions, ReadResult

_MADE = re.compile(r"(?:D:)?(\d{4})(\d\d)")
_HEAD = 1024
"""Bytes from the beginning among which a PDF file says that it is one."""
_MOST_PAGES = 5_000
_MOST_GLYPHS = 200_000
"""On one page; a page of a newspaper has some 20,000."""
_MOST_UNMAPPED = 0.3
"""Of all glyphs. With more, the fonts do not say which letters they show, and the text is a riddle."""
_MOST_BOOKMARKS = 10_000

_ONE_AT_A_TIME = threading.Lock()
"""PDFium may not be used by two threads at once."""

_IMAGE, _RIDDLE, _CROWDED, _DAMAGED = (
    "no text layer",
    "fonts that do not say which letters they show",
    f"more than {_MOST_GLYPHS:,} letters",
    "damage",
)
_BROKEN = "is damaged or incomplete; download or export it again"


@dataclass(slots=True)
class _Pages:
    """What was read, and the numbers of the pages that were not, by what they have."""

    count: int
    read: list[PageGlyphs] = field(default_factory=list)
    unread: dict[str, list[int]] = field(default_factory=dict)
    recognised: list[int] = field(default_factory=list)
    hindered: str = ""

    def leave(self, number: int, reason: str) -> None:
        self.unread.setdefault(reason, []).append(number)


def read(data: bytes, path: Path, options: ReadOptions) -> ReadResult:
    """Read a PDF page by page in reading order; running heads and feet, headings, rows of tables (cells joined by a
    tab) and footnotes are marked.

    Pages without a text layer are recognised where ``options.ocr`` names languages; those left unread are in the
    notes. The language is not taken from the file: the software that made it writes that of its user there. Raises
    UnreadableFile, which says whether the file is locked, damaged, too long or has no text layer.
    """
    if b"%PDF-" not in data[:_HEAD]:
        raise UnreadableFile(f"{path} is not a PDF file; export the document as PDF again.")
    try:
        with _ONE_AT_A_TIME, pypdfium2.PdfDocument(data) as document:
            if len(document) > _MOST_PAGES:
                raise UnreadableFile(
                    f"{path} has {len(document):,} pages, and at most {_MOST_PAGES:,} are read; split it into parts."
                )
            pages = _read_pages(document, options)
            bookmarks = list(islice(_bookmarks(document), _MOST_BOOKMARKS))
            stated = stated_title(document.get_metadata_value("Title"))
            made = _MADE.match(document.get_metadata_value("CreationDate"))
    except pypdfium2.PdfiumError as error:
        raise UnreadableFile(_reason(path, error)) from error
    lines = lines_of(pages.read)
    if not any(page.lines for page in lines):
        raise UnreadableFile(_nothing_read(path, pages, options))
    laid_out = lay_out(lines, bookmarks)
    return ReadResult(
        text=laid_out.text,
        pages=laid_out.pages,
        marks=laid_out.marks,
        title=stated or stated_title(laid_out.title),
        published=month_made(int(made[1]), int(made[2])) if made else None,
        dropped=sum(line.dropped for page in lines for line in page.lines),
        notes=tuple(_notes(path, pages, options)),
    )


def _read_pages(document: pypdfium2.PdfDocument, options: ReadOptions) -> _Pages:
    pages = _Pages(len(document))
    for index in range(pages.count):
        try:
            page = document[index]
            glyphs = page_glyphs(page, index + 1, _MOST_GLYPHS)
        except pypdfium2.PdfiumError:
            pages.leave(index + 1, _DAMAGED)
            continue
        if glyphs is None:
            pages.leave(index + 1, _CROWDED)
        elif glyphs.unmapped > _MOST_UNMAPPED * glyphs.glyphs:
            _recognise(page, index + 1, _RIDDLE, pages, options)
        elif glyphs.runs or not glyphs.drawn:
            pages.read.append(glyphs)
        else:
            _recognise(page, index + 1, _IMAGE, pages, options)
    return pages


def _recognise(page: pypdfium2.PdfPage, number: int, reason: str, pages: _Pages, options: ReadOptions) -> None:
    """Add the page as Tesseract reads it, if it shall and can; else it stays unread for ``reason``."""
    if options.ocr and not pages.hindered:
        pages.hindered = "" if pages.recognised else pdf_ocr.lacking(options.ocr)
    if not options.ocr or pages.hindered:
        pages.leave(number, reason)
        return
    try:
        pages.read.append(pdf_ocr.recognised(page, number, options.ocr))
    except pdf_ocr.OcrFailed as error:
        pages.leave(number, f"{reason} (and {error})")
    else:
        pages.recognised.append(number)


def _bookmarks(document: pypdfium2.PdfDocument) -> Iterator[Bookmark]:
    """The outline of the file, as far as its entries lead to pages."""
    for entry in document.get_toc():
        target = entry.get_dest()
        index = target.get_index() if target else None
        if index is not None:
            yield Bookmark(entry.get_title(), entry.level + 1, index + 1)


def _notes(path: Path, pages: _Pages, options: ReadOptions) -> Iterator[str]:
    """A sentence for each reason why pages were left unread, and one for what was recognised."""
    for reason, numbers in pages.unread.items():
        verb = "has" if len(numbers) == 1 else "have"
        way_on = "were left out" if len(numbers) > 1 else "was left out"
        if reason.startswith((_IMAGE, _RIDDLE)) and not options.ocr:
            way_on += "; run text recognition (OCR) on the file"
        yield f"{path}: {_ranges(numbers)} of {pages.count} {verb} {reason} and {way_on}."
    if pages.hindered:
        yield f"{path}: no page was recognised, because {pages.hindered}; install it and read the file again."
    if pages.recognised:
        were = "was" if len(pages.recognised) == 1 else "were"
        yield f"{path}: {_ranges(pages.recognised)} of {pages.count} {were} recognised by machine and may hold errors."


def _ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers of pages for people: "page 3", "pages 3, 7-9"."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    shown = (f"{part[0]}-{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts)
    return f"page{'s' if len(numbers) > 1 else ''} {', '.join(shown)}"


def _nothing_read(path: Path, pages: _Pages, options: ReadOptions) -> str:
    if pages.hindered:
        return f"{path} is a scan without a text layer, and {pages.hindered}; install it for text recognition (OCR)."
    if pages.recognised:
        return f"{path} is a scan in which text recognition (OCR) in {options.ocr} found no words; check the languages."
    if not pages.unread:
        return f"{path} has nothing but blank pages; remove it or export the document again."
    told = {
        _RIDDLE: f"has {_RIDDLE}; run text recognition (OCR) on it",
        _CROWDED: f"has {_CROWDED} on a page; export it again",
        _DAMAGED: _BROKEN,
    }
    scan = "is a scan without a text layer; run text recognition (OCR) on it"
    return f"{path} {next((told[reason] for reason in told if reason in pages.unread), scan)}."


def _reason(path: Path, error: pypdfium2.PdfiumError) -> str:
    if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
        return f"{path} is encrypted; save it without a password."
    return f"{path} {_BROKEN}."
