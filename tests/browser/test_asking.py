"""Asking again in another way, questions that are offered, and choosing documents: from the keyboard, as everybody."""

import threading
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from assistant.library import DocumentSummary
from tests.axe import violations
from tests.browser.test_accessibility import chat_violations
from ui.chat.texts import texts
from ui.testing import FakeAssistant, make_answer, make_citation

OPEN = replace(
    make_answer(("Membership is open.", (1,)), citations=[make_citation(1)], mode="generated"),
    standalone_question="Who can join?",
)
QUESTION = "Who can join?"


@pytest.fixture(autouse=True)
def answers(assistant):
    assistant.answers |= {QUESTION: OPEN}
    for kept in (assistant.forms, assistant.narrowed, assistant.further, assistant.looked_further):
        kept.clear()


def press(page, name, number=0):
    """A button, reached and pressed by the keyboard."""
    button = page.get_by_role("button", name=name, exact=True).nth(number)
    button.focus()
    button.press("Enter")


def asked(page, ask, question=QUESTION):
    ask(page, question)
    expect(page.locator(".turn").last).to_have_class(r"turn turn-1 is-over")


def test_shorter_and_just_the_quotes(site, page, ask, assistant):
    asked(page, ask)
    press(page, "Shorter")
    turn = page.locator(".turn-2.is-over")
    expect(turn).to_be_visible()
    expect(page.locator(".asked").nth(1).locator(".manner")).to_have_text("Short answer")
    expect(turn.get_by_role("button", name="Shorter")).to_have_count(0)
    assistant.answers[QUESTION] = replace(OPEN, mode="extractive")
    press(page, "Just the quotes")
    turn = page.locator(".turn-3.is-over")
    expect(turn).to_be_visible()
    expect(page.locator(".asked").nth(2).locator(".manner")).to_have_text("Quotes only")
    expect(turn.get_by_role("button", name="Just the quotes")).to_have_count(0)
    assert assistant.forms == ["full", "short", "quotes"]
    assert assistant.asked == [(QUESTION, ())] * 3, "what was said before the question, and not the question itself"
    expect(page.locator(".asked").nth(0).locator(".manner")).to_have_count(0)


def test_what_stands_in_the_box_stays_while_a_question_is_asked_again(site, page, ask):
    asked(page, ask)
    page.locator("#question textarea").fill("typed")
    press(page, "Shorter")
    expect(page.locator(".turn-2.is-over")).to_be_visible()
    expect(page.locator("#question textarea")).to_have_value("typed")


def test_trying_again_takes_the_place_of_what_failed(site, page, ask, assistant):
    assistant.failures[QUESTION] = "The model did not answer; ask again."
    ask(page, QUESTION)
    expect(page.locator(".turn-1 .trouble")).to_be_visible()
    expect(page.get_by_role("button", name="Copy with sources")).to_have_count(0)
    assistant.failures.clear()
    press(page, "Try again")
    expect(page.locator(".turn.is-over .said")).to_have_text("Membership is open. [1]")
    expect(page.locator(".asked")).to_have_count(1)
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    expect(page.locator("#announcer")).to_contain_text("Membership is open.")


def test_trying_an_earlier_question_again_adds_an_answer(site, page, ask, assistant):
    assistant.failures[QUESTION] = "The model did not answer; ask again."
    asked(page, ask)
    ask(page, "Really?")
    expect(page.locator(".turn-2.is-over")).to_be_visible()
    assistant.failures.clear()
    press(page, "Try again")
    expect(page.locator(".turn-3.is-over .said")).to_be_visible()
    expect(page.locator(".asked")).to_have_count(3)


def test_a_stopped_question_can_be_tried_again(site, page, ask, steps):
    ask(page, QUESTION)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".turn-1 .trouble")).to_be_visible()
    steps.allow_all()
    press(page, "Try again")
    expect(page.locator(".turn.is-over .said")).to_be_visible()
    expect(page.locator(".asked")).to_have_count(1)


