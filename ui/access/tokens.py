"""Tokens for programs: shown once, kept as hashes, with a scope and an end, and revoked at once."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from filelock import FileLock

from ui.access.caller import RIGHTS, Right
from ui.errors import AccessError

FILE = "tokens.json"
PREFIX = "picum_"
_NAME = re.compile(r"[\w.-]{1,64}")
_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One token. ``sha256`` is of the whole token: it has 256 random bits, so that no slower hash is needed.

    ``expires`` (ISO 8601) is the last day on which it is good, "" for no end; ``per_minute`` is its own number of
    questions a minute, None for that of everybody.
    """

    name: str
    sha256: str
    rights: tuple[Right, ...]
    collections: tuple[str, ...]
    created: str
    expires: str = ""
    per_minute: float | None = None

    def good_on(self, day: date) -> bool:
        """Whether it has not ended."""
        return not self.expires or day.isoformat() <= self.expires


class Tokens:
    """The tokens in one data folder. A server that runs sees changes with the next request."""

    def __init__(self, home: Path) -> None:
        self._file = home / FILE
        self._seen: tuple[int, int, int] | None = None
        self._tokens: dict[str, Token] = {}

    def find(self, presented: str, day: date) -> Token | None:
        """The token that somebody presents, if it is good on that day. Raises AccessError for a file that is broken."""
        found = self._by_hash().get(_hash(presented))
        return found if found and found.good_on(day) else None

    def all(self) -> tuple[Token, ...]:
        """Every token, by name. Raises AccessError for a file that is broken."""
        return tuple(sorted(self._by_hash().values(), key=lambda token: token.name))

    def add(
        self,
        name: str,
        *,
        rights: Sequence[Right],
        collections: Sequence[str],
        created: date,
        expires: date | None = None,
        per_minute: float | None = None,
    ) -> str:
        """Make a token and return it: it cannot be seen again. Raises AccessError for a name that is taken or odd."""
        if not _NAME.fullmatch(name):
            raise AccessError(f"A token cannot be called {name!r}: use letters, digits, '-', '_' and '.'.")
        shown = PREFIX + secrets.token_urlsafe(_BYTES)
        token = Token(
            name=name,
            sha256=_hash(shown),
            rights=tuple(rights),
            collections=tuple(collections),
            created=created.isoformat(),
            expires=expires.isoformat() if expires else "",
            per_minute=per_minute,
        )
        with self._changing() as tokens:
            if any(each.name == name for each in tokens):
                raise AccessError(f"There is a token {name} already: revoke it first, or choose another name.")
            tokens.append(token)
        return shown

    def revoke(self, name: str) -> None:
        """Make a token worthless from the next request on. Raises AccessError where there is none."""
        with self._changing() as tokens:
            kept = [token for token in tokens if token.name != name]
            if len(kept) == len(tokens):
                raise AccessError(f"There is no token {name}; `picum-assistant token list` names them.")
            tokens[:] = kept

    def _changing(self) -> _Changing:
        return _Changing(self._file)

    def _by_hash(self) -> dict[str, Token]:
        try:
            status = self._file.stat()
        except FileNotFoundError:
            self._seen, self._tokens = None, {}
            return self._tokens
        seen = (status.st_mtime_ns, status.st_size, status.st_ino)
        if seen != self._seen:
            self._tokens = {token.sha256: token for token in _read(self._file)}
            self._seen = seen
        return self._tokens


class _Changing:
    """The list of tokens, to be changed by one process at a time and written whole."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = FileLock(file.with_suffix(".lock"))
        self._tokens: list[Token] = []

    def __enter__(self) -> list[Token]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._lock.acquire()
        try:
            self._tokens = list(_read(self._file)) if self._file.exists() else []
        except BaseException:
            self._lock.release()
            raise
        return self._tokens

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                content = json.dumps([asdict(token) for token in self._tokens], indent=1)
                # Made readable by its owner alone.
                with tempfile.NamedTemporaryFile("w", dir=self._file.parent, delete=False, encoding="utf-8") as new:
                    new.write(content)
                Path(new.name).replace(self._file)
        finally:
            self._lock.release()


def _hash(presented: str) -> str:
    return hashlib.sha256(presented.encode("utf-8", errors="replace")).hexdigest()


def _read(file: Path) -> list[Token]:
    try:
        listed: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
        tokens = [Token(**entry) for entry in listed]
        return [
            replace(token, rights=tuple(token.rights), collections=tuple(token.collections))
            for token in tokens
            if set(token.rights) <= set(RIGHTS) and token.collections
        ]
    except (OSError, ValueError, TypeError) as error:
        raise AccessError(
            f"The file of tokens {file} cannot be read ({type(error).__name__}); mend it, or remove it and make new "
            "tokens."
        ) from error
