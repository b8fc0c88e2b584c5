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
    ``YYYY-MM-DD``; ``language`` is an ISO 639-1 code; ``dropped`` counts the invisible characters left out.
    """

    text: str
    pages: tuple[Page, ...] = ()
    marks: tuple[Mark, ...] = ()
    title: str | None = None
    published: str | None = None
    language: str | None = None
    dropped: int = 0


class Reader(Protocol):
    """A module that reads one format."""

    def read(self, data: bytes, path: Path) -> ReadResult:
        """Take the text out of ``data``; ``path`` only names the file in errors.

        Raises UnreadableFile where the bytes are not of this format, broken or locked.
        """
