"""Plain text: the text as it is; form feeds part pages."""

from __future__ import annotations

from pathlib import Path

from ingest.document import Page
from ingest.invisible import drop_invisible
from ingest.readers.encoding import decode
from ingest.readers.result import ReadOptions, ReadResult


def read(data: bytes, path: Path, options: ReadOptions) -> ReadResult:  # noqa: ARG001
    """Read a text file; its structure is left to be recognised from the text. Raises UnreadableFile."""
    decoded = decode(data, path)
    text, dropped = drop_invisible(decoded.text)
    return ReadResult(text=text, pages=_pages(text), dropped=dropped, notes=decoded.notes)


def _pages(text: str) -> tuple[Page, ...]:
    """Programs that turn PDF into text put a form feed at the end of every page; a text without any has no pages."""
    if "\f" not in text:
        return ()
    pages = []
    start = 0
    for number, content in enumerate(text.split("\f"), start=1):
        if content.strip():
            pages.append(Page(number=number, start=start, end=start + len(content)))
        start += len(content) + 1
    return tuple(pages)
