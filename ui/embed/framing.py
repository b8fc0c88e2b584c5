"""The page below ``/embed/NAME/`` gets a script and a style sheet besides: those of the page in a frame."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.access.caller import visit_of

_HEAD = b"<head>"


class Framing:
    """Pure ASGI, before the application that makes the page; everything else passes through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add to the page where it is one of an embed."""
        if scope["type"] == "http" and scope["path"] == f"{scope.get('root_path', '')}/" and visit_of(scope).embed:
            send = _Page(send, visit_of(scope).framed_by).send
        await self._app(scope, receive, send)


class _Page:
    """One page on its way out, held back until it is whole."""

    def __init__(self, send: Send, sites: Sequence[str]) -> None:
        self._send = send
        # The sites from which the script takes messages.
        tags = f'<script src="frame.js" data-sites="{escape(" ".join(sites))}"></script>'
        self._tags = f'{tags}<link rel="stylesheet" href="frame.css">'.encode()
        self._start: Message | None = None
        self._html = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._html += message.get("body", b"")
        if message.get("more_body") or self._start is None:
            return
        body = self._html.replace(_HEAD, _HEAD + self._tags, 1)
        start, self._start = self._start, None
        headers = MutableHeaders(scope=start)
        if "content-length" in headers:
            headers["content-length"] = str(len(body))
        await self._send(start)
        await self._send({**message, "body": body})
