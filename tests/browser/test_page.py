"""The page in a real browser: evidence first, then sentences; stopping, failing, beginning anew; nothing is kept."""

import re
import time
from concurrent.futures import Future

import pytest
from playwright.sync_api import expect

from assistant.door_settings import Limits
from assistant.errors import AssistantError
from tests.axe import violations
from tests.browser.conftest import DOCUMENTS
from tests.serving import serving
from ui.chat.pieces import TITLE
from ui.chat.texts import languages, texts
from ui.testing import FakeAssistant, make_answer, make_citation
from ui.warming import WarmingAssistant

OPEN = make_answer(
    ("Membership is open to any organisation.", (1,)),
    ("A profile doubts it.", (2,)),
    citations=[
        make_citation(1, "Membership is open to any organisation that shares our values.", page=4),
        make_citation(
            2, "Few may join.", document="profile", title="A profile", publisher="Watch", authority="third_party"
        ),
    ],
)


@pytest.fixture(autouse=True)
def answers(assistant):
    assistant.answers |= {"Who can join?": OPEN}


def test_evidence_comes_before_sentences_and_sentences_one_by_one(site, page, ask, steps):
    ask(page, "Who can join?")
    turn, cards, box = page.locator(".turn-1"), page.locator("#sources .card"), page.locator("#question textarea")
    expect(turn).to_have_text("Looking in the documents …")
    expect(box).to_have_value("")
    steps.allow()
    expect(turn.locator(".quotes li")).to_have_count(2)
    expect(turn).to_contain_text("Few may join. A profile")
    expect(cards).to_have_count(2)
    expect(page.locator("#sources h2")).to_have_text("Passages found")
    expect(turn.locator(".said")).to_have_count(0)
    steps.allow()
    expect(turn.locator(".said")).to_have_text("Membership is open to any organisation. [1]")
    expect(turn.locator(".quotes")).to_have_count(0)
    expect(turn.locator("a.marker")).to_have_count(1)
    expect(page.locator("#sources h2")).to_have_text(["Sources", "Other passages found"])
    expect(cards).to_have_count(2)
    box.fill("typed meanwhile")
    steps.allow_all()
    expect(turn.locator(".said")).to_contain_text("A profile doubts it. [2]")
    expect(turn.locator("a.marker")).to_have_count(2)
    expect(turn.locator(".state")).to_have_count(0)
    expect(page.locator("#sources h2")).to_have_text("Sources")
    expect(cards.nth(0)).to_contain_text("The plan")
    expect(cards.nth(0)).to_contain_text("The organisation · 2022-01 · section Membership · page 4")
    expect(cards.nth(0).locator("mark")).to_have_text("Membership is open to any organisation that shares our values.")
    expect(cards.nth(1).locator(".third-party")).to_have_text("Watch (third party)")
    # Different by its edge too, not by words and colour alone.
    expect(cards.nth(1)).to_have_css("border-inline-start-style", "double")
    expect(cards.nth(0)).not_to_have_css("border-inline-start-style", "double")
    expect(box).to_have_value("typed meanwhile")


def test_stop_keeps_what_stands(site, page, ask, assistant, steps):
    ask(page, "Who can join?")
    steps.allow(2)
    expect(page.locator(".turn-1 .said")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".turn-1 .trouble")).to_have_text("Stopped.")
    expect(page.locator(".turn-1 .said")).to_have_text("Membership is open to any organisation. [1]")
    expect(page.locator(".turn-1 .state")).to_have_count(0)
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    assert violations(page) == []
    steps.allow_all()
    ask(page, "Really?")
    expect(page.locator(".turn-2.is-over")).to_be_visible()
    expect(page.locator(".turn-1 .trouble")).to_have_text("Stopped.")
    for _ in range(200):  # its thread may be behind that of the second question
        if assistant.given_up:
            break
        time.sleep(0.05)
    assert assistant.given_up == 1
    assert [turn.content for turn in assistant.asked[1][1]] == [
        "Who can join?",
        "Membership is open to any organisation. [1] ",
    ]


def test_stop_before_there_is_evidence(site, page, ask, steps):
    ask(page, "Who can join?")
    page.get_by_role("button", name="Stop").click()
    # Besides that nothing but the ways to ask again, one of them with the hidden text for the box.
    expect(page.locator(".turn-1")).to_have_text("Stopped.Try againEdit the questionWho can join?")


def test_closing_the_tab_gives_up_the_question(site, new_page, ask, assistant, steps):
    page = new_page()
    page.goto(site.address)
    assistant.answers["Long?"] = make_answer(*[(f"Sentence {number}.", ()) for number in range(200)])
    ask(page, "Long?")
    steps.allow(2)
    expect(page.locator(".turn-1 .said")).to_be_visible()
    page.context.close()
    for _ in range(200):
        if assistant.given_up:
            break
        steps.allow()
        time.sleep(0.05)
    assert assistant.given_up == 1


