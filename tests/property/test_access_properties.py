"""Invariants of the gate: how much may be asked, whose address counts, and where a login may lead."""

from __future__ import annotations

import ipaddress
from urllib.parse import unquote, urljoin, urlsplit

from hypothesis import example, given
from hypothesis import strategies as st

from assistant.door_settings import Login
from ui.access.address import Address, neighbourhood
from ui.access.limits import Rates
from ui.access.oidc import OidcLogin
from ui.access.provider import Provider

_STEPS = st.lists(st.tuples(st.floats(0, 300), st.integers(0, 3)), min_size=1, max_size=80)


@given(steps=_STEPS, per_minute=st.floats(0.01, 1000), burst=st.integers(1, 50))
def test_no_more_gets_through_than_the_burst_and_what_comes_back(
    steps: list[tuple[float, int]], per_minute: float, burst: int
) -> None:
    now = 0.0
    rates = Rates(per_minute=per_minute, burst=burst, clock=lambda: now)
    taken: dict[str, list[float]] = {}
    for wait, key in steps:
        now += wait
        for _ in range(3):
            if rates.take(str(key)) == 0:
                taken.setdefault(str(key), []).append(now)
    for times in taken.values():
        # In every stretch of time, not only from the beginning.
        for first, start in enumerate(times):
            for count, end in enumerate(times[first:], start=1):
                assert count <= burst + (end - start) * per_minute / 60 + 1e-6


@given(per_minute=st.floats(0.01, 1000), burst=st.integers(1, 50))
def test_whoever_waits_as_told_may_ask(per_minute: float, burst: int) -> None:
    now = 0.0
    rates = Rates(per_minute=per_minute, burst=burst, clock=lambda: now)
    for _ in range(burst):
        assert rates.take("somebody") == 0
    wait = rates.take("somebody")
    assert wait >= 1
    now += wait + 1e-6
    assert rates.take("somebody") == 0


_ADDRESSES = st.ip_addresses().map(str)
_TRUSTED = ipaddress.ip_network("10.0.0.0/8")


def _scope(peer: str, *said: str) -> dict[str, object]:
    return {
        "type": "http",
        "client": (peer, 1),
        "headers": [(b"x-forwarded-for", each.encode("latin-1", errors="replace")) for each in said],
    }


@given(peer=_ADDRESSES, said=st.lists(st.one_of(_ADDRESSES, st.text(max_size=20)), max_size=6))
def test_nothing_that_a_stranger_says_of_addresses_counts(peer: str, said: list[str]) -> None:
    address = Address("https://example.org", "127.0.0.1", [_TRUSTED])
    found = address.client(_scope(peer, *said))
    if not (ipaddress.ip_address(peer).version == 4 and ipaddress.ip_address(peer) in _TRUSTED):
        assert found == peer


@given(
    before=st.lists(st.text(max_size=20), max_size=4),
    client=_ADDRESSES.filter(lambda text: ipaddress.ip_address(text) not in _TRUSTED),
    proxies=st.lists(st.integers(0, 2**24 - 1).map(lambda n: str(_TRUSTED[n])), min_size=1, max_size=4),
    port=st.sampled_from(["", ":1", ":65535"]),
)
def test_whoever_reached_the_first_trusted_proxy_is_the_client(
    before: list[str], client: str, proxies: list[str], port: str
) -> None:
    """Whatever they said before."""
    written = (f"[{client}]{port}" if ":" in client else f"{client}{port}") if port else client
    chain = ", ".join([*(each.replace("\n", "") for each in before), written, *proxies[1:]])
    address = Address("https://example.org", "127.0.0.1", [_TRUSTED])
    found = ipaddress.ip_address(address.client(_scope(proxies[0], chain)))
    mapped = getattr(ipaddress.ip_address(client), "ipv4_mapped", None)
    if mapped is None or mapped not in _TRUSTED:
        assert found == ipaddress.ip_address(client)


@given(st.ip_addresses(v=6))
def test_a_household_is_one_neighbourhood(ip: ipaddress.IPv6Address) -> None:
    if ip.ipv4_mapped:
        assert neighbourhood(str(ip)) == str(ip.ipv4_mapped)
    else:
        other = ipaddress.IPv6Address(int(ip) ^ 1)
        far = ipaddress.IPv6Address(int(ip) ^ (1 << 64))
        assert neighbourhood(str(ip)) == neighbourhood(str(other)) != neighbourhood(str(far))


def _login(public: str) -> OidcLogin:
    table = Login(kind="oidc", issuer="https://login.example.org", client_id="x")
    provider = Provider(table, "secret", f"{public}/login/callback")
    return OidcLogin(table, Address(public, "127.0.0.1"), provider, b"k" * 32, frozenset())


_PIECES = (
    *(
        "/",
        "//",
        "\\",
        "..",
        ".",
        "%2e",
        "%2E",
        "%2f",
        "%5c",
        "@",
        ":",
        "?",
        "#",
        "&",
        "http:",
        "javascript:",
        "\u2044",
    ),
    *("evil.example", "assistant", "source", "\t", "\n", "\r", "\0", " ", "é", "\uff0f", "%", "%00", "[", "]"),
)
_PARTS = st.lists(st.sampled_from(_PIECES), max_size=12).map("".join)


@given(
    wanted=st.one_of(_PARTS, _PARTS.map("/assistant/".__add__), _PARTS.map("/".__add__), st.text(max_size=60)),
    prefix=st.sampled_from(["", "/assistant"]),
)
@example("//evil.example", "")
@example("/\\evil.example", "")
@example("/assistant/..//evil.example", "/assistant")
@example("/assistant/%2e%2e/other", "/assistant")
@example("/assistant@evil.example", "/assistant")
def test_a_login_leads_to_this_application_alone(wanted: str, prefix: str) -> None:
    base = f"https://intranet.example.org{prefix}"
    login = _login(base)
    found = login.own_path(wanted)
    parts = urlsplit(urljoin(f"{base}/login/callback", found))
    assert (parts.scheme, parts.netloc) == ("https", "intranet.example.org")
    assert parts.path.startswith(f"{prefix}/")
    assert not {"..", "."} & set(unquote(parts.path).split("/"))
    assert found.isascii()
    assert found.isprintable()
    assert "\\" not in found
    assert login.own_path(found) == found


def test_paths_of_the_application_are_kept() -> None:
    login = _login("https://intranet.example.org/assistant")
    for path in (
        "/assistant/",
        "/assistant/source/a/b.pdf?start=1&end=2&lang=fr",
        "/assistant/embed/x/",
        "/assistant/?lang=el",
    ):
        assert login.own_path(path) == path
