"""The library in a browser: search while somebody types, with and without a script, on every screen and in Arabic."""

import re
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from assistant.library import DocumentSummary
from assistant.testing import assistant_over, read
from tests.axe import RULES, violations
from ui.testing import FakeAssistant

from .conftest import Site

PHONE, SMALL, DESKTOP = {"width": 390, "height": 844}, {"width": 320, "height": 640}, {"width": 1280, "height": 800}
LONG = "Some words stand before it. " * 400
DOCUMENTS = [
    read("plan", f"{LONG}\n\nThe shelter has 40 beds for families. It opens in winter.", title="Plan of the shelter"),
    read("old", "The shelter had 10 beds.", title="Old plan", superseded_by="plan", valid_until="2020"),
    read("profile", "Some doubt the shelter.", title="A profile", publisher="Watch", authority="third_party"),
    read("arabic", "للمهاجرين حقوق. يحتاج المأوى إلى أسرّة.", title="تقرير عن المأوى", language="ar"),
]
STORED = (
    "async () => [localStorage.length, sessionStorage.length, document.cookie, (await indexedDB.databases()).length]"
)


@pytest.fixture(scope="module")
def library():
    site = Site(assistant_over(DOCUMENTS))
    yield site.address
    site.close()


@pytest.fixture
def opened(library, new_page):
    def open_one(path="/library?lang=en", **options):
        page = new_page(**{"viewport": DESKTOP, **options})
        page.goto(library + path)
        return page

    return open_one


def type_in(page, words):
    page.locator("#words").press_sequentially(words, delay=10)


def test_results_come_while_typing_and_are_said(opened, library):
    page = opened()
    expect(page.locator("#all li")).to_have_count(4)
    page.locator("#words").focus()
    type_in(page, "shel")
    expect(page.locator("#found mark")).to_have_text(["shelter"] * 4)
    expect(page.locator("#all")).to_be_hidden()
    expect(page.locator("#looked-up")).to_have_text("Documents found: 1 · Passages found: 3")
    expect(page.get_by_role("heading", level=2)).to_have_text(["Documents (1)", "Passages (3)"])
    type_in(page, "ter win")
    expect(page.locator("#found .words mark")).to_have_text(["shelter", "winter"])
    expect(page.locator("#looked-up")).to_have_text("Passages found: 1")
    assert page.evaluate("document.activeElement.id") == "words"
    # Nothing that was typed stands in an address, here or on the way, and nothing is stored.
    assert page.url == f"{library}/library?lang=en"
    assert not [url for url in page.watch.requested if "shel" in url]
    assert page.watch.foreign(library) == []
    assert page.evaluate(STORED) == [0, 0, "", 0]
    page.locator("#words").fill("")
    expect(page.locator("#all li")).to_have_count(4)
    expect(page.locator("#found")).to_be_empty()