def test_what_was_said_leaves_the_screen_before_examples_are_found(page, ask, monkeypatch):
    asked(page, ask)
    go_on = threading.Event()
    found = FakeAssistant.first_questions
    monkeypatch.setattr(FakeAssistant, "first_questions", lambda *of: found(*of) if go_on.wait(10) else ())
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator(".example:visible")).to_have_count(0)
    assert not go_on.is_set()
    go_on.set()
    expect(page.locator(".example:visible").first).to_be_visible()


def test_a_question_goes_back_into_its_box_and_nothing_is_lost(site, page, ask):
    asked(page, ask)
    box = page.locator("#question textarea")
    press(page, "Edit the question")
    expect(box).to_have_value(QUESTION)
    expect(box).to_be_focused()
    box.fill("half typed")
    press(page, "Edit the question")
    expect(box).to_have_value(f"{QUESTION}\nhalf typed")
    expect(page.locator(".asked")).to_have_count(1)


def test_questions_are_offered_behind_the_latest_answer_alone(site, page, ask, assistant):
    assistant.further[QUESTION] = ["Membership fees", "<b>Boats</b>"]
    asked(page, ask)
    offered = page.locator("button.further")
    expect(offered).to_have_text(
        ["What do the documents say about “Membership fees”?", "What do the documents say about “<b>Boats</b>”?"]
    )
    assert assistant.looked_further == [((QUESTION,), None)]
    press(page, "What do the documents say about “Membership fees”?")
    expect(page.locator(".turn-2.is-over")).to_be_visible()
    expect(page.locator(".asked h2").nth(1)).to_contain_text("What do the documents say about “Membership fees”?")
    expect(offered).to_have_count(0)
    assert assistant.asked[1] == ("What do the documents say about “Membership fees”?", assistant.asked[1][1])
    assert len(assistant.looked_further) == 1, "a refusal has none"


