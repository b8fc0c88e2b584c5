"""What a request says of itself; nothing of it is believed here."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from ui.access.caller import NOWHERE
from ui.access.tokens import PREFIX


class Asked:
    """One request."""

    def __init__(self, scope: Scope) -> None:
        self.scope, self.headers = scope, Headers(scope=scope)
        self.path: str = scope["path"]
        self.method: str = scope["method"]
        self.route = NOWHERE
        """The template of the address, once it is known: what may be counted and logged of it."""

    @property
    def host(self) -> str:
        """The name under which the server is asked; "" for none, and for several, which may be read differently."""
        hosts = self.headers.getlist("host")
        return hosts[0] if len(hosts) == 1 else ""

    @property
    def query(self) -> str:
        """The query with its question mark; "" for none."""
        query: str = self.scope.get("query_string", b"").decode("latin-1")
        return f"?{query}" if query else ""

    @property
    def token(self) -> str | None:
        """The token that a program presents. What proxies and other clients put there is none of ours."""
        sent = self.headers.getlist("authorization")
        kind, _, value = sent[0].partition(" ") if len(sent) == 1 else ("", "", "")
        return value.strip() if kind.lower() == "bearer" and value.strip().startswith(PREFIX) else None

    @property
    def is_opening_a_page(self) -> bool:
        """Whether a browser goes to a page, not a script that asks."""
        mode = self.headers.get("sec-fetch-mode")
        return self.method == "GET" and (mode == "navigate" if mode else "text/html" in self.headers.get("accept", ""))

    @property
    def framing_origin(self) -> str:
        """The origin of the page that opens this one in a frame; "" where it does not say, where this one is not being
        opened, or where the browser says that it stands in a window of its own.
        """
        if self.headers.get("sec-fetch-dest") == "document":
            return ""
        try:
            parts = urlsplit(self.headers.get("referer", ""))
        except ValueError:
            return ""
        return f"{parts.scheme}://{parts.netloc}".lower() if self.is_opening_a_page and parts.netloc else ""

    def is_from(self, origin: str) -> bool:
        """Whether a page of this origin, or a program, sends it."""
        site = self.headers.get("sec-fetch-site")
        if site == "same-origin":
            return self.headers.get("origin", origin).lower() in {origin, "null"}
        if site in {"cross-site", "same-site"}:
            return False
        said = self.headers.getlist("origin")
        return not said or [each.lower() for each in said] == [origin]
