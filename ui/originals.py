"""The files that documents were read from, as long as they are still what was read."""

from __future__ import annotations

import codecs
import hashlib
import os
import stat
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path, PurePosixPath
from typing import Literal

from ui.answering import SourceText
from ui.plain_text import plain_line
from vectorstore.errors import VectorStoreError

Kind = Literal["pdf", "text", "other"]

_KINDS: dict[str, Kind] = {".pdf": "pdf", ".txt": "text", ".md": "text", ".markdown": "text"}
_LONGEST_NAME = 120
_PIECE = 1 << 18
_MOST_DIGESTS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A file whose bytes are those of the index. ``name`` is its own name, ``size`` in bytes; ``content`` is open and
    has to be closed.
    """

    name: str
    kind: Kind
    size: int
    content: BufferedReader

    def is_utf8(self) -> bool:
        """Whether its beginning is text in UTF-8."""
        beginning = self.content.read(_PIECE)
        self.content.seek(0)
        try:
            codecs.getincrementaldecoder("utf-8")().decode(beginning)
        except UnicodeDecodeError:
            return False
        return True

    def pieces(self) -> Iterator[bytes]:
        """Its bytes; it is closed behind them."""
        with self.content as content:
            while piece := content.read(_PIECE):
                yield piece


class Originals:
    """Finds files by what the index knows of a document; nobody can ask for a path."""

    def __init__(self, corpus: Callable[[], Sequence[Path]]) -> None:
        """``corpus`` gives the files and folders of the documents as they are set now."""
        self._corpus = corpus
        # By the stamp of a file, so that a large one is not read for every page that offers it.
        self._digests: dict[tuple[int, ...], str] = {}
        self._lock = threading.Lock()

    def find(self, source: SourceText) -> Original | None:
        """The file of a document; None where it is gone, changed or not to be read."""
        if not source.sha256 or not source.path:
            return None
        for path in self._candidates(source.path):
            if (content := _opened(path)) is None:
                continue
            status = os.fstat(content.fileno())
            stamp = status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
            if stat.S_ISREG(status.st_mode) and self._digest(content, stamp) == source.sha256:
                content.seek(0)
                return Original(
                    name=file_name(source.path), kind=kind_of(source.path), size=status.st_size, content=content
                )
            content.close()
        return None

    def _digest(self, content: BufferedReader, stamp: tuple[int, ...]) -> str:
        known = self._digests.get(stamp)
        if known is None:
            known = hashlib.file_digest(content, "sha256").hexdigest()
            with self._lock:
                if len(self._digests) >= _MOST_DIGESTS:
                    self._digests.clear()
                self._digests[stamp] = known
        return known

    def _candidates(self, relative: str) -> Iterator[Path]:
        within = PurePosixPath(relative)
        if within.is_absolute() or ".." in within.parts or "\0" in relative:
            return
        try:
            tops = self._corpus()
        except VectorStoreError:
            return
        for top in tops:
            if top.name == relative and not top.is_dir():
                yield top
            # What a link inside the folder leads out of it to was not read either.
            elif (path := _real(top / within)) and path.is_relative_to(_real(top) or top):
                yield path


def kind_of(path: str) -> Kind:
    """How a browser is given a file of this name."""
    return _KINDS.get(PurePosixPath(path).suffix.lower(), "other")


def file_name(path: str) -> str:
    """The last part of a path, on one line and of a length that every system takes; its ending stays."""
    name = plain_line(PurePosixPath(path).name).translate(dict.fromkeys(map(ord, '/\\:*?"<>|'), "_")).strip(". ")
    whole = PurePosixPath(name or "document")
    return whole.stem[: max(_LONGEST_NAME - len(whole.suffix), 1)] + whole.suffix[:_LONGEST_NAME]


def _real(path: Path) -> Path | None:
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):  # a loop of links is a RuntimeError
        return None


def _opened(path: Path) -> BufferedReader | None:
    try:
        # Without waiting, should a pipe have taken its place.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return None
    try:
        return os.fdopen(descriptor, "rb")
    except OSError:  # a folder has taken its place
        os.close(descriptor)
        return None
