"""The page of a document: its head stays, its passages are marked, and what is shared of it names one passage."""

import re
import time
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from ingest.cut import Section
from ingest.document import Page as SheetOfPaper
from ingest.document import Span
from tests.axe import RULES, violations
from ui.sources import source_path
from ui.testing import FakeSource, make_answer, make_citation

TITLE = "A very long title of a report on the rights of people whose residence permit is missing, in all countries"
PARTS = [f"Part {n}\n\nThe **{n}.** words of it. {'More words follow. ' * 40}\n\n" for n in range(1, 12)]
TEXT = "".join(PARTS)
STARTS = [TEXT.index(f"Part {n}\n") for n in range(1, 12)]
SECTIONS = tuple(
    Section(path=(f"Part {n}",), start=start, end=end)
    for n, start, end in zip(range(1, 12), STARTS, [*STARTS[1:], len(TEXT)], strict=True)
)
OLD = FakeSource(
    text=TEXT,
    title=TITLE,
    publisher="Watch",
    authority="third_party",
    path="old.md",
    url="https://example.org/old",
    sections=SECTIONS,
    pages=(SheetOfPaper(number=1, start=0, end=STARTS[5]), SheetOfPaper(number=2, start=STARTS[5], end=len(TEXT))),
    valid_until="2020",
    superseded_by="new",
)
ARABIC = "الخطة. العضوية مفتوحة لجميع المنظمات. " * 80


def place(words):
    return Span(TEXT.index(words), TEXT.index(words) + len(words))


OVER = "superseded by “The new report”, was valid until 2020"
WORDS = "The **7.** words of it."
PLACE = place(WORDS)
ALSO = [place("The **2.** words of it."), place("The **9.** words of it.")]


def address(language="en", also=ALSO, quote=WORDS):
    return "/" + source_path("old", *PLACE, language, quote=quote, also=also)


@pytest.fixture(autouse=True)
def sources(assistant):
    assistant.sources |= {
        "old": OLD,
        "new": FakeSource(text="New.", title="The new report"),
        "arabic": FakeSource(text=ARABIC, title="الخطة", publisher="", authority="unstated", language="ar"),
        "gone": replace(OLD, text=TEXT.replace("7.", "8."), sections=()),
    }


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("size", [(1280, 800), (320, 640)])
def test_the_head_stays_in_sight_beside_the_marked_words(site, new_page, script, size):
    page = new_page(java_script_enabled=script, viewport={"width": size[0], "height": size[1]})
    page.goto(site.address + address())
    mark, small = page.locator("#passage"), page.locator(".stay")
    expect(mark).to_have_text("The 7. words of it.")
    expect(mark).to_be_in_viewport()
    expect(page.locator("h1")).not_to_be_in_viewport()
    expect(small).to_contain_text(TITLE)
    expect(small).to_contain_text("Watch (third party)")
    box = small.bounding_box()
    assert (box["y"], box["height"] < 74) == (0, True)
    # That it is superseded is seen first, in the smallest window too, and nothing lies over it.
    warning, way_out = small.locator(".over").first.bounding_box(), page.locator(".quick-exit").bounding_box()
    assert abs(warning["x"] - small.locator(".name").bounding_box()["x"]) < 2
    assert page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).closest('.stay') !== null", [warning["x"] + 40, warning["y"] + 8]
    )
    assert size[0] > 320 or warning["y"] >= way_out["y"] + way_out["height"]
    assert mark.bounding_box()["y"] > box["height"]
    expect(page.locator("mark.also")).to_have_text(["The 2. words of it.", "The 9. words of it."])
    others = page.locator(".others a")
    expect(others).to_have_text(["The 2. words of it.", "The 9. words of it."])
    others.nth(1).click()
    expect(page.locator("#also-2")).to_be_in_viewport()
    page.locator("h1").scroll_into_view_if_needed()
    expect(page.locator("h1")).to_be_in_viewport()
    page.get_by_text("Contents").click()
    page.get_by_role("link", name="Part 11").click()
    expect(page.get_by_role("heading", name="Part 11")).to_be_in_viewport()
    expect(page.get_by_role("link", name="superseded by “The new report”")).to_have_attribute(
        "href", "/source/new?lang=en"
    )


