"""What every response of the server carries, and how long a request may be, whatever application stands behind."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.access.caller import Visit, visit_of
from ui.problems import problem

_SCRIPT = re.compile(rb"<script(?=[\s>])", re.IGNORECASE)
_MANIFEST = re.compile(rb'<link rel="manifest"[^>]*>')


def content_security_policy(nonce: str, framed_by: Sequence[str] = (), *, frames: bool = False) -> str:
    """The policy of a page whose inline scripts carry ``nonce``: nothing comes from or goes to others, and only this
    site and ``framed_by`` show it in a frame. With ``frames`` it shows pages of this site in frames itself.
    """
    framed = "'self'" if frames else "'none'"
    framing = " ".join(("'self'", *framed_by)) if "*" not in framed_by else "*"
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; base-uri 'self'; "
        f"form-action 'self'; object-src 'none'; frame-src {framed}; "
        f"frame-ancestors {framing}"
    )


def policy_of_a_file(framed_by: Sequence[str] = ()) -> str:
    """The policy of a file that is no page of ours, whatever stands in it: nothing of it runs, sends or loads. What
    browsers show PDF with is an object with a style of its own.
    """
    framing = " ".join(("'self'", *framed_by)) if "*" not in framed_by else "*"
    return (
        "default-src 'none'; script-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; "
        f"form-action 'none'; frame-ancestors {framing}"
    )


class Guard:
    """Pure ASGI, so that streamed answers pass through untouched."""

    def __init__(self, app: ASGIApp, *, max_body_bytes: int) -> None:
        self._app, self._max_body_bytes = app, max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what the gate let in, send what it answers otherwise; add the headers to either."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        visit = visit_of(scope)
        response = _Outgoing(send, lasting="/assets/" in scope["path"], visit=visit)
        answer: ASGIApp | None = scope.get("picum.refusal") or self._too_long(scope)
        await (answer or self._app)(scope, receive, response.send)

    def _too_long(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if "transfer-encoding" in headers:
            return problem(411, "The length of the request is not given.")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self._max_body_bytes:
            return problem(413, "The request is too long.")
        return None


class _Outgoing:
    """One response on its way out; only HTML is held back until it is whole."""

    def __init__(self, send: Send, *, lasting: bool, visit: Visit) -> None:
        self._send, self._lasting, self._visit = send, lasting, visit
        self._nonce = secrets.token_urlsafe(16)
        self._start: Message | None = None
        self._html = b""

    def _policy(self, content_type: str) -> str:
        if self._visit.route.startswith("/original/") and not content_type.startswith("text/html"):
            return policy_of_a_file(self._visit.framed_by)
        return content_security_policy(self._nonce, self._visit.framed_by, frames=self._visit.frames)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["content-security-policy"] = self._policy(headers.get("content-type", ""))
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
