"""Chromium for the tests of the pages, driven by Playwright, and the server that shows them."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from assistant.library import DocumentSummary
from assistant.settings import load_settings
from tests.embedding import STRICT, Embedded, Hosts, embedded
from ui import server
from ui.answering import AnswersQuestions
from ui.testing import FakeAssistant

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

NO_BROWSER = "Browser tests need chromium in the PATH; on Debian: apt-get install chromium."

# Nothing of the browser's own may call out, and no host has an address but these, which are this machine: as names
# they are sites apart, which ports are not; --no-sandbox because containers run tests as root.
SITES = ("assistant.example", "host.example", "other.example")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules={''.join(f'MAP {site} 127.0.0.1, ' for site in SITES)}MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


# What is waited for comes at once on a machine with nothing else to do.
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)
            # Gradio keeps its statistics of events with an option that pandas is going to drop.
            item.add_marker(pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Skips for want of a browser have one place and so make one line of the summary, however many tests there are."""
    report = yield
    if report.skipped and CHROMIUM is None:
        report.longrepr = (__file__, None, NO_BROWSER)
    return report


@pytest.fixture(scope="session", autouse=True)
def chromium() -> str:
    """The path of Chromium. Without it every test here is skipped, in one line, or fails where it is required."""
    if CHROMIUM:
        return CHROMIUM
    if os.environ.get("PICUM_REQUIRE_BROWSER") == "1":
        pytest.fail("PICUM_REQUIRE_BROWSER=1, but there is no chromium in the PATH; install Debian's chromium.")
    pytest.skip(NO_BROWSER)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


DOCUMENTS = [
    DocumentSummary(
        id=title,
        title=title,
        publisher="",
        authority=authority,
        published=published,
        language="en",
        pages=0,
        chunks=1,
        derived=frozenset(),
    )
    for title, authority, published in (
        ("A profile", "third_party", "2024"),
        ("The old plan", "own", "2016-02"),
        ("The plan", "own", "2022-01"),
    )
]


class Site:
    """A running server with an assistant behind it."""

    def __init__(self, assistant: AnswersQuestions, remote_host: str | None = None) -> None:
        self.assistant = assistant
        self._listener = server.bind("127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        app = server.create_app(assistant, load_settings({"PICUM_LLM": "none"}), remote_host=remote_host)
        self._running = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
        )
        self._thread = threading.Thread(target=self._running.run, kwargs={"sockets": [self._listener]})
        self._thread.start()

    def close(self) -> None:
        self._running.should_exit = True
        self._thread.join()
        self._listener.close()


@pytest.fixture
def open_site() -> Iterator[Callable[..., Site]]:
    """Opens a server of the test's own."""
    opened: list[Site] = []

    def open_one(assistant: AnswersQuestions, **options: str) -> Site:
        opened.append(Site(assistant, **options))
        return opened[-1]

    yield open_one
    for site in opened:
        site.close()


@pytest.fixture(scope="session")
def shared_site() -> Iterator[Site]:
    site = Site(FakeAssistant(documents=DOCUMENTS))
    yield site
    site.close()


class Steps:
    """Lets an assistant go on event by event."""

    def __init__(self) -> None:
        self._allowed = threading.Semaphore(0)
        self._free = False

    def __call__(self, _event: object) -> None:
        if not self._free:
            self._allowed.acquire(timeout=30)

    def allow(self, events: int = 1) -> None:
        self._allowed.release(events)

    def allow_all(self) -> None:
        self._free = True
        self._allowed.release(100)


@pytest.fixture
def assistant(shared_site: Site) -> Iterator[FakeAssistant]:
    """The assistant of the shared server: a test gives it answers, which are gone behind it."""
    assistant = shared_site.assistant
    assert isinstance(assistant, FakeAssistant)
    assistant.given_up = 0
    yield assistant
    for kept in (assistant.asked, assistant.languages, assistant.answers, assistant.sources, assistant.failures):
        kept.clear()
    assistant.before = lambda _event: None


@pytest.fixture
def steps(assistant: FakeAssistant) -> Iterator[Steps]:
    """Events come only as they are allowed."""
    assistant.before = steps = Steps()
    yield steps
    steps.allow_all()


@pytest.fixture
def site(shared_site: Site, assistant: FakeAssistant) -> Site:
    return shared_site


