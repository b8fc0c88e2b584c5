"""The widget, its frame and the page with what to copy on small screens."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.embedding import ask, dialog, frame_of
from ui.testing import FakeAssistant

from .conftest import DOCUMENTS


@pytest.fixture(scope="module")
def fake():
    return FakeAssistant(documents=DOCUMENTS)


def opened(page):
    page.locator("picum-assistant .open").click()
    expect(frame_of(page).locator(".example").first).to_be_visible()
    return frame_of(page)


@pytest.mark.parametrize("given", [{"side": "left"}, {"side": "right"}, {"lang": "ar"}])
@pytest.mark.parametrize(("width", "height"), [(390, 844), (844, 390)])
def test_on_a_phone_nothing_is_cut(embedding, host, given, width, height):
    page = host(embedding.script(**given), width=width, height=height)
    opened(page)
    assert dialog(page).bounding_box() == {"x": 0, "y": 0, "width": width, "height": height}


def test_a_phone_on_its_side_leaves_room_to_read(embedding, host):
    page = host(embedding.script(), width=844, height=390)
    frame = opened(page)
    box = frame.locator("#question").bounding_box()
    assert 330 < box["y"] < box["y"] + box["height"] <= 390
    ask(frame)
    asked, notice = frame.locator(".asked").last.bounding_box(), frame.locator("#notice")
    assert asked["y"] < 60  # the head went with the content
    assert frame.locator("#question").bounding_box() == box
    before = notice.bounding_box()["y"]
    page.mouse.move(400, 200)
    page.mouse.wheel(0, -60)
    expect(frame.locator("#top")).to_be_in_viewport()
    assert notice.bounding_box()["y"] > before
    assert frame.locator("#question").bounding_box() == box
    overflow = "root => [root.scrollWidth - root.clientWidth, root.scrollHeight - root.clientHeight]"
    assert frame.locator(":root").evaluate(overflow) == [0, 0]


@pytest.mark.parametrize("given", [{}, {"lang": "nl"}, {"lang": "fr"}, {"lang": "el"}])
def test_the_head_is_one_row_on_a_narrow_screen(embedding, host, given):
    page = host(embedding.script(**given), width=320, height=640)
    assert opened(page).locator("#top").bounding_box()["height"] < 50


@pytest.mark.parametrize("language", ["en", "fr", "nl", "el", "ar"])
def test_a_title_and_one_button_are_one_row(embedding, new_page, language):
    page = new_page(viewport={"width": 320, "height": 640})
    page.goto(f"{embedding.origin}/embed/intranet/?lang={language}")
    expect(page.locator(".example").first).to_be_visible()
    head, button = (page.locator(name).bounding_box() for name in ("#head", "#new"))
    assert page.locator("#top").bounding_box()["height"] < 60
    assert head["y"] < button["y"] + button["height"]
    assert button["y"] < head["y"] + head["height"]


def test_what_to_copy_has_room_on_a_phone(embedding, new_page):
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{embedding.origin}/embed/intranet/snippets")
    table = page.get_by_role("region", name="Options")
    assert table.evaluate("box => box.scrollWidth - box.clientWidth") == 0
    assert table.get_by_text("menu", exact=True).is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    code = page.locator("#widget")
    bar = "box => [box.scrollWidth > box.clientWidth, getComputedStyle(box, '::-webkit-scrollbar').height]"
    assert code.evaluate(bar) == [True, "10px"]  # this browser shows none, but knows what it would be


def test_the_frame_alone_needs_no_style_of_its_own(embedding, host, new_page):
    page = new_page()
    page.goto(f"{embedding.origin}/embed/intranet/snippets")
    strict = host(page.locator("#frame").inner_text())
    expect(strict.locator("iframe").content_frame.locator(".example").first).to_be_visible()
    assert strict.locator("iframe").evaluate("frame => getComputedStyle(frame).borderTopWidth") == "0px"
    assert strict.watch.complaints == []
