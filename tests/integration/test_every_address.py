"""Every address of the application as those meet it who are not let in: a table made from the routes themselves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta

import httpx2
import pytest

from assistant.assistant import Assistant
from assistant.settings import load_settings
from assistant.testing import assistant_over, read
from tests.logging_in import PROXY_SECRET, by_openid, serving_with
from tests.openid import OpenIdProvider, openid_provider
from tests.routes import Place, places
from ui import server
from ui.access.rules import RULES, Rule, rule_for
from ui.access.tokens import Tokens
from ui.testing import FakeAssistant

GROUPS = '[groups]\nboard = ["board"]\n[limits]\nquestions_per_minute = 100000\nburst = 100000\n'
HIDDEN = ("zanzibar", "secret plan", "quimby", "2031")
QUESTION = "What does the secret plan say of Zanzibar, and when?"
HEADER = '[login]\nkind = "header"\n'


def all_places() -> list[Place]:
    app = server.create_app(FakeAssistant(), load_settings({"PICUM_LLM": "none"}))
    return sorted(places(app), key=lambda place: (place.path, place.method))


PLACES = all_places()
REACHED = [place for place in PLACES if (rule := rule_for(place.path)) and place.method in rule.methods]
CLOSED = [place for place in PLACES if place.gradio and place not in REACHED]


def test_every_route_of_ours_has_a_rule() -> None:
    assert [place for place in PLACES if not place.gradio and place not in REACHED] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.path.pattern)
def test_every_rule_has_a_route(rule: Rule) -> None:
    found = {place.method for place in REACHED if rule.path.fullmatch(place.path)}
    assert rule.methods - {"HEAD"} <= found


def test_no_more_of_gradio_is_reached_than_the_page_needs() -> None:
    reached = {place.path for place in REACHED if place.gradio}
    assert reached == {
        *("/", "/config", "/theme.css", "/favicon.ico", "/assets/x", "/static/x"),
        *("/gradio_api/info", "/gradio_api/app_id", "/gradio_api/startup-events", "/gradio_api/queue/data"),
        *("/gradio_api/queue/join", "/gradio_api/cancel", "/gradio_api/reset", "/gradio_api/run/ask"),
        "/gradio_api/heartbeat/x",
    }
    assert {"/gradio_api/upload", "/gradio_api/file=x", "/gradio_api/proxy=x", "/monitoring", "/login"} <= {
        place.path for place in CLOSED
    }


@dataclass(frozen=True)
class Site:
    """A server that knows people in one way. ``somebody`` and ``member`` are headers of people without and with the
    group.
    """

    address: str
    somebody: Mapping[str, str]
    member: Mapping[str, str]
    tokens: Mapping[str, str]


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    documents = [
        read("plan", "The shelter has 40 beds for families.", title="Plan"),
        read(
            "secret-plan",
            "The shelter in Zanzibar closes in 2031; ask Quimby.",
            title="Secret plan",
            collection="board",
        ),
    ]
    return assistant_over(documents)


def log_in(address: str, provider: OpenIdProvider, groups: list[str]) -> dict[str, str]:
    provider.person = {"sub": "subject", "groups": groups}
    with httpx2.Client(base_url=address, trust_env=False) as browser:
        asked = browser.get("/login").headers["location"]
        browser.get(httpx2.get(asked, trust_env=False).headers["location"])
        [cookie] = browser.cookies.jar
    return {"cookie": f"{cookie.name}={cookie.value}"}


@pytest.fixture(scope="module", params=["header", "oidc"])
def site(
    request: pytest.FixtureRequest, assistant: Assistant, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    home, today = tmp_path_factory.mktemp(request.param) / "home", date.today()
    with ExitStack() as stack:
        if request.param == "header":
            known = {"x-forwarded-user": "somebody", "x-proxy-secret": PROXY_SECRET}
            secret = {"PICUM_LOGIN_SECRET": PROXY_SECRET}
            address = stack.enter_context(serving_with(assistant, home, HEADER + GROUPS, environment=secret))
            people = {**known, "x-forwarded-groups": "choir"}, {**known, "x-forwarded-groups": "choir,board"}
        else:
            provider = stack.enter_context(openid_provider())
            given = by_openid(provider, GROUPS)
            address = stack.enter_context(serving_with(assistant, home, public="http://localhost:PORT", **given))
            people = log_in(address, provider, ["choir"]), log_in(address, provider, ["board"])
        tokens = Tokens(home)
        made = {
            name: tokens.add(
                name, rights=["ask"], collections=["board"], created=today, expires=today + timedelta(days)
            )
            for name, days in (("good", 1), ("expired", -1), ("revoked", 1))
        }
        tokens.revoke("revoked")
        yield Site(address, *people, made)


def ask(site: Site, place: Place, headers: Mapping[str, str]) -> tuple[int, str, httpx2.Headers]:
    """What a place answers, as far as it comes at once: streams stay open."""
    streams = any(part in place.path for part in ("heartbeat", "queue/data", "/mcp"))
    talk = {"model": "picum", "messages": [{"role": "user", "content": QUESTION}]}
    body = talk if place.path.startswith("/v1/") else {"question": QUESTION}
    sent: dict[str, object] = {"content": json.dumps(body)} if place.method == "POST" else {}
    said = ""
    with (
        httpx2.Client(
            base_url=site.address, trust_env=False, timeout=httpx2.Timeout(20, read=0.4 if streams else 20)
        ) as client,
        client.stream(
            place.method, place.path, headers={"content-type": "application/json", **headers}, **sent
        ) as response,
    ):
        try:
            for part in response.iter_text():
                said += part
        except httpx2.ReadTimeout:
            assert streams
    return response.status_code, said.casefold(), response.headers


def bearer(name: str) -> Callable[[Site], dict[str, str]]:
    return lambda site: {"authorization": f"Bearer {site.tokens[name]}"}


CASES: dict[str, Callable[[Site], Mapping[str, str]]] = {
    "no login": lambda _site: {},
    "wrong group": lambda site: site.somebody,
    "expired token": bearer("expired"),
    "revoked token": bearer("revoked"),
    "other origin": lambda site: {**site.member, "origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"},
    "wrong host": lambda site: {**site.member, "host": "elsewhere.example"},
}


def allowed(case: str, place: Place) -> set[int]:
    """The answers that are right."""
    rule = rule_for(place.path)
    assert rule is not None
    if case == "wrong host":
        return {421}
    if case == "other origin" and place.method not in {"GET", "HEAD"}:
        return {403}
    if rule.needs is None:
        return {200, 303, 400, 404, 503}
    if case in {"no login", "expired token", "revoked token"}:
        return {401}
    if rule.needs not in {"ask", "feedback"}:
        return {403}
    # Nobody has an event stream here that could be followed.
    followed = {503} if place.path == "/gradio_api/queue/data" else set[int]()
    return {200, 202, 204, 307, 400, 404, 405, 406, 415, 422} | followed


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("place", REACHED, ids=lambda place: f"{place.method} {place.path}")
def test_nobody_who_may_not_learns_anything(site: Site, place: Place, case: str) -> None:
    status, said, headers = ask(site, place, CASES[case](site))
    assert status in allowed(case, place)
    assert "access-control-allow-origin" not in headers
    if case != "other origin":  # which a browser sends, and whose answer it keeps to itself
        assert [word for word in HIDDEN if word in said and word not in QUESTION.casefold()] == []


@pytest.mark.parametrize("place", CLOSED, ids=lambda place: f"{place.method} {place.path}")
def test_what_is_closed_is_closed_for_everybody(site: Site, place: Place) -> None:
    assert ask(site, place, site.member)[0] in {404, 405}


def test_those_who_may_do_learn_it(site: Site) -> None:
    """Else the table could not fail."""
    for headers in (site.member, bearer("good")(site)):
        for place in (Place("POST", "/api/v1/ask"), Place("GET", "/source/secret-plan")):
            status, said, _ = ask(site, place, headers)
            assert status == 200
            assert "quimby" in said