class Watch:
    """What a page asked for and complained about."""

    def __init__(self, page: Page) -> None:
        self.requested: list[str] = []
        self.complaints: list[str] = []
        self.requests_may_fail = False
        page.on("request", lambda request: self.requested.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._told)
        page.on("dialog", lambda dialog: (self.complaints.append("dialog"), dialog.dismiss()))

    def _told(self, said: ConsoleMessage) -> None:
        # Chromium itself tells the console of each request that failed; the page need not be at fault.
        of_a_request = said.text.startswith("Failed to load resource")
        if said.type == "error" and not (of_a_request and self.requests_may_fail):
            self.complaints.append(said.text)

    def foreign(self, address: str) -> list[str]:
        return [url for url in self.requested if not url.startswith((address, "data:", "blob:"))]

    def elsewhere(self) -> list[str]:
        """Requests to a host that is not this machine, under any of its names."""
        hosts = {"127.0.0.1", "localhost", *SITES}
        asked = [(url, urlsplit(url)) for url in self.requested]
        return [url for url, parts in asked if parts.scheme in {"http", "https", "ws"} and parts.hostname not in hosts]


@pytest.fixture(scope="session")
def open_page(browser: Browser) -> Callable[..., Page]:
    """Opens an empty page in a context of its own; options are the context's."""

    def open_one(**options: object) -> Page:
        page = browser.new_context(**{"reduced_motion": "reduce", "locale": "en-GB", **options}).new_page()
        page.watch = Watch(page)
        return page

    return open_one


@pytest.fixture
def new_page(open_page: Callable[..., Page]) -> Iterator[Callable[..., Page]]:
    """The same for one test; no script may fail in the page, and no request may go to another machine."""
    opened: list[Page] = []

    def open_one(**options: object) -> Page:
        opened.append(open_page(**options))
        return opened[-1]

    yield open_one
    for page in opened:
        page.context.close()
    assert [page.watch.complaints for page in opened if page.watch.complaints] == []
    assert [url for page in opened for url in page.watch.elsewhere()] == []


@pytest.fixture(scope="session")
def shared_page(open_page: Callable[..., Page], shared_site: Site) -> Iterator[Page]:
    page = open_page()
    page.goto(shared_site.address)
    expect(page.locator(".example").first).to_be_visible()
    yield page
    page.context.close()


@pytest.fixture
def page(shared_page: Page, site: Site) -> Iterator[Page]:
    """The page in English with an empty conversation, opened once for all tests. No script may fail in it."""
    for other in shared_page.context.pages:
        if other is not shared_page:
            other.close()
    shared_page.bring_to_front()  # the browser lets pages behind others wait
    shared_page.set_viewport_size({"width": 1280, "height": 800})
    shared_page.emulate_media(reduced_motion="reduce")
    shared_page.get_by_role("button", name="New conversation").click()
    expect(shared_page.locator("#chat .asked")).to_have_count(0)
    expect(shared_page.locator(".example").first).to_be_visible()
    shared_page.locator("#question textarea").fill("")
    shared_page.watch.requested.clear()
    shared_page.watch.requests_may_fail = False
    yield shared_page
    assert shared_page.watch.complaints == []
    assert shared_page.watch.foreign(site.address) == []


@pytest.fixture
def ask() -> Callable[[Page, str], None]:
    """Types a question and sends it from the keyboard."""

    def ask_one(page: Page, question: str) -> None:
        box = page.locator("#question textarea")
        expect(box).to_be_editable()
        box.fill(question)
        box.press("Enter")

    return ask_one


@pytest.fixture(scope="session")
def hosts() -> Iterator[Hosts]:
    """The sites that embed the assistant."""
    hosts = Hosts()
    yield hosts
    hosts.close()


@pytest.fixture(scope="module")
def embedding(fake: FakeAssistant, hosts: Hosts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The assistant ``fake`` of a test module, with an embed for ``host.example``."""
    embeds = f'[embeds.intranet]\norigins = ["{hosts.site()}"]\npublic = true\n'
    with embedded(fake, tmp_path_factory.mktemp("home"), embeds) as running:
        yield running


@pytest.fixture
def host(hosts: Hosts, embedding: Embedded, new_page: Callable[..., Page]) -> Callable[..., Page]:
    """Opens a page of another site, with a policy, and what is given in it."""
    content = '<main><h1>Our intranet</h1><p>What only the host page knows.</p><p><a href="#">Home</a></p>'

    def open_one(
        *inside: str,
        policy: str = STRICT,
        language: str = "en",
        site: str = "host.example",
        width: int = 1280,
        height: int = 800,
        **options: object,
    ) -> Page:
        page = new_page(viewport={"width": width, "height": height}, **options)
        body = f"{content}{''.join(inside)}</main>"
        page.goto(hosts.page(body, policy.format(embedding.origin), language=language, site=site))
        return page

    return open_one