def documents(count=5, **own):
    return [
        DocumentSummary(
            id=f"d{n}",
            title=f"Report {n}",
            publisher="",
            authority="third_party" if n == 0 else "own",
            published=str(2015 + n % 10) if n != 1 else None,
            language="en",
            pages=0,
            chunks=1,
            derived=frozenset(),
            kind="letter" if n == 2 else "report",
        )
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def library():
    return FakeAssistant({QUESTION: OPEN}, documents=documents())


@pytest.fixture
def choosing(open_site, new_page, library):
    site = open_site(library)
    page = new_page()
    page.goto(site.address)
    expect(page.locator(".example").first).to_be_visible()
    library.narrowed.clear()
    return page


def test_documents_are_chosen_from_the_keyboard(choosing, library, ask):
    page = choosing
    toggle = page.get_by_role("button", name="Choose documents")
    expect(toggle).to_have_attribute("aria-expanded", "false")
    press(page, "Choose documents")
    expect(toggle).to_have_attribute("aria-expanded", "true")
    own = page.get_by_role("checkbox", name="Only the organisation’s own documents")
    expect(own).to_be_visible()
    page.keyboard.press("Tab")
    expect(own).to_be_focused()
    page.keyboard.press("Space")
    line = page.locator("#chosen .within p")
    expect(line).to_have_text("Answers come from 4 of 5 documents: only the organisation’s own documents.")
    expect(page.locator("#announcer")).to_contain_text("4 of 5")
    page.keyboard.press("Tab")
    page.keyboard.type("2017")
    page.keyboard.press("Tab")
    expect(line).to_contain_text("Answers come from 3 of 5 documents")
    page.keyboard.type("2018")
    page.keyboard.press("Tab")
    expect(line).to_contain_text("published 2017–2018")
    page.get_by_label("Kind").select_option("letter")
    expect(line).to_contain_text("Answers come from 1 of 5 documents")
    page.keyboard.press("Escape")
    expect(toggle).to_be_focused()
    expect(page.locator(".choices")).to_be_hidden()
    expect(line).to_be_visible()
    ask(page, QUESTION)
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    expect(page.locator(".manner")).to_contain_text("From: only the organisation’s own documents")
    press(page, "Shorter")
    expect(page.locator(".turn-2.is-over")).to_be_visible()
    expect(page.locator(".manner").nth(1)).to_contain_text("Short answer; From: only the organisation’s own documents")
    assert library.narrowed == [({"d2"}, None)] * 2
    press(page, "Use all documents")
    expect(page.locator("#chosen .within")).to_have_count(0)
    expect(toggle).to_be_focused()
    ask(page, QUESTION)
    expect(page.locator(".turn-3.is-over")).to_be_visible()
    assert library.narrowed[2] == (None, None)


def test_a_choice_that_nothing_fits_says_so_before_a_question(choosing, library, ask):
    page = choosing
    press(page, "Choose documents")
    page.get_by_role("checkbox", name="Report 1").check()
    page.get_by_label("From year").fill("2015")
    page.get_by_label("From year").press("Tab")
    expect(page.locator("#chosen")).to_contain_text("No document fits this choice, so it can give no answer")
    ask(page, QUESTION)
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    assert library.narrowed == [(frozenset(), None)]


def test_the_choice_speaks_the_language_of_the_page(choosing):
    page = choosing
    press(page, "Choose documents")
    page.get_by_role("checkbox", name="Report 3").check()
    page.get_by_label("Language", exact=True).select_option("Deutsch")
    expect(page.get_by_role("button", name="Dokumente auswählen")).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#chosen")).to_contain_text("Antworten kommen aus 1 von 5 Dokumenten: „Report 3“.")
    expect(page.get_by_role("checkbox", name="Report 3")).to_be_checked()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_violations_with_everything_unfolded(open_site, new_page, ask, language):
    site = open_site(FakeAssistant({QUESTION: OPEN}, documents=documents(1000)))
    site.assistant.further[QUESTION] = ["Membership fees"]
    page = new_page()
    page.goto(f"{site.address}/?lang={language}")
    expect(page.locator("html")).to_have_attribute("lang", language)
    ask(page, QUESTION)
    expect(page.locator("button.further")).to_be_visible()
    page.locator("button.choose").click()
    expect(page.locator(".choices")).to_be_visible()
    expect(page.locator(".which li:visible")).to_have_count(20)
    page.locator(".find-document").fill("report 77")
    expect(page.locator(".which li:visible")).to_have_count(19)
    page.locator(".which li:visible input").first.check()
    expect(page.locator("#chosen .within")).to_be_visible()
    page.locator(".find-document").fill("report 888")
    expect(page.locator(".which li:visible")).to_have_count(2)
    assert chat_violations(page, "choosing") == {}
    page.set_viewport_size({"width": 320, "height": 256})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_no_violations_where_a_question_failed(site, page, ask, assistant):
    assistant.failures[QUESTION] = "The model did not answer; ask again."
    asked(page, ask)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    assert violations(page) == []


def test_a_question_brings_the_language_of_the_page(site, new_page, ask, assistant):
    page = new_page(locale="pl")
    page.goto(site.address)
    expect(page.locator("html")).to_have_attribute("lang", "pl")
    ask(page, "PICUM?")
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    assert assistant.languages[-1] == "pl"


@pytest.mark.parametrize(("address", "language"), [("", "pl"), ("?lang=el", "el")])
def test_a_question_that_comes_before_the_words_of_the_page_is_in_its_language(
    site, new_page, ask, assistant, address, language
):
    page, held = new_page(locale="pl"), []

    page.route("**/gradio_api/queue/data*", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/gradio_api/queue/data*"):
        page.goto(f"{site.address}/{address}")
    with page.expect_response("**/gradio_api/queue/join*"):
        ask(page, "PICUM?")
    [stream] = held
    stream.continue_()
    expect(page.locator(".turn-1.is-over").get_by_text(texts(language).say("help_one"))).to_be_visible()
    assert assistant.languages == [language]


def test_fields_that_were_lost_on_their_way_are_asked_for_again(site, new_page):
    page = new_page()
    page.watch.requests_may_fail = True
    page.goto(site.address)
    expect(page.locator(".example").first).to_be_visible()
    page.route("**/gradio_api/queue/join*", lambda route: route.abort())
    page.locator("button.choose").click()
    expect(page.locator("#connection")).to_be_visible()
    expect(page.locator("#choices .choices")).to_have_count(0)
    page.unroute_all()
    page.locator("button.choose").click()
    page.locator("button.choose").click()
    expect(page.locator("#choices .choices")).to_be_visible()
