"""An OpenID provider, as this server asks it: what it is, a code for an identity token, and the checks of that token.

Nothing is asked of any address but that of the issuer and those that it names itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from assistant.door_settings import Login as LoginTable
from assistant.language_models import is_this_machine
from ui.errors import LoginFailed, ProviderSilent, ProviderWrong

# Signatures by a key pair alone: never "none", and none that the secret of this client could make.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
_TIMEOUT = httpx2.Timeout(8, connect=4)
_LEEWAY_SECONDS = 60
"""By how much the clocks of two machines may differ."""
_KNOWN_SECONDS = 3600.0
"""How long what the provider says of itself is believed."""
_PAUSE_SECONDS = 5.0
"""How long a provider that did not answer is left alone, so that those who wait do not wait for it in turn."""


class Provider:
    """One provider. Safe in several threads. Every method but ``__init__`` raises ProviderSilent where it does not
    answer, and ProviderWrong where it answers with what cannot be used.
    """

    def __init__(
        self, table: LoginTable, secret: str, redirect_uri: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._table, self._secret, self._redirect_uri, self._clock = table, secret, redirect_uri, clock
        # Elsewhere the proxy and the certificates of the environment count, as an organisation sets them.
        self._trust_env = not is_this_machine(urlsplit(table.issuer).hostname or "")
        self._lock = threading.Lock()
        self._known: dict[str, Any] = {}
        self._known_at = self._silent_at = float("-inf")
        self._keys: KeySet | None = None

    def login_address(self, *, state: str, nonce: str, verifier: str) -> str:
        """Where somebody logs in."""
        address = self._address("authorization_endpoint")
        query = {
            "response_type": "code",
            "client_id": self._table.client_id,
            "redirect_uri": self._redirect_uri,
            "scope": self._table.scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"

    def logout_address(self) -> str:
        """Where somebody logs out of the provider; "" where it has no such address."""
        address = self._metadata().get("end_session_endpoint")
        if not isinstance(address, str) or not _may_be_opened(address, self._table.issuer):
            return ""
        return f"{address}{'&' if '?' in address else '?'}{urlencode({'client_id': self._table.client_id})}"

    def identity(self, code: str, *, nonce: str, verifier: str) -> Mapping[str, Any]:
        """The claims behind a code, checked. Raises LoginFailed for a code or a token that is not good."""
        method = "client_secret_basic"
        supported = self._metadata().get("token_endpoint_auth_methods_supported")
        if isinstance(supported, list) and method not in supported and "client_secret_post" in supported:
            method = "client_secret_post"
        with self._client(method) as client:
            try:
                token = client.fetch_token(
                    self._address("token_endpoint"),
                    grant_type="authorization_code",
                    code=code,
                    redirect_uri=self._redirect_uri,
                    code_verifier=verifier,
                )
            except OAuthError as error:
                if error.error in {"invalid_client", "unauthorized_client"}:
                    raise ProviderWrong(
                        f"the provider does not know this client or its secret ({error.error})"
                    ) from error
                raise LoginFailed(f"the provider refused the code ({error.error})") from error
            except httpx2.HTTPStatusError as error:
                raise self._no_answer(error.response.status_code, "a code") from error
            except httpx2.HTTPError as error:
                raise self._silent(f"the provider does not answer ({type(error).__name__})") from error
            except ValueError as error:
                raise ProviderWrong("the provider answered a code with what is no token") from error
        if not isinstance(presented := token.get("id_token"), str):
            raise ProviderWrong("the provider gave no identity token; `openid` has to be among the scopes")
        access_token = token.get("access_token")
        claims = self._checked(presented, nonce, access_token)
        if self._table.groups_claim not in claims and isinstance(access_token, str):
            claims = {**self._more(access_token, claims["sub"]), **claims}
        return claims

    def _checked(self, presented: str, nonce: str, access_token: object) -> dict[str, Any]:
        registry = JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False)
        try:
            try:
                token = jwt.decode(presented, self._key_set(), registry=registry)
            except (InvalidKeyIdError, BadSignatureError):
                # Providers change their keys.
                token = jwt.decode(presented, self._key_set(anew=True), registry=registry)
            claims = CodeIDToken(
                token.claims,
                token.header,
                {
                    "iss": {"essential": True, "value": self._table.issuer},
                    "aud": {"essential": True, "value": self._table.client_id},
                    "sub": {"essential": True},
                    "exp": {"essential": True},
                },
                {"nonce": nonce, "client_id": self._table.client_id, "access_token": access_token},
            )
            claims.validate(leeway=_LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise LoginFailed(f"the identity token is not good ({error})") from error
        if not isinstance(claims["sub"], str):
            raise LoginFailed("the identity token names nobody")
        return dict(claims)

    def _more(self, access_token: str, subject: object) -> dict[str, Any]:
        """What the provider tells of somebody besides the token; nothing where another address would be asked."""
        address = self._metadata().get("userinfo_endpoint")
        if not isinstance(address, str) or not _may_be_opened(address, self._table.issuer):
            return {}
        told = self._fetch(address, {"Authorization": f"Bearer {access_token}"})
        return told if told.get("sub") == subject else {}

    def _key_set(self, anew: bool = False) -> KeySet:
        with self._lock:
            known = self._keys
        if known is None or anew:
            try:
                known = KeySet.import_key_set(self._fetch(self._address("jwks_uri")))  # type: ignore[arg-type]
            except (JoseError, KeyError, TypeError, ValueError) as error:
                raise ProviderWrong("the keys of the provider cannot be read") from error
            with self._lock:
                self._keys = known
        return known

    def _metadata(self) -> dict[str, Any]:
        with self._lock:
            known, age = self._known, self._clock() - self._known_at
        if known and age < _KNOWN_SECONDS:
            return known
        try:
            found = self._fetch(f"{self._table.issuer.rstrip('/')}/.well-known/openid-configuration")
        except ProviderSilent:
            if known:
                return known
            raise
        if found.get("issuer") != self._table.issuer:
            raise ProviderWrong("the provider names itself otherwise than issuer in [login]; set that to its own name")
        with self._lock:
            self._known, self._known_at = found, self._clock()
        return found

    def _address(self, name: str) -> str:
        """An address of the provider, which has several hosts where it is large."""
        address = self._metadata().get(name)
        if not isinstance(address, str) or not _may_be_opened(address, self._table.issuer):
            raise ProviderWrong(f"the provider names no {name} that can be used")
        return address

    def _client(self, method: str) -> OAuth2Client:
        return OAuth2Client(
            self._table.client_id,
            self._secret,
            token_endpoint_auth_method=method,
            timeout=_TIMEOUT,
            trust_env=self._trust_env,
        )

    def _fetch(self, address: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        with self._lock:
            if self._clock() - self._silent_at < _PAUSE_SECONDS:
                raise ProviderSilent("the provider did not answer a moment ago")
        try:
            with httpx2.Client(timeout=_TIMEOUT, trust_env=self._trust_env) as client:
                response = client.get(address, headers={"Accept": "application/json", **(headers or {})})
        except httpx2.HTTPError as error:
            raise self._silent(f"the provider does not answer ({type(error).__name__})") from error
        try:
            found = response.json() if response.status_code == 200 else None
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise self._no_answer(response.status_code, "a question for JSON")
        return found

    def _no_answer(self, status: int, to: str) -> ProviderSilent | ProviderWrong:
        if status >= 500 or status == 429:
            return self._silent(f"the provider answered {status}")
        return ProviderWrong(f"the provider answered {status} to {to}; check issuer in [login]")

    def _silent(self, why: str) -> ProviderSilent:
        with self._lock:
            self._silent_at = self._clock()
        return ProviderSilent(why)


def _may_be_opened(address: str, issuer: str) -> bool:
    """Whether an address that the provider names is as safe on the way as the provider itself."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.netloc) and parts.scheme in {"https", urlsplit(issuer).scheme} and "@" not in parts.netloc
