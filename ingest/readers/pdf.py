"""PDF files with a text layer, read with PDFium."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from ingest.errors import UnreadableFile
from ingest.readers.dates import month_made
from ingest.readers.naming import stated_title
from ingest.readers.pdf_layout import lay_out
from ingest.readers.pdf_lines import page_lines
from ingest.readers.result import ReadOptions, ReadResult

_MADE = re.compile(r"(?:D:)?(\d{4})(\d\d)")
_MOST_UNMAPPED = 0.3
"""Of all glyphs. With more, the fonts do not say which letters they show, and the text is a riddle."""

_ONE_AT_A_TIME = threading.Lock()
"""PDFium may not be used by two threads at once."""


def read(data: bytes, path: Path, options: ReadOptions) -> ReadResult:  # noqa: ARG001
    """Read the text layer of a PDF, page by page; running heads and feet, headings and footnotes are marked.

    The language is not taken from the file: the software that made it writes that of its user there. Raises
    UnreadableFile, which says whether the file is locked, damaged or has no text layer.
    """
    try:
        with _ONE_AT_A_TIME, pypdfium2.PdfDocument(data) as document:
            pages = [page_lines(document[index], index + 1) for index in range(len(document))]
            stated = stated_title(document.get_metadata_value("Title"))
            made = _MADE.match(document.get_metadata_value("CreationDate"))
    except pypdfium2.PdfiumError as error:
        raise UnreadableFile(_reason(path, error)) from error
    if not any(page.lines for page in pages):
        raise UnreadableFile(f"{path} has no text layer, only images; run text recognition (OCR) on it.")
    if sum(page.unmapped for page in pages) > _MOST_UNMAPPED * sum(page.glyphs for page in pages):
        raise UnreadableFile(
            f"{path} has fonts that do not say which letters they show; run text recognition (OCR) on it."
        )
    laid_out = lay_out(pages)
    return ReadResult(
        text=laid_out.text,
        pages=laid_out.pages,
        marks=laid_out.marks,
        title=stated or stated_title(laid_out.title),
        published=month_made(int(made[1]), int(made[2])) if made else None,
        dropped=sum(line.dropped for page in pages for line in page.lines),
    )


def _reason(path: Path, error: pypdfium2.PdfiumError) -> str:
    if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
        return f"{path} is encrypted; save it without a password."
    return f"{path} is not a PDF file or is damaged; export it again."
