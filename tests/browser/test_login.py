"""Logging in and out in a real browser: on the page, and in a frame of another site that keeps its cookies apart."""

from __future__ import annotations

import re
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from tests.browser.conftest import FLAGS
from tests.logging_in import by_openid, self_signed, serving_with
from tests.openid import OpenIdProvider, openid_provider
from ui.testing import FakeAssistant, make_answer, make_citation

OPEN = make_answer(("Membership is open.", (1,)), citations=[make_citation(1)])
HERE, THERE = "assistant.example.net", "intranet.example.org"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TABLES = '[groups]\nstaff = ["internal"]\n[embeds.wiki]\norigins = ["https://intranet.example.org:PORT"]\n'


@pytest.fixture
def provider() -> Iterator[OpenIdProvider]:
    with openid_provider() as provider:
        provider.asks = True
        provider.person["groups"] = ["staff"]
        yield provider


@pytest.fixture
def address(provider: OpenIdProvider, tmp_path: Path) -> Iterator[str]:
    fake = FakeAssistant({"Who can join?": OPEN})
    with serving_with(
        fake, tmp_path / "home", public="http://127.0.0.1:PORT/assistant", **by_openid(provider, TABLES)
    ) as address:
        yield address


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": RULES}).response
    return [rule["id"] for rule in found["violations"] + found["incomplete"]]


def ask(where: Page | Frame) -> None:
    box = where.locator("#question textarea")
    expect(box).to_be_editable()
    box.fill("Who can join?")
    box.press("Enter")
    expect(where.locator("#chat .said")).to_contain_text("Membership is open.")


def log_in(page: Page, address: str) -> None:
    page.goto(address + "/?lang=en")
    page.get_by_role("link", name="Log in as a test person").click()


