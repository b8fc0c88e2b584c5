"""The widget in pages of other sites, in Chromium: host, assistant and a third site each under a name of its own."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.embedding import ask, dialog, focused, frame_of, only_from
from ui.testing import FakeAssistant, FakeSource, make_answer, make_citation

from .conftest import DOCUMENTS

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
TEXT = "The plan\n\nMembership is open to any organisation.\n\n" + "More. " * 2000
OPEN = make_answer(
    ("**The plan** says that membership is open.", (1,)),
    ("A profile doubts it.", (2,)),
    citations=[make_citation(1, page=4, start=TEXT.index("Membership")), make_citation(2, "Few may join.")],
)


@pytest.fixture(scope="module")
def fake():
    return FakeAssistant({"Who can join?": OPEN}, documents=DOCUMENTS, sources={"plan": FakeSource(text=TEXT)})


def violations(page):
    found = Axe().run(page, options=RULES).response
    assert len(found["passes"]) > 10
    return [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found["violations"]]


def test_a_reader_asks_in_a_page_of_another_site(hosts, embedding, host, fake):
    page = host(embedding.script(title="Ask our plans"))
    button = page.get_by_role("button", name="Ask our plans")
    expect(button).to_be_visible()
    assert [url for url in page.watch.requested if url.startswith(embedding.origin)] == [
        f"{embedding.origin}/widget.js"
    ]
    button.click()
    frame = frame_of(page)
    expect(frame.locator(".example").first).to_be_visible()
    expect(dialog(page)).to_have_attribute("aria-label", "Ask our plans")
    expect(frame.locator(".notice")).to_contain_text("It gives no legal advice. Questions are not stored.")
    ask(frame)
    assert fake.asked[-1][0] == "Who can join?"
    frame.locator("a.marker").first.click()
    expect(frame.locator(".card.is-followed")).to_be_focused()
    expect(frame.locator(".card.is-followed")).to_contain_text("Membership is open to any organisation.")
    with page.context.expect_page() as opened:
        frame.locator(".card.is-followed a.read").click()
    source = opened.value
    expect(source.locator("#passage")).to_have_text("Membership is open to any organisation.")
    assert source.url.startswith(f"{embedding.origin}/embed/intranet/source/plan?")
    expect(frame.locator(".turn-1.is-over")).to_be_visible()  # the conversation is still there
    frame.locator(".card.is-followed a.back").click()
    expect(frame.locator("a.marker").first).to_be_focused()
    assert only_from(page, hosts.site(), embedding.origin) == []


def test_nothing_is_kept_in_the_browser_and_nothing_needs_to_be(embedding, host):
    page = host(embedding.script())
    page.get_by_role("button", name="Ask the documents").click()
    ask(frame_of(page))
    inside = next(frame for frame in page.frames if frame.url.startswith(embedding.origin))
    # The browser denies storage to a frame of another site.
    assert inside.evaluate("try { localStorage.length; 'open' } catch (error) { error.name }") == "SecurityError"
    assert page.context.cookies() == []
    assert page.evaluate("document.cookie + localStorage.length") == "0"


def test_host_page_and_frame_never_see_each_other(hosts, embedding, host):
    page = host(embedding.script())
    page.evaluate("window.heard = []; addEventListener('message', (event) => heard.push(event.data))")
    page.get_by_role("button", name="Ask the documents").click()
    ask(frame_of(page))
    heard = page.evaluate("heard")
    assert [said for said in heard if isinstance(said, dict) and "picum" in said] == [{"picum": "ready"}]
    assert not re.search("join|plan|open", str(heard), re.IGNORECASE)  # a library of Gradio says that it is there
    look = "document.querySelector('picum-assistant').shadowRoot.querySelector('iframe').contentDocument"
    assert page.evaluate(look) is None
    inside = next(frame for frame in page.frames if frame.url.startswith(embedding.origin))
    assert inside.evaluate("try { parent.document.title } catch (error) { error.name }") == "SecurityError"
    assert inside.evaluate("document.referrer") == f"{hosts.site()}/"


def test_the_keyboard_alone(embedding, host):
    page = host(embedding.script())
    page.get_by_role("link", name="Home").focus()
    page.keyboard.press("Tab")
    assert focused(page).startswith("open")
    page.keyboard.press("Enter")
    frame = frame_of(page)
    expect(frame.locator("#question textarea")).to_be_focused()
    page.keyboard.type("Who can join?")
    page.keyboard.press("Enter")
    expect(frame.locator(".turn-1.is-over")).to_be_visible()
    frame.locator("a.marker").first.focus()
    page.keyboard.press("Enter")
    expect(frame.locator(".card.is-followed")).to_be_focused()
    page.keyboard.press("Escape")  # back to the answer
    expect(frame.locator("a.marker").first).to_be_focused()
    expect(dialog(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_hidden()
    assert focused(page).startswith("open")
    expect(page.get_by_role("button", name="Ask the documents")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(frame.locator(".turn-1.is-over")).to_be_visible()  # what was said is still there
    page.get_by_role("button", name="Close").press("Escape")
    expect(dialog(page)).to_be_hidden()
    assert focused(page).startswith("open")


def test_a_list_that_is_open_closes_before_the_assistant(embedding, host):
    page = host(embedding.script())
    page.get_by_role("button", name="Ask the documents").click()
    frame = frame_of(page)
    frame.locator("#language-menu").click()
    expect(frame.locator("#language-menu:open")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_visible()


def test_on_a_phone_it_covers_the_page(embedding, host):
    page = host(embedding.script(), width=390, height=844, has_touch=True, is_mobile=True)
    page.get_by_role("button", name="Ask the documents").tap()
    frame = frame_of(page)
    expect(frame.locator(".example").first).to_be_visible()
    assert dialog(page).bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert dialog(page).evaluate("element => element.matches(':modal')")
    expect(frame.locator("#question textarea")).not_to_be_focused()  # no keyboard over the page before it is wanted
    ask(frame)
    page.get_by_role("button", name="Close").tap()
    expect(dialog(page)).to_be_hidden()


@pytest.mark.parametrize("width", [280, 390, 1200])
def test_the_frame_has_room_in_every_width(hosts, embedding, new_page, width):
    page = new_page(viewport={"width": width, "height": 640})
    page.goto(f"{embedding.origin}/embed/intranet/?title=Ask")
    expect(page.locator(".example").first).to_be_visible()
    moved = page.evaluate(
        """() => new Promise((done) => {
          const seen = [];
          const keep = (list) => seen.push(...list.getEntries());
          new PerformanceObserver(keep).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => done(seen.reduce((sum, entry) => sum + entry.value, 0)), 300);
        })"""
    )
    assert moved < 0.05
    box = page.locator("#ask").bounding_box()
    assert abs(box["y"] + box["height"] - 640) <= 1
    ask(page)
    assert page.locator("#ask").bounding_box() == box
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        width,
        640,
    ]
    sources, said = page.locator("#side").bounding_box(), page.locator(".turn-1").bounding_box()
    assert sources["y"] >= said["y"] + said["height"]


def test_arabic_runs_from_right_to_left(embedding, host):
    page = host(embedding.script(lang="ar"))
    button = page.get_by_role("button", name="اسأل الوثائق")
    button.click()
    frame = frame_of(page)
    expect(frame.locator("html")).to_have_attribute("dir", "rtl")
    expect(frame.locator("#language-menu")).to_be_hidden()  # the language was chosen
    expect(frame.get_by_role("button", name="محادثة جديدة")).to_be_visible()
    assert button.bounding_box()["x"] == 20
    assert page.locator("picum-assistant").get_attribute("dir") == "rtl"
    close, name = (
        page.get_by_role("button", name="إغلاق").bounding_box(),
        page.locator("picum-assistant b").bounding_box(),
    )
    assert close["x"] < name["x"]


def test_it_speaks_the_language_of_the_page_and_keeps_the_menu(embedding, host):
    page = host(embedding.script(), language="fr-BE")
    page.get_by_role("button", name="Interroger les documents").click()
    frame = frame_of(page)
    expect(frame.locator("html")).to_have_attribute("lang", "fr")
    expect(frame.locator("#language-menu")).to_be_visible()
    expect(frame.locator("#language-menu")).to_have_value("fr")


def test_a_place_in_the_page(embedding, host):
    page = host(
        '<div id="here"></div>', embedding.script(mode="inline", target="here", height="500", title="Our plans")
    )
    frame = frame_of(page)
    ask(frame)
    expect(frame.get_by_role("heading", name="Our plans", level=1)).to_be_visible()
    region = page.get_by_role("region", name="Our plans")
    assert region.bounding_box()["height"] == 500
    expect(page.get_by_role("button")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(region).to_be_visible()


def test_two_widgets_stand_beside_each_other(embedding, host):
    page = host(embedding.script(title="One"), embedding.script(title="Two", question="Who can join?"))
    one, two = (page.get_by_role("button", name=name).first for name in ("One", "Two"))
    assert abs(one.bounding_box()["y"] - two.bounding_box()["y"]) == 62
    two.click()
    second = page.locator("picum-assistant").filter(has=page.get_by_role("button", name="Two", expanded=True))
    expect(second.locator("iframe").content_frame.locator("#question textarea")).to_have_value("Who can join?")
    expect(page.locator("picum-assistant").get_by_role("dialog")).to_have_count(1)
    second.locator("iframe").content_frame.locator("#question textarea").press("Escape")
    expect(page.locator("picum-assistant").get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_violations(embedding, host, scheme):
    page = host(embedding.script(title="Our plans", color="#7a1f5c"), color_scheme=scheme)
    page.get_by_role("button", name="Our plans").click()
    ask(frame_of(page))
    accent = (
        frame_of(page).locator("body").evaluate("body => getComputedStyle(body).getPropertyValue('--accent').trim()")
    )
    assert accent == ("rgb(122 31 92)" if scheme == "light" else "#7ccfe3")  # too dark on dark
    assert violations(page) == []  # of the page and of its frames
    inside = next(frame for frame in page.frames if frame.url.startswith(embedding.origin))
    assert inside.url.count("color=%237a1f5c") == 1
    page.set_viewport_size({"width": 320, "height": 600})
    assert violations(page) == []


def test_a_colour_that_cannot_be_read_is_not_taken(embedding, new_page):
    page = new_page(viewport={"width": 400, "height": 640})
    for colour, accent in (("%23ffee00", "#0d5c72"), ("%23004422", "rgb(0 68 34)"), ("red;}", "#0d5c72")):
        page.goto(f"{embedding.origin}/embed/intranet/?theme=light&color={colour}")
        expect(page.locator(".example").first).to_be_visible()
        shown = page.evaluate("getComputedStyle(document.body).getPropertyValue('--accent').trim()")
        assert (colour, shown) == (colour, accent)


def test_the_scheme_is_that_of_the_host_page(embedding, host):
    page = host(embedding.script(theme="dark"), color_scheme="light")
    page.get_by_role("button", name="Ask the documents").click()
    expect(frame_of(page).locator("body")).to_have_class(re.compile("dark"))


def test_motion_is_for_those_who_want_it(embedding, host):
    for motion, moving in (("reduce", "none"), ("no-preference", "up")):
        page = host(embedding.script(), reduced_motion=motion)
        page.get_by_role("button", name="Ask the documents").click()
        assert dialog(page).evaluate("element => getComputedStyle(element).animationName") == moving


def test_what_to_copy_works_where_it_is_pasted(hosts, embedding, new_page):
    page = new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{embedding.origin}/embed/intranet/snippets")
    expect(page.frame_locator("iframe").locator(".example").first).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    for name in ("widget", "inline", "frame"):
        pasted = page.locator(f"#{name}").inner_text()
        other = new_page()
        other.goto(hosts.page(pasted))
        if name == "widget":
            other.get_by_role("button", name="Ask the documents").click()
        frame = next(each for each in [other.locator("iframe").first.content_frame])
        ask(frame)
        other.watch.complaints.clear()  # a frame without the widget has no policy to complain of; favicons are missing
    assert page.watch.foreign(embedding.origin) == []
