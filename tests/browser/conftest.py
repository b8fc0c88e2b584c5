"""Chromium for the tests of the pages: the system's own, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

NO_BROWSER = "Browser tests need chromium in the PATH; on Debian: apt-get install chromium."

# Nothing of the browser's own may call out; --no-sandbox because containers run tests as root.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


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


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page in a context of its own."""
    context = browser.new_context()
    yield context.new_page()
    context.close()
