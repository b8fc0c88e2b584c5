"""One gate in front of every door: who asks, at which address, from which page, and whether they may.

What comes through carries a ``Visit``; the doors know nobody otherwise.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from html import escape
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.door_settings import Embed
from ui.access.address import Address
from ui.access.caller import NOWHERE, RIGHTS, Caller, Right, Visit, with_visit
from ui.access.embeds import Embeds
from ui.access.logins import Login, Person
from ui.access.rules import Manner, Rule, rule_for
from ui.access.tokens import PREFIX, Token, Tokens
from ui.problems import problem

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
    """Pure ASGI. ``login`` is None where nobody logs in; then the server is open to whoever reaches it."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        address: Address,
        login: Login | None,
        grants: Grants,
        tokens: Tokens,
        embeds: Embeds,
        today: Callable[[], date] = date.today,
    ) -> None:
        self._app, self._address, self._login = app, address, login
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
        asked = _Asked(scope)
        try:
            admitted = self._admitted(asked)
        except Refused as refused:
            # The answer goes the same way, so that it carries the same headers.
            scope = {**scope, "picum.refusal": refused.response}
            admitted = with_visit(scope, Visit(framed_by=refused.framed_by, route=asked.route))
        await self._app(admitted, receive, send)

    def _admitted(self, asked: _Asked) -> Scope:
        scope = asked.scope
        if not self._address.is_its_own(asked.headers.get("host", "")):
            raise Refused(_sentence(421, "This server is not known by that name; set PICUM_PUBLIC_URL to its address."))
        prefix = "" if asked.path in _BESIDE_THE_PREFIX else self._address.prefix
        path = _below(prefix, asked.path)
        inside = {**self._address.inside(scope), "root_path": scope.get("root_path", "") + prefix}
        name, embed = "", None
        if path.startswith(EMBED) or path == EMBED[:-1]:
            name, embed, path = self._embedded(asked, path, inside)
            inside["root_path"] += f"{EMBED}{name}"
        rule = rule_for(path)
        if rule is None:
            raise Refused(
                refusal("problem" if path.startswith(("/api/", "/gradio_api/")) else "page", 404, "Not found.")
            )
        asked.route = rule.template(path)
        if asked.method not in rule.methods:
            allowed = {"Allow": ", ".join(sorted(rule.methods))}
            raise Refused(refusal(rule.manner, 405, "This address takes another method.", allowed))
        visit = Visit(embed=name, framed_by=embed.origins if embed else (), route=asked.route)
        if rule.needs is not None:
            caller = self._caller(asked, rule, embed, inside)
            if rule.needs not in caller.rights:
                raise Refused(refusal(rule.manner, 403, f"This access does not include the right to {rule.needs}."))
            visit = Visit(caller=caller, embed=name, framed_by=visit.framed_by, route=asked.route)
        return with_visit(inside, visit)

    def _embedded(self, asked: _Asked, path: str, inside: Scope) -> tuple[str, Embed, str]:
        name, slash, rest = path.removeprefix(EMBED[:-1]).lstrip("/").partition("/")
        embed = self._embeds.find(name)
        if embed is None:
            raise Refused(_sentence(404, "There is no such embed here; ask whoever gave you its name."), ("*",))
        if embed.paused:
            raise Refused(_sentence(503, "The assistant is paused here. Please come back later."), ("*",))
        own = self._address.origin(inside)
        framing = asked.framing_origin
        if framing and framing != own and framing not in embed.origins:
            # Any page may show this sentence, so that whoever made that page sees what is missing.
            sentence = f"Pages of {framing} may not show this assistant; whoever runs it can add them to its origins."
            raise Refused(_sentence(403, sentence), ("*",))
        if not slash:
            query = asked.scope.get("query_string", b"").decode("latin-1")
            target = f"{inside['root_path']}{EMBED}{name}/" + (f"?{query}" if query else "")
            raise Refused(RedirectResponse(target, status_code=308), embed.origins)
        return name, embed, f"/{rest}"

    def _caller(self, asked: _Asked, rule: Rule, embed: Embed | None, inside: Scope) -> Caller:
        presented = asked.bearer
        if presented is not None and (self._login is not None or presented.startswith(PREFIX)):
            return self._program(presented, rule)
        framed_by = embed.origins if embed else ()
        if asked.method not in _READING and not self._of_its_own_page(asked, inside):
            sentence = "Pages of other sites may not ask here; ask from a program, or from this site."
            raise Refused(refusal(rule.manner, 403, sentence), framed_by)
        documents = frozenset(embed.documents) if embed and embed.documents is not None else None
        chosen = frozenset(embed.collections) if embed and embed.collections is not None else None
        if self._login is None or (embed is not None and embed.public):
            here = self._login is None and self._address.is_this_machine(asked.scope)
            return Caller(
                key=self._key("address", self._address.client(asked.scope)),
                collections=chosen or self._grants.everybody,
                rights=frozenset(RIGHTS) if here and embed is None else _of_people(),
                documents=documents,
                counted=not here or embed is not None,
            )
        person = self._login.person(asked.scope)
        if person is None:
            raise Refused(self._to_strangers(asked, rule, inside), framed_by)
        seen = self._grants.of(person)
        visible = seen if chosen is None else seen & chosen
        if not visible:
            raise Refused(_sentence(403, "You may not see the documents that are shown here."), framed_by)
        return Caller(
            key=self._key("person", person.name),
            collections=visible,
            rights=_of_people(),
            documents=documents,
            logged_in=person.can_log_out,
        )

    def _program(self, presented: str, rule: Rule) -> Caller:
        token = self._tokens.find(presented, self._today())
        if token is None:
            sentence = "This token is not valid: it was revoked, has ended or was never given."
            raise Refused(refusal(rule.manner, 401, sentence, {"WWW-Authenticate": 'Bearer error="invalid_token"'}))
        return self._holder(token)

    def _holder(self, token: Token) -> Caller:
        return Caller(
            key=self._key("token", token.sha256),
            collections=frozenset(token.collections),
            rights=frozenset(token.rights),
            per_minute=token.per_minute,
        )

    def _of_its_own_page(self, asked: _Asked, inside: Scope) -> bool:
        """A browser says the origin of a page with every POST; programs say none."""
        if asked.headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
            return False
        origin = asked.headers.get("origin")
        return origin is None or origin.lower() == self._address.origin(inside)

    def _to_strangers(self, asked: _Asked, rule: Rule, inside: Scope) -> Response:
        assert self._login is not None
        invitation = self._login.invitation(inside) if asked.is_opening_a_page and rule.manner == "page" else None
        sentence = "You are not logged in; open the page and log in, or send a token."
        return invitation or refusal(rule.manner, 401, sentence, {"WWW-Authenticate": "Bearer"})

    def _key(self, kind: str, name: str) -> str:
        return hmac.new(self._salt, f"{kind}:{name}".encode(), hashlib.sha256).hexdigest()[:24]


