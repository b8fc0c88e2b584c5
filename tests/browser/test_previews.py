"""What a number stands for, shown beside it: for the mouse and for the keyboard, never in the way of either."""

import re

import pytest
from playwright.sync_api import expect

from tests.axe import violations
from ui.testing import FakeSource, make_answer, make_citation

TEXT = "The plan. Membership is open to any organisation. Fees are paid."
OPEN = "Membership is open to any organisation."
CITED = make_citation(1, OPEN, document="plan", start=TEXT.index(OPEN), page=3)
OTHER = make_citation(
    2, "Fees are paid.", document="old", title="A profile", publisher="Watch", authority="third_party", published=None
)


@pytest.fixture(autouse=True)
def answers(assistant):
    assistant.answers |= {
        "Who can join?": make_answer(("It is open.", (1,)), ("It costs.", (2, 1)), citations=[CITED, OTHER]),
        "Long?": make_answer(*[(f"Sentence {n} of many.", (1,)) for n in range(40)], citations=[CITED]),
    }
    assistant.sources |= {
        "plan": FakeSource(text=TEXT),
        "old": FakeSource(text="Fees are paid.", valid_until="2020", superseded_by="plan"),
    }


@pytest.fixture
def asked(page, ask):
    page.mouse.move(5, 5)
    ask(page, "Who can join?")
    expect(page.locator(".turn-1.is-over a.marker")).to_have_count(3)
    return page


def tab_to(page, chip):
    """Shift and Tab from the question up to a number."""
    page.locator("#question textarea").focus()
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if chip.evaluate("chip => chip === document.activeElement"):
            return
    raise AssertionError("the number is not reached")


def test_the_mouse_shows_it_and_may_rest_on_it(asked):
    preview, chip = asked.locator("#preview"), asked.locator(".turn-1 a.marker").nth(1)
    expect(preview).to_be_hidden()
    chip.hover()
    expect(preview).to_be_visible()
    expect(preview).to_contain_text("A profile")
    expect(preview).to_contain_text("Watch (third party) · undated")
    expect(preview).to_contain_text("superseded by “The plan”was valid until 2020")
    expect(preview.locator("blockquote")).to_have_text("Fees are paid.")
    expect(chip).to_have_attribute("aria-describedby", "preview")
    expect(chip).not_to_have_attribute("title", re.compile("."))
    chip_box, box = chip.bounding_box(), preview.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1280
    assert box["y"] >= chip_box["y"] + chip_box["height"] or box["y"] + box["height"] <= chip_box["y"]
    preview.hover()
    asked.wait_for_timeout(500)
    expect(preview).to_be_visible()
    asked.mouse.move(5, 5)
    expect(preview).to_be_hidden()
    expect(chip).not_to_have_attribute("aria-describedby", "preview")


def test_escape_puts_it_away_and_it_stays_away(asked):
    preview, chip = asked.locator("#preview"), asked.locator(".turn-1 a.marker").first
    chip.hover()
    expect(preview).to_be_visible()
    asked.keyboard.press("Escape")
    expect(preview).to_be_hidden()
    box = chip.bounding_box()
    asked.mouse.move(box["x"] + 3, box["y"] + 3)
    asked.wait_for_timeout(400)
    expect(preview).to_be_hidden()
    asked.mouse.move(5, 5)
    chip.hover()
    expect(preview).to_be_visible()


def test_the_focus_of_the_keyboard_shows_it_as_long_as_it_is_there(asked):
    preview, chip = asked.locator("#preview"), asked.locator(".turn-1 a.marker").nth(2)
    tab_to(asked, chip)
    expect(preview).to_be_visible()
    expect(preview.locator("blockquote")).to_have_text(OPEN)
    asked.wait_for_timeout(600)
    expect(preview).to_be_visible()
    asked.keyboard.press("Escape")
    expect(preview).to_be_hidden()
    expect(chip).to_be_focused()
    asked.keyboard.press("Shift+Tab")
    expect(preview.locator("blockquote")).to_have_text("Fees are paid.")
    asked.keyboard.press("Enter")
    expect(asked.locator("#source-1-2")).to_be_focused()
    expect(preview).to_be_hidden()
    asked.keyboard.press("Escape")
    expect(asked.locator(".turn-1 a.marker").nth(1)).to_be_focused()
    expect(preview).to_be_hidden()


def test_it_stays_while_another_answer_grows(asked, ask, assistant, steps):
    ask(asked, "Long?")
    steps.allow(1)
    expect(asked.locator(".turn-2 .state")).to_be_visible()
    preview, chip = asked.locator("#preview"), asked.locator(".turn-1 a.marker").first
    tab_to(asked, chip)
    expect(preview).to_be_visible()
    steps.allow(5)
    expect(asked.locator(".turn-2 a.marker")).to_have_count(5)
    expect(chip).to_be_focused()
    expect(preview).to_be_visible()
    expect(chip).to_have_attribute("aria-describedby", "preview")
    asked.keyboard.press("Enter")
    card = asked.locator("#source-1-1")
    expect(card).to_be_focused()
    expect(card).to_be_in_viewport()
    steps.allow_all()
    expect(asked.locator(".turn-2.is-over")).to_be_visible()
    expect(card).to_be_focused()
    card.get_by_role("link", name="Back to the answer").click()
    expect(chip).to_be_focused()
    expect(chip).to_be_in_viewport()


def test_a_finger_goes_to_the_card_over_the_foot_of_the_page_and_back(site, new_page, ask):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto(site.address)
    ask(page, "Long?")
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    chip = page.locator(".turn-1 a.marker").nth(30)
    chip.tap()
    card = page.locator("#source-1-1")
    expect(card).to_be_focused()
    expect(page.locator("#preview")).to_be_hidden()
    chip_box, box = chip.bounding_box(), card.bounding_box()
    assert 0 < chip_box["y"] < chip_box["y"] + chip_box["height"] <= box["y"]
    assert abs(box["y"] + box["height"] - 844) <= 1
    assert box["width"] == 390
    before = page.evaluate("scrollY")
    card.get_by_role("link", name="Back to the answer").tap()
    expect(card).not_to_have_class(re.compile("is-open"))
    expect(chip).to_be_focused()
    expect(chip).to_be_in_viewport()
    chip.tap()
    expect(card).to_have_class(re.compile("is-open"))
    page.locator(".turn-1 .said p").first.evaluate("said => said.scrollIntoView()")
    page.touchscreen.tap(60, 40)
    expect(card).not_to_have_class(re.compile("is-open"))
    assert before > 0


@pytest.mark.parametrize(
    ("width", "language", "scheme"), [(320, "en", "dark"), (390, "ar", "light"), (1280, "ar", "dark")]
)
def test_no_violations_with_a_preview_and_an_open_card(site, new_page, ask, width, language, scheme):
    page = new_page(viewport={"width": width, "height": 640}, color_scheme=scheme)
    page.goto(f"{site.address}/?lang={language}")
    expect(page.locator("html")).to_have_attribute("lang", language)
    ask(page, "Who can join?")
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    chip = page.locator(".turn-1 a.marker").nth(1)
    chip.hover()
    expect(page.locator("#preview")).to_be_visible()
    box = page.locator("#preview").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    found = violations(page)
    chip.click()
    expect(page.locator("#source-1-2")).to_be_focused()
    assert found + violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    quote = page.locator("#source-1-2 blockquote")
    expect(quote).to_have_css("direction", "ltr")
