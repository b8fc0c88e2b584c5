"""What every response of the server carries and which requests it takes, whatever application stands behind."""

from __future__ import annotations

import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.problems import problem

MAX_BODY_BYTES = 256 * 1024
"""A question has at most a few thousand characters; a page that sends more is not ours."""

_ALLOWED = re.compile(
    r"/(|healthz|page\.(css|js)|source\.css|source/.+|config|theme\.css|favicon\.ico|(assets|static)/.+"
    r"|api/v1/(ask|openapi\.json)"
    r"|gradio_api/(info|app_id|startup-events|queue/(join|data)|cancel|reset|heartbeat/.+|run/.+))"
)
"""The paths that the page and programs need. Gradio serves more: uploads, files by name, monitoring."""

_SCRIPT = re.compile(rb"<script(?=[\s>])", re.IGNORECASE)
_MANIFEST = re.compile(rb'<link rel="manifest"[^>]*>')


def content_security_policy(nonce: str) -> str:
    """The policy of a page whose inline scripts carry ``nonce``: nothing comes from, goes to or is framed by others."""
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; base-uri 'self'; "
        "form-action 'self'; object-src 'none'; frame-src 'none'; frame-ancestors 'self'"
    )


class Guard:
    """Pure ASGI, so that streamed answers pass through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what the page does not need; add the headers to what is answered."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # the page uses no WebSocket
            await send({"type": "websocket.close", "code": 1008})
            return
        response = _Outgoing(send, lasting=scope["path"].startswith("/assets/"))
        refusal = _refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, response.send)
            return
        # Gradio would take its own address from this header, from anybody.
        headers = [(name, value) for name, value in scope["headers"] if name != b"x-gradio-server"]
        await self._app({**scope, "headers": headers}, receive, response.send)


def _refusal(scope: Scope) -> Response | None:
    headers = Headers(scope=scope)
    refuse = problem if scope["path"].startswith("/api/") else _refuse
    if not _ALLOWED.fullmatch(scope["path"]):
        return refuse(404, "Not found.")
    if "transfer-encoding" in headers:
        return refuse(411, "The length of the request is not given.")
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > MAX_BODY_BYTES:
        return refuse(413, "The request is too long.")
    return None


def _refuse(status: int, sentence: str) -> Response:
    return PlainTextResponse(sentence, status_code=status)


class _Outgoing:
    """One response on its way out; only HTML is held back until it is whole."""

    def __init__(self, send: Send, *, lasting: bool) -> None:
        self._send, self._lasting = send, lasting
        self._nonce = secrets.token_urlsafe(16)
        self._start: Message | None = None
        self._html = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["content-security-policy"] = content_security_policy(self._nonce)
            headers["x-content-type-options"] = "nosniff"
            headers["referrer-policy"] = "no-referrer"
            if self._lasting and message["status"] == 200:
                # The names of these files change with their content.
                headers["cache-control"] = "public, max-age=31536000, immutable"
            content_type = headers.get("content-type", "")
            if content_type.startswith("text/event-stream"):
                # A proxy that collects the stream would hold back the answer until its end.
                headers["x-accel-buffering"] = "no"
            if content_type.startswith("text/html"):
                self._start = message
                return
        elif self._start is not None:
            self._html += message.get("body", b"")
            if message.get("more_body"):
                return
            body = _SCRIPT.sub(b'<script nonce="%s"' % self._nonce.encode("ascii"), self._html)
            # Gradio links its manifest at the root of the host, where it does not always stand.
            body = _MANIFEST.sub(b"", body)
            headers = MutableHeaders(scope=self._start)
            headers["content-length"] = str(len(body))
            headers["cache-control"] = "no-store"
            start, self._start = self._start, None
            await self._send(start)
            message = {**message, "body": body}
        await self._send(message)
