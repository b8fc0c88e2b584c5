"""The one cookie: signed, so that no server has to remember who is logged in, and with nothing in it that says who.

The key lies in the data folder. Whoever removes it, and starts the server again, logs everybody out.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from starlette.datastructures import Headers
from starlette.types import Scope

from ui.errors import AccessError

KEY_FILE = "login.key"
_KEY_BYTES = 32
MOST_BYTES = 3800
"""Browsers drop a cookie above 4,096 bytes with its name and attributes."""
_MOST_COOKIES = 8


def signing_key(home: Path) -> bytes:
    """The key of a data folder, made where there is none; processes that start together get the same. Raises
    AccessError where it cannot be had.
    """
    file = home / KEY_FILE
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            _make(file)
        key = file.read_bytes()
    except OSError as error:
        raise AccessError(f"The key of the login {file} cannot be had ({error.strerror}); mend its folder.") from error
    if len(key) != _KEY_BYTES:
        raise AccessError(f"The key of the login {file} is damaged; remove it, and everybody logs in again.")
    return key


def _make(file: Path) -> None:
    new = file.with_name(f"{KEY_FILE}.{secrets.token_hex(8)}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(secrets.token_bytes(_KEY_BYTES))
        # The first of several processes wins, and nobody ever sees half a key.
        with suppress(FileExistsError):
            os.link(new, file)
    finally:
        new.unlink()


class Seal:
    """Signs small values, and knows its own again. ``purpose`` keeps apart what may not stand for one another."""

    def __init__(self, key: bytes, purpose: str) -> None:
        self._key = hmac.new(key, purpose.encode(), hashlib.sha256).digest()
        self._serializer = URLSafeSerializer(
            self._key, salt=purpose, signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256}
        )

    def close(self, value: dict[str, Any]) -> str:
        """A value as text that can stand in a cookie."""
        return str(self._serializer.dumps(value))

    def open(self, text: str) -> dict[str, Any] | None:
        """The value; None for what was not sealed here."""
        try:
            value = self._serializer.loads(text)
        except BadData:
            return None
        return value if isinstance(value, dict) else None

    def digest(self, text: str) -> str:
        """A text that follows from another, for those alone who have the key."""
        return hmac.new(self._key, text.encode("utf-8", errors="replace"), hashlib.sha256).hexdigest()


class Cookie:
    """The cookie of one application. ``path`` is that of the application, "" at the root."""

    def __init__(self, seal: Seal, *, path: str, secure: bool) -> None:
        self._seal, self._path, self._secure = seal, path, secure
        # Browsers let pages that came without https set no cookie of such a name.
        self.name = "__Secure-picum" if secure else "picum"

    def read(self, scope: Scope) -> dict[str, Any]:
        """What stands in it; empty where there is none, or none of ours. Of several the first counts: it is the one
        with the longest path, and so that of a frame before that of the page.
        """
        found: list[str] = []
        for header in Headers(scope=scope).getlist("cookie"):
            for part in header.split(";"):
                name, _, value = part.strip().partition("=")
                if name == self.name:
                    found.append(value)
        for sealed in found[:_MOST_COOKIES]:
            if len(sealed) <= MOST_BYTES and (content := self._seal.open(sealed)) is not None:
                return content
        return {}

    def write(self, value: dict[str, Any], *, seconds: int | None = None, frame: str | None = None) -> str:
        """The header that sets it; ``frame`` is the path of an embed, whose cookie lives in frames of one other site
        alone. Without ``seconds`` it goes with the browser. Raises AccessError for what no browser would keep.
        """
        text = self._seal.close(value)
        if len(text) > MOST_BYTES:
            raise AccessError("somebody is in more groups than a cookie can hold; name fewer in [groups]")
        return self._header(text, seconds, frame)

    def clear(self, *, frame: str | None = None) -> str:
        """The header that removes it."""
        return self._header("", 0, frame)

    def _header(self, text: str, seconds: int | None, frame: str | None) -> str:
        parts = [f"{self.name}={text}", f"Path={frame or self._path or '/'}", "HttpOnly"]
        if seconds is not None:
            parts.append(f"Max-Age={seconds}")
        if frame is not None and self._secure:
            parts += ["Secure", "SameSite=None", "Partitioned"]
        else:
            parts += [*(["Secure"] if self._secure else []), "SameSite=Lax"]
        return "; ".join(parts)
