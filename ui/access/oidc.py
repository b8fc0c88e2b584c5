"""Logging in with OpenID Connect. Who is logged in stands in the one cookie of their browser, and nowhere else.

It holds either a session (a keyed hash of the subject, the groups that the settings know, when it ends), or the logins
that were begun and not ended. What a provider needs besides follows from the state by a key.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlencode

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from assistant.door_settings import Login as LoginTable
from ui.access.address import Address
from ui.access.cookies import Cookie, Seal
from ui.access.logins import Person
from ui.access.pages import link, page, said_to, shown
from ui.errors import LoginFailed

if TYPE_CHECKING:  # its libraries are needed where it is used alone
    from ui.access.provider import Provider

PENDING_SECONDS = 600
"""How long somebody may take to log in."""
CODE_SECONDS = 60
"""How long a window may take to hand a login to the frame that opened it."""
_MOST_PENDING = 3
"""Logins that one browser may have begun: pages that are opened again together begin one each."""
_LONGEST_NEXT = 500
_NEXT = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""Printable ASCII without a backslash, and not the beginning of another host."""
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_EMBED = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_FRAMES = frozenset({"iframe", "frame", "embed", "object"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A login that was begun. ``challenge`` is that of a frame which waits for it, of the embed of that name; "" for
    a page.
    """

    state: str
    next: str
    challenge: str = ""
    embed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who is logged in until ``ends`` (seconds since 1970)."""

    subject: str
    groups: tuple[str, ...]
    ends: int


class OidcLogin:
    """``groups`` are those that the settings know; others are dropped before anything is written."""

    has_a_page = True

    def __init__(
        self,
        table: LoginTable,
        address: Address,
        provider: Provider,
        key: bytes,
        groups: Set[str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._table, self._address, self._groups, self._clock = table, address, groups, clock
        self.provider, self.issuer = provider, table.issuer
        # A session of one provider is none of another.
        whose = f"{table.issuer} {table.client_id}"
        self._seal, self._codes = Seal(key, f"cookie {whose}"), Seal(key, f"code {whose}")
        self.cookie = Cookie(self._seal, path=address.prefix, secure=address.secure)

    def person(self, scope: Scope) -> Person | None:
        """Whom the cookie names."""
        session = self.session(scope)
        if session is None:
            return None
        return Person(name=session.subject, groups=frozenset(session.groups), can_log_out=True)

    def invitation(self, scope: Scope, embed: str, /) -> Response | None:
        """The way to the login; in a frame a button that opens a window, because providers show themselves in none."""
        prefix, said = self._address.prefix, said_to(scope)
        if embed and Headers(scope=scope).get("sec-fetch-dest", "iframe") in _FRAMES:
            root = f"{scope['root_path']}/"
            words = {name: f"frame_{name}" for name in ("blocked", "waiting", "failed", "https")}
            told = "".join(f' data-{name}="{shown(said.say(text))}"' for name, text in words.items())
            login = f"{prefix}/login?{urlencode({'embed': embed, 'lang': said.language, 'challenge': ''})}"
            body = (
                f'<p><button class="button" id="log-in" type="button" data-login="{shown(login)}" '
                f'data-root="{shown(root)}"{told}>{shown(said.say("log_in"))}</button></p>'
                '<p id="state" role="status"></p>'
                + link(said, "open_window", root, attributes=' target="_blank" rel="noopener"')
            )
            script = f'<script src="{shown(prefix)}/login.js" defer></script>'
            return page(said, 401, "frame", body=body, head=script)
        query = scope.get("query_string", b"").decode("latin-1")
        wanted = quote(scope["path"], safe="/:@!$&'()*+,;=~") + (f"?{query}" if query else "")
        return RedirectResponse(f"{prefix}/login?{urlencode({'next': self.own_path(wanted)})}", status_code=303)

    def own_path(self, wanted: str) -> str:
        """A path of this application that somebody asked to be led to; the page itself for anything else."""
        root = f"{self._address.prefix}/"
        parts = unquote(wanted.partition("?")[0]).split("/")
        good = (
            len(wanted) <= _LONGEST_NEXT
            and _NEXT.fullmatch(wanted) is not None
            and wanted.startswith(root)
            # Browsers take these away, and with them the path of the application.
            and not {".", ".."} & set(parts)
            and not any("\\" in part for part in parts)
        )
        return wanted if good else root

    def session(self, scope: Scope) -> Session | None:
        """The session of a browser, as long as it lasts."""
        found = self.cookie.read(scope)
        match found:
            case {"s": str(subject), "g": list(groups), "e": int(ends)} if ends > self._clock():
                return Session(subject=subject, groups=tuple(str(group) for group in groups), ends=ends)
        return None

    def begin(self, scope: Scope, begun: Pending) -> Response:
        """Lead somebody to the provider. Raises ProviderSilent and ProviderWrong."""
        address = self.provider.login_address(
            state=begun.state, nonce=self._nonce(begun.state), verifier=self._verifier(begun.state)
        )
        entry = [begun.state, begun.next, begun.challenge, begun.embed, int(self._clock()) + PENDING_SECONDS]
        pending = [*self._pending(scope), entry][-_MOST_PENDING:]
        response = RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})
        response.headers.append("set-cookie", self.cookie.write({"p": pending}, seconds=PENDING_SECONDS))
        return response

    def new(self, wanted: str, challenge: str = "", embed: str = "") -> Pending | None:
        """A login to begin; None for a challenge or a name of an embed that is none."""
        if challenge and not (_CHALLENGE.fullmatch(challenge) and _EMBED.fullmatch(embed)):
            return None
        return Pending(
            state=secrets.token_urlsafe(32),
            next=self.own_path(wanted),
            challenge=challenge,
            embed=embed if challenge else "",
        )

    def begun(self, scope: Scope, state: str) -> Pending | None:
        """The login that this browser has begun under a state; None where there is none (any more)."""
        for known, wanted, challenge, embed, _ends in self._pending(scope):
            if secrets.compare_digest(known.encode(), state.encode("utf-8", errors="replace")):
                return Pending(state=known, next=self.own_path(wanted), challenge=challenge, embed=embed)
        return None

    def finish(self, begun: Pending, code: str) -> Session:
        """The session behind the code of a provider. Raises LoginFailed, ProviderSilent and ProviderWrong."""
        claims = self.provider.identity(code, nonce=self._nonce(begun.state), verifier=self._verifier(begun.state))
        subject = claims["sub"]
        if not subject:
            raise LoginFailed("the identity token names nobody")
        return Session(
            subject=self._seal.digest(f"subject {subject}")[:32],
            groups=tuple(sorted(_groups(claims, self._table.groups_claim) & self._groups)),
            ends=int(self._clock() + self._table.hours * 3600),
        )

    def keep(self, response: Response, session: Session, frame: str | None = None) -> None:
        """Give a session to a browser; ``frame`` as for ``Cookie.write``."""
        value = {"s": session.subject, "g": list(session.groups), "e": session.ends}
        response.headers.append("set-cookie", self.cookie.write(value, frame=frame))

    def code(self, session: Session, begun: Pending) -> str:
        """What a window hands to the frame that opened it: worth nothing without what that frame keeps to itself."""
        value = {"s": session.subject, "g": list(session.groups), "e": session.ends}
        bound = {"c": begun.challenge, "m": begun.embed, "x": int(self._clock()) + CODE_SECONDS}
        return self._codes.close({**value, **bound})

    def redeemed(self, code: str, challenge: str, embed: str) -> Session | None:
        """The session behind such a code; None for one that is over, or another frame's."""
        match self._codes.open(code):
            case {"s": str(s), "g": list(g), "e": int(e), "c": str(c), "m": str(m), "x": int(x)}:
                if x > self._clock() and e > self._clock() and m == embed and secrets.compare_digest(c, challenge):
                    return Session(subject=s, groups=tuple(str(group) for group in g), ends=e)
        return None

    def _pending(self, scope: Scope) -> list[list[Any]]:
        found = self.cookie.read(scope).get("p")
        now = self._clock()
        return [entry for entry in found if len(entry) == 5 and entry[4] > now] if isinstance(found, list) else []

    def _nonce(self, state: str) -> str:
        return self._seal.digest(f"nonce {state}")

    def _verifier(self, state: str) -> str:
        return self._seal.digest(f"verifier {state}")


def _groups(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    """The groups in a claim: a list, or the name of the only one."""
    found = claims.get(name)
    if isinstance(found, str):
        return frozenset({found})
    return frozenset(each for each in found if isinstance(each, str)) if isinstance(found, list) else frozenset()
