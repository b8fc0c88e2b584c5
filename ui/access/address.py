"""Where the server is reached: its public address, the proxies in front of it, and names that are not its own."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

_FROM_PROXIES = frozenset(
    {b"x-gradio-server", b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto"}
    | {b"x-forwarded-port", b"x-forwarded-prefix", b"x-forwarded-server", b"x-real-ip"}
)
"""Headers in which proxies, or anybody, say where a request came from; nothing behind the gate reads them."""
_SIGNS_OF_A_PROXY = (_FROM_PROXIES - {b"x-gradio-server"}) | {b"via"}
_HOST = re.compile(r"([a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(:[0-9]{1,5})?")
_WITH_PORT = re.compile(r"\[(.+)\](?::\d+)?|([^:]+):\d+")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class Address:
    """The address of one server. ``public`` is "" where no proxy stands in front of it."""

    def __init__(self, public: str, host: str, trusted: Sequence[IPv4Network | IPv6Network] = ()) -> None:
        parts = urlsplit(public)
        self._host, self._trusted = host.lower(), tuple(trusted)
        self.public = public
        self.prefix = parts.path.rstrip("/")
        """The path of the application, "" at the root."""
        self._scheme = parts.scheme.lower()
        # Browsers leave the port of a scheme away.
        self._netloc = parts.netloc.lower().removesuffix(_DEFAULT_PORTS.get(self._scheme, " "))

    @property
    def secure(self) -> bool:
        """Whether readers come over https."""
        return self._scheme == "https"

    def is_its_own(self, host: str) -> bool:
        """Whether a ``Host`` header names this server. Without this, a page of another site whose name is made to lead
        here could read what it answers.
        """
        said = host.lower()
        if (named := _HOST.fullmatch(said)) is None:
            return False
        if self.public and said.removesuffix(_DEFAULT_PORTS[self._scheme]) == self._netloc:
            return True
        name = named[1].strip("[]")
        return name in {"localhost", self._host.strip("[]")} or _ip(name) is not None

    def origin(self, scope: Scope) -> str:
        """The origin under which a browser knows this server."""
        if self.public:
            return f"{self._scheme}://{self._netloc}"
        return f"{scope['scheme']}://{Headers(scope=scope).get('host', '').lower()}"

    def trusts_peer(self, scope: Scope) -> bool:
        """Whether the other end of the connection is a proxy that is believed."""
        return self._trusts(_peer(scope))

    def client(self, scope: Scope) -> str:
        """The address of the one who asks: the last that no trusted proxy has; "" where it is unknown."""
        address = _peer(scope)
        for said in reversed(",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")):
            if not said.strip() or not self._trusts(address):
                break
            address = _without_port(said.strip())
        return address

    def is_this_machine(self, scope: Scope) -> bool:
        """Whether the one who asks sits at this machine; never where there is a public address, since a proxy on the
        same machine looks the same.
        """
        ip = _ip(_peer(scope))
        passed_on = any(name in _SIGNS_OF_A_PROXY for name, _ in scope["headers"])
        return not self.public and ip is not None and ip.is_loopback and not passed_on

    def inside(self, scope: Scope) -> Scope:
        """The scope as the application may see it: under its public address, without what proxies said."""
        headers = [(name, value) for name, value in scope["headers"] if name not in _FROM_PROXIES]
        if not self.public:
            return {**scope, "headers": headers}
        headers = [(name, value) for name, value in headers if name != b"host"]
        host = self._netloc.encode("latin-1")
        return {**scope, "scheme": self._scheme, "headers": [(b"host", host), *headers]}

    def _trusts(self, address: str) -> bool:
        ip = _ip(address)
        return ip is not None and any(ip in network for network in self._trusted)


def _peer(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        ip = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None
    return ip.ipv4_mapped or ip if isinstance(ip, ipaddress.IPv6Address) else ip


def _without_port(said: str) -> str:
    """An address as some proxies write it, with the port of each connection, without that."""
    found = _WITH_PORT.fullmatch(said)
    return (found[1] or found[2]) if found else said


def neighbourhood(address: str) -> str:
    """Those who count as one where nobody logs in: an address, or with IPv6 the 64 bits that one household has."""
    ip = _ip(address)
    if not isinstance(ip, ipaddress.IPv6Address):
        return str(ip or address)
    return str(ipaddress.ip_network((ip, 64), strict=False))
