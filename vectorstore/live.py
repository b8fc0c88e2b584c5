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
    generation that cannot be used is logged once; the old one goes on answering, and ``refusal`` says why.
    """

    def __init__(self, home: Path, key: str, embedder_fingerprint: str) -> None:
        """Open the index. Raises like ``Index.open``."""
        self._arguments = (home, key, embedder_fingerprint)
        self._folder = IndexFolder(home, key)
        self._opening = threading.Lock()
        self._refused: tuple[Stamp | None, VectorStoreError] | None = None
        self._index = Index.open(*self._arguments)

    def current(self) -> Index:
        """The newest usable index; costs one ``stat`` when nothing is new. Other threads go on while one opens it."""
        index = self._index
        stamp = self._folder.stamp()
        if index.is_current() or self._is_refused(stamp) or not self._opening.acquire(blocking=False):
            return index
        try:
            if not self._index.is_current():
                self._index = Index.open(*self._arguments)
                self._refused = None
                del index  # the last reference to the old index, unless a question still holds it
                self._folder.clear_if_idle()
        except VectorStoreError as error:
            self._refused = stamp, error
            _log.warning("the new index cannot be used, the old one stays in use: %s", error)
        finally:
            self._opening.release()
        return self._index

    @property
    def refusal(self) -> VectorStoreError | None:
        """Why the newest generation cannot be used; None where the newest one is in use."""
        return self._refused[1] if self._refused and not self._index.is_current() else None

    @property
    def is_opening(self) -> bool:
        """Whether a newer generation is there that nobody has opened or refused yet."""
        return not self._index.is_current() and not self._is_refused(self._folder.stamp())

    def clear_left_over(self) -> None:
        """Remove old generations that nobody reads any more; costs a look into one folder where there are none."""
        if self._folder.left_over():
            self._folder.clear_if_idle()

    def _is_refused(self, stamp: Stamp | None) -> bool:
        return self._refused is not None and self._refused[0] == stamp
