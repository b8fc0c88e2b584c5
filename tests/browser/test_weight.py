"""What a page costs an old phone on a slow line: bytes as sent, requests, nothing kept, nothing that jumps."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import PHONE
from ui.testing import make_answer, make_citation

MOST_BYTES, MOST_REQUESTS, MOST_WARM_BYTES = 350_000, 60, 60_000
SHIFTS = """() => {
  window.shifts = [];
  new PerformanceObserver((list) => {
    const moved = (entry) => entry.sources.map((each) => each.node?.className ?? "");
    for (const entry of list.getEntries()) window.shifts.push([entry.value, moved(entry)]);
  }).observe({ type: "layout-shift", buffered: false });
}"""


class Traffic:
    """What comes over the line, counted as it is sent."""

    def __init__(self, page):
        self._session = page.context.new_cdp_session(page)
        self._session.send("Network.enable")
        self._session.on("Network.requestWillBeSent", lambda event: self.requests.append(event["request"]["url"]))
        self._session.on("Network.loadingFinished", lambda event: self.sizes.append(event["encodedDataLength"]))
        self.begin()

    def begin(self):
        self.requests, self.sizes = [], []


def test_a_cold_page_is_light_and_a_warm_one_lighter(site, new_page):
    page = new_page()
    traffic = Traffic(page)
    weights = []
    for _ in ("cold", "warm"):
        traffic.begin()
        page.goto(site.address)
        expect(page.locator(".example").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        weights.append(sum(traffic.sizes))
        sent = [url for url in traffic.requests if not url.startswith(("data:", "blob:"))]
        assert len(sent) <= MOST_REQUESTS
        assert [url for url in sent if not url.startswith(site.address)] == []
    assert 100_000 < weights[0] <= MOST_BYTES
    assert weights[1] <= MOST_WARM_BYTES
    assert page.context.cookies() == []
    assert page.context.storage_state(indexed_db=True) == {"cookies": [], "origins": []}


@pytest.mark.parametrize("size", [{"width": 1280, "height": 800}, PHONE])
def test_nothing_jumps_while_an_answer_grows(site, new_page, ask, assistant, steps, size):
    sentences = [
        (f"Sentence {n} of this answer says a little more than the one before it did. ", (1,)) for n in range(8)
    ]
    assistant.answers["Grow?"] = make_answer(*sentences, citations=[make_citation(1)])
    page = new_page(viewport=size)
    page.goto(site.address)
    expect(page.locator(".example").first).to_be_visible()
    ask(page, "Grow?")
    steps.allow(2)
    expect(page.locator(".turn-1 a.marker")).to_have_count(1)
    page.wait_for_timeout(300)
    page.evaluate(SHIFTS)
    for number in range(2, 9):
        steps.allow()
        expect(page.locator(".turn-1 a.marker")).to_have_count(number)
        page.wait_for_timeout(120)
    steps.allow_all()
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    page.wait_for_timeout(300)
    shifts = page.evaluate("window.shifts")
    assert sum(value for value, _ in shifts) < 0.05, shifts