def test_a_failing_assistant_leaves_the_quotes_and_one_sentence(site, page, ask, assistant):
    assistant.failures["Who can join?"] = "The model did not answer in time; ask again."
    ask(page, "Who can join?")
    turn = page.locator(".turn-1.is-over")
    expect(turn.locator(".trouble")).to_have_text("The model did not answer in time; ask again.")
    expect(turn.locator(".quotes li")).to_have_count(2)
    expect(page.locator("#sources .card")).to_have_count(2)
    assistant.failures.clear()
    ask(page, "Who can join?")
    expect(page.locator(".turn-2 .said")).to_be_visible()
    expect(page.locator(".turn-1 .trouble")).to_be_visible()
    assert assistant.asked[1][1] == ()


def test_a_mistake_in_the_program_is_one_sentence(site, page, ask, assistant):
    def fail(_event):
        raise ZeroDivisionError("Who can join?")

    assistant.before = fail
    ask(page, "Who can join?")
    expect(page.locator(".turn-1.is-over .trouble")).to_have_text(re.compile("^A mistake in the program ended"))
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()


def test_a_follow_up_knows_what_was_said_until_it_is_forgotten(site, page, ask, assistant):
    for number, question in enumerate(["Who can join?", "Really?"], start=1):
        ask(page, question)
        expect(page.locator(f".turn-{number}.is-over")).to_be_visible()
    assert [turn.content for turn in assistant.asked[1][1]] == ["Who can join?", OPEN.answer]
    expect(page.locator("#chat .asked")).to_have_count(2)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("#chat .asked")).to_have_count(0)
    expect(page.locator("#sources .card")).to_have_count(0)
    expect(page.locator(".example").first).to_be_visible()
    ask(page, "And now?")
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    assert assistant.asked[2] == ("And now?", ())


def test_beginning_anew_gives_up_the_question(site, page, ask, assistant, steps):
    ask(page, "Who can join?")
    steps.allow(2)
    expect(page.locator(".turn-1 .said")).to_be_visible()
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("#chat .asked")).to_have_count(0)
    steps.allow_all()
    ask(page, "Really?")
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    expect(page.locator("#chat .asked")).to_have_count(1)
    assert assistant.asked[1] == ("Really?", ())


def test_a_page_that_is_loaded_again_knows_nothing_and_nothing_is_left_in_the_browser(site, new_page, ask, assistant):
    page = new_page()
    page.goto(site.address)
    ask(page, "Who can join?")
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    assert page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})") == "{}"
    assert page.evaluate("indexedDB.databases().then(found => found.length)") == 0
    assert page.context.cookies() == []
    page.reload()
    expect(page.locator("#chat .welcome")).to_be_visible()
    expect(page.locator("#chat .asked")).to_have_count(0)
    ask(page, "Really?")
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    assert assistant.asked[1] == ("Really?", ())
    assert page.watch.foreign(site.address) == []


def test_two_tabs_are_two_conversations(site, page, new_page, ask, assistant):
    other = new_page()
    other.goto(site.address)
    for tab, question in ((page, "Who can join?"), (other, "Really?")):
        ask(tab, question)
        expect(tab.locator(".turn-1.is-over")).to_be_visible()
    assert assistant.asked[1] == ("Really?", ())


def test_examples_come_from_the_documents_and_ask_themselves(site, page, assistant):
    expect(page.locator(".example")).to_have_text(
        [
            "What is “The plan” about?",
            "What is “The old plan” about?",
            "What is “A profile” about?",
        ]
    )
    page.locator(".example").first.click()
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    expect(page.locator(".example").first).to_be_hidden()
    expect(page.locator("#question textarea")).to_have_value("")
    assert assistant.asked == [("What is “The plan” about?", ())]


def test_what_cannot_be_asked_is_told_and_stays_in_its_box(site, page, ask, assistant):
    ask(page, "  ")
    expect(page.locator("#note")).to_have_text("The question is empty: write what you want to know.")
    expect(page.locator("#announcer")).to_have_text("The question is empty: write what you want to know.")
    expect(page.locator("#question textarea")).to_have_value("  ")
    assert not any(question.startswith("Who can join?") for question, _ in assistant.asked)


