"""Locks between processes, given back by the kernel when their owner dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from vectorstore.errors import HomeUnusable, IndexBusy

_PATIENCE = 0.5
"""Seconds that a writer waits: enough for a reader that clears an old generation away, short enough for a person."""


@contextmanager
def writing(lock: Path) -> Iterator[None]:
    """Be the only writer; the file says who is.

    Raises IndexBusy, within a second, with the owner's pid; HomeUnusable where files cannot be locked.
    """
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _locked(descriptor, fcntl.LOCK_EX, _PATIENCE, lock):
            owner = os.pread(descriptor, 100, 0).decode("ascii", "replace").split()
            pid = int(owner[0]) if len(owner) == 2 and owner[0].isdigit() else None
            who = f"process {pid} since {owner[1]}" if pid else "another process"
            raise IndexBusy(f"The index in {lock.parent} is being written by {who}; try again when it has ended.", pid)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()} {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}\n".encode("ascii"), 0)
        yield
    finally:
        os.close(descriptor)


class Hold:
    """A reader's hold on a generation: while it lasts, no writer removes the folder."""

    def __init__(self, mark: Path) -> None:
        """Raises FileNotFoundError where the generation is gone or just being removed, HomeUnusable as ``writing``."""
        self._descriptor = os.open(mark, os.O_RDONLY)
        # A writer that removes the folder has the lock for an instant before the mark is gone.
        if not _locked(self._descriptor, fcntl.LOCK_SH, _PATIENCE, mark) or not os.fstat(self._descriptor).st_nlink:
            self.release()
            raise FileNotFoundError(mark)

    def release(self) -> None:
        """Let go; a second call does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


@contextmanager
def unused(mark: Path) -> Iterator[bool]:
    """Whether nobody holds the generation; while true, nobody can begin to."""
    try:
        descriptor = os.open(mark, os.O_RDONLY)
    except FileNotFoundError:  # its writer was killed before anybody could hold it
        yield True
        return
    try:
        yield _locked(descriptor, fcntl.LOCK_EX, 0.0, mark)
    finally:
        os.close(descriptor)


def _locked(descriptor: int, mode: int, patience: float, file: Path) -> bool:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.02)
        except OSError as error:
            raise HomeUnusable(
                f"The file system of {file.parent} cannot lock files ({error.strerror}), and an index needs that; "
                "set PICUM_HOME to a folder on a local disk."
            ) from error
        else:
            return True
