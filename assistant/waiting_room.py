"""Turns at something that serves a few at a time: the others wait in order, and not too many of them."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Literal

from assistant.events import GivenUp

LOOK_S = 0.1
"""How often one who waits looks whether to give up."""

Turn = Literal["taken", "full", "late", "cancelled"]


class WaitingRoom:
    """``slots`` callers at a time, and at most ``seats`` more that wait; first come, first served."""

    def __init__(self, *, slots: int, seats: int) -> None:
        self.seats = seats
        self._slots = self._free = slots
        self._queue: deque[object] = deque()
        self._changed = threading.Condition()

    @property
    def taken(self) -> int:
        """How many have a turn now."""
        return self._slots - self._free

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        return len(self._queue)

    def enter(self, until: float, cancelled: threading.Event) -> Turn:
        """Wait for a turn until the monotonic time ``until``; whoever gets "taken" must ``leave``.

        A GivenUp is told its place in the queue, from 1, whenever that changes, and 0 when its turn comes.
        """
        me, told = object(), 0
        tell = cancelled.on_place if isinstance(cancelled, GivenUp) else lambda _place: None
        with self._changed:
            if (not self._free or self._queue) and len(self._queue) >= self.seats:
                return "full"
            self._queue.append(me)
            try:
                while not (self._free and self._queue[0] is me):
                    if cancelled.is_set():
                        return "cancelled"
                    left = until - time.monotonic()
                    if left <= 0:
                        return "late"
                    if (place := self._queue.index(me) + 1) != told:
                        told = place
                        tell(place)
                    self._changed.wait(min(left, LOOK_S))
                self._free -= 1
                if told:
                    tell(0)
                return "taken"
            finally:
                self._queue.remove(me)
                self._changed.notify_all()

    def leave(self) -> None:
        """Give the turn back."""
        with self._changed:
            self._free += 1
            self._changed.notify_all()
