"""Bodies are JSON and say so: a form of another site cannot send one without asking first."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.problems import problem


class OnlyJson:
    """Refuses what has a body of another type."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        response = None
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
            kind = Headers(scope=scope).get("content-type", "").split(";")[0].strip().lower()
            if kind != "application/json":
                response = problem(415, "The body is not declared as JSON; send it as application/json.")
        await (response or self._app)(scope, receive, send)
