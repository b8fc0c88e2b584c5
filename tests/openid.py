"""An OpenID provider for tests: a real server with real keys, which can do what providers do wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "assistant", "a secret with % and +"


class OpenIdProvider:
    """``person`` logs in wherever somebody is sent here. Attributes may be changed at any time."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {"sub": "subject-4711", "name": "Somebody", "email": "somebody@example.org"}
        self.claims: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
        self.sign: Callable[[dict[str, Any]], str] = self.signed
        self.key = RSAKey.generate_key(2048, {"kid": "first"})
        self.published = [self.key]
        self.metadata: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.broken: dict[str, tuple[int, bytes]] = {}
        """What a path answers instead."""
        self.asks = False
        """Whether it shows a page with a button first."""
        self.requests: list[str] = []
        self.logged_out: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}
        provider = self

        class Handler(_Handler):
            def do_GET(self) -> None:
                provider.get(self)

            def do_POST(self) -> None:
                provider.post(self)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def rotate(self, *, kid: str | None = "second") -> None:
        """A new key; the old one is gone."""
        self.key = RSAKey.generate_key(2048, {"kid": kid} if kid else {})
        self.published = [self.key]

    def signed(self, claims: dict[str, Any]) -> str:
        header = {"alg": "RS256", "kid": self.key.kid} if self.key.kid else {"alg": "RS256"}
        return jwt.encode(header, claims, self.key)

    def unsigned(self, claims: dict[str, Any]) -> str:
        parts = [_base64(json.dumps(part).encode()) for part in ({"alg": "none", "typ": "JWT"}, claims)]
        return f"{parts[0]}.{parts[1]}."

    def signed_with_the_secret(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET), algorithms=["HS256"])

    def signed_by_another(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, RSAKey.generate_key(2048))

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/leave",
            **self.metadata,
        }

    def get(self, request: _Handler) -> None:
        parts = urlsplit(request.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.requests.append(parts.path)
        if parts.path in self.broken:
            request.send(*self.broken[parts.path])
        elif parts.path == "/.well-known/openid-configuration":
            request.send_json(self.discovery())
        elif parts.path == "/keys":
            request.send_json({"keys": [key.as_dict(private=False) for key in self.published]})
        elif parts.path == "/userinfo":
            assert request.headers["authorization"] == "Bearer an-access-token"
            request.send_json(self.userinfo)
        elif parts.path == "/leave":
            self.logged_out.append(asked)
            request.send(200, b"<title>Gone</title><h1>Logged out of the provider</h1>", "text/html")
        elif parts.path == "/authorize" and self.asks and "go" not in asked:
            # As real ones do: never in a frame.
            link = f"/authorize?{urlencode({**asked, 'go': '1'})}".replace("&", "&amp;")
            html = f'<title>Provider</title><a id="go" href="{link}">Log in as a test person</a>'
            request.send(200, html.encode(), "text/html", {"X-Frame-Options": "DENY"})
        elif parts.path == "/authorize":
            request.send(302, b"", "text/plain", {"Location": self.answer_to(asked)})
        elif parts.path == "/favicon.ico":
            request.send(204, b"")
        else:
            request.send(404, b"")

    def answer_to(self, asked: dict[str, str]) -> str:
        """Where a browser goes with a new code."""
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'state': asked['state'], 'code': code})}"

    def post(self, request: _Handler) -> None:
        length = int(request.headers["content-length"])
        sent = {name: values[0] for name, values in parse_qs(request.rfile.read(length).decode()).items()}
        self.requests.append(request.path)
        if request.path in self.broken:
            request.send(*self.broken[request.path])
            return
        asked = self._codes.pop(sent["code"], None)
        verifier = _base64(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        if not self._is_the_client(request.headers.get("authorization", "")):
            request.send_json({"error": "invalid_client"}, 401)
        elif asked is None or verifier != asked["code_challenge"] or sent["redirect_uri"] != asked["redirect_uri"]:
            request.send_json({"error": "invalid_grant"}, 400)
        else:
            now = int(time.time())
            claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
            claims = self.claims({**claims, **self.person})
            token = {"access_token": "an-access-token", "token_type": "Bearer", "id_token": self.sign(claims)}
            request.send_json(token)

    def _is_the_client(self, authorization: str) -> bool:
        kind, _, value = authorization.partition(" ")
        return kind == "Basic" and base64.b64decode(value).decode() == f"{CLIENT}:{SECRET}"


class _Handler(BaseHTTPRequestHandler):
    def send(
        self, status: int, body: bytes, kind: str = "application/json", headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def send_json(self, content: object, status: int = 200) -> None:
        self.send(status, json.dumps(content).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the output of tests is theirs."""


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@contextmanager
def openid_provider() -> Iterator[OpenIdProvider]:
    provider = OpenIdProvider()
    try:
        yield provider
    finally:
        provider.close()
