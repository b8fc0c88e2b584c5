"""The events of one question, pulled by a thread of its own, so that waiting for a model holds up nobody else."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Generator, Iterator

from assistant.events import Event, Failed, GivenUp, Waiting

_log = logging.getLogger(__name__)

MISTAKE = "A mistake in the program ended this question; ask it again, and report it if it happens again."


def status_of(failed: Failed) -> int:
    """The HTTP status of a question that got no answer."""
    match failed.reason:
        case "limit" | "used_up":
            return 429
        case "failed" if failed.message == MISTAKE or not failed.retryable:
            return 500
    return 503


class Feed:
    """Begins to ask when it is made, in a running event loop. Nobody has to take its events to the end.

    ``ask`` is given the event that is set when the question is given up. The thread is not waited for.
    """

    def __init__(self, ask: Callable[[threading.Event], Iterator[Event]]) -> None:
        self._loop = asyncio.get_running_loop()
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._given_up = GivenUp(lambda place: self._tell(Waiting(before=place)))
        self.ended = False
        threading.Thread(target=self._pull, args=(ask,), name="question", daemon=True).start()

    async def batch(self, patience: float) -> list[Event]:
        """Wait for an event, and take all that are there with it.

        A batch is empty where nothing came within ``patience`` seconds; the last one sets ``ended`` and may be empty.
        """
        try:
            batch = [await asyncio.wait_for(self._events.get(), patience)]
        except TimeoutError:
            return []
        while not self._events.empty():
            batch.append(self._events.get_nowait())
        self.ended = None in batch
        return [event for event in batch if event is not None]

    def give_up(self) -> None:
        """End the feed: whoever waits for a batch gets the last one."""
        if not self._given_up.is_set():
            self._given_up.set()
            self._events.put_nowait(None)

    @property
    def given_up(self) -> bool:
        """Whether somebody ended it before its end."""
        return self._given_up.is_set()

    def _pull(self, ask: Callable[[threading.Event], Iterator[Event]]) -> None:
        events: Iterator[Event] = iter(())
        try:
            events = ask(self._given_up)
            for event in events:
                if self._given_up.is_set():
                    break
                self._tell(event)
        except Exception as error:  # noqa: BLE001  # the reader must hear of it, and nobody else can tell them
            # The message of an unforeseen error can hold a question: only its kind is logged, the rest on request.
            _log.error("a question failed by a mistake in the program: %s", type(error).__name__)
            _log.debug("the mistake", exc_info=error)
            self._tell(Failed(message=MISTAKE, retryable=True))
        finally:
            if isinstance(events, Generator):
                events.close()
            self._tell(None)

    def _tell(self, event: Event | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the server has ended
            self._loop.call_soon_threadsafe(self._events.put_nowait, event)
