"""One question over HTTP: a JSON object there, a JSON object back, within limits; every failure is one sentence."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

import httpx2

from assistant.evaluation.errors import TargetError
from assistant.evaluation.targets.address import Address

MAX_RESPONSE_BYTES = 16 << 20
CONNECT_S = 10.0
_LONGEST_MESSAGE = 200
"""Code points of what a server says of its failure that are passed on."""

_BROKEN_OFF = (httpx2.ReadError, httpx2.WriteError, httpx2.RemoteProtocolError)
_JSON = MappingProxyType({"content-type": "application/json"})
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Exchange:
    """Asks one address and no other: no redirection is followed, and no proxy of the environment is used.

    A connection that breaks off before the answer is tried once more, since one that was kept open may have been closed
    by the server at the moment of the question.
    """

    def __init__(self, address: Address, path: str, headers: Mapping[str, str] = _NO_HEADERS) -> None:
        """``path`` is added to the address. Raises TargetError for an address that is none."""
        self._who = address.shown
        self._timeout_s = address.timeout_s
        try:
            self._client = httpx2.Client(
                timeout=httpx2.Timeout(address.timeout_s, connect=min(CONNECT_S, address.timeout_s)),
                follow_redirects=False,
                trust_env=False,
                headers={"accept": "application/json", "accept-encoding": "identity", **headers},
            )
            self._url = httpx2.URL(address.url.rstrip("/") + path)
        except (httpx2.InvalidURL, ValueError) as error:
            raise TargetError(f"{self._who} is no address ({error}); correct it.") from error

    def post(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """What the server answers. Raises TargetError."""
        try:
            try:
                status, headers, content = self._sent(body)
            except _BROKEN_OFF:
                status, headers, content = self._sent(body)
        except _BROKEN_OFF as error:
            raise TargetError(f"{self._who} broke off the connection twice; see its log.") from error
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            raise TargetError(
                f"{self._who} cannot be reached ({_said(str(error))}); see that it runs and that the address is right."
            ) from error
        except httpx2.TimeoutException as error:
            raise self._too_slow() from error
        except httpx2.HTTPError as error:
            raise TargetError(f"{self._who} cannot be asked ({_said(str(error))}); correct the address.") from error
        if not HTTPStatus(200) <= status < HTTPStatus(300):
            raise self._refused(status, headers, content)
        return self._read(content, headers)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _sent(self, body: Mapping[str, Any]) -> tuple[int, httpx2.Headers, bytes]:
        end_by = time.monotonic() + self._timeout_s
        content = bytearray()
        sent = json.dumps(body).encode("ascii")
        with self._client.stream("POST", self._url, content=sent, headers=_JSON) as response:
            for block in response.iter_bytes():
                content += block
                if len(content) > MAX_RESPONSE_BYTES:
                    raise TargetError(
                        f"{self._who} sent more than {MAX_RESPONSE_BYTES:,} bytes; see that the address is right."
                    )
                # The limits of the library count the silence of the connection, which a slow trickle breaks.
                if time.monotonic() > end_by:
                    raise self._too_slow()
            return response.status_code, response.headers, bytes(content)

    def _too_slow(self) -> TargetError:
        return TargetError(
            f"{self._who} did not answer within {self._timeout_s:g} seconds; "
            f"give it more time behind the address, as in #timeout={2 * self._timeout_s:g}."
        )

    def _refused(self, status: int, headers: httpx2.Headers, content: bytes) -> TargetError:
        if 300 <= status < 400:
            there = _said(headers.get("location", "nowhere"))
            return TargetError(f"{self._who} points elsewhere (HTTP {status}, to {there}); give that address instead.")
        match status:
            case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
                todo = "name the environment variable of its key behind the address, as in #key=NAME"
            case HTTPStatus.NOT_FOUND | HTTPStatus.METHOD_NOT_ALLOWED:
                todo = "correct the address or the name of the model"
            case HTTPStatus.TOO_MANY_REQUESTS | HTTPStatus.SERVICE_UNAVAILABLE:
                todo = "run it again later"
            case _ if status < HTTPStatus.INTERNAL_SERVER_ERROR:
                todo = "change the question or the address"
            case _:
                todo = "see its log"
        message = _message(content)
        said = f", {message!r}" if message else ""
        return TargetError(f"{self._who} did not answer (HTTP {status}{said}); {todo}.")

    def _read(self, content: bytes, headers: httpx2.Headers) -> dict[str, Any]:
        try:
            value = json.loads(content)
        except (ValueError, RecursionError) as error:
            kind = headers.get("content-type", "something")
            raise TargetError(
                f"{self._who} answered {_said(kind)} that is not JSON; see that the address is right."
            ) from error
        if not isinstance(value, dict):
            raise TargetError(f"{self._who} answered JSON that is not an object; see that the address is right.")
        return value


def _message(content: bytes) -> str:
    """What a server says of its failure: a problem's ``detail``, OpenAI's ``error.message``, or a line of text."""
    try:
        value: object = json.loads(content)
    except (ValueError, RecursionError):
        text = content.decode("utf-8", "replace").strip()
        return "" if text.startswith("<") else _said(text)
    for key in ("error", "detail", "message", "title"):
        if isinstance(value, dict) and value.get(key):
            found = value[key]
            return _said(found) if isinstance(found, str) else _message(json.dumps(found).encode())
    return _said(value) if isinstance(value, str) else ""


def _said(text: str) -> str:
    """The beginning of a text, on one line and without characters that could steer a terminal."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST_MESSAGE else f"{line[:_LONGEST_MESSAGE]}…"
