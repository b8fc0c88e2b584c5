"""Every address of the server and what it takes to reach it. What is not listed here is not there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Literal

from ui.access.caller import Right

Manner = Literal["page", "problem", "openai"]
"""How an address says no: a page for people, problem details, or the form of errors that OpenAI's clients read."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Paths (below the address of the application) with their methods; ``needs`` is None where everybody may come.
    ``frames`` is whether the page shows others of this server in frames.
    """

    path: re.Pattern[str]
    methods: frozenset[str]
    needs: Right | None
    manner: Manner
    frames: bool = False

    def template(self, path: str) -> str:
        """A path of this rule with a star for each part that is free: what may be counted and logged of it."""
        free = _free_parts(self.path.pattern).fullmatch(path)
        if free is None:
            return self.path.pattern
        template = path
        for name in reversed(list(free.groupdict())):
            if free[name] is not None:
                template = f"{template[: free.start(name)]}*{template[free.end(name) :]}"
        return template


_FREE = re.compile(r"(?:\[[^\]]+\]|\\[wdS]|(?<!\\)\.)(?:[+*]|\{[\d,]+\})")
"""A part of a pattern that stands for many texts."""


@lru_cache(maxsize=128)
def _free_parts(pattern: str) -> re.Pattern[str]:
    """The pattern with a named group around each free part."""
    numbers = count()
    return re.compile(_FREE.sub(lambda free: f"(?P<free{next(numbers)}>{free[0]})", pattern))


def _rule(path: str, methods: str, needs: Right | None, manner: Manner, *, frames: bool = False) -> Rule:
    return Rule(re.compile(path), frozenset(methods.split()), needs, manner, frames)


RULES = (
    _rule(r"/(healthz|readyz)", "GET HEAD", None, "problem"),
    _rule(r"/widget\.js", "GET HEAD", None, "problem"),
    _rule(r"/login(/callback)?", "GET", None, "page"),
    _rule(r"/login/redeem", "POST", None, "problem"),
    _rule(r"/login\.js", "GET HEAD", None, "problem"),
    _rule(r"/logout", "GET POST", None, "page"),
    _rule(r"/metrics", "GET", "metrics", "problem"),
    _rule(r"/", "GET HEAD", "ask", "page"),
    _rule(r"/source/.+", "GET HEAD", "ask", "page"),
    _rule(r"/library", "GET HEAD POST", "ask", "page"),
    _rule(r"/library/found", "POST", "ask", "page"),
    _rule(r"/privacy", "GET HEAD", "ask", "page"),
    _rule(r"/forget", "POST", "ask", "problem"),
    # Whoever has to leave may be logged out already.
    _rule(r"/exit", "GET HEAD", None, "page"),
    _rule(r"/original/.+", "GET", "ask", "page"),
    _rule(r"/((page|sheet)\.(css|js)|theme\.css|favicon\.ico|(assets|static)/.+)", "GET HEAD", "ask", "page"),
    # What somebody copies who shows an embed, and the files of its frame.
    _rule(r"/snippets", "GET HEAD", "ask", "page", frames=True),
    _rule(r"/(snippets|frame)\.(css|js)", "GET HEAD", "ask", "page"),
    # What the page itself asks of Gradio. It serves more: uploads, files by name, monitoring.
    _rule(r"/config|/gradio_api/(info|app_id|startup-events|queue/data|heartbeat/[^/]+)", "GET HEAD", "ask", "problem"),
    _rule(r"/gradio_api/(queue/join|cancel|reset|run/[^/]+)", "POST", "ask", "problem"),
    # What is kept of a conversation, whose name stands in the body.
    _rule(r"/conversation/export", "POST", "ask", "problem"),
    _rule(r"/conversation/feedback(/preview)?", "POST", "feedback", "problem"),
    _rule(r"/api/v1/(openapi\.json|documents(/.+)?|text/.+)?", "GET HEAD", "ask", "problem"),
    _rule(r"/api/v1/(ask|search)", "POST", "ask", "problem"),
    _rule(r"/api/v1/feedback", "POST", "feedback", "problem"),
    _rule(r"/v1/models(/.+)?", "GET HEAD", "ask", "openai"),
    _rule(r"/v1/chat/completions", "POST", "ask", "openai"),
    # Nothing is kept between its requests, so there is no stream to open and no session to end.
    _rule(r"/mcp", "POST", "ask", "problem"),
)


def rule_for(path: str) -> Rule | None:
    """The rule of a path below the address of the application; None where there is nothing."""
    return next((rule for rule in RULES if rule.path.fullmatch(path)), None)


def manner_of(path: str) -> Manner:
    """How an address where there is nothing says so."""
    if path.startswith("/v1/"):
        return "openai"
    return "problem" if path.startswith(("/api/", "/gradio_api/")) else "page"
