"""The folder of an index: complete generations side by side, and one pointer to the one in use.

    <home>/indexes/<corpus key>/
    ├── CURRENT                 the name of the generation in use; replaced in one step
    ├── lock                    held by the one writer, whose pid stands in it
    ├── resume/                 vectors that an unfinished run had computed
    ├── documents.resume        documents that an unfinished run had read
    ├── questions.resume        questions about chunks that an unfinished run had been given
    └── generations/<name>/     manifest.json, documents.jsonl, questions.json (where questions were written),
                                canaries.npy, lexical/, chroma/, in-use

A generation is written once, in a folder that nobody reads, and never changed. Chroma does not survive a full disk, a
kill at the wrong moment or a second writer; a folder that is thrown away unless it is finished and proved does.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from vectorstore.errors import IndexBusy, IndexDamaged, IndexMissing
from vectorstore.locks import Hold, unused, writing
from vectorstore.manifest import IN_USE

_POINTER = "CURRENT"


class Stamp(NamedTuple):
    """Tells one state of the pointer from another without reading it."""

    inode: int
    changed_ns: int


class IndexFolder:
    """The folder of one corpus' index. Making the object touches nothing."""

    def __init__(self, home: Path, key: str) -> None:
        self.root = home / "indexes" / key
        self.resume = self.root / "resume"
        self.documents_resume = self.root / "documents.resume"
        self.questions_resume = self.root / "questions.resume"
        self._generations = self.root / "generations"
        self._pointer = self.root / _POINTER

    def stamp(self) -> Stamp | None:
        """The state of the pointer, for one ``stat``; None where there is no index."""
        try:
            status = self._pointer.stat()
        except FileNotFoundError:
            return None
        return Stamp(status.st_ino, status.st_mtime_ns)

    def current(self) -> Path | None:
        """The generation in use; None where no index was made yet. Raises IndexDamaged."""
        name = self._pointed()
        if name is None:
            return None
        if not name or name != Path(name).name or not (self._generations / name).is_dir():
            raise self._lost(f"there is no generation {name!r}")
        return self._generations / name

    def hold_current(self) -> tuple[Path, Hold]:
        """The generation in use, held so that it stays. Raises IndexMissing or IndexDamaged."""
        for _ in range(5):
            before = self.stamp()
            try:
                folder = self.current()
                if folder is None:
                    raise IndexMissing(f"There is no index in {self.root} yet; run `picum-assistant ingest`.")
                return folder, Hold(folder / IN_USE)
            except (IndexDamaged, FileNotFoundError) as error:
                # A writer may have switched and cleared between the two steps; else it is as it looks.
                if self.stamp() == before:
                    raise self._lost(str(error)) from error
        raise self._lost("it changes faster than it can be opened")

    @contextmanager
    def writer(self) -> Iterator[None]:
        """Be the only writer, and clear away what killed runs left. Raises IndexBusy."""
        for folder in (self.root.parent, self.root, self._generations):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with writing(self.root / "lock"):
            self._clear()
            yield

    @contextmanager
    def building(self) -> Iterator[Path]:
        """A folder for a new generation, only for the writer; gone again if the block fails or is interrupted."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        folder = self._generations / name
        folder.mkdir(mode=0o700)
        try:
            (folder / IN_USE).touch(mode=0o600)
            yield folder
        except BaseException:
            # Not where the interruption came after the switch.
            if self._pointed() != name:
                shutil.rmtree(folder, ignore_errors=True)
            raise

    def publish(self, folder: Path) -> None:
        """Make a finished generation the one in use, in one step that is done or undone; clear the others away."""
        _secure(folder)
        pointer = self._pointer.with_suffix(".new")
        descriptor = os.open(pointer, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(folder.name + "\n")
            file.flush()
            os.fsync(file.fileno())
        pointer.replace(self._pointer)
        _sync(self.root)
        self._clear()

    def clear_if_idle(self) -> None:
        """Remove generations that nobody uses any more, unless a writer is at work, who does so itself."""
        try:
            with writing(self.root / "lock"):
                self._clear()
        except IndexBusy:
            return

    def left_over(self) -> tuple[Path, ...]:
        """Generations that are not the one in use: somebody still reads them, or nobody has cleared them away yet."""
        try:
            current = self.current()
        except IndexDamaged:
            current = None
        return tuple(folder for folder in self._folders() if folder != current)

    def erase(self) -> None:
        """Remove the whole index but generations that are still read, which are left over. Raises IndexBusy."""
        with self.writer():
            self._pointer.unlink(missing_ok=True)
            self.discard_unfinished()
            self._clear()

    def discard_unfinished(self) -> None:
        """Remove what a run that broke off had computed; only for the writer."""
        self._pointer.with_suffix(".new").unlink(missing_ok=True)
        self.questions_resume.unlink(missing_ok=True)
        self.documents_resume.unlink(missing_ok=True)
        shutil.rmtree(self.resume, ignore_errors=True)

    def _folders(self) -> list[Path]:
        return sorted(self._generations.iterdir()) if self._generations.is_dir() else []

    def _pointed(self) -> str | None:
        try:
            return self._pointer.read_text(encoding="ascii", errors="replace").strip()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._lost(str(error)) from error

    def _clear(self) -> None:
        for folder in self.left_over():
            with unused(folder / IN_USE) as free:
                if free:
                    (folder / IN_USE).unlink(missing_ok=True)  # first, so that a reader who waits learns of it
                    shutil.rmtree(folder, ignore_errors=True)

    def _lost(self, reason: str) -> IndexDamaged:
        return IndexDamaged(
            f"The index in {self.root} has lost its current generation ({reason}); "
            "run `picum-assistant ingest` to make it again from the documents."
        )


def every_index(home: Path) -> tuple[IndexFolder, ...]:
    """The folders of all indexes in the data folder."""
    root = home / "indexes"
    return tuple(IndexFolder(home, folder.name) for folder in sorted(root.iterdir())) if root.is_dir() else ()


def _secure(folder: Path) -> None:
    """Everything below the folder readable by its owner alone, and on the disk."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.chmod(0o700 if path.is_dir() else 0o600)
        _sync(path)
    _sync(folder)
    _sync(folder.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