def test_what_is_shared_names_one_passage(site, new_page):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(site.address + address())
    shared = site.address + "/" + source_path("old", *PLACE, quote=WORDS)
    expect(page.locator("#passage")).to_be_in_viewport()
    expect(page).to_have_url(shared.replace("#", "&lang=en#"))
    expect(page.locator("mark.also")).to_have_count(2)
    copied = page.get_by_role("button", name="Copy link to this passage")
    copied.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Copied")).to_be_focused()
    expect(page.locator(".origin [role=status]")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == shared
    page.get_by_role("button", name="Copy as quotation").click()
    expect(page.locator(".copy-quotation .after")).to_be_visible()
    quoted = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert quoted[:3] == [
        "“The 7. words of it.”",
        f"Watch (third party), {TITLE}, 2022-01, section Part 7, page 2, {OVER}.",
        "https://example.org/old",
    ]
    assert quoted[3].startswith("Accessed on ")
    assert len(quoted) == 4
    page.goto(shared)
    expect(page.locator("mark")).to_have_text(["The 7. words of it."])


@pytest.mark.parametrize(("language", "scheme"), [("en", "dark"), ("ar", "light")])
def test_no_violations_in_any_state(site, new_page, language, scheme):
    page = new_page(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    states = {
        "passages": address(language),
        "gone": address(language).replace("/old?", "/gone?"),
        "arabic": f"/source/arabic?start=10&end=40&lang={language}#passage",
    }
    found = {}
    for state, path in states.items():
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(site.address + path)
        found[state, "below"] = violations(page)
        # The languages lie over what stands below them as long as they are open; they are looked at for themselves.
        page.locator(".languages summary").click()
        found[state, "languages"] = Axe().run(page, context=".languages", options=RULES).response["violations"]
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true; scrollTo(0, 0)")
        page.evaluate("document.querySelector('.languages').open = false")
        page.set_viewport_size({"width": 320, "height": 800})
        found[state, "narrow"] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert {state: what for state, what in found.items() if what} == {}


def test_the_whole_head_stands_on_the_side_where_the_page_begins(site, new_page):
    page = new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{site.address}/source/old?lang=ar")
    edge = page.locator(".origin").bounding_box()
    edge = edge["x"] + edge["width"]
    for part in (".origin h1 bdi", ".origin > .meta bdi"):
        box = page.locator(part).first.bounding_box()
        assert edge - 3 <= box["x"] + box["width"] <= edge
    expect(page.locator("article")).to_have_css("direction", "ltr")
    expect(page.locator(".origin h1 bdi")).to_have_css("unicode-bidi", "isolate")
    page.goto(f"{site.address}/source/arabic?lang=en")
    expect(page.locator("article")).to_have_css("direction", "rtl")


def test_a_citation_of_each_turn_marks_those_of_the_others(page, assistant, ask):
    first, second = (
        make_citation(1, quote, document="old", start=place(quote).start)
        for quote in (WORDS, "The **2.** words of it.")
    )
    assistant.answers |= {
        "First?": make_answer(("One.", (1,)), citations=[first]),
        "Second?": make_answer(("Two.", (1,)), citations=[second]),
    }
    for turn, question in enumerate(["First?", "Second?"], start=1):
        ask(page, question)
        expect(page.locator(f".turn-{turn}.is-over")).to_be_visible()
    page.locator(".turn-1 a.marker").click()
    with page.context.expect_page() as opened:
        page.locator("#source-1-1 .read").click()
    expect(opened.value.locator("#passage")).to_have_text("The 7. words of it.")
    expect(opened.value.locator("mark.also")).to_have_text(["The 2. words of it."])
    expect(opened.value).not_to_have_url(re.compile("also"))


def test_a_megabyte_is_there_at_once(site, new_page, assistant):
    paragraphs = "".join(f"Sentence {n} of a long text that goes on and on.\n\n" for n in range(21_000))
    words = "Sentence 20123 of a long text"
    start = paragraphs.index(words)
    assistant.sources["long"] = FakeSource(text=paragraphs, path="long.txt")
    page = new_page()
    began = time.monotonic()
    page.goto(f"{site.address}/" + source_path("long", start + 5000, start + 5000 + len(words), quote=words))
    expect(page.locator("#passage")).to_have_text(words)
    expect(page.locator("#passage")).to_be_in_viewport()
    assert time.monotonic() - began < 10
