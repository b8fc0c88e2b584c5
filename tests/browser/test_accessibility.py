"""WCAG 2.2 AA as far as a program can tell, the keyboard alone, and what a screen reader is told."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from ingest.cut import Section
from tests.axe import violations
from ui.testing import FakeSource, make_answer, make_citation

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
TEXT = "The plan\n\nMembership is open to any organisation.\n\nFees\n\nSome. " + "More. " * 2000
OPEN = make_answer(
    ("**The plan** says:\n\n> - Membership is open.", (1,)),
    ("A profile doubts it.", (2,)),
    citations=[
        make_citation(1, "Membership is open to any organisation.", page=4),
        make_citation(
            2, "Few may join.", document="profile", title="A profile", publisher="Watch", authority="third_party"
        ),
    ],
    warnings=["The index is older than the documents."],
)


@pytest.fixture(autouse=True)
def answers(assistant):
    assistant.answers |= {"Who can join?": OPEN, "Fails?": OPEN}
    assistant.failures["Fails?"] = "The model did not answer; ask again."
    assistant.sources["plan"] = FakeSource(
        text=TEXT,
        authority="third_party",
        url="https://example.org/",
        sections=[
            Section(path=(name,), start=TEXT.index(name), end=TEXT.index(name) + 20) for name in ("The plan", "Fees")
        ],
    )


def chat_violations(page, where):
    """In both schemes and on both screens; Gradio reads the scheme once and then goes by a class."""
    found = {}
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        page.wait_for_timeout(300)  # the script moves an open card between foot and side of the window
        for dark in ("true", "false"):
            page.evaluate(f"document.body.classList.toggle('dark', {dark})")
            found[where, size["width"], dark] = violations(page)
    return {place: what for place, what in found.items() if what}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_violations_in_the_chat(site, new_page, ask, language):
    page = new_page()
    page.goto(f"{site.address}/?lang={language}")
    expect(page.locator(".example").first).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert chat_violations(page, "empty") == {}
    for number, question in enumerate(["Fails?", "Who can join?"], start=1):
        ask(page, question)
        expect(page.locator(f".turn-{number}.is-over")).to_be_visible()
    page.locator("#chat a.marker").first.click()
    assert chat_violations(page, "two turns") == {}
    page.set_viewport_size({"width": 320, "height": 256})  # 1280 by 1024 at four times the size
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_violations_while_an_answer_is_written(site, new_page, ask, assistant, steps, language):
    first, *rest = OPEN.sentences
    assistant.answers["Half?"] = replace(OPEN, sentences=(replace(first, support="not_assessable"), *rest))
    page = new_page()
    page.goto(f"{site.address}/?lang={language}")
    expect(page.locator("html")).to_have_attribute("lang", language)
    ask(page, "Half?")
    steps.allow(2)
    expect(page.locator(".turn-1.is-running .note")).to_be_visible()
    expect(page.locator("#sources .besides")).to_be_visible()
    assert chat_violations(page, "writing") == {}


def test_dark_is_the_class_that_the_scheme_of_the_reader_sets(site, new_page):
    page = new_page(color_scheme="dark")
    page.goto(site.address)
    expect(page.locator("body")).to_have_class("dark")
    expect(page.locator("body")).to_have_css("background-color", "rgb(18, 23, 28)")


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_violations_in_a_document(site, new_page, language, scheme):
    page = new_page(viewport=DESKTOP, color_scheme=scheme)
    page.goto(f"{site.address}/source/plan?start=10&end=30&lang={language}#passage")
    found = {"desktop": violations(page)}
    page.set_viewport_size(PHONE)
    found["phone"] = violations(page)
    assert {where: what for where, what in found.items() if what} == {}


def test_no_violations_in_the_sentence_that_a_document_is_not_there(site, new_page):
    page = new_page()
    page.watch.requests_may_fail = True
    page.goto(f"{site.address}/source/nowhere?lang=de")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dieses Dokument gibt es hier nicht.")
    assert violations(page) == []


def test_a_violation_would_be_found(page):
    page.evaluate("document.querySelector('.notice').style.color = '#ddd'")
    assert [rule for rule, _ in violations(page)] == ["color-contrast"]
    page.evaluate("document.querySelector('.notice').style.color = ''")


def test_every_control_is_reached_by_tab_and_shows_that_it_has_the_focus(page, ask):
    page.evaluate("document.activeElement.blur(); window.getSelection().removeAllRanges(); scrollTo(0, 0)")
    page.locator("#head h1").click()
    reached = []
    for _ in range(10):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                """() => {
                  const element = document.activeElement;
                  const ringed = [element, element.closest(".wrap, .input-container")]
                    .map(each => each && getComputedStyle(each))
                    .some(style => style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
                  const box = element.getBoundingClientRect();
                  const seen = box.top >= 0 && box.bottom <= innerHeight;
                  return [element.closest("[id]").id || element.className, ringed, seen];
                }"""
            )
        )
    # The way out and the library first.
    assert [name for name, _, _ in reached][:4] == ["head", "head", "language-menu", "new"]
    # The choice of documents and the notice stand right before the box.
    assert [name for name, _, _ in reached][-3:] == ["choose", "notice", "question"]
    assert all(ringed and seen for _, ringed, seen in reached)
    page.keyboard.type("Who can join?")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    # The button was taken away meanwhile; the focus went to where the next question is written.
    expect(page.locator("#question textarea")).to_be_focused()


def test_an_answer_is_announced_once_when_it_is_whole(page, ask, steps):
    page.evaluate(
        """() => {
          window.announced = [];
          const announcer = document.getElementById("announcer");
          announcer.textContent = "";
          window.listening = new MutationObserver(() => window.announced.push(announcer.textContent));
          window.listening.observe(announcer, { childList: true, characterData: true, subtree: true });
        }"""
    )
    ask(page, "Who can join?")
    steps.allow(2)
    expect(page.locator(".turn-1 .said")).to_be_visible()
    expect(page.get_by_role("log", name="Conversation")).to_have_attribute("aria-live", "off")
    assert page.evaluate("window.announced") == []
    steps.allow_all()
    expect(page.locator("#announcer")).to_contain_text("A profile doubts it.")
    page.wait_for_timeout(200)
    assert page.evaluate("window.announced") == [
        "Answer: The plan says: Membership is open. [1] A profile doubts it. [2] The index is older than the documents."
    ]
    expect(page.locator("#announcer")).to_have_attribute("role", "status")
    page.evaluate("window.listening.disconnect()")


def test_messages_are_headings_and_text_not_labels_with_their_source(page, ask):
    ask(page, "Who can join?")
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    expect(page.get_by_role("heading", name="You asked: Who can join?", level=2)).to_be_visible()
    expect(page.locator("#chat [aria-label*='<']")).to_have_count(0)


def test_motion_is_for_those_who_want_it(page, ask, steps):
    ask(page, "Who can join?")
    expect(page.locator(".turn-1 .state")).to_be_visible()
    for reduced, moving in (("reduce", "none"), ("no-preference", "breathe")):
        page.emulate_media(reduced_motion=reduced)
        shown = page.locator(".turn-1 .state").evaluate("state => getComputedStyle(state, '::before').animationName")
        assert shown == moving
