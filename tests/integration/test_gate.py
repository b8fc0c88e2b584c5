"""Ways around the gate that do not lead there: odd paths, hosts, headers and origins, over raw connections."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx2
import pytest

from assistant.settings import load_settings
from tests.logging_in import PROXY_SECRET, serving_with
from ui.access.entrance import login_of
from ui.errors import AccessError
from ui.testing import FakeAssistant, FakeSource

LOGIN = """
trusted_proxies = ["127.0.0.1"]
[login]
kind = "header"
[groups]
staff = ["internal"]
[embeds.narrow]
origins = ["https://intranet.example.org"]
collections = ["internal"]
documents = ["menu"]
[embeds.paused]
origins = ["https://intranet.example.org"]
paused = true
"""
PREFIX = "/assistant"
SECRET = "The hidden words of the plan."
KNOWN = ["X-Forwarded-User: somebody", "X-Forwarded-Groups: staff", f"X-Proxy-Secret: {PROXY_SECRET}"]


@pytest.fixture(scope="module")
def fake() -> FakeAssistant:
    return FakeAssistant(sources={"plan": FakeSource(text=SECRET)})


@pytest.fixture(scope="module")
def address(fake: FakeAssistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("gate") / "home"
    secret = {"PICUM_LOGIN_SECRET": PROXY_SECRET}
    public = f"http://127.0.0.1:PORT{PREFIX}"
    with serving_with(fake, home, LOGIN, public=public, environment=secret) as address:
        yield address


@pytest.fixture(autouse=True)
def _nobody_has_looked(fake: FakeAssistant) -> None:
    fake.seen.clear()
    fake.asked.clear()


def raw(address: str, target: str, headers: Sequence[str] = (), *, method: str = "GET", host: str | None = "") -> str:
    """What the server answers to exactly these bytes."""
    where = httpx2.URL(address)
    lines = [f"{method} {target} HTTP/1.1", *headers, "Connection: close"]
    if host is not None:
        lines.insert(1, f"Host: {host or f'{where.host}:{where.port}'}")
    with socket.create_connection((where.host, where.port or 80), timeout=10) as connection:
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer.decode("utf-8", errors="replace")


def status(answer: str) -> int:
    return int(answer.split(" ", 2)[1]) if answer else 0


def test_the_way_in_is_there(address: str) -> None:
    """Else nothing below could fail."""
    assert SECRET in raw(address, f"{PREFIX}/source/plan", KNOWN)
    assert status(raw(address, f"{PREFIX}/source/plan")) == 401


ODD = [
    "/source/plan",
    "//source/plan",
    f"/{PREFIX}/source/plan",
    f"{PREFIX}//source/plan",
    f"{PREFIX}/healthz/../source/plan",
    f"{PREFIX}/healthz/%2e%2e/source/plan",
    f"{PREFIX}/healthz%2f..%2fsource/plan",
    f"{PREFIX}/login/../source/plan",
    f"{PREFIX}/login%2f..%2fsource%2fplan",
    f"{PREFIX}/login/callback/../../source/plan",
    f"{PREFIX}%2fsource%2fplan",
    f"{PREFIX}/source%2fplan",
    f"{PREFIX}/source/plan/",
    f"{PREFIX}/SOURCE/plan",
    f"{PREFIX.upper()}/source/plan",
    f"{PREFIX}x/source/plan",
    f"{PREFIX}{PREFIX}/source/plan",
    f"{PREFIX}/./source/plan",
    f"{PREFIX}/source/plan;/healthz",
    f"{PREFIX}/source/plan%00",
    f"{PREFIX}/healthz%00/../source/plan",
    f"{PREFIX}/source/plan%0a",
    f"{PREFIX}/healthz%0a",
    f"{PREFIX}/healthz%23/../source/plan",
    f"{PREFIX}/source/plan?/healthz",
    f"{PREFIX}\\source\\plan",
    f"{PREFIX}/healthz\\..\\source\\plan",
    f"{PREFIX}/embed/narrow/../../source/plan",
    f"{PREFIX}/embed/narrow/source/plan",
    f"{PREFIX}/embed//narrow/source/plan",
    f"{PREFIX}/embed/%6earrow/source/plan",
    f"{PREFIX}/embed/narrow%2fsource%2fplan",
    f"{PREFIX}/embed/source/plan",
    f"{PREFIX}/embed//source/plan",
    f"{PREFIX}/embed/../source/plan",
    f"{PREFIX}/healthz/embed/narrow/source/plan",
    "http://127.0.0.1/healthz/../source/plan",
    f"http://127.0.0.1{PREFIX}/source/plan",
    "*",
]


@pytest.mark.parametrize("target", ODD)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "TRACE", "get"])
def test_no_path_leads_a_stranger_around_the_gate(method: str, target: str, address: str, fake: FakeAssistant) -> None:
    answer = raw(address, target, ["Accept: text/html", "Content-Length: 0"], method=method)
    assert status(answer) in {400, 401, 403, 404, 405, 411}
    assert SECRET not in answer
    assert (fake.seen, fake.asked) == ([], [])


@pytest.mark.parametrize("target", [path for path in ODD if "embed" in path])
def test_no_path_leads_out_of_an_embed(target: str, address: str, fake: FakeAssistant) -> None:
    raw(address, target, KNOWN)
    assert set(fake.seen) <= {(frozenset({"internal"}), frozenset({"menu"}))}


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-Method"])
def test_a_method_is_the_one_that_is_sent(name: str, address: str) -> None:
    assert status(raw(address, f"{PREFIX}/api/v1/ask", [*KNOWN, f"{name}: POST"])) == 405


@pytest.mark.parametrize(
    "header",
    [f"X-Forwarded-Prefix: {PREFIX}", "X-Original-URL: /healthz", "X-Rewrite-URL: /healthz", "X-Script-Name: /healthz"],
)
def test_a_path_is_the_one_that_is_sent(header: str, address: str) -> None:
    assert status(raw(address, f"{PREFIX}/source/plan", [header])) == 401
    assert status(raw(address, "/source/plan", [*KNOWN, header])) == 404


@pytest.mark.parametrize(
    ("host", "good"),
    [
        ("localhost", True),
        ("LOCALHOST:80", True),
        ("127.0.0.1:1", True),
        ("10.1.2.3", True),
        ("[::1]:80", True),
        ("evil.example", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("evil.example@localhost", False),
        ("localhost@evil.example", False),
        ("localhost:80@evil.example", False),
        ("localhost#evil.example", False),
        ("localhost/evil", False),
        ("evil.example\\localhost", False),
        ("localhost,evil.example", False),
        ("localhost evil.example", False),
        ("[", False),
        ("[::1", False),
        ("[evil.example]", False),
        ("2130706433", False),
        (None, False),
    ],
)
def test_a_host_is_its_own_or_refused(host: str | None, good: bool, address: str) -> None:
    answer = raw(address, "/healthz", host=host)
    assert status(answer) == 200 if good else status(answer) in {400, 421}
    assert "Internal Server Error" not in answer


def test_two_hosts_are_none(address: str) -> None:
    assert status(raw(address, "/healthz", ["Host: localhost"])) in {400, 421}


@pytest.mark.parametrize("referer", ["http://[", "http://]:x/", "//", "\xff", "javascript:alert(1)"])
def test_an_odd_referer_is_no_mistake(referer: str, address: str) -> None:
    headers = [*KNOWN, "Sec-Fetch-Mode: navigate", f"Referer: {referer}"]
    assert status(raw(address, f"{PREFIX}/embed/narrow/", headers)) in {200, 403}


@pytest.mark.parametrize(
    "headers",
    [
        [],
        KNOWN[:2],
        [KNOWN[0], KNOWN[1], "X-Proxy-Secret: wrong"],
        [KNOWN[0], KNOWN[1], "X-Proxy-Secret:"],
        [KNOWN[0], KNOWN[1], f"X-Proxy-Secret: {PROXY_SECRET}x"],
        [KNOWN[0], KNOWN[1], f"X-Proxy-Secret: {PROXY_SECRET}", "X-Proxy-Secret: wrong"],
        [KNOWN[0], KNOWN[1], f"X-Proxy-Secret: {PROXY_SECRET}", f"X-Proxy-Secret: {PROXY_SECRET}"],
        [*KNOWN, "X-Forwarded-User: another"],
        [*KNOWN, "x-forwarded-user: somebody"],
        ["X-Forwarded-User:", *KNOWN[1:]],
        ["X-Forwarded-User:  ", *KNOWN[1:]],
        ["X_Forwarded_User: somebody", *KNOWN[1:]],
        ["Remote-User: somebody", *KNOWN[1:]],
        [f"Authorization: Basic {PROXY_SECRET}"],
        ["Cookie: X-Forwarded-User=somebody; picum=x"],
    ],
)
def test_a_header_that_cannot_be_believed_is_a_strangers(headers: list[str], address: str, fake: FakeAssistant) -> None:
    assert status(raw(address, f"{PREFIX}/source/plan", headers)) == 401
    assert fake.seen == []


def test_groups_that_are_said_twice_are_none(address: str, fake: FakeAssistant) -> None:
    raw(address, f"{PREFIX}/source/plan", [*KNOWN, "X-Forwarded-Groups: staff"])
    raw(address, f"{PREFIX}/source/plan", [KNOWN[0], "X-Forwarded-Groups: Staff, choir,, default ", KNOWN[2]])
    raw(address, f"{PREFIX}/source/plan", [KNOWN[0], "X-Forwarded-Groups:  choir , staff", KNOWN[2]])
    assert [seen for seen, _ in fake.seen] == [{"default"}, {"default"}, {"default", "internal"}]


def test_a_peer_that_is_not_trusted_is_a_stranger(fake: FakeAssistant, tmp_path: Path) -> None:
    tables = LOGIN.replace("127.0.0.1", "10.0.0.0/8")
    for secret in ("", PROXY_SECRET):
        environment = {"PICUM_LOGIN_SECRET": secret}
        with serving_with(fake, tmp_path / "home", tables, environment=environment) as address:
            forged = [*KNOWN, "X-Forwarded-For: 10.0.0.1", "Forwarded: for=10.0.0.1", "X-Real-IP: 10.0.0.1"]
            assert status(raw(address, "/source/plan", forged)) == 401
    assert fake.seen == []


def test_a_token_of_others_does_not_stand_in_the_way_of_a_login(address: str) -> None:
    """Proxies hand on their own."""
    assert status(raw(address, f"{PREFIX}/source/plan", [*KNOWN, "Authorization: Bearer eyJhbGciOi"])) == 200
    assert status(raw(address, f"{PREFIX}/source/plan", [*KNOWN, "Authorization: Bearer picum_x"])) == 401
    assert status(raw(address, f"{PREFIX}/source/plan", ["Authorization: Bearer eyJhbGciOi"])) == 401


@pytest.mark.parametrize(
    "headers",
    [
        ["Origin: https://elsewhere.example"],
        ["Origin: null"],
        ["Origin:"],
        ["Origin: http://127.0.0.1"],
        ["Sec-Fetch-Site: cross-site"],
        ["Sec-Fetch-Site: same-site"],
        ["Sec-Fetch-Site: same-origin", "Origin: https://elsewhere.example"],
        ["Origin: OWN", "Origin: https://elsewhere.example"],
        ["Origin: OWN", "Sec-Fetch-Site: cross-site"],
    ],
)
def test_pages_of_other_sites_change_nothing(headers: list[str], address: str, fake: FakeAssistant) -> None:
    own = str(httpx2.URL(address).copy_with(path="")).rstrip("/")
    sent = [*KNOWN, *(header.replace("OWN", own) for header in headers), "Content-Length: 0"]
    for path in ("/api/v1/ask", "/gradio_api/queue/join", "/logout", "/embed/narrow/api/v1/ask"):
        answer = raw(address, f"{PREFIX}{path}", sent, method="POST")
        assert status(answer) == 403
        assert "access-control-allow-origin" not in answer.lower()
    assert fake.asked == []


def test_where_nobody_logs_in_only_this_machine_asks(fake: FakeAssistant, tmp_path: Path) -> None:
    with serving_with(fake, tmp_path / "home") as address:
        assert status(raw(address, "/source/plan")) == 200
        for header in ("X-Forwarded-For: 10.0.0.1", "Via: 1.1 proxy", "Forwarded: for=10.0.0.1", "X-Real-IP: 10.0.0.1"):
            answer = raw(address, "/source/plan", [header])
            assert status(answer) == 403
            assert "Only this machine may ask here" in answer


def test_gradios_own_login_is_not_there(fake: FakeAssistant, tmp_path: Path) -> None:
    with serving_with(fake, tmp_path / "home") as address:
        for method, path in (("GET", "/login"), ("GET", "/logout"), ("POST", "/logout"), ("GET", "/login/callback")):
            assert status(raw(address, path, ["Content-Length: 0"], method=method)) == 404
        assert status(raw(address, "/login", ["Content-Length: 0"], method="POST")) == 405


@pytest.mark.parametrize(
    "issuer",
    [
        "http://login.example.org",
        "login.example.org",
        "https://",
        "https://a@login.example.org",
        "https://[",
        "https://x/?y",
    ],
)
def test_a_provider_without_https_is_refused(issuer: str) -> None:
    settings = load_settings({"PICUM_LOGIN_SECRET": "s", "PICUM_PUBLIC_URL": "https://x.example.org"})
    table = settings.login.model_copy(update={"kind": "oidc", "client_id": "c", "issuer": issuer})
    with pytest.raises(AccessError, match=r"issuer in \[login\] cannot be"):
        login_of(settings.model_copy(update={"login": table}))