def test_the_copied_text_is_plain_and_has_its_sources(page, ask):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, "Who can join?")
    page.get_by_role("button", name="Copy with sources").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    lines = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert lines[:4] == [
        "Membership is open to any organisation. [1] A profile doubts it. [2]",
        "",
        "Sources",
        f"[1] “{OPEN.citations[0].quote}” The plan · The organisation · 2022-01 · section Membership · page 4",
    ]
    assert re.fullmatch(
        r"Put together by an AI assistant on \d{4}-\d\d-\d\d from sentences of the documents; .* Check the sources\.",
        lines[-1],
    )


def test_the_language_of_the_browser_and_another_from_the_menu(site, new_page, ask):
    page = new_page(locale="de-AT")
    page.goto(site.address)
    expect(page.get_by_role("button", name="Neues Gespräch")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    ask(page, "Who can join?")
    expect(page.get_by_role("button", name="Mit Quellen kopieren")).to_be_visible()
    menu = page.get_by_role("combobox", name="Sprache")
    expect(menu).to_have_value("de")
    told = menu.locator("option").evaluate_all("options => options.map(each => [each.lang, each.label])")
    assert told == [list(each) for each in languages().items()]
    menu.focus()
    menu.select_option("العربية")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("button", name="نسخ مع المصادر")).to_be_visible()
    expect(page.locator(".turn-1 .said")).to_have_attribute("lang", "en")
    expect(page.locator(".turn-1 .said")).to_have_attribute("dir", "ltr")
    expect(page.locator("#sources h2")).to_have_text("المصادر")
    # The question in the direction of its own words, what the page says in that of the page.
    assert page.locator("#chat .asked h2").evaluate("asked => getComputedStyle(asked).direction") == "ltr"
    assert page.locator(".turn-1 .tools").evaluate("actions => getComputedStyle(actions).textAlign") == "start"
    expect(page).to_have_url(re.compile(r"\?lang=ar$"))
    # It is the same menu as before, under another name.
    expect(menu).to_have_count(0)
    expect(page.get_by_role("combobox", name="اللغة")).to_be_focused()
    ask(page, "Really?")
    expect(page.locator(".turn-2.is-over")).to_be_visible()
    expect(page.locator(".turn-1")).to_be_visible()
    page.reload()
    said = texts("ar")
    expect(page.locator("#notice")).to_contain_text(said.say("notice"))
    expect(page.locator("#question textarea")).to_have_attribute("placeholder", said.say("placeholder"))


def test_what_everybody_must_know_stands_above_the_question(site, page):
    notice = page.locator("#notice")
    for words in ("AI assistant, not a person", "can be wrong", "no legal advice", "not stored"):
        expect(notice).to_contain_text(words)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    assert notice.bounding_box()["y"] < page.locator("#question").bounding_box()["y"]


def test_the_host_that_questions_go_to_is_named_and_the_page_opens_before_the_assistant(open_site, new_page, ask):
    page = new_page()
    opened: Future[FakeAssistant] = Future()
    assistant = WarmingAssistant(opened.result)
    site = open_site(assistant, remote_host="model.example.org")
    assistant.start()
    page.goto(site.address)
    expect(page.locator("#notice")).to_contain_text("model.example.org: your questions are sent there")
    expect(page.locator("#note")).to_contain_text("Getting ready")
    ask(page, "Who can join?")
    expect(page.locator(".turn-1 .state")).to_be_visible()
    opened.set_result(FakeAssistant({"Who can join?": OPEN}))
    expect(page.locator(".turn-1.is-over .said")).to_be_visible()
    expect(page.locator("#note")).to_have_text("")


def test_an_assistant_that_cannot_be_opened_is_told(open_site, new_page, ask):
    page = new_page()

    def broken():
        raise AssistantError("The model is not here: fetch it.")

    assistant = WarmingAssistant(broken)
    site = open_site(assistant)
    assistant.start()
    page.goto(site.address)
    expect(page.locator("#note")).to_have_text("The model is not here: fetch it.")
    ask(page, "Who can join?")
    expect(page.locator(".turn-1.is-over .trouble")).to_have_text("The model is not here: fetch it.")


def test_a_question_that_is_too_long_stays_whole_and_the_page_says_so(new_page, settings):
    shorter = settings.model_copy(update={"limits": Limits(question_characters=200)})
    assistant = FakeAssistant(documents=DOCUMENTS)
    with serving(assistant, settings=shorter) as address:
        page = new_page()
        page.goto(f"{address}/?lang=en")
        expect(page.locator(".example").first).to_be_visible()
        box = page.locator("#question textarea")
        box.fill("Who can join? " * 400)
        box.press("Enter")
        expect(page.locator("#note")).to_have_text("The question is too long: at most 200 characters are taken.")
        expect(box).to_have_value("Who can join? " * 400)
    assert not any(question.startswith("Who can join?") for question, _ in assistant.asked)