def _below(prefix: str, path: str) -> str:
    """The path below the address of the application."""
    if prefix and path == prefix:
        raise Refused(RedirectResponse(f"{prefix}/", status_code=308))
    if prefix and not path.startswith(f"{prefix}/"):
        raise Refused(refusal("page", 404, "Not found."))
    return path[len(prefix) :]


def _of_people() -> frozenset[Right]:
    return frozenset({"ask", "feedback"})


class _Asked:
    """What a request says of itself."""

    def __init__(self, scope: Scope) -> None:
        self.scope, self.headers = scope, Headers(scope=scope)
        self.path: str = scope["path"]
        self.method: str = scope["method"]
        self.route = NOWHERE
        """The template of the address, once it is known."""

    @property
    def bearer(self) -> str | None:
        kind, _, value = self.headers.get("authorization", "").partition(" ")
        return value.strip() if kind.lower() == "bearer" and value.strip() else None

    @property
    def is_opening_a_page(self) -> bool:
        """Whether a browser goes to a page, not a script that asks."""
        mode = self.headers.get("sec-fetch-mode")
        return self.method == "GET" and (mode == "navigate" if mode else "text/html" in self.headers.get("accept", ""))

    @property
    def framing_origin(self) -> str:
        """The origin of the page that opens this one; "" where it does not say, or where it is not being opened."""
        parts = urlsplit(self.headers.get("referer", ""))
        return f"{parts.scheme}://{parts.netloc}".lower() if self.is_opening_a_page and parts.netloc else ""


def refusal(manner: Manner, status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    """A no in the form of an address."""
    match manner:
        case "page":
            return _sentence(status, sentence, headers)
        case "problem":
            return problem(status, sentence, headers)
        case "openai":
            kind = "authentication_error" if status == 401 else "invalid_request_error"
            error = {"message": sentence, "type": kind, "param": None, "code": None}
            return JSONResponse({"error": error}, status_code=status, headers=headers)


def _sentence(status: int, sentence: str, headers: dict[str, str] | None = None) -> HTMLResponse:
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(sentence)}</title></head><body><main><h1>{escape(sentence)}</h1></main></body></html>"
    )
    return HTMLResponse(html, status_code=status, headers=headers)
