"""A breaker: what failed again and again is left alone for a while, so that nobody waits for it.

closed ── 5 failures in 30 s ──► open ── 15 s ──► half open ── the one probe succeeds ──► closed
                                   ▲                  └─────── it fails ───────┐
                                   └───────────────────────────────────────────┘
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable


class Breaker:
    """Admits calls and is told how each ended, by exactly one of the other three methods. Any thread may call it."""

    def __init__(
        self,
        *,
        failures: int = 5,
        within_s: float = 30.0,
        rest_s: float = 15.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = failures
        self._within_s = within_s
        self._rest_s = rest_s
        self._clock = clock
        self._lock = threading.Lock()
        self._failed_at: deque[float] = deque(maxlen=failures)
        self._opened_at: float | None = None
        self._probing = False

    def admit(self) -> bool:
        """Whether a call may be made now; after a rest, one call may until its end is known."""
        with self._lock:
            if self._opened_at is None:
                return True
            if self._probing or self._clock() - self._opened_at < self._rest_s:
                return False
            self._probing = True
            return True

    @property
    def resting(self) -> bool:
        """Whether what it calls is left alone, or is being tried again after that."""
        with self._lock:
            return self._opened_at is not None

    def succeeded(self) -> None:
        """The call reached what it called. While all is well, earlier failures still count."""
        with self._lock:
            if self._opened_at is not None:
                self._failed_at.clear()
            self._opened_at, self._probing = None, False

    def failed(self) -> None:
        """The call failed in a way that the next one may too."""
        with self._lock:
            now = self._clock()
            self._failed_at.append(now)
            full = len(self._failed_at) == self._most and now - self._failed_at[0] <= self._within_s
            if self._probing or (self._opened_at is None and full):
                self._opened_at, self._probing = now, False

    def abandoned(self) -> None:
        """The call was given up before anything could be learnt from it."""
        with self._lock:
            self._probing = False
