"""Every language of the table on every page: by the browser, by the address, whole, in its direction, also large."""

import json
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from assistant.answer import Conflict
from tests.browser.conftest import DOCUMENTS, FLAGS, Site
from ui.chat.texts import languages, texts
from ui.testing import FakeAssistant, FakeSource, make_answer, make_citation

CITED = [
    make_citation(1, "Vier.", title="Plan", published="2016"),
    make_citation(2, "Fünf.", title="Buch", document="old", publisher="Watch", authority="third_party", page=2),
]
ANSWER = replace(
    make_answer(("Vier?", (1,)), ("Fünf?", (2,)), citations=CITED, support="partial", removed=1, mode="generated"),
    conflicts=(Conflict(about="vier", markers=(1, 2)),),
)
REFUSED = make_answer(("Nichts?", (1,)), citations=CITED[:1], status="not_in_documents")
SAID = """() => [...document.querySelectorAll("body, body *")].filter(each => each.checkVisibility()).flatMap(each => [
  ...[...each.childNodes].filter(node => node.nodeType === 3).map(node => node.textContent),
  ...["aria-label", "title", "placeholder"].map(name => each.getAttribute(name) ?? ""),
]).map(text => text.replace(/\\s+/g, " ").trim()).filter(text => text)"""
ALL = list(languages())


@pytest.fixture(scope="module")
def address():
    sources = {"plan": FakeSource(text="Vier. Fünf.", valid_until="2020", superseded_by="old", title="Plan")}
    sources["old"] = FakeSource(text="Fünf.", title="Buch")
    further = {"Wie?": ["Boote"]}
    fake = FakeAssistant({"Wie?": ANSWER, "Was?": REFUSED}, documents=DOCUMENTS, sources=sources)
    fake.further.update(further)
    fake.failures["Wann?"] = "Dreizehn."
    site = Site(fake)
    yield site.address
    site.close()


def assert_in(page, language):
    """The whole page is in the language, in its direction, and nothing of it is in English."""
    said = texts(language)
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert page.evaluate("getComputedStyle(document.body).direction") == said.direction
    if language != "en":
        own = {*said.words.values(), *languages().values()}
        english = {words for words in texts("en").words.values() if len(words) > 3 and "$" not in words} - own
        assert english & set(page.evaluate(SAID)) == set()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("language", ALL)
def test_every_page_is_whole_in_every_language(address, new_page, ask, language):
    page, said = new_page(locale=language, viewport={"width": 320, "height": 700}), texts(language)
    page.goto(address)
    expect(page.locator(".example").first).to_be_visible()
    expect(page.locator("#question textarea")).to_have_attribute("placeholder", said.say("placeholder"))
    expect(page.locator("#notice")).to_contain_text(said.say("notice"))
    assert_in(page, language)
    for number, question in enumerate(("Wie?", "Was?", "Wann?"), start=1):
        ask(page, question)
        expect(page.locator(f".turn-{number}.is-over")).to_be_visible()
    assert_in(page, language)
    # What everybody must know stays in sight beside the question.
    expect(page.locator("#notice p").first).to_be_in_viewport()
    other = ALL[ALL.index(language) - 1]
    page.watch.requests_may_fail = True  # one of these documents is not there
    for path in ("library", "privacy", "source/plan?start=0&end=5", "source/nowhere"):
        joint = "&" if "?" in path else "?"
        page.goto(f"{address}/{path}{joint}lang={other}")
        assert_in(page, other)


def test_what_is_in_english_would_be_found(address, new_page):
    page = new_page()
    page.goto(f"{address}/privacy?lang=de")
    page.locator("h2").first.evaluate(
        "(title, words) => { title.textContent = words }", texts("en").say("stored_title")
    )
    with pytest.raises(AssertionError):
        assert_in(page, "de")


@pytest.fixture(scope="module")
def large(browser, chromium, tmp_path_factory):
    """A browser whose reader has set letters of twice the size."""
    profile = tmp_path_factory.mktemp("profile")
    (profile / "Default").mkdir()
    wanted = {"webkit": {"webprefs": {"default_font_size": 32, "default_fixed_font_size": 26}}}
    (profile / "Default" / "Preferences").write_text(json.dumps(wanted))
    opened = browser.browser_type.launch_persistent_context(
        profile, executable_path=chromium, args=FLAGS, reduced_motion="reduce", locale="en-GB"
    )
    yield opened
    opened.close()


@pytest.mark.parametrize(("width", "language"), [(1280, "de"), (390, "de"), (390, "ar"), (320, "en")])
def test_letters_of_twice_the_size_cut_nothing_off(address, large, ask, width, language):
    page = large.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("", "library", "privacy", "source/plan?start=0&end=5"):
        page.goto(f"{address}/{path}{'&' if '?' in path else '?'}lang={language}")
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        if not path:
            expect(page.locator(".example").first).to_be_visible()
            ask(page, "Wie?")
            expect(page.locator(".turn-1.is-over")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        beyond = page.locator("p, a, button, h1, h2, .card").evaluate_all(
            "all => all.filter(each => each.checkVisibility()).map(each => [each, each.getBoundingClientRect()])"
            ".filter(([, box]) => box.width > 2 && (box.right > innerWidth + 1 || box.left < -1))"
            ".map(([each]) => each.textContent)"
        )
        assert beyond == [], path
        cut = page.locator("button, a, h1, h2, label, summary").evaluate_all(
            """all => all.filter(each => {
              const style = getComputedStyle(each);
              const over = each.scrollWidth > each.clientWidth + 2 || each.scrollHeight > each.clientHeight + 4;
              return each.checkVisibility() && style.overflow === "hidden" && each.clientWidth > 2 && over;
            }).map(each => each.textContent)"""
        )
        assert cut == [], path
    page.close()
