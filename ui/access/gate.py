"""One gate in front of every door: who asks, at which address, from which page, and whether they may.

What comes through carries a ``Visit``; the doors know nobody otherwise.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.door_settings import Embed
from ui.access.address import Address, neighbourhood
from ui.access.asked import Asked
from ui.access.caller import RIGHTS, Caller, Right, Visit, with_visit
from ui.access.embeds import Embeds
from ui.access.logins import Login, Person
from ui.access.pages import link, refusal, said_to
from ui.access.rules import Rule, manner_of, rule_for
from ui.access.tokens import Token, Tokens
from ui.errors import AccessError

_log = logging.getLogger(__name__)

_READING = frozenset({"GET", "HEAD"})
EMBED = "/embed/"
_BESIDE_THE_PREFIX = frozenset({"/healthz", "/readyz", "/metrics"})
"""For probes, which ask the server itself and not the proxy in front of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grants:
    """What people see: ``everybody`` who is let in, and what each group sees besides."""

    everybody: frozenset[str]
    groups: dict[str, frozenset[str]]

    def of(self, person: Person) -> frozenset[str]:
        """The collections of a person."""
        return self.everybody.union(*(self.groups.get(group, frozenset()) for group in person.groups))


class Refused(Exception):
    """A request that is not let in, with what it is answered."""

    def __init__(self, response: Response, framed_by: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.response, self.framed_by = response, framed_by


class Gate:
    """Pure ASGI. ``login`` is None where nobody logs in; then whoever sits at this machine may ask, and with
    ``open_to_all`` whoever reaches it.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        address: Address,
        login: Login | None,
        open_to_all: bool,
        grants: Grants,
        tokens: Tokens,
        embeds: Embeds,
        today: Callable[[], date] = date.today,
    ) -> None:
        self._app, self._address, self._login, self._open_to_all = app, address, login, open_to_all
        self._grants, self._tokens, self._embeds, self._today = grants, tokens, embeds, today
        # Keys of callers mean something in this process alone.
        self._salt = secrets.token_bytes(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or refuse it; either way what is behind the gate sends the answer."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no door uses WebSockets
            await send({"type": "websocket.close", "code": 1008})
            return
        asked = Asked(scope)
        try:
            admitted = self._admitted(asked)
        except Refused as refused:
            # The answer goes the same way, so that it carries the same headers.
            scope = {**scope, "picum.refusal": refused.response}
            admitted = with_visit(scope, Visit(framed_by=refused.framed_by, route=asked.route))
        await self._app(admitted, receive, send)

    def _admitted(self, asked: Asked) -> Scope:
        scope = asked.scope
        if not self._address.is_its_own(asked.host):
            raise Refused(refusal(scope, "page", 421, "host"))
        prefix = "" if asked.path in _BESIDE_THE_PREFIX else self._address.prefix
        path = _below(prefix, asked)
        inside = {**self._address.inside(scope), "root_path": scope.get("root_path", "") + prefix}
        name, embed = "", None
        if path.startswith(EMBED) or path == EMBED[:-1]:
            name, embed, path = self._embedded(asked, path, inside)
            inside["root_path"] += f"{EMBED}{name}"
        rule = rule_for(path)
        if rule is None:
            raise Refused(refusal(scope, manner_of(path), 404, "not_found"))
        asked.route = rule.template(path)
        if asked.method not in rule.methods:
            allowed = {"Allow": ", ".join(sorted(rule.methods))}
            raise Refused(refusal(scope, rule.manner, 405, "method", allowed))
        framed_by = embed.origins if embed else ()
        visit = Visit(embed=name, framed_by=framed_by, frames=rule.frames, route=asked.route)
        if rule.needs is not None:
            caller = self._caller(asked, rule, (name, embed), inside)
            if rule.needs not in caller.rights:
                raise Refused(refusal(scope, rule.manner, 403, "no_right", right=rule.needs), framed_by)
            visit = replace(visit, caller=caller)
        else:
            self._only_from_its_own_pages(asked, rule, inside, framed_by)
        return with_visit(inside, visit)

    def _embedded(self, asked: Asked, path: str, inside: Scope) -> tuple[str, Embed, str]:
        # Cut exactly where the application behind cuts: what it would read otherwise is not there.
        name, slash, rest = path[len(EMBED) :].partition("/")
        embed, manner = self._embeds.find(name), manner_of(f"/{rest}")
        # Any page may show these sentences, so that whoever made that page sees what is missing.
        if embed is None:
            raise Refused(refusal(asked.scope, manner, 404, "no_embed"), ("*",))
        # A page that is open goes on, and its next question is told.
        if embed.paused and not rest.startswith("gradio_api/"):
            raise Refused(refusal(asked.scope, manner, 503, "paused"), ("*",))
        own = self._address.origin(inside)
        framing = asked.framing_origin
        if framing and framing != own and framing not in embed.origins:
            raise Refused(refusal(asked.scope, "page", 403, "not_framed", origin=framing), ("*",))
        if not slash:
            target = f"{inside['root_path']}{EMBED}{name}/{asked.query}"
            raise Refused(RedirectResponse(target, status_code=308), embed.origins)
        return name, embed, f"/{rest}"

    def _caller(self, asked: Asked, rule: Rule, shown_in: tuple[str, Embed | None], inside: Scope) -> Caller:
        if asked.token is not None:
            return self._program(asked, asked.token, rule)
        name, embed = shown_in
        framed_by = embed.origins if embed else ()
        self._only_from_its_own_pages(asked, rule, inside, framed_by)
        documents = frozenset(embed.documents) if embed and embed.documents is not None else None
        chosen = frozenset(embed.collections) if embed and embed.collections is not None else None
        if self._login is None or (embed is not None and embed.public):
            here = self._login is None and self._address.is_this_machine(asked.scope)
            if self._login is None and not (here or self._open_to_all):
                raise Refused(refusal(asked.scope, rule.manner, 403, "here_only"), framed_by)
            return Caller(
                key=self._key("address", neighbourhood(self._address.client(asked.scope))),
                collections=chosen or self._grants.everybody,
                rights=frozenset(RIGHTS) if here and embed is None else _of_people(),
                documents=documents,
                counted=not here or embed is not None,
            )
        person = self._login.person(asked.scope)
        if person is None:
            raise Refused(self._to_strangers(asked, rule, name, inside), framed_by)
        seen = self._grants.of(person)
        visible = seen if chosen is None else seen & chosen
        if not visible:
            way = link(said_to(asked.scope), "log_out", f"{inside['root_path']}/logout") if person.can_log_out else ""
            raise Refused(refusal(asked.scope, rule.manner, 403, "not_allowed", body=way), framed_by)
        return Caller(
            key=self._key("person", person.name),
            collections=visible,
            rights=_of_people(),
            documents=documents,
            logged_in=person.can_log_out,
        )

    def _program(self, asked: Asked, presented: str, rule: Rule) -> Caller:
        try:
            token = self._tokens.find(presented, self._today())
        except AccessError as error:
            _log.error("no token is accepted: %s", error)
            raise Refused(refusal(asked.scope, rule.manner, 503, "tokens_broken")) from error
        if token is None:
            challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
            raise Refused(refusal(asked.scope, rule.manner, 401, "bad_token", challenge))
        return self._holder(token)

    def _holder(self, token: Token) -> Caller:
        return Caller(
            key=self._key("token", token.sha256),
            collections=frozenset(token.collections),
            rights=frozenset(token.rights),
            per_minute=token.per_minute,
        )

    def _only_from_its_own_pages(
        self, asked: Asked, rule: Rule, inside: Scope, framed_by: tuple[str, ...] = ()
    ) -> None:
        """Refuse what pages of other sites have a browser send. With what changes something a browser says where it
        comes from; programs say nothing.
        """
        if asked.method not in _READING and not asked.is_from(self._address.origin(inside)):
            raise Refused(refusal(asked.scope, rule.manner, 403, "other_site"), framed_by)

    def _to_strangers(self, asked: Asked, rule: Rule, embed: str, inside: Scope) -> Response:
        assert self._login is not None
        if asked.is_opening_a_page and rule.manner == "page" and (way := self._login.invitation(inside, embed)):
            return way
        behind_proxy = rule.manner == "page" and not self._login.has_a_page
        name = "stranger_here" if behind_proxy else "stranger"
        return refusal(asked.scope, rule.manner, 401, name, {"WWW-Authenticate": "Bearer"})

    def _key(self, kind: str, name: str) -> str:
        return hmac.new(self._salt, f"{kind}:{name}".encode(), hashlib.sha256).hexdigest()[:24]


def _below(prefix: str, asked: Asked) -> str:
    """The path below the address of the application."""
    if prefix and asked.path == prefix:
        raise Refused(RedirectResponse(f"{prefix}/{asked.query}", status_code=308))
    if prefix and not asked.path.startswith(f"{prefix}/"):
        raise Refused(refusal(asked.scope, "page", 404, "not_found"))
    return asked.path[len(prefix) :]


def _of_people() -> frozenset[Right]:
    return frozenset({"ask", "feedback"})
