"""How somebody is known: by nothing, or by what a proxy in front says. OpenID Connect has a module of its own."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Protocol

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from assistant.door_settings import Login as LoginTable
from ui.access.address import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is logged in. ``name`` is what the login calls them: it is hashed at once, and never shown or kept.
    ``can_log_out`` is whether this server can end it.
    """

    name: str
    groups: frozenset[str]
    can_log_out: bool = False


class Login(Protocol):
    """One way of logging in. ``has_a_page`` is whether there is one of this server on which people do it."""

    has_a_page: bool

    def person(self, scope: Scope) -> Person | None:
        """Who asks; None for a stranger. Raises nothing: what cannot be believed is a stranger's."""

    def invitation(self, scope: Scope, embed: str, /) -> Response | None:
        """What a stranger gets who opens a page, or an embed of that name; None where nothing can be done here and a
        sentence says so.
        """


class ProxyLogin:
    """A proxy in front logs people in. Its word counts only from a trusted address and with the secret, as far as each
    of these is set; one of them is.
    """

    has_a_page = False

    def __init__(self, table: LoginTable, address: Address, *, checks_peer: bool, secret: str | None) -> None:
        if not checks_peer and not secret:
            raise ValueError("a header that anybody can send proves nothing")
        self._table, self._address = table, address
        self._checks_peer, self._secret = checks_peer, secret

    def person(self, scope: Scope) -> Person | None:
        """Whom the headers name, where they can be believed."""
        headers = Headers(scope=scope)
        if self._checks_peer and not self._address.trusts_peer(scope):
            return None
        sent = headers.getlist(self._table.secret_header)
        if self._secret and not (
            len(sent) == 1 and hmac.compare_digest(sent[0].encode("latin-1"), self._secret.encode())
        ):
            return None
        names = headers.getlist(self._table.user_header)
        # Twice the same header: one of them may have passed the proxy from outside.
        if len(names) != 1 or not names[0].strip():
            return None
        listed = headers.getlist(self._table.groups_header)
        groups = listed[0].split(",") if len(listed) == 1 else []
        return Person(name=names[0].strip(), groups=frozenset(group.strip() for group in groups if group.strip()))

    def invitation(self, _scope: Scope, _embed: str, /) -> Response | None:
        """Only the proxy can log anybody in."""
        return None
