"""Pages, scripts and styles on their way out take a third of their size."""

from __future__ import annotations

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

SMALLEST = 1_000
"""Bytes below which there is nothing to win."""
_LEVEL = 6
"""Above it, time grows and size hardly shrinks."""


class Compressing:
    """Pure ASGI. Only what is fetched: an answer to a question goes out as it comes, and holds words of its own asker
    next to words of documents, whose lengths compression would tell. Gradio compresses its files itself.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._compressed = app, GZipMiddleware(app, minimum_size=SMALLEST, compresslevel=_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Compress what the caller can unpack."""
        fetched = scope["type"] == "http" and scope["method"] == "GET"
        await (self._compressed if fetched else self._app)(scope, receive, send)
