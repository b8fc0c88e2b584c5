"""Where a target over HTTP is, and how it is asked: ``https://host/v1#model&key=NAME&timeout=60``.

What stands behind the ``#`` is never sent to a server by itself, so it can carry what is meant for us.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit, urlunsplit

from assistant.evaluation.errors import TargetError

TIMEOUT_S = 300.0
"""Longer than the slowest model on a small machine takes for one answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """``url`` is what is asked and ``shown`` how errors name it; ``model`` is "" where none is named.

    ``key_variable`` is the environment variable that holds the key; ``options`` is everything else that was given.
    """

    url: str
    shown: str
    model: str
    key_variable: str
    timeout_s: float
    options: Mapping[str, str]

    @property
    def is_private(self) -> bool:
        """Whether what is sent cannot be read on the way: encrypted, or never leaving this machine."""
        parts = urlsplit(self.url)
        return parts.scheme == "https" or _is_this_machine(parts.hostname or "")


def parse_address(text: str) -> Address:
    """Take an address apart. Raises TargetError."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise TargetError(f"{text} is no address ({error}); give one like http://127.0.0.1:7860.") from error
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise TargetError(f"{text} is no address; give one like http://127.0.0.1:7860.")
    if parts.username is not None:
        raise TargetError(
            f"The address of {host} holds a name or password, which reports would show; "
            "put the key into an environment variable and name that, as in #key=NAME."
        )
    model, options = "", dict[str, str]()
    for part in filter(None, parts.fragment.split("&")):
        name, sign, value = part.partition("=")
        if sign:
            options[name] = unquote(value)
        elif not model:
            model = unquote(part)
        else:
            raise TargetError(f"{text} names two models, {model} and {part}; write options as NAME=VALUE.")
    url = urlunsplit(parts._replace(fragment=""))
    return Address(
        url=url,
        shown=urlunsplit(parts._replace(fragment="", query="")).rstrip("/"),
        model=model,
        key_variable=options.pop("key", ""),
        timeout_s=_seconds(options.pop("timeout", None), text),
        options=options,
    )


def _seconds(given: str | None, text: str) -> float:
    if given is None:
        return TIMEOUT_S
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 86_400:
        raise TargetError(f"The timeout of {text} is no number of seconds; write it as in #timeout=60.")
    return seconds


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
