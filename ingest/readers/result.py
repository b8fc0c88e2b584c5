"""What every reader returns, and what a reader must be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ingest.document import Mark, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    """The text of one file and what its format says about it; None is a field that the file does not state.

    ``pages`` and ``marks`` ascend, do not overlap and lie within ``text``. ``published`` is ``YYYY``, ``YYYY-MM`` or
    ``YYYY-MM-DD``; ``language`` is an ISO 639-1 code; ``dropped`` counts the invisible characters left out. ``notes``
    say what of the file could not be read and why, a sentence each; a file with notes is partly read.
    """

    text: str
    pages: tuple[Page, ...] = ()
    marks: tuple[Mark, ...] = ()
    title: str | None = None
    published: str | None = None
    language: str | None = None
    dropped: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """What whoever runs the reading chose. ``ocr`` are languages of Tesseract joined by "+" ("eng+fra") in which pages
    without a text layer are recognised; "" leaves such pages unread.
    """

    ocr: str = ""


class Reader(Protocol):
    """A module that reads one format."""

    def read(self, data: bytes, path: Path, options: ReadOptions) -> ReadResult:
        """Take the text out of ``data``; ``path`` only names the file in errors.

        Raises UnreadableFile where the bytes are not of this format, broken or locked.
        """
