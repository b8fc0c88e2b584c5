"""What people see who are not let in, and the pages of the login, in their language.

Their style stands in them, because some are answers to those who may fetch nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Scope

from ui.access.rules import Manner
from ui.languages import DEFAULT_LANGUAGE, Texts, choose_language, table_of_texts, texts_in
from ui.plain_text import plain_line
from ui.problems import problem

_HERE = "ui.access"


def said_to(scope: Scope) -> Texts:
    """The texts in the language of whoever sends a request."""
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1"), max_num_fields=50).get("lang", [""])
    accepted = Headers(scope=scope).get("accept-language")
    return texts_in(_HERE, choose_language(asked[0], accepted, table_of_texts(_HERE)))


def refusal(
    scope: Scope,
    manner: Manner,
    status: int,
    name: str,
    headers: Mapping[str, str] | None = None,
    *,
    body: str = "",
    **variables: str,
) -> Response:
    """A no in the form of an address: the text of a name, to programs in English. ``body`` is HTML below it."""
    if manner == "page":
        return page(said_to(scope), status, name, headers, body=body, **variables)
    sentence = texts_in(_HERE, DEFAULT_LANGUAGE).say(name, **variables)
    if manner == "problem":
        return problem(status, sentence, headers)
    kind = "authentication_error" if status == 401 else "invalid_request_error"
    error = {"message": sentence, "type": kind, "param": None, "code": None}
    return JSONResponse({"error": error}, status_code=status, headers=dict(headers or {}))


def page(
    said: Texts,
    status: int,
    name: str,
    headers: Mapping[str, str] | None = None,
    *,
    body: str = "",
    head: str = "",
    **variables: str,
) -> HTMLResponse:
    """A page that says one sentence. ``body`` and ``head`` are HTML."""
    sentence = shown(said.say(name, **variables))
    html = (
        f'<!doctype html><html lang="{said.language}" dir="{said.direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        # Without an icon browsers would ask for one at the root of the host.
        f'<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">{head}<title>{sentence}</title>'
        f"<style>{_style()}</style></head>"
        f"<body><main><h1>{sentence}</h1>{body}</main></body></html>"
    )
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store", **(headers or {})})


def link(said: Texts, name: str, address: str, *, button: bool = False, attributes: str = "") -> str:
    """A link with the text of a name."""
    kind = ' class="button"' if button else ""
    return f'<p><a{kind} href="{escape(address)}"{attributes}>{shown(said.say(name))}</a></p>'


def shown(text: str) -> str:
    """Text as HTML."""
    return escape(plain_line(text))


@cache
def _style() -> str:
    return (files(_HERE) / "pages.css").read_text(encoding="utf-8")
