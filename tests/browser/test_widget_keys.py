"""The widget from the keyboard: into its frame, through it and out again, and a ring that shows where."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.embedding import dialog, focused, frame_of
from ui.testing import FakeAssistant

from .conftest import DOCUMENTS

EXAMPLES = ["What is"] * 3
BELOW = ["Choose documents", "What happens", "Library", "Leave quickly", "TEXTAREA", "Ask"]
INSIDE = ["English", "New conversation", *EXAMPLES, *BELOW]
"""The controls of the frame in their order, by what they are or by how their words begin."""


@pytest.fixture(scope="module")
def fake():
    return FakeAssistant(documents=DOCUMENTS)


@pytest.fixture
def opened(embedding, host):
    """Opens the widget in a page with a link before it and one behind."""

    def open_one(**options):
        page = host(embedding.script(), '<p><a href="#after">After</a></p>', **options)
        page.get_by_role("button", name="Ask the documents").click()
        expect(frame_of(page).locator(".example")).to_have_count(3)
        expect(frame_of(page).locator("#question textarea")).to_be_focused()
        return page

    return open_one


def at(page):
    """Where the focus is: in the frame the element there, else the part of the widget or the link."""
    part = focused(page)
    if page.evaluate("document.activeElement.shadowRoot?.activeElement?.localName") != "iframe":
        return part if part != "A" else page.evaluate("document.activeElement.textContent")
    told = "() => document.activeElement.innerText?.trim() || document.activeElement.tagName"
    return frame_of(page).locator(":root").evaluate(told)


def walk(page, key, steps):
    """Where the focus is after each press."""
    seen = []
    for _ in range(steps):
        page.keyboard.press(key)
        page.wait_for_timeout(60)  # it goes from one process to another
        seen.append(at(page))
    return seen


def stops(seen):
    """Without what scrolls, which Chromium may make a stop of its own."""
    return [each for each in seen if not each.startswith("PICUM assistant")]


def same(seen, wanted):
    assert len(seen) == len(wanted)
    return [(one, other) for one, other in zip(seen, wanted, strict=True) if not one.startswith(other)] == []


def test_tab_leads_through_the_widget_and_the_page(opened):
    page = opened()
    around = ["open", "BODY", "Home", "After", "close", *INSIDE]
    seen = walk(page, "Tab", 1 + 2 * len(around))
    assert same(seen, ["Ask", *around, *around]), seen


def test_shift_tab_leads_back(opened):
    page = opened()
    around = ["close", "After", "Home", "BODY", "open", *reversed(INSIDE)]
    seen = walk(page, "Shift+Tab", len(INSIDE) - 2 + 2 * len(around))
    assert same(seen, [*reversed(INSIDE[:-2]), *around, *around]), seen


@pytest.mark.parametrize(("width", "height"), [(390, 844), (844, 390)])
def test_where_it_covers_the_page_the_keyboard_goes_round_in_it(opened, width, height):
    page = opened(width=width, height=height)
    around, back = ["close", *INSIDE], ["close", *reversed(INSIDE)]
    twice = 2 * len(around)
    seen = stops(walk(page, "Tab", twice + 6))
    assert same(seen[: twice + 1], ["Ask", *around, *around]), seen
    seen = stops(walk(page, "Shift+Tab", 2 * twice))
    first = seen.index("close")
    assert same(seen[first : first + twice], [*back, *back]), seen


@pytest.mark.parametrize("key", ["Enter", "Space", "Escape"])
def test_the_sign_that_closes_is_a_button_for_the_keyboard_too(opened, key):
    page = opened()
    page.get_by_role("button", name="Close").press(key)
    expect(dialog(page)).to_be_hidden()
    assert focused(page).startswith("open")


def test_who_writes_while_the_window_changes_stays_where_they_are(opened):
    page = opened()
    for width, height in ((390, 844), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        expect(dialog(page)).to_have_js_property("offsetWidth", 390 if width == 390 else 410)
        assert at(page) == "TEXTAREA"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_ring_around_the_sign_is_whole(opened, scheme):
    page = opened(color_scheme=scheme)
    page.get_by_role("button", name="Close").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert focused(page) == "close"
    ring, ink = page.locator("picum-assistant .close").evaluate(
        """button => {
          const { outlineStyle, outlineWidth, outlineOffset, outlineColor, color } = getComputedStyle(button);
          const within = parseFloat(outlineWidth) + parseFloat(outlineOffset) <= 0;
          return [[outlineStyle, within], [outlineColor, color]];
        }"""
    )
    assert ring == ["solid", True]  # within the button, which nothing cuts
    assert ink[0] == ink[1]


def test_a_language_is_chosen_with_one_key(opened):
    page = opened()
    page.get_by_role("button", name="Close").focus()
    page.keyboard.press("Tab")
    frame = frame_of(page)
    expect(frame.get_by_label("Language")).to_be_focused()
    page.keyboard.press("d")
    expect(frame.locator("html")).to_have_attribute("lang", "de")
    expect(frame.get_by_label("Sprache")).to_be_focused()
    page.keyboard.press("Tab")
    expect(frame.get_by_role("button", name="Neues Gespräch")).to_be_focused()
    expect(frame.locator("#language-menu:open")).to_have_count(0)
