"""What shows how far an answer may be trusted, in the browser: signs, tables, refusals, on each screen and by ear."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from assistant.answer import Conflict
from tests.browser.test_accessibility import chat_violations
from ui.testing import make_answer, make_citation

CITED = [
    make_citation(1, "The network counts 140 member organisations.", title="The old plan", published="2016-02"),
    make_citation(2, "The network has 160 member organisations.", document="new", start=5),
    make_citation(3, "About 90.", document="w", title="A view", publisher="Watch", authority="third_party", start=9),
]
SAID = make_answer(
    ("**The plan** says that there are 160 members.", (2,)),
    ("An older plan counts 140 of them, in many places and of every kind that there is.", (1,)),
    ("A view says 90.", (3,)),
    citations=CITED,
    removed=1,
)
SUPPORT = ("supported", "partial", "not_assessable")
DOUBTED = replace(
    SAID,
    sentences=tuple(replace(each, support=how) for each, how in zip(SAID.sentences, SUPPORT, strict=True)),
    conflicts=(Conflict(about="members", markers=(1, 2, 3)),),
)
NEAR = make_answer(
    ("The documents here do not answer this question.\n\nWhat comes nearest:\n\n> There are 160 members.", (2,)),
    citations=[replace(CITED[1], marker=2)],
    status="not_in_documents",
)
SIGN = ".turn-1 a.doubt-partial"


@pytest.fixture(autouse=True)
def answers(assistant):
    assistant.answers |= {"How many?": DOUBTED, "Near?": NEAR}


@pytest.fixture
def answered(page, ask):
    ask(page, "How many?")
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    return page


def test_the_table_is_one_to_screen_readers(answered):
    table = answered.get_by_role("table", name="The documents differ on: members")
    expect(table.get_by_role("columnheader")).to_have_text(["Source", "Date", "What it says"])
    expect(table.get_by_role("rowheader")).to_have_text(
        ["The old plan The organisation", "The plan The organisation", "A view Watch (third party)"]
    )
    expect(table.get_by_role("row").nth(1)).to_contain_text("2016-02 older document")
    table.locator("a.marker").nth(1).click()
    expect(answered.locator("#source-1-2")).to_be_focused()


def test_a_sign_says_what_it_means_when_it_has_the_focus_and_leads_to_the_line_below(answered):
    sign, says = answered.locator(SIGN), answered.locator(f"{SIGN} .says")
    expect(answered.get_by_role("link", name="Only partly borne out by its source")).to_have_count(1)
    answered.locator(".turn-1 a.marker").first.focus()
    answered.keyboard.press("Tab")
    expect(sign).to_be_focused()
    assert says.bounding_box()["width"] > 100
    # What is used up here must not close the window that the page stands in.
    answered.evaluate(
        "window.taken = []; addEventListener('keydown', (event) => window.taken.push(event.defaultPrevented))"
    )
    answered.keyboard.press("Escape")
    assert says.bounding_box()["width"] <= 1
    answered.keyboard.press("Enter")
    expect(answered.locator("#doubt-1-partial")).to_be_focused()
    expect(answered.locator("#doubt-1-partial")).to_contain_text("bear out only in part: 1.")
    answered.keyboard.press("Escape")
    expect(sign).to_be_focused()
    assert answered.evaluate("window.taken") == [True, False, True]
    assert answered.url.rstrip("/").count("/") == 2, "a sign leads away from the page"


def test_what_is_shown_beside_a_sign_stays_in_a_small_window(answered):
    answered.set_viewport_size({"width": 320, "height": 700})
    for sign in answered.locator(".turn-1 a.doubt").all():
        sign.hover()
        box = sign.locator(".says").bounding_box()
        assert box["width"] > 100
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
    assert answered.evaluate("document.documentElement.scrollWidth") <= 320


def test_what_is_announced_does_not_run_together(answered):
    expect(answered.locator("#announcer")).to_contain_text("Sentences left out")
    said = answered.locator("#announcer").text_content()
    assert said.startswith(
        "Answer: The plan says that there are 160 members. [2] An older plan counts 140 of them, in many places and of "
        "every kind that there is. [1] A view says 90. [3] The documents differ on: members Source Date What it says "
        "The old plan The organisation 2016-02 older document The network counts 140 member organisations. [1] "
    )
    assert said.endswith(
        "1. Check them against the quotes. Sentences left out because the sources did not support them: 1."
    )


def test_a_refusal_helps(page, ask):
    ask(page, "Near?")
    turn = page.locator(".turn-1.is-over")
    expect(turn.get_by_role("heading", name="How to get further")).to_be_visible()
    expect(turn.get_by_role("link", name="Look which documents are here")).to_have_attribute("href", "library?lang=en")
    expect(turn.get_by_role("button", name="Copy with sources")).to_have_count(0)
    expect(page.locator("#sources h2")).to_have_text("Passages that come nearest")
    expect(page.locator("#announcer")).to_contain_text("nearest: There are 160 members. [2] How to get further Ask in")


@pytest.mark.parametrize(("language", "question"), [("en", "How many?"), ("ar", "How many?"), ("en", "Near?")])
def test_no_violations(site, new_page, ask, language, question):
    page = new_page()
    page.goto(f"{site.address}/?lang={language}")
    expect(page.locator("html")).to_have_attribute("lang", language)
    ask(page, question)
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    assert chat_violations(page, question) == {}
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
