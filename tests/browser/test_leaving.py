"""Leaving quickly: nothing is left on the screen, in the history or on the server."""

import pytest
from playwright.sync_api import expect

from tests.embedding import frame_of
from ui.testing import FakeAssistant, make_answer, make_citation

from .conftest import DOCUMENTS, Site

OPEN = make_answer(("Membership is open.", (1,)), citations=[make_citation(1)])


@pytest.fixture(scope="module")
def fake():
    return FakeAssistant(documents=DOCUMENTS, otherwise=OPEN)


@pytest.fixture(scope="module")
def chat(fake):
    site = Site(fake)
    yield site.address
    site.close()


@pytest.fixture
def asked(chat, new_page, ask):
    """A chat with an answer in it, opened from an empty page."""

    def open_one(**options):
        page = new_page(**options)
        page.goto(f"{chat}/healthz")
        page.goto(f"{chat}/?lang=en")
        expect(page.locator(".example").first).to_be_visible()
        ask(page, "Who can join?")
        expect(page.locator(".turn-1.is-over")).to_be_visible()
        return page

    return open_one


def by_click(page):
    page.locator("#head .quick-exit").click()


def by_keys(page):
    for _ in range(3):
        page.keyboard.press("Escape")


@pytest.mark.parametrize("way", [by_click, by_keys])
@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_is_empty_at_once_and_not_behind_the_back_button(asked, chat, way, width):
    page = asked(viewport={"width": width, "height": 700})
    name = page.evaluate("document.querySelector('#conversation textarea, #conversation input').value")
    assert name
    forgotten = []
    page.on("request", lambda request: request.url.endswith("/forget") and forgotten.append(request.post_data))
    way(page)
    page.wait_for_url("about:blank")
    expect(page.locator("body")).to_be_empty()
    assert f"conversation={name}" in forgotten
    page.go_back()
    expect(page).to_have_url(f"{chat}/healthz")
    # The server has forgotten it: the next question of that tab would begin anew.
    assert page.request.post(f"{chat}/forget", form={"conversation": name}).status == 204
    assert page.watch.foreign(chat) == []


def test_the_conversation_is_gone_from_the_server(chat, new_page, ask, fake):
    page = new_page()
    page.goto(f"{chat}/?lang=en")
    ask(page, "Who can join?")
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    # As if the tab went on after all: it says that the conversation is not known any more.
    name = page.evaluate("document.querySelector('#conversation textarea, #conversation input').value")
    assert page.request.post(f"{chat}/forget", form={"conversation": name}).status == 204
    fake.asked.clear()
    ask(page, "And then?")
    expect(page.locator("#note")).to_contain_text("no longer knows the earlier questions")
    assert fake.asked == [("And then?", ())]


def test_escape_keeps_its_meaning_until_the_third_time(asked):
    page = asked()
    page.locator("#chat a.marker").first.click()
    expect(page.locator(".card").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#chat a.marker").first).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Shift")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("#chat .asked")).to_be_visible()
    page.wait_for_timeout(2100)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("#chat .asked")).to_be_visible()
    page.keyboard.press("Escape")
    page.wait_for_url("about:blank")


def test_a_page_that_comes_back_shows_no_conversation(asked, chat):
    page = asked()
    page.goto(f"{chat}/library?lang=en")
    page.go_back()
    expect(page.locator(".example").first).to_be_visible()
    expect(page.locator("#chat .asked")).to_have_count(0)
    expect(page.locator("#question textarea")).to_have_value("")
    # The browser may take it out of its memory too.
    page.evaluate("window.old = true; dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    expect(page.locator("#question textarea")).to_be_hidden()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(page.locator(".example").first).to_be_visible()
    assert page.evaluate("window.old") is None


def test_the_way_out_stays_in_sight(asked):
    page = asked(viewport={"width": 390, "height": 500})
    page.mouse.move(200, 300)
    page.mouse.wheel(0, 5000)
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") > 100
    expect(page.locator("#head .quick-exit")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_sheet_can_be_left(chat, new_page, language):
    page = new_page(viewport={"width": 390, "height": 500})
    page.goto(f"{chat}/healthz")
    page.goto(f"{chat}/privacy?lang={language}")
    page.mouse.move(200, 300)
    page.mouse.wheel(0, 5000)
    page.wait_for_timeout(200)
    expect(page.locator(".quick-exit")).to_be_in_viewport(ratio=1)
    page.locator(".quick-exit").click()
    page.wait_for_url("about:blank")
    page.go_back()
    expect(page).to_have_url(f"{chat}/healthz")


def test_a_frame_empties_itself_and_the_host_page_stays(embedding, host):
    page = host(embedding.script())
    page.locator("picum-assistant .open").click()
    frame = frame_of(page)
    expect(frame.locator(".example").first).to_be_visible()
    frame.locator("#notice .quick-exit").click()
    expect(frame.locator("body")).to_be_empty()
    expect(page.get_by_role("heading", name="Our intranet")).to_be_attached()
