"""Keeps pages of other sites from asking by way of somebody's browser."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.problems import problem


class SameOrigin:
    """Lets a request pass that no page of another site can make a browser send.

    A browser says the ``Origin`` of a page with every POST. It sends a body of the type ``application/json`` to another
    site only after asking for permission, which is never given.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        response = None
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
            headers = Headers(scope=scope)
            if not _is_own(headers):
                response = problem(403, "Pages of other sites may not ask here; ask from a program, or from this site.")
            elif headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
                response = problem(415, "The body is not declared as JSON; send it as application/json.")
        await (response or self._app)(scope, receive, send)


def _is_own(headers: Headers) -> bool:
    if headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