def test_somebody_logs_in_asks_and_logs_out(
    open_page: Callable[..., Page], address: str, provider: OpenIdProvider
) -> None:
    page = open_page()
    log_in(page, address)
    expect(page).to_have_url(address + "/?lang=en")
    ask(page)
    [cookie] = page.context.cookies()
    assert (cookie["name"], cookie["path"], cookie["httpOnly"], cookie["sameSite"]) == (
        "picum",
        "/assistant",
        True,
        "Lax",
    )
    page.get_by_role("link", name="Log out").click()
    expect(page.get_by_role("heading", name="Do you want to log out?")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Logged out of the provider")).to_be_visible()
    assert page.context.cookies() == []
    assert provider.logged_out == [{"client_id": "assistant"}]
    page.goto(address)
    expect(page.get_by_role("link", name="Log in as a test person")).to_be_visible()
    # The browser looks for an icon at the root of the host, which is not ours.
    assert [complaint for complaint in page.watch.complaints if "404" not in complaint] == []
    page.context.close()


def test_where_nobody_logs_in_nobody_logs_out(page: Page) -> None:
    expect(page.locator("#head h1")).to_be_visible()
    expect(page.get_by_role("link", name="Log out")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_of_the_login_have_no_barrier(
    language: str, open_page: Callable[..., Page], address: str, provider: OpenIdProvider
) -> None:
    for scheme in ("light", "dark"):
        page = open_page(color_scheme=scheme, viewport={"width": 320, "height": 640})
        log_in(page, address)
        expect(page.locator("#question")).to_be_visible()
        for path, status in (
            ("/logout", 200),
            ("/nothing", 404),
            ("/embed/nothing/", 404),
            ("/login/callback?state=x&x=y", 200),
        ):
            response = page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
            assert response is not None
            assert response.status == status
            if path.startswith("/login"):
                continue
            assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
            assert violations(page) == []
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= 320
        page.context.close()


class HostPage:
    """A page of another site, over https, with whatever stands in ``html``."""

    def __init__(self, certificate: tuple[Path, Path]) -> None:
        self.html = ""
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = host.html.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return self_signed(tmp_path_factory.mktemp("tls"), HERE, THERE, "evil.example.com")


@pytest.fixture
def host_page(certificate: tuple[Path, Path]) -> Iterator[HostPage]:
    page = HostPage(certificate)
    yield page
    page.close()


@pytest.fixture
def secure(
    provider: OpenIdProvider, host_page: HostPage, certificate: tuple[Path, Path], tmp_path: Path
) -> Iterator[str]:
    """The address of a server over https, which that page may embed."""
    given = by_openid(provider, TABLES.replace("PORT", str(host_page.port)))
    fake = FakeAssistant({"Who can join?": OPEN})
    public = f"https://{HERE}:PORT/assistant"
    with serving_with(fake, tmp_path / "home", public=public, certificate=certificate, **given) as address:
        host_page.html = (
            f'<title>Wiki</title><iframe src="{address}/embed/wiki/?lang=en" width="900" height="700"></iframe>'
        )
        yield address


@pytest.fixture(scope="module", params=[False, True], ids=["cookies of third parties", "none of them"])
def strict(request: pytest.FixtureRequest, chromium: str, browser: Browser) -> Iterator[Browser]:
    """A browser that knows both sites; once one that blocks cookies of third parties."""
    flags = [flag for flag in FLAGS if not flag.startswith("--host-resolver-rules")]
    flags.append("--host-resolver-rules=MAP *.example.* 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
    flags += ["--test-third-party-cookie-phaseout"] if request.param else []
    running = browser.browser_type.launch(executable_path=chromium, args=flags)
    yield running
    running.close()


@pytest.fixture
def context(strict: Browser, secure: str) -> Iterator[BrowserContext]:
    """Closed before the server, which would wait for its connections."""
    context = strict.new_context(ignore_https_errors=True, locale="en-GB", reduced_motion="reduce")
    yield context
    context.close()


def test_a_frame_of_another_site_logs_in_by_a_window(
    context: BrowserContext, secure: str, host_page: HostPage, provider: OpenIdProvider
) -> None:
    page = context.new_page()
    page.goto(f"https://{THERE}:{host_page.port}/")
    frame = page.frames[1]
    expect(frame.get_by_role("heading")).to_have_text("Log in to ask the documents. A window opens for it.")
    with page.expect_popup() as opening:
        frame.get_by_role("button", name="Log in").click()
    window = opening.value
    expect(frame.get_by_role("status")).to_have_text("Log in in the window that has opened.")
    with window.expect_event("close"):
        window.get_by_role("link", name="Log in as a test person").click()
    ask(frame)
    cookies = {bool(cookie.get("partitionKey")): cookie for cookie in context.cookies()}
    assert set(cookies) == {False, True}
    assert cookies[True]["path"] == "/assistant/embed/wiki/"
    assert (cookies[True]["sameSite"], cookies[False]["sameSite"]) == ("None", "Lax")
    for cookie in cookies.values():
        assert (cookie["name"], cookie["httpOnly"], cookie["secure"]) == ("__Secure-picum", True, True)
    # Logging out of the frame is its own business.
    frame.get_by_role("link", name="Log out").click()
    frame.get_by_role("button", name="Log out").click()
    expect(frame.get_by_role("heading")).to_have_text("You are logged out here.")
    assert [cookie for cookie in context.cookies() if cookie.get("partitionKey")] == []
    assert provider.logged_out == []


def test_whoever_is_logged_in_needs_the_button_alone(context: BrowserContext, secure: str, host_page: HostPage) -> None:
    first = context.new_page()
    log_in(first, secure)
    expect(first.locator("#question")).to_be_visible()
    page = context.new_page()
    page.goto(f"https://{THERE}:{host_page.port}/")
    with page.expect_popup() as opening:
        page.frames[1].get_by_role("button", name="Log in").click()
    assert opening.value
    ask(page.frames[1])


def test_a_page_of_another_site_gets_nothing_from_the_window(
    context: BrowserContext, secure: str, host_page: HostPage
) -> None:
    first = context.new_page()
    log_in(first, secure)
    expect(first.locator("#question")).to_be_visible()
    challenge = "A" * 43
    host_page.html = (
        "<title>Evil</title><button onclick=\"window.open('" + f"{secure}/login?embed=wiki&challenge={challenge}"
        "')\">Open</button><script>window.told = []; onmessage = (e) => told.push(e.data);</script>"
    )
    page = context.new_page()
    page.goto(f"https://evil.example.com:{host_page.port}/")
    with page.expect_popup() as opening:
        page.get_by_role("button").click()
    window = opening.value
    code = window.locator("#handing").get_attribute("data-code")
    assert code
    page.wait_for_timeout(500)
    assert page.evaluate("told") == []
    # Nor is the code worth anything without the verifier of that challenge.
    redeem = f"{secure}/embed/wiki/login/redeem"
    port = httpx2.URL(secure).port
    with httpx2.Client(verify=False, trust_env=False) as client:
        sent = {"code": code, "verifier": "B" * 43}
        url = redeem.replace(HERE, "127.0.0.1")
        response = client.post(url, json=sent, headers={"host": f"{HERE}:{port}"})
        assert response.status_code == 403
        assert "set-cookie" not in response.headers


def test_a_page_that_may_not_show_it_shows_nothing(context: BrowserContext, secure: str, host_page: HostPage) -> None:
    page = context.new_page()
    page.goto(f"https://evil.example.com:{host_page.port}/")
    frame = page.frames[1]
    expect(frame.locator("#log-in")).to_have_count(0)
    assert re.search(r"chrome-error|may not show this assistant", frame.url + frame.content())


def test_a_window_without_the_page_that_opened_it_says_so(context: BrowserContext, secure: str) -> None:
    page = context.new_page()
    page.goto(f"{secure}/login?embed=wiki&lang=en&challenge={'A' * 43}")
    page.get_by_role("link", name="Log in as a test person").click()
    expect(page.get_by_role("status")).to_contain_text("cannot be reached")
    expect(page.get_by_role("link", name="To the assistant")).to_be_visible()
