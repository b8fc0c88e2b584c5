"""How fast the page is in a browser: until it can be used, from Enter to visible evidence, and what jumps meanwhile."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.serving import serving
from ui.answering import AnswersQuestions

_COLD = 5
"""Cold openings, of which the median counts: each in a browser profile of its own."""
_WAIT_MS = 60_000
# Evidence is visible when it is painted: two frames after it came into the page.
_SEEN = """() => new Promise((done) => {
  const look = () => document.querySelector(".turn .quotes, .turn .said")
    ? requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - window.entered)))
    : requestAnimationFrame(look);
  look();
})"""
_WATCH = """() => {
  window.jumped = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.jumped += entry.value;
  }).observe({ type: "layout-shift" });
  addEventListener("keydown", () => { window.entered = performance.now(); }, true);
}"""


class InBrowser(NamedTuple):
    """Seconds from an address to a page that can be used, seconds from Enter to visible evidence (ascending), and the
    worst layout shift of an answer.
    """

    usable: float
    evidence: list[float]
    jumped: float


def in_browser(assistant: AnswersQuestions, questions: Sequence[str]) -> InBrowser | None:
    """Measure with an assistant that is warm; None where there is no Chromium."""
    if CHROMIUM is None:
        return None
    with serving(assistant) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            usable = sorted(_opened(browser, address) for _ in range(_COLD))[_COLD // 2]
            page = browser.new_context().new_page()
            _open(page, address)
            page.evaluate(_WATCH)
            _asked(page, questions[0])
            measured = [_asked(page, question) for question in questions]
        finally:
            browser.close()
    return InBrowser(usable, sorted(seconds for seconds, _ in measured), max(jumped for _, jumped in measured))


def _opened(browser: Browser, address: str) -> float:
    page = browser.new_context().new_page()
    began = time.perf_counter()
    _open(page, address)
    seconds = time.perf_counter() - began
    page.context.close()
    return seconds


def _open(page: Page, address: str) -> None:
    """Until a question can be typed and sent, and what could be asked is offered."""
    page.goto(address)
    page.locator(".example").first.wait_for(timeout=_WAIT_MS)
    page.locator("#question textarea").fill("?")
    page.locator("#question textarea").fill("")


def _asked(page: Page, question: str) -> tuple[float, float]:
    """One question in a conversation of its own."""
    page.locator("#new").click()
    page.locator("#chat .turn").wait_for(state="detached", timeout=_WAIT_MS)
    page.locator("#question textarea").fill(question)
    before = float(page.evaluate("window.jumped"))
    page.locator("#question textarea").press("Enter")
    seconds = float(page.evaluate(_SEEN)) / 1000
    page.locator(".turn.is-over").wait_for(timeout=_WAIT_MS)
    page.wait_for_timeout(300)
    return seconds, float(page.evaluate("window.jumped")) - before
