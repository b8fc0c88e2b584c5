"""Counts and logs each request by its route: never its path, query, headers, or who sent it."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.access.caller import visit_of
from ui.metrics import Metrics

_log = logging.getLogger("ui.requests")
_UNFINISHED = 499
"""The status of a request whose client left before the response began, as proxies write it."""
_MISTAKE = 500
QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked for every few seconds by programs: counted, and logged only where they fail."""


class Observing:
    """Pure ASGI, behind the gate, in front of everything else."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and count."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, sent = time.monotonic(), _UNFINISHED, 0

        async def counted(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
            sent += len(message.get("body", b""))
            await send(message)

        self._metrics.request_began()
        try:
            await self._app(scope, receive, counted)
        except Exception:
            status = _MISTAKE if status == _UNFINISHED else status
            raise
        finally:
            self._tell(scope, status, time.monotonic() - began, sent)

    def _tell(self, scope: Scope, status: int, seconds: float, sent: int) -> None:
        visit = visit_of(scope)
        method = scope["method"]
        self._metrics.request_ended(visit.route, method, status, seconds)
        if visit.route in QUIET and status < 400:
            return
        said = {
            "method": method if method.isalpha() and len(method) <= 10 else "other",
            "route": visit.route,
            "status": status,
            "ms": round(seconds * 1000),
            "bytes": sent,
            "door": visit.door,
        }
        _log.info("%(method)s %(route)s %(status)d %(ms)d ms %(bytes)d bytes, %(door)s", said, extra={"request": said})
