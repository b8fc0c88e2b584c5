"""Watches over the index of a process that serves: notices damage of its files, and has the index made again.

Damage is looked for where it costs nothing: sizes and times of the generation's files, now and then. Where one of them
changed, and once at the start, a fresh process proves the generation as a new one is proved. Until a damaged index is
made again, in a process of its own, its vectors are not trusted; its texts and keywords are in memory and stay good.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from vectorstore.chroma import DATABASE
from vectorstore.errors import IndexDamaged, IndexMissing, StoreFailure, VectorStoreError
from vectorstore.index import Index
from vectorstore.live import LiveIndex
from vectorstore.manifest import CHROMA, MANIFEST
from vectorstore.verify import verify

_log = logging.getLogger(__name__)

Check = Callable[[Path, threading.Event], None]
"""Proves the generation in a folder or raises IndexDamaged; gives up when the event is set."""
Mend = Callable[[threading.Event], None]
"""Makes the index again from the documents or raises VectorStoreError; gives up when the event is set."""

_DATABASE = f"{CHROMA}/{DATABASE}"
"""The one file that is written to after it was proved: whoever opens it adds to a counter."""
_GONE = (-1, -1)
"""What stands for the size and time of a file that is not there."""
_CLOSING_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds: between two rounds of the thread, between two looks at the files, and after each attempt at mending
    before the next; an index that stays good for that long begins with the first of these anew.
    """

    round: float = 2.0
    look: float = 30.0
    again: tuple[float, ...] = (60.0, 600.0, 3600.0)


@dataclass(slots=True, kw_only=True)
class _Watched:
    """The generation in use. ``suspect`` asks for a proof; ``failed`` means that a question met a failure of it."""

    generation: str
    folder: Path
    names: tuple[str, ...]
    seen: dict[str, tuple[int, int]] = field(default_factory=dict)
    looked: float = 0.0
    suspect: bool = True
    trusted: bool = True
    failed: bool = False


class Keeper:
    """Keeps one ``LiveIndex`` usable, from a thread of its own that does not keep the program alive.

    Attempts at mending that fail are made at longer and longer intervals, and logged once.
    """

    def __init__(self, live: LiveIndex, mend: Mend, *, check: Check = verify, pace: Pace | None = None) -> None:
        self._live, self._mend, self._check = live, mend, check
        self._pace = pace or Pace()
        self._watched: _Watched | None = None
        self._state = threading.Lock()
        self._wake, self._closing = threading.Event(), threading.Event()
        self._attempts, self._told = 0, False
        self._not_before = 0.0
        self._thread = threading.Thread(target=self._run, name="index-keeper", daemon=True)

    def start(self) -> None:
        """Begin to watch; returns at once."""
        self._thread.start()

    def close(self) -> None:
        """Stop watching, and end what is being proved or made; an index that is made half is thrown away."""
        self._closing.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(_CLOSING_SECONDS)

    def trusts(self, index: Index) -> bool:
        """Whether the vectors of an index can be searched; looks at its files if that was not done of late."""
        watched = self._watch(index)
        self._look(watched)
        return watched.trusted

    def failed(self, index: Index) -> None:
        """Tell that the vector store of an index failed in a question."""
        watched = self._watch(index)
        with self._state:
            watched.failed, watched.trusted = True, False
        self._wake.set()

    def _watch(self, index: Index) -> _Watched:
        if index.folder is None or index.manifest is None:
            raise ValueError("only an index that was opened from a folder can be kept")
        with self._state:
            if self._watched is None or self._watched.generation != index.generation:
                names = (*index.manifest.files, MANIFEST)
                # The first generation may have lain on the disk for long; later ones were just proved by their writer.
                self._watched = _Watched(
                    generation=index.generation, folder=index.folder, names=names, suspect=self._watched is None
                )
                self._watched.seen, self._watched.looked = _stamps(self._watched), time.monotonic()
            return self._watched

    def _look(self, watched: _Watched) -> None:
        with self._state:
            if time.monotonic() - watched.looked < self._pace.look:
                return
            watched.looked = time.monotonic()
            now = _stamps(watched)
            changed = {name for name in watched.names if now[name] != watched.seen[name]}
            if changed:
                watched.suspect = True
                # Others open the database and count themselves; nobody has any business in the other files.
                watched.trusted = watched.trusted and changed == {_DATABASE} and now[_DATABASE] != _GONE
        if watched.suspect:
            self._wake.set()

    def _run(self) -> None:
        while not self._closing.is_set():
            self._round()
            self._wake.wait(self._pace.round)
            self._wake.clear()

    def _round(self) -> None:
        # No reference to the index is kept: a generation that was replaced has to be let go.
        watched = self._watch(self._live.current())
        if self._live.is_opening:
            return
        self._live.clear_left_over()
        self._look(watched)
        if watched.suspect and not watched.failed:
            self._prove(watched)
        lost = isinstance(self._live.refusal, IndexDamaged | IndexMissing | StoreFailure)
        if self._closing.is_set() or time.monotonic() < self._not_before:
            return
        if lost or not watched.trusted:
            self._make_again()
        else:
            self._attempts, self._told = 0, False

    def _prove(self, watched: _Watched) -> None:
        before = _stamps(watched)
        try:
            self._check(watched.folder, self._closing)
        except VectorStoreError as error:
            if self._closing.is_set() or self._live.current().generation != watched.generation:
                return
            _log.warning("the index is damaged, answers come from keywords until it is made again: %s", error)
            with self._state:
                watched.trusted = watched.suspect = False
        else:
            with self._state:
                # The proof itself opens the database.
                watched.seen = {**before, _DATABASE: _stamps(watched)[_DATABASE]}
                watched.suspect, watched.trusted = False, not watched.failed

    def _make_again(self) -> None:
        try:
            self._mend(self._closing)
        except VectorStoreError as error:
            if not self._told and not self._closing.is_set():
                _log.warning("the index could not be made again, which is tried again at intervals: %s", error)
                self._told = True
        else:
            _log.warning("the index was made again from the documents")
        wait = self._pace.again[min(self._attempts, len(self._pace.again) - 1)]
        self._attempts, self._not_before = self._attempts + 1, time.monotonic() + wait


def _stamps(watched: _Watched) -> dict[str, tuple[int, int]]:
    """(bytes, time of the last change in nanoseconds) of each file."""
    found = dict.fromkeys(watched.names, _GONE)
    for name in found:
        with suppress(OSError):
            status = (watched.folder / name).stat()
            found[name] = status.st_size, status.st_mtime_ns
    return found