def test_a_passage_leads_to_its_words_by_keyboard_alone(opened):
    page = opened()
    page.keyboard.press("Tab")
    expect(page.locator(".quick-exit")).to_be_focused()
    page.locator("#words").focus()
    page.keyboard.type("beds winter")
    expect(page.locator("#found .words")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#found h3 a")).to_be_focused()
    with page.context.expect_page() as opening:
        page.keyboard.press("Enter")
    source = opening.value
    expect(source.locator("#passage")).to_be_in_viewport()
    expect(source.locator("mark").first).to_contain_text("40 beds")
    # What was found is still there.
    expect(page.locator("#found .words")).to_have_count(1)


def test_late_answers_are_dropped(opened):
    page = opened()
    held = []

    def hold(route):
        if "words=shelter" in (route.request.post_data or ""):
            held.append(route)
        else:
            route.continue_()

    page.route("**/library/found*", hold)
    page.locator("#words").fill("shelter")
    page.wait_for_timeout(400)
    page.locator("#words").fill("doubt")
    expect(page.locator("#found mark")).to_have_text(["doubt"])
    assert len(held) == 1
    held[0].continue_()
    page.wait_for_timeout(300)
    expect(page.locator("#found mark")).to_have_text(["doubt"])


def test_where_nothing_comes_back_the_button_sends_the_form(opened):
    page = opened()
    page.route("**/library/found?*", lambda route: route.fulfill(content_type="text/html", body="<h1>Log in</h1>"))
    with page.expect_response("**/library/found?*"):
        type_in(page, "shelter")
    page.locator("#words").press("Enter")
    expect(page.locator("#found mark").first).to_have_text("shelter")
    assert page.locator("#words").input_value() == "shelter"


def test_nothing_found_says_what_to_try(opened):
    page = opened()
    type_in(page, "xylophone")
    expect(page.locator("#found .count")).to_contain_text("These words stand in none of the documents.")
    expect(page.locator("#looked-up")).to_contain_text("Try fewer or other words")
    page.locator("#found a").click()
    expect(page.locator("#question textarea")).to_have_value("")
    assert "xylophone" not in page.url


def test_the_form_works_without_a_script(opened):
    page = opened(java_script_enabled=False)
    page.locator("#words").fill("shelter")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#found mark")).to_have_count(4)
    assert "shelter" not in page.url
    page.locator(".languages summary").click()
    page.get_by_role("link", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bibliothek")
    page.locator(".quick-exit").click()
    expect(page).to_have_title("Empty page")


@pytest.mark.parametrize(("language", "typed", "count"), [("en", "shelter", 4), ("ar", "مهاجر", 1), ("ar", "ماوى", 2)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_violations_and_nothing_cut(opened, language, typed, count, scheme):
    page = opened(f"/library?lang={language}", viewport=PHONE, color_scheme=scheme)
    found = {"all": violations(page)}
    type_in(page, typed)
    expect(page.locator("#found .count")).to_be_visible()
    expect(page.locator("#found mark")).to_have_count(count)
    found["found"] = violations(page)
    page.locator(".languages summary").click()
    found["menu"] = Axe().run(page, context=".languages", options=RULES).response["violations"]
    page.keyboard.press("Escape")
    expect(page.locator(".languages ul")).to_be_hidden()
    for size in (SMALL, DESKTOP):
        page.set_viewport_size(size)
        found[str(size["width"])] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert {state: what for state, what in found.items() if what} == {}


@pytest.mark.parametrize("language", ["en", "de", "ar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_violations_on_the_page_about_questions(opened, language, scheme):
    page = opened(f"/privacy?lang={language}", viewport=SMALL, color_scheme=scheme)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    expect(page.locator('[aria-current="page"]')).to_have_count(1)


def test_a_third_party_is_not_told_by_colour_alone(opened):
    page = opened()
    item = page.locator("#all li.third_party")
    expect(item.locator(".badge")).to_have_text("third party")
    expect(item).to_have_css("border-left-style", "dashed")


def test_what_is_known_of_a_document_stands_beside_it(open_site, new_page):
    known = DocumentSummary(
        id="partly",
        title="Report",
        publisher="Watch",
        authority="third_party",
        published="2016-02",
        language="fr",
        pages=12,
        chunks=3,
        derived=frozenset(),
        kind="letter",
        valid_until="2020",
        superseded_by="newer",
        notes=("Page 7 is a picture without text.",),
    )
    newer = replace(known, id="newer", title="Newer", published=None, valid_until=None, superseded_by=None, notes=())
    page = new_page(viewport=SMALL)
    page.goto(f"{open_site(FakeAssistant(documents=[known, newer])).address}/library?lang=en")
    item = page.locator("#all li.third_party").filter(has_text="Was valid until 2020")
    for said in ("Watch third party · 2016-02 · letter · French · Pages: 12", "Replaced by Newer"):
        expect(item).to_contain_text(said)
    item.locator("summary").press("Enter")
    expect(item.get_by_text("Page 7 is a picture without text.")).to_be_visible()
    assert violations(page) == []
    page.locator("#words").fill("xylophone")
    expect(page.locator("#looked-up")).to_contain_text("none of the documents")
    assert violations(page) == []


def test_targets_are_large_enough(opened):
    page = opened(viewport=SMALL)
    type_in(page, "shelter")
    expect(page.locator("#found mark").first).to_be_visible()
    sizes = page.locator("main :is(button, input), .top a, .quick-exit, summary").evaluate_all(
        "all => all.filter(each => each.checkVisibility()).map(each => each.getBoundingClientRect().height)"
    )
    assert sizes
    assert min(sizes) >= 24


def test_chat_and_sheets_lead_to_each_other_in_the_language_of_the_reader(opened):
    page = opened("/?lang=fr")
    with page.context.expect_page() as opening:
        page.locator("#head").get_by_role("link", name="Bibliothèque").click()
    sheet = opening.value
    expect(sheet.get_by_role("heading", level=1)).to_have_text("Bibliothèque")
    sheet.get_by_role("link", name="Que devient ma question").click()
    expect(sheet.locator("html")).to_have_attribute("lang", "fr")
    sheet.get_by_role("link", name="Interroger les documents").click()
    expect(sheet.locator("#head .head")).to_have_attribute("lang", "fr")
    expect(page.locator("#notice").get_by_role("link", name=re.compile("Que devient"))).to_be_visible()


@pytest.mark.parametrize("language", ["en", "de", "el", "ar"])
def test_the_head_of_the_chat_fits_the_smallest_screen(site, new_page, language):
    page = new_page(viewport=SMALL)
    page.goto(f"{site.address}/?lang={language}")
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert isinstance(site.assistant, FakeAssistant)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    overlaps = """() => {
      const seen = [...document.querySelectorAll("#head h1, #head .quick-exit, #head .ways a, #language-menu, #new")];
      const range = (each) => {
        if (each.localName !== "h1") return each.getBoundingClientRect();
        const text = document.createRange(); text.selectNodeContents(each); return text.getBoundingClientRect();
      };
      const boxes = seen.map(range);
      return boxes.flatMap((a, i) => boxes.slice(i + 1).filter(b =>
        a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)).length;
    }"""
    assert page.evaluate(overlaps) == 0
    expect(page.locator("#new")).to_be_in_viewport()
