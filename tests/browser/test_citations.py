"""From a number in the answer to the words of its source, by mouse, by keyboard and without a script."""

import re

import pytest
from playwright.sync_api import expect

from ingest.cut import Section
from ingest.document import Page as SheetOfPaper
from ui.fingerprints import fingerprint
from ui.testing import FakeSource, make_answer, make_citation

TEXT = (
    "The plan\n\nFirst words.\n\nMembership\n\nMembership is open to any\norganisation. Fees are paid.\n\n"
    + "More. " * 3000
)
QUOTE = "Membership is open to any\norganisation."
SOURCE = FakeSource(
    text=TEXT,
    url="https://example.org/plan",
    sections=(
        Section(path=("The plan",), start=0, end=TEXT.index("Membership")),
        Section(path=("The plan", "Membership"), start=TEXT.index("Membership"), end=len(TEXT)),
    ),
    pages=(
        SheetOfPaper(number=1, start=0, end=TEXT.index("First")),
        SheetOfPaper(number=2, start=TEXT.index("First"), end=len(TEXT)),
    ),
)
CITED = make_citation(1, QUOTE, document="reports/plan 1.txt", start=TEXT.index(QUOTE))
OTHER = make_citation(2, "Fees are paid.", document="reports/plan 1.txt", start=TEXT.index("Fees"))
ADDRESS = f"source/reports/plan%201.txt?start={CITED.start}&end={CITED.end}&quote={fingerprint(QUOTE)}&lang=en#passage"


@pytest.fixture(autouse=True)
def answers(assistant):
    long = [(f"Sentence {number} of many that fill the window.", (1,)) for number in range(30)]
    assistant.answers |= {
        "Who can join?": make_answer(("It is open.", (1,)), ("It costs.", (2, 1)), citations=[CITED, OTHER]),
        "Long?": make_answer(*long, citations=[CITED, *(make_citation(n, f"Quote {n}.") for n in range(2, 9))]),
    }
    assistant.sources["reports/plan 1.txt"] = SOURCE


@pytest.fixture
def asked(site, page, ask):
    ask(page, "Who can join?")
    expect(page.locator(".turn-1 a.marker")).to_have_count(3)
    return page


def test_a_number_leads_to_its_card_and_back(asked):
    chip = asked.locator(".turn-1").get_by_role("link", name="Source 2: The plan")
    expect(chip).to_have_attribute("href", re.compile(r"^source/reports/plan%201\.txt\?start="))
    chip.click()
    card = asked.locator("#source-1-2")
    expect(card).to_be_focused()
    expect(card).to_be_in_viewport()
    expect(card).to_have_class(re.compile("is-followed"))
    expect(asked.locator("#source-1-1")).not_to_have_class(re.compile("is-followed"))
    card.get_by_role("link", name="Back to the answer").click()
    expect(chip).to_be_focused()
    assert len(asked.context.pages) == 1


def test_the_keyboard_is_enough(site, page, ask):
    ask(page, "Who can join?")
    expect(page.locator(".turn-1 a.marker")).to_have_count(3)
    expect(page.locator("#question textarea")).to_be_focused()
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('a.marker')"):
            break
    # The last of the three: the second number of the second sentence.
    expect(page.locator(".turn-1 a.marker").nth(2)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#source-1-1")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#source-1-1 .read")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".turn-1 a.marker").nth(2)).to_be_focused()


def test_numbers_of_an_earlier_answer_lead_to_its_own_cards(asked, ask):
    ask(asked, "Long?")
    expect(asked.locator(".turn-2.is-over")).to_be_visible()
    earlier = asked.locator("#source-1-2")
    expect(earlier).to_be_hidden()
    asked.locator(".turn-1 a.marker.source-1-2").click()
    expect(earlier).to_be_focused()
    expect(earlier).to_be_in_viewport()
    asked.locator(".turn-2 a.marker").first.click()
    expect(asked.locator("#source-2-1")).to_be_focused()


def test_a_new_question_begins_at_the_top_and_the_reader_is_not_dragged_along(site, page, ask):
    ask(page, "Long?")
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    expect(page.locator("#chat .asked")).to_be_in_viewport()
    ask(page, "Long?")
    expect(page.locator(".turn-2.is-over")).to_be_visible()
    question, chat = page.locator("#chat .asked").nth(1).bounding_box(), page.locator("#chat").bounding_box()
    assert abs(question["y"] - chat["y"]) < 40
    expect(page.locator("#question textarea")).to_be_in_viewport()


def test_a_number_opens_the_document_where_the_script_did_not_come(site, new_page, ask):
    page = new_page()
    page.route("**/page.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(site.address)
    ask(page, "Who can join?")
    with page.context.expect_page() as opened:
        page.locator(".turn-1 a.marker").first.click()
    expect(opened.value.locator("#passage")).to_be_in_viewport()


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_the_document_shows_the_marked_words_without_a_script(site, new_page, size):
    page = new_page(java_script_enabled=False, viewport={"width": size[0], "height": size[1]})
    assert page.goto(f"{site.address}/{ADDRESS}").status == 200
    mark = page.locator("mark")
    expect(mark).to_have_count(1)
    assert mark.text_content() == QUOTE
    expect(mark).to_be_in_viewport()
    expect(page.get_by_role("heading", level=1)).to_have_text("The plan")
    expect(page.get_by_role("heading", level=3)).to_have_text("Membership")
    expect(page.locator("article .page")).to_have_text(["page 1", "page 2"])
    expect(page.locator("header")).to_contain_text("The organisation · 2022-01")
    expect(page.get_by_role("link", name="https://example.org/plan")).to_have_attribute(
        "href", "https://example.org/plan"
    )
    page.keyboard.press("Home")
    expect(page.get_by_role("link", name="Ask the documents")).to_be_visible()
    page.get_by_role("link", name="Go to the marked passage").click()
    expect(mark).to_be_in_viewport()


def test_the_document_can_be_read_on_a_narrow_screen(site, new_page):
    page = new_page(viewport={"width": 320, "height": 640})
    page.goto(f"{site.address}/{ADDRESS}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_card_leads_to_the_document_in_a_new_tab(asked):
    with asked.context.expect_page() as opened:
        asked.locator("#source-1-1 .read").click()
    expect(opened.value.locator("#passage")).to_be_in_viewport()
    expect(opened.value).to_have_url(re.compile(re.escape(ADDRESS) + "$"))


def test_on_a_phone_the_cards_are_below_and_nothing_is_cut_off(page, ask):
    page.set_viewport_size({"width": 390, "height": 844})
    ask(page, "Who can join?")
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    question = page.locator("#question").bounding_box()
    assert page.locator("#source-1-1").bounding_box()["y"] > question["y"] + question["height"]
    page.locator(".turn-1 a.marker").nth(1).click()
    expect(page.locator("#source-1-2")).to_be_in_viewport()
    page.locator("#source-1-2 .back").click()
    expect(page.locator(".turn-1 a.marker").nth(1)).to_be_in_viewport()
