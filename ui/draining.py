"""How a server that ends treats what comes: answers that are running go on, nothing new begins."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.access.caller import visit_of
from ui.access.pages import refusal
from ui.access.rules import Manner

RETRY_SECONDS = 5
"""When those who were turned away may try again: another worker, or this one after its start, answers then."""
_STREAM = "/gradio_api/queue/data"
"""The event stream of the page. The question that it belongs to was sent before, in a request of its own."""


class Draining:
    """Whether the server ends, and how much it still has to answer. Safe in several threads and signal handlers."""

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._working = 0
        self._quiet_since = time.monotonic()

    def begin(self) -> None:
        """Take nothing new from now on."""
        self._ending.set()

    @property
    def ending(self) -> bool:
        """Whether it began."""
        return self._ending.is_set()

    @property
    def quiet_s(self) -> float:
        """For how many seconds nothing has been worked on; 0 while something is."""
        return 0.0 if self._working else time.monotonic() - self._quiet_since

    def enter(self) -> None:
        """Something is worked on. Called in the event loop, like ``leave``."""
        self._working += 1

    def leave(self) -> None:
        """It has come to its end."""
        self._working -= 1
        self._quiet_since = time.monotonic()


class TurnAway:
    """Pure ASGI. Refuses what asks for work while the server ends, with 503, so that a proxy in front may give it to
    another worker: such a request was not begun.

    ``has_stream`` says whether the event stream of a page is here. One that is not belongs to a question that another
    worker has, so it is refused in the same way at any time.
    """

    def __init__(self, app: ASGIApp, *, draining: Draining, has_stream: Callable[[str], bool]) -> None:
        self._app, self._draining, self._has_stream = app, draining, has_stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on or refuse."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visit, method = visit_of(scope), scope["method"]
        route = visit.route
        if route == _STREAM:
            named = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("session_hash", [""])
            if not self._has_stream(named[0]):
                await refusal(scope, "problem", 503, "elsewhere", {"Retry-After": "1"})(scope, receive, send)
                return
        elif self._draining.ending and method == "POST":
            manner: Manner = "openai" if visit.door == "openai" else "problem"
            refused = refusal(scope, manner, 503, "ending", {"Retry-After": str(RETRY_SECONDS)})
            await refused(scope, receive, self._closing(send))
            return
        if method != "POST" and route != _STREAM:
            await self._app(scope, receive, self._closing(send))
            return
        self._draining.enter()
        try:
            await self._app(scope, receive, self._closing(send))
        finally:
            self._draining.leave()

    def _closing(self, send: Send) -> Send:
        async def closing(message: Message) -> None:
            if message["type"] == "http.response.start" and self._draining.ending:
                MutableHeaders(scope=message)["connection"] = "close"
            await send(message)

        return closing
