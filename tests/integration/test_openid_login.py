"""Logging in with OpenID Connect, against a real provider on this machine."""

from __future__ import annotations

import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from itsdangerous import URLSafeSerializer

from tests.logging_in import by_openid, serving_with
from tests.openid import OpenIdProvider, openid_provider
from ui.access.cookies import KEY_FILE, signing_key
from ui.testing import FakeAssistant

PAGE = {"accept": "text/html", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
GROUPS = '[groups]\nstaff = ["internal"]\nboard = ["board"]\n'
PREFIX = "/assistant"


@pytest.fixture(scope="module")
def shared_provider() -> Iterator[OpenIdProvider]:
    with openid_provider() as provider:
        yield provider


@pytest.fixture
def provider(shared_provider: OpenIdProvider) -> Iterator[OpenIdProvider]:
    before = dict(vars(shared_provider))
    yield shared_provider
    vars(shared_provider).update(before)
    shared_provider.broken.clear()


@pytest.fixture(scope="module")
def fake() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("login") / "home"


@pytest.fixture(scope="module")
def address(fake: FakeAssistant, home: Path, shared_provider: OpenIdProvider) -> Iterator[str]:
    public = f"http://localhost:PORT{PREFIX}"
    with serving_with(fake, home, public=public, **by_openid(shared_provider, GROUPS)) as address:
        yield address


@pytest.fixture
def browser(address: str) -> Iterator[httpx2.Client]:
    """A client that keeps cookies and looks like a browser."""
    with httpx2.Client(base_url=address, headers=PAGE, trust_env=False) as client:
        yield client


def asked_of_the_provider(browser: httpx2.Client, wanted: str = "/") -> httpx2.URL:
    """Where somebody who opens a page is sent."""
    invited = browser.get(wanted)
    assert invited.status_code == 303
    begun = browser.get(invited.headers["location"].removeprefix(PREFIX))
    assert begun.status_code == 303
    return httpx2.URL(begun.headers["location"])


def come_back(browser: httpx2.Client, wanted: str = "/") -> httpx2.Response:
    """Log in up to the answer to the callback."""
    answered = httpx2.get(asked_of_the_provider(browser, wanted), trust_env=False)
    return browser.get(answered.headers["location"])


def is_logged_in(browser: httpx2.Client) -> bool:
    return browser.get("/api/v1/openapi.json").status_code == 200


def test_somebody_logs_in_and_lands_where_they_wanted(
    browser: httpx2.Client, provider: OpenIdProvider, fake: FakeAssistant
) -> None:
    provider.person = {**provider.person, "groups": ["staff", "choir"]}
    landed = come_back(browser, "/source/plan?start=1&end=2")
    assert (landed.status_code, landed.headers["location"]) == (303, f"{PREFIX}/source/plan?start=1&end=2")
    assert is_logged_in(browser)
    browser.get("/source/plan")
    assert fake.seen[-1] == (frozenset({"default", "internal"}), None)


def test_the_one_cookie_holds_a_hash_the_known_groups_and_the_end(
    browser: httpx2.Client, provider: OpenIdProvider
) -> None:
    provider.person = {**provider.person, "groups": ["staff", "choir"]}
    landed = come_back(browser)
    [header] = landed.headers.get_list("set-cookie")
    assert {part.strip() for part in header.split(";")[1:]} == {f"Path={PREFIX}", "HttpOnly", "SameSite=Lax"}
    [cookie] = browser.cookies.jar
    _, content = URLSafeSerializer("").loads_unsafe(cookie.value)
    assert set(content) == {"s", "g", "e"}
    assert content["g"] == ["staff"]
    assert 7.9 * 3600 < content["e"] - time.time() < 8.1 * 3600
    assert "4711" not in str(content)
    assert "omebody" not in str(content)


def test_a_group_may_be_a_string_or_stand_with_the_provider_alone(
    provider: OpenIdProvider, address: str, fake: FakeAssistant
) -> None:
    seen = []
    for token, userinfo in (
        ({"groups": "board"}, {}),
        ({}, {"sub": "subject-4711", "groups": ["board"]}),
        ({}, {"sub": "another", "groups": ["board"]}),
        ({"groups": 7}, {}),
        ({"groups": [7, None, ["board"]]}, {}),
    ):
        provider.person, provider.userinfo = {"sub": "subject-4711", **token}, userinfo
        with httpx2.Client(base_url=address, headers=PAGE, trust_env=False) as browser:
            come_back(browser)
            browser.get("/source/x")
        seen.append("board" in fake.seen[-1][0])
    assert seen == [True, True, False, False, False]


WRONG: dict[str, Callable[[dict[str, object]], dict[str, object]]] = {
    "issuer": lambda claims: {**claims, "iss": "https://elsewhere.example"},
    "audience": lambda claims: {**claims, "aud": "another"},
    "audience of several without a party": lambda claims: {**claims, "aud": ["assistant", "another"]},
    "party": lambda claims: {**claims, "azp": "another"},
    "nonce": lambda claims: {**claims, "nonce": "another"},
    "no nonce": lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
    "expired": lambda claims: {**claims, "exp": int(time.time()) - 3600},
    "no expiry": lambda claims: {name: value for name, value in claims.items() if name != "exp"},
    "not yet": lambda claims: {**claims, "nbf": int(time.time()) + 3600},
    "nobody": lambda claims: {name: value for name, value in claims.items() if name != "sub"},
    "an empty name": lambda claims: {**claims, "sub": ""},
    "a number": lambda claims: {**claims, "sub": 7},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_token_that_is_not_good_logs_nobody_in(wrong: str, browser: httpx2.Client, provider: OpenIdProvider) -> None:
    provider.claims = WRONG[wrong]
    response = come_back(browser)
    assert response.status_code == 403
    assert "The login did not succeed" in response.text
    assert "set-cookie" not in response.headers
    assert not is_logged_in(browser)


@pytest.mark.parametrize("sign", ["unsigned", "signed_with_the_secret", "signed_by_another"])
def test_a_signature_that_is_not_the_providers_logs_nobody_in(
    sign: str, browser: httpx2.Client, provider: OpenIdProvider
) -> None:
    provider.sign = getattr(provider, sign)
    assert come_back(browser).status_code == 403
    assert not is_logged_in(browser)


@pytest.mark.parametrize("kid", ["second", None])
def test_a_provider_may_change_its_keys(kid: str | None, address: str, provider: OpenIdProvider) -> None:
    with httpx2.Client(base_url=address, headers=PAGE, trust_env=False) as first:
        come_back(first)
        assert is_logged_in(first)
    provider.rotate(kid=kid)
    with httpx2.Client(base_url=address, headers=PAGE, trust_env=False) as second:
        assert come_back(second).status_code == 303
        assert is_logged_in(second)


def test_an_answer_counts_once_and_in_the_browser_that_asked(browser: httpx2.Client, address: str) -> None:
    answered = httpx2.get(asked_of_the_provider(browser), trust_env=False)
    back = answered.headers["location"]
    with httpx2.Client(base_url=address, headers=PAGE, trust_env=False) as other:
        refused = other.get(back)
        assert refused.status_code == 400
        assert "Log in" in refused.text
        assert not is_logged_in(other)
    assert browser.get(back).status_code == 303
    again = browser.get(back)
    assert again.headers["location"] == f"{PREFIX}/", "the state was used, and does no harm"
    assert "set-cookie" not in again.headers
    browser.cookies.clear()
    assert browser.get(back).status_code == 400
    assert not is_logged_in(browser)


@pytest.mark.parametrize(
    "change", [{"state": "x"}, {"state": ""}, {"code": ""}, {"code": "x"}, {"iss": "https://other.example"}]
)
def test_an_answer_that_was_changed_logs_nobody_in(change: dict[str, str], browser: httpx2.Client) -> None:
    back = httpx2.URL(httpx2.get(asked_of_the_provider(browser), trust_env=False).headers["location"])
    response = browser.get(back.copy_merge_params(change))
    assert response.status_code == (400 if "state" in change else 403)
    assert not is_logged_in(browser)


def test_two_pages_may_log_in_at_the_same_time(browser: httpx2.Client) -> None:
    first, second = (httpx2.get(asked_of_the_provider(browser, f"/source/{n}"), trust_env=False) for n in "ab")
    assert browser.get(first.headers["location"]).headers["location"] == f"{PREFIX}/source/a"
    assert is_logged_in(browser)
    assert browser.get(second.headers["location"]).headers["location"] == f"{PREFIX}/"
    assert is_logged_in(browser)


def test_the_proof_key_is_new_each_time(browser: httpx2.Client) -> None:
    asked = [parse_qs(urlsplit(str(asked_of_the_provider(browser))).query) for _ in range(2)]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
        assert len(asked[0][name][0]) >= 43


@pytest.mark.parametrize("where", range(3))
def test_a_cookie_that_was_changed_is_nobodys(where: int, browser: httpx2.Client, address: str) -> None:
    come_back(browser)
    [cookie] = browser.cookies.jar
    at = [0, cookie.value.index(".") // 2, len(cookie.value) - 2][where]
    changed = cookie.value[:at] + ("A" if cookie.value[at] != "A" else "B") + cookie.value[at + 1 :]
    for value, status in ((cookie.value, 200), (changed, 401), ("", 401), ("x" * 9000, 401), ("{}", 401)):
        headers = {"cookie": f"{cookie.name}={value}"}
        assert httpx2.get(f"{address}/api/v1/openapi.json", headers=headers, trust_env=False).status_code == status


def test_a_session_ends(provider: OpenIdProvider, fake: FakeAssistant, tmp_path: Path) -> None:
    short = by_openid(provider, "hours = 0.0003\n")  # a second
    with (
        serving_with(fake, tmp_path / "home", public="http://localhost:PORT/assistant", **short) as address,
        httpx2.Client(base_url=address, headers=PAGE, trust_env=False) as browser,
    ):
        come_back(browser)
        assert is_logged_in(browser)
        time.sleep(1.3)
        assert not is_logged_in(browser)
        assert come_back(browser).status_code == 303


def test_a_session_counts_with_every_server_of_the_data_folder_and_no_other(
    browser: httpx2.Client, provider: OpenIdProvider, fake: FakeAssistant, home: Path, tmp_path: Path
) -> None:
    come_back(browser)
    [cookie] = browser.cookies.jar
    assert stat.S_IMODE((home / KEY_FILE).stat().st_mode) == 0o600
    for folder, status in ((home, 200), (tmp_path / "other", 401)):
        with serving_with(fake, folder, public="http://localhost:PORT/assistant", **by_openid(provider)) as address:
            headers = {"cookie": f"{cookie.name}={cookie.value}"}
            response = httpx2.get(f"{address}/api/v1/openapi.json", headers=headers, trust_env=False)
            assert response.status_code == status
    assert signing_key(home) != signing_key(tmp_path / "other")


def test_logging_out_takes_the_cookie_and_leads_to_the_provider(
    browser: httpx2.Client, provider: OpenIdProvider, address: str
) -> None:
    come_back(browser)
    assert "Do you want to log out?" in browser.get("/logout").text
    assert is_logged_in(browser), "a link alone logs nobody out"
    elsewhere = browser.post("/logout", headers={"origin": "https://elsewhere.example"})
    assert elsewhere.status_code == 403
    assert browser.post("/logout", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert is_logged_in(browser)
    gone = browser.post("/logout", headers={"origin": address.removesuffix(PREFIX)})
    assert f"url={provider.issuer}/leave?client_id=assistant" in gone.text
    assert not is_logged_in(browser)
    assert list(browser.cookies.jar) == []


@pytest.mark.parametrize(
    ("breaks", "status", "sentence"),
    [
        ({"/.well-known/openid-configuration": (503, b"")}, 503, "does not answer"),
        ({"/.well-known/openid-configuration": (200, b"<html>")}, 502, "not set up"),
        ({"/.well-known/openid-configuration": (404, b"{}")}, 502, "not set up"),
        ({"/.well-known/openid-configuration": (200, b'{"issuer": "https://other.example"}')}, 502, "not set up"),
        ({"/token": (500, b"")}, 503, "does not answer"),
        ({"/token": (200, b"{}")}, 502, "not set up"),
        ({"/token": (200, b"[]")}, 502, "not set up"),
        ({"/token": (401, b'{"error": "invalid_client"}')}, 502, "not set up"),
        ({"/token": (400, b'{"error": "invalid_grant"}')}, 403, "did not succeed"),
        ({"/token": (302, b"")}, 502, "not set up"),
        ({"/keys": (500, b"")}, 503, "does not answer"),
        ({"/keys": (200, b'{"keys": []}')}, 502, "not set up"),
        ({"/keys": (200, b'{"keys": 7}')}, 502, "not set up"),
    ],
)
def test_a_provider_that_fails_is_one_clear_sentence(
    breaks: dict[str, tuple[int, bytes]],
    status: int,
    sentence: str,
    provider: OpenIdProvider,
    fake: FakeAssistant,
    tmp_path: Path,
) -> None:
    provider.broken = breaks
    public = "http://localhost:PORT/assistant"
    with (
        serving_with(fake, tmp_path / "home", public=public, **by_openid(provider)) as address,
        httpx2.Client(base_url=address, headers=PAGE, trust_env=False) as browser,
    ):
        begun = browser.get("/login")
        if begun.status_code == 303:
            begun = browser.get(httpx2.get(begun.headers["location"], trust_env=False).headers["location"])
        assert begun.status_code == status
        assert sentence in begun.text
        assert "Traceback" not in begun.text
        assert not is_logged_in(browser)


def test_a_provider_that_is_down_stops_nobody_who_is_logged_in(fake: FakeAssistant, tmp_path: Path) -> None:
    public = "http://localhost:PORT/assistant"
    with openid_provider() as provider:
        given = by_openid(provider)
        with (
            serving_with(fake, tmp_path / "home", public=public, **given) as address,
            httpx2.Client(base_url=address, headers=PAGE, trust_env=False) as browser,
        ):
            come_back(browser)
    with (
        serving_with(fake, tmp_path / "home", public=public, **given) as address,
        httpx2.Client(base_url=address, headers=PAGE, trust_env=False, cookies=browser.cookies) as again,
    ):
        assert httpx2.get(f"{address}/login", headers=PAGE, trust_env=False).status_code == 503
        [cookie] = browser.cookies.jar
        headers = {"cookie": f"{cookie.name}={cookie.value}"}
        assert again.get("/api/v1/openapi.json", headers=headers).status_code == 200
        out = again.post("/logout", headers={**headers, "origin": address.removesuffix(PREFIX)})
        assert "You are logged out here." in out.text


@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri"])
def test_a_provider_may_have_several_hosts(
    name: str, provider: OpenIdProvider, fake: FakeAssistant, tmp_path: Path
) -> None:
    provider.metadata = {name: provider.discovery()[name].replace("127.0.0.1", "localhost")}
    public = "http://localhost:PORT/assistant"
    with (
        serving_with(fake, tmp_path / "home", public=public, **by_openid(provider)) as address,
        httpx2.Client(base_url=address, headers=PAGE, trust_env=False) as browser,
    ):
        assert come_back(browser).status_code == 303
        assert is_logged_in(browser)


@pytest.mark.parametrize("found", ["ftp://127.0.0.1/x", "file:///etc/passwd", "https://name@127.0.0.1/x", "/x", "", 7])
@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri"])
def test_an_address_that_is_none_is_not_asked(
    name: str, found: object, provider: OpenIdProvider, fake: FakeAssistant, tmp_path: Path
) -> None:
    provider.metadata = {name: found}
    public = "http://localhost:PORT/assistant"
    with (
        serving_with(fake, tmp_path / "home", public=public, **by_openid(provider)) as address,
        httpx2.Client(base_url=address, headers=PAGE, trust_env=False) as browser,
    ):
        assert come_back(browser).status_code == 502
        assert not is_logged_in(browser)


def test_nobody_asks_the_provider_but_for_a_login(address: str, provider: OpenIdProvider) -> None:
    provider.requests.clear()
    for path in ("/", "/source/x", "/api/v1/openapi.json", "/login/callback?state=x&code=y", "/logout", "/healthz"):
        httpx2.get(f"{address}{path}", headers=PAGE, trust_env=False)
    assert provider.requests == []


@pytest.mark.parametrize(
    "wanted", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "/other"]
)
def test_a_login_leads_nowhere_else(wanted: str, browser: httpx2.Client) -> None:
    begun = browser.get("/login", params={"next": wanted})
    back = httpx2.get(begun.headers["location"], trust_env=False).headers["location"]
    assert browser.get(back).headers["location"] == f"{PREFIX}/"
    assert browser.get("/login", params={"next": wanted}).headers["location"] == f"{PREFIX}/", "logged in already"
