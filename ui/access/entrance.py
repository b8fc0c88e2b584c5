"""The settings → the gate. Whatever would leave a door open by mistake is refused before anything listens."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from assistant.language_models import is_this_machine
from assistant.settings import Settings, load_settings, settings_file
from ui.access.address import Address
from ui.access.cookies import signing_key
from ui.access.embeds import Embeds
from ui.access.gate import Gate, Grants
from ui.access.logins import Login, ProxyLogin
from ui.access.oidc import OidcLogin
from ui.access.provider import Provider
from ui.access.tokens import Tokens
from ui.errors import AccessError


def why_not_safe(settings: Settings) -> str | None:
    """Why these settings would let in somebody by mistake, or nobody at all, as a sentence; None where all is well."""
    login = settings.login
    secret = settings.login_secret is not None and settings.login_secret.get_secret_value()
    match login.kind:
        case "none" if not login.open and not is_this_machine(settings.host):
            return (
                f"Nobody logs in, and {settings.host} is reached from other machines: set a [login] in the settings "
                "file, or `open = true` in it where everybody may ask, or PICUM_HOST=127.0.0.1."
            )
        case "none" if not login.open and settings.public_url:
            return (
                "Nobody logs in, and PICUM_PUBLIC_URL says that other machines reach the page: set a [login] in the "
                "settings file, or `open = true` in it where everybody may ask."
            )
        case "header" if not settings.trusted_proxies and not secret:
            return (
                "A login by header needs a proxy that can be believed: set PICUM_TRUSTED_PROXIES to its address, or "
                "PICUM_LOGIN_SECRET to a secret that it sends."
            )
        case "oidc":
            wanted = {
                "issuer in [login]": login.issuer,
                "client_id in [login]": login.client_id,
                "PICUM_LOGIN_SECRET": secret,
                "PICUM_PUBLIC_URL": settings.public_url,
            }
            if missing := [name for name, value in wanted.items() if not value]:
                return f"A login with OpenID Connect needs {' and '.join(missing)}; set what is missing."
            return _why_no_issuer(login.issuer)
    return None


def _why_no_issuer(issuer: str) -> str | None:
    try:
        parts = urlsplit(issuer)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    safe = host and (parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(host)))
    if safe and "@" not in parts.netloc and not (parts.query or parts.fragment):
        return None
    return (
        f"issuer in [login] cannot be {issuer!r}: it should be the https address of the provider, as it names itself."
    )


def embeds_of(settings: Settings) -> Embeds:
    """The embeds of the settings file, followed as it changes."""
    return Embeds(settings.embeds, settings_file(settings), lambda: load_settings().embeds)


def login_of(settings: Settings) -> Login | None:
    """How people log in; None where nobody does. Raises AccessError for settings that are not safe."""
    if why := why_not_safe(settings):
        raise AccessError(why)
    address = _address(settings)
    secret = settings.login_secret.get_secret_value() if settings.login_secret else None
    match settings.login.kind:
        case "none":
            return None
        case "header":
            return ProxyLogin(settings.login, address, checks_peer=bool(settings.trusted_proxies), secret=secret)
        case "oidc":
            provider = Provider(settings.login, secret or "", f"{settings.public_url.rstrip('/')}/login/callback")
            key = signing_key(settings.home)
            return OidcLogin(settings.login, address, provider, key, frozenset(settings.groups))


def gate_of(settings: Settings, embeds: Embeds, login: Login | None) -> Callable[[ASGIApp], Gate]:
    """What puts the gate before an application."""
    grants = Grants(
        everybody=frozenset(settings.scope),
        groups={group: frozenset(collections) for group, collections in settings.groups.items()},
    )
    address, tokens = _address(settings), Tokens(settings.home)
    return lambda app: Gate(
        app,
        address=address,
        login=login,
        open_to_all=settings.login.open,
        grants=grants,
        tokens=tokens,
        embeds=embeds,
        today=settings.current_date,
    )


def _address(settings: Settings) -> Address:
    return Address(settings.public_url, settings.host, settings.trusted_proxies)
