"""``/login`` and ``/logout`` with what belongs to them: where people log in and out of this server itself.

Without OpenID Connect there is nothing at these addresses.
"""

from __future__ import annotations

import hashlib
import logging
from base64 import urlsafe_b64encode
from html import escape
from importlib.resources import files

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import RedirectResponse, Response

from ui.access.caller import visit_of
from ui.access.logins import Login
from ui.access.oidc import OidcLogin, Pending, Session
from ui.access.pages import link, page, refusal, said_to, shown
from ui.errors import AccessError, LoginFailed, ProviderSilent
from ui.problems import problem

_log = logging.getLogger(__name__)


class Redeeming(BaseModel):
    """What a frame sends for the login that a window handed to it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(max_length=8000)
    verifier: str = Field(min_length=43, max_length=128)


def login_router(login: Login | None, prefix: str) -> APIRouter:
    """The routes. ``prefix`` is the path of the application, "" at the root."""
    router = APIRouter()
    script = (files("ui.access") / "login.js").read_bytes()

    @router.get("/login.js")
    def login_script() -> Response:
        """The script of the pages with which frames and windows log in."""
        return Response(script, media_type="text/javascript")

    pages = _LoginPages(login, prefix) if isinstance(login, OidcLogin) else None
    for path, method, answers in (
        ("/login", "GET", _LoginPages.log_in),
        ("/login/callback", "GET", _LoginPages.come_back),
        ("/login/redeem", "POST", _LoginPages.redeem),
        ("/logout", "GET", _LoginPages.may_log_out),
        ("/logout", "POST", _LoginPages.log_out),
    ):
        # Without a login of our own these must not be Gradio's.
        endpoint = _nothing if pages is None else answers.__get__(pages)
        router.add_api_route(path, endpoint, methods=[method], response_model=None)
    return router


def _nothing(request: Request) -> Response:
    return refusal(request.scope, "page", 404, "not_found")


class _LoginPages:
    """What is answered where this server logs people in."""

    def __init__(self, login: OidcLogin, prefix: str) -> None:
        self._login, self._prefix = login, prefix

    def log_in(self, request: Request, next: str = "", challenge: str = "", embed: str = "") -> Response:
        """Begin to log in, unless that was done before."""
        begun = self._login.new(next, challenge, embed)
        if begun is None:
            return self._over(request)
        if session := self._login.session(request.scope):
            return self._done(request, begun, session)
        try:
            return self._login.begin(request.scope, begun)
        except AccessError as error:
            return self._failed(request, error, begun)

    def come_back(self, request: Request, state: str = "", code: str = "", iss: str | None = None) -> Response:
        """Back from the provider."""
        begun = self._login.begun(request.scope, state)
        if begun is None:
            # Of several pages that were opened again together the first logged in; or somebody went back.
            known = self._login.session(request.scope) is not None
            return RedirectResponse(f"{self._prefix}/", status_code=303) if known else self._over(request)
        try:
            if not code or (iss is not None and iss != self._login.issuer):
                raise LoginFailed("the answer is another provider's" if code else "the provider sent no code")
            session = self._login.finish(begun, code)
            response = self._done(request, begun, session)
            self._login.keep(response, session)
        except AccessError as error:
            return self._failed(request, error, begun)
        return response

    async def redeem(self, request: Request) -> Response:
        """Give a frame the login that a window handed to it."""
        embed = visit_of(request.scope).embed
        if not embed:
            return problem(404, "Not found.")
        try:
            sent = Redeeming.model_validate_json(await request.body())
        except ValidationError:
            return problem(422, "A code and its verifier are wanted.")
        challenge = urlsafe_b64encode(hashlib.sha256(sent.verifier.encode()).digest()).rstrip(b"=").decode()
        session = self._login.redeemed(sent.code, challenge, embed)
        if session is None:
            return problem(403, "This code has ended or is not for this page; log in again.")
        response = Response(status_code=204)
        self._login.keep(response, session, frame=f"{request.scope['root_path']}/")
        return response

    def may_log_out(self, request: Request) -> Response:
        """Ask, because a link of another site could lead here."""
        said, here = said_to(request.scope), f"{request.scope['root_path']}/"
        form = (
            f'<form method="post" action="{escape(here)}logout?lang={said.language}"><p><button class="button">'
            f"{shown(said.say('log_out'))}</button></p></form>{link(said, 'home', here)}"
        )
        # Else the browser would not say from which page the form was sent.
        return page(said, 200, "log_out_question", body=form, head='<meta name="referrer" content="same-origin">')

    def log_out(self, request: Request) -> Response:
        """End the session of this browser, and lead on to the provider, which has one too; but not in a frame."""
        said, here = said_to(request.scope), f"{request.scope['root_path']}/"
        embed = visit_of(request.scope).embed
        onward = ""
        try:
            onward = "" if embed else self._login.provider.logout_address()
        except AccessError as error:
            _log.error("nobody can log out of the provider: %s", error)
        body = link(said, "logged_out_there", onward) if onward else link(said, "log_in", here, button=True)
        # Not a redirection, which would belong to the form: forms lead nowhere but here.
        head = f'<meta http-equiv="refresh" content="0; url={escape(onward)}">' if onward else ""
        response = page(said, 200, "logged_out", body=body, head=head)
        response.headers.append("set-cookie", self._login.cookie.clear())
        if embed:
            response.headers.append("set-cookie", self._login.cookie.clear(frame=here))
        return response

    def _done(self, request: Request, begun: Pending, session: Session) -> Response:
        """Where a login leads: to the page that was asked for, or from a window to the frame that opened it."""
        if not begun.challenge:
            return RedirectResponse(begun.next, status_code=303, headers={"Cache-Control": "no-store"})
        said = said_to(request.scope)
        code, alone = self._login.code(session, begun), said.say("handing_alone")
        body = (
            f'<p id="handing" role="status" data-code="{escape(code)}" data-alone="{shown(alone)}"></p>'
            f"{link(said, 'home', f'{self._prefix}/embed/{begun.embed}/?lang={said.language}')}"
        )
        return page(
            said, 200, "handing", body=body, head=f'<script src="{escape(self._prefix)}/login.js" defer></script>'
        )

    def _over(self, request: Request) -> Response:
        return refusal(request.scope, "page", 400, "login_over", body=self._again(request))

    def _failed(self, request: Request, error: AccessError, begun: Pending) -> Response:
        again = self._again(request, begun.next)
        if isinstance(error, ProviderSilent):
            _log.error("nobody can log in: %s", error)
            return refusal(request.scope, "page", 503, "provider_down", {"Retry-After": "30"}, body=again)
        if isinstance(error, LoginFailed):
            _log.warning("a login did not succeed: %s", error)
            return refusal(request.scope, "page", 403, "login_failed", body=again)
        _log.error("nobody can log in: %s", error)
        return refusal(request.scope, "page", 502, "login_broken", body=again)

    def _again(self, request: Request, wanted: str = "") -> str:
        said = said_to(request.scope)
        return link(said, "log_in", wanted or f"{self._prefix}/?lang={said.language}", button=True)
