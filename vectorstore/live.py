"""An index that follows the corpus: a process that serves sees a new generation without being started again."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from vectorstore.errors import VectorStoreError
from vectorstore.generations import IndexFolder, Stamp
from vectorstore.index import Index

_log = logging.getLogger(__name__)


class LiveIndex:
    """Hands out the current index. Ask for it once for each question and keep it until the question is answered.

    The index of a question in hand stays open, and its generation on the disk, until the question lets go of it. A new
    generation that cannot be used is logged once; the old one goes on answering.
    """

    def __init__(self, home: Path, key: str, embedder_fingerprint: str) -> None:
        """Open the index. Raises like ``Index.open``."""
        self._arguments = (home, key, embedder_fingerprint)
        self._folder = IndexFolder(home, key)
        self._opening = threading.Lock()
        self._refused: Stamp | None = None
        self._index = Index.open(*self._arguments)

    def current(self) -> Index:
        """The newest usable index; costs one ``stat`` when nothing is new. Other threads go on while one opens it."""
        index = self._index
        stamp = self._folder.stamp()
        if index.is_current() or stamp == self._refused or not self._opening.acquire(blocking=False):
            return index
        try:
            if not self._index.is_current():
                self._index = Index.open(*self._arguments)
                del index  # the last reference to the old index, unless a question still holds it
                self._folder.clear_if_idle()
        except VectorStoreError as error:
            self._refused = stamp
            _log.warning("the new index cannot be used, the old one stays in use: %s", error)
        finally:
            self._opening.release()
        return self._index
