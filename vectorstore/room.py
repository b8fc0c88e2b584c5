"""Whether a new generation has a place: room on the disk, and a folder that can be written."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

from vectorstore.errors import HomeUnusable

_LEAST = 50_000_000
"""Bytes that must be free before the first generation of a corpus is written."""
_TIMES = 2.5
"""Of the present generation's bytes: the new one beside it, what Chroma writes meanwhile, and vectors for a resume."""


def check_room(root: Path, current: Path | None) -> None:
    """Look for room for a generation below ``root``, an index folder that may not be there yet; writes nothing.

    ``current`` is the generation in use. Raises HomeUnusable.
    """
    there = next(folder for folder in (root, *root.parents) if folder.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        raise unwritable(there, "it is read-only")
    needed = max(_LEAST, int(_TIMES * size_of(current))) if current else _LEAST
    free = shutil.disk_usage(there).free
    if free < needed:
        room, wanted = free // 1_000_000, -(-needed // 1_000_000)
        raise HomeUnusable(
            f"The disk of {root} has {room:,} MB free and a new index needs {wanted:,} MB; "
            "nothing was changed, so make room there, or set PICUM_HOME to a folder on another disk."
        )


def unwritable(folder: Path, reason: str) -> HomeUnusable:
    """The error for a data folder that cannot be written."""
    return HomeUnusable(
        f"The index folder {folder} cannot be written ({reason}); make it writable, or set PICUM_HOME to one that is."
    )


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder; what goes away meanwhile counts for nothing."""
    total = 0
    for path in folder.rglob("*"):
        try:
            status = path.lstat()
        except FileNotFoundError:
            continue
        total += status.st_size if stat.S_ISREG(status.st_mode) else 0
    return total
