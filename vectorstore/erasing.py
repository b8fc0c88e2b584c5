"""Whatever the data folder still holds of a document that was forgotten."""

from __future__ import annotations

import time
from pathlib import Path, PurePath

from ingest.document import Document
from vectorstore import catalogue
from vectorstore.errors import IndexBusy, IndexDamaged
from vectorstore.forgotten import Forgotten
from vectorstore.generations import IndexFolder, every_index
from vectorstore.manifest import DOCUMENTS

_STEP = 0.5
"""Seconds between two looks whether an old generation was let go."""


def documents_of(folder: IndexFolder) -> tuple[Document, ...]:
    """The documents of an index; none where there is no index or its texts cannot be read."""
    try:
        current = folder.current()
        return tuple(cut.document for cut in catalogue.load(current / DOCUMENTS)) if current else ()
    except IndexDamaged:
        return ()


def erase_elsewhere(home: Path, key: str, entry: Forgotten) -> tuple[Path, ...]:
    """Remove the indexes of other corpora than that of ``key`` that may hold the document, and what runs that broke
    off left of any; the folders where another process was at work.
    """
    busy: list[Path] = []
    for folder in every_index(home):
        if folder.root.name == key:
            continue
        try:
            if _may_hold(folder, entry):
                folder.erase()
            else:
                with folder.writer():
                    folder.discard_unfinished()
        except IndexBusy:
            busy.append(folder.root)
    return tuple(busy)


def wait_until_gone(home: Path, seconds: float) -> tuple[Path, ...]:
    """Remove old generations as soon as nobody reads them; those that are still read after ``seconds``."""
    deadline = time.monotonic() + seconds
    while True:
        for folder in every_index(home):
            folder.clear_if_idle()
        held = tuple(left for folder in every_index(home) for left in folder.left_over())
        if not held or time.monotonic() >= deadline:
            return held
        time.sleep(_STEP)


def _may_hold(folder: IndexFolder, entry: Forgotten) -> bool:
    """Whether an index holds the document, perhaps in another version; also where its texts cannot be read."""
    name = PurePath(entry.file or entry.id).name
    try:
        current = folder.current()
        documents = catalogue.load(current / DOCUMENTS) if current else ()
    except IndexDamaged:
        return True
    return any(
        cut.document.sha256 in entry.sha256 or cut.document.id == entry.id or PurePath(cut.document.path).name == name
        for cut in documents
    )
