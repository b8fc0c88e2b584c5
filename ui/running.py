"""The life of a server: it serves until it is told to end, lets running answers come to their end, and ends."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType
from typing import NamedTuple

import uvicorn
from starlette.types import ASGIApp

from ui.draining import Draining
from ui.notifying import STOPPING, notify

_SETTLED_SECONDS = 0.5
"""For how long nothing is worked on before the address is given up. A question of the page comes in two requests, and
a proxy may still be sending one that it chose this server for.
"""
_GRACE_SECONDS = 3
"""An open event stream must not keep the server from ending."""


class Ended(NamedTuple):
    """How a server ended: the ``signal`` that told it to, and whether answers were ``cut_off`` that took too long."""

    signal: int | None
    cut_off: bool


class _Server(uvicorn.Server):
    """Tells when it serves. Told to end, it first drains for at most ``stop_s``; told again, it is gone at once."""

    def __init__(self, config: uvicorn.Config, draining: Draining, stop_s: float, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self._draining, self._stop_s, self._on_start = draining, stop_s, on_start
        self._until = 0.0
        self.ended_by: int | None = None
        self.cut_off = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's."""
        await super().startup(sockets)
        if self.started:
            self._on_start()

    async def on_tick(self, counter: int) -> bool:
        """As uvicorn's, ten times a second."""
        now = time.monotonic()
        if self._draining.ending and not self._until:
            self._until = now + self._stop_s
            notify(STOPPING)
        if self._until and (now >= self._until or self._draining.quiet_s >= _SETTLED_SECONDS):
            self.should_exit = True
            self.cut_off = not self._draining.quiet_s
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002  # as uvicorn calls it
        """Called for SIGINT and SIGTERM."""
        if self.ended_by is not None:
            # Not by an exception: what still runs would be waited for. Processes of ours end when their input does.
            os._exit(128 + sig)
        self.ended_by = sig
        self._draining.begin()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """As uvicorn's, without raising them once more at the end: to be told to end is no failure."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {sig: signal.signal(sig, self.handle_exit) for sig in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for sig, handler in before.items():
                signal.signal(sig, handler)


def run(
    app: ASGIApp, listener: socket.socket, draining: Draining, stop_s: float, on_start: Callable[[], None]
) -> Ended:
    """Serve until told to end, having called ``on_start`` when readers can come.

    Answers that run then have ``stop_s`` seconds to come to their end.
    """
    config = uvicorn.Config(
        app,
        # Its loggers go the way of all others.
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        server_header=False,
        # The gate decides whom to believe.
        proxy_headers=False,
        lifespan="on",
    )
    server = _Server(config, draining, stop_s, on_start)
    server.run(sockets=[listener])
    return Ended(server.ended_by, server.cut_off)


def leave(code: int) -> None:
    """End the process at once, when all that must be closed is closed and answers were cut off.

    Their threads are still in libraries that do not bear that the interpreter goes away under them: they would end the
    program themselves, with a message and a code of their own.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
