"""The page that describes the HTTP interface."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from ui.api.application import PREFIX
from ui.testing import FakeAssistant

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_description_can_be_read_by_everybody(open_site, new_page, scheme: str, width: int) -> None:
    site = open_site(FakeAssistant())
    page = new_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    page.goto(f"{site.address}{PREFIX}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Answers with sources")
    found = Axe().run(page, options=RULES).response
    assert len(found["passes"]) > 10
    assert [rule["id"] for rule in found["violations"] + found["incomplete"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="POST /api/v1/search").click()
    expect(page.locator("#search")).to_be_in_viewport()
    assert page.watch.foreign(site.address) == []
