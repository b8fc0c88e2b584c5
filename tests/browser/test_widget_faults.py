"""The widget where something is wrong: sites that may not, servers that are down, odd attributes, false messages."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.embedding import STRICT, ask, dialog, embedded, frame_of
from ui.testing import FakeAssistant

from .conftest import DOCUMENTS

PATIENCE_MS = 12_000
HOSTILE = [
    '"><img src=x onerror="alert(1)">',
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "[a](javascript:alert(1)) `b` $c",
    "'; alert(1); '",
]


@pytest.fixture(scope="module")
def fake():
    return FakeAssistant(documents=DOCUMENTS)


@pytest.fixture
def warned():
    """Collects the warnings in the console of a page."""
    said = []

    def watch(page):
        page.on("console", lambda message: message.type == "warning" and said.append(message.text))
        return said

    return watch


def trouble(page):
    return page.locator("picum-assistant").get_by_role("alert")


def open_in_trouble(page, embedding):
    """Open the panel, and wait for its sentence with the link that leads out."""
    page.get_by_role("button", name="Ask the documents").click()
    expect(trouble(page)).to_have_text(
        "The assistant cannot be shown here now: open it in a new tab.", timeout=PATIENCE_MS
    )
    link = trouble(page).get_by_role("link")
    assert link.get_attribute("href").startswith(f"{embedding.origin}/embed/")
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noreferrer")
    page.watch.complaints.clear()  # Chromium says what it did not load


def test_a_site_that_may_not_show_it_sees_why(embedding, host):
    page = host(embedding.script(), site="other.example")
    open_in_trouble(page, embedding)
    expect(frame_of(page).locator("h1")).to_contain_text("other.example")
    expect(frame_of(page).locator("textarea")).to_have_count(0)
    with page.context.expect_page() as opened:
        trouble(page).get_by_role("link").click()
    expect(opened.value.locator("#question textarea")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(dialog(page)).to_be_hidden()


def test_a_site_that_hides_where_it_comes_from_is_stopped_by_the_browser(embedding, hosts, new_page):
    page = new_page()
    frame = f'<iframe src="{embedding.origin}/embed/intranet/" referrerpolicy="no-referrer"></iframe>'
    page.goto(hosts.page(frame, site="other.example"))
    page.wait_for_timeout(500)
    assert any("frame-ancestors" in said for said in page.watch.complaints)
    assert [each.url for each in page.frames[1:]] == ["chrome-error://chromewebdata/"]
    page.watch.complaints.clear()


def test_a_page_whose_policy_permits_no_frame(embedding, host):
    page = host(embedding.script(), policy=STRICT.replace("frame-src {0};", ""))
    open_in_trouble(page, embedding)


def test_a_server_that_went_away_and_came_back(fake, hosts, host, embedding, tmp_path):
    embeds = f'[embeds.intranet]\norigins = ["{hosts.site()}"]\npublic = true\n'
    with embedded(fake, tmp_path, embeds) as other:
        page = host(other.script(), policy="")
        expect(page.get_by_role("button", name="Ask the documents")).to_be_visible()
    open_in_trouble(page, other)
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Ask the documents").click()  # it is tried again
    open_again = page.locator("picum-assistant iframe")
    expect(open_again).to_have_count(1)
    page.watch.complaints.clear()


def test_a_pause_is_said_in_the_frame_and_ends(embedding, hosts, host):
    def write(paused):
        more = "paused = true\n" if paused else ""
        embedding.write(f'[embeds.intranet]\norigins = ["{hosts.site()}"]\npublic = true\n{more}')

    page = host(embedding.script())
    write(True)
    try:
        open_in_trouble(page, embedding)
        expect(frame_of(page).locator("h1")).to_contain_text("paused")
    finally:
        write(False)
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Ask the documents").click()
    ask(frame_of(page))
    expect(trouble(page)).to_be_hidden()


def test_an_embed_that_is_not_there(embedding, host):
    page = host(embedding.script("nowhere"))
    open_in_trouble(page, embedding)
    assert frame_of(page).locator("h1").inner_text()


@pytest.mark.parametrize("hostile", HOSTILE)
def test_attributes_are_text(embedding, host, hostile):
    """A dialog or a script that fails would be a complaint of the page."""
    page = host(embedding.script(title=hostile, question=hostile, documents=hostile, lang="en"), policy="")
    page.get_by_role("button", name=hostile, exact=True).click()
    frame = frame_of(page)
    expect(frame.locator("#question textarea")).to_have_value(hostile)
    expect(frame.locator("#head h1")).to_have_text(hostile)
    expect(page.locator("picum-assistant header b")).to_have_text(hostile)
    for markup in ("img", "script", "a[href^='javascript']"):
        assert page.locator(f"picum-assistant {markup}").count() == frame.locator(f"#head {markup}").count() == 0
    assert (
        page.locator("picum-assistant iframe").get_attribute("src").startswith(f"{embedding.origin}/embed/intranet/?")
    )


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({"mode": "window"}, ["data-mode should be button|inline"]),
        ({"lang": "tlh"}, ["data-lang should be en|fr|es|de|it|nl|pt|pl|el|ar"]),
        ({"theme": "pink", "side": "top"}, ["data-theme should be light|dark|auto", "data-side should be left|right"]),
        ({"color": "red"}, ["data-color should be like #0d5c72"]),
        ({"color": "#ffee00"}, ["data-color is too light for white words"]),
        ({"height": "100%"}, ["data-height should be pixels from 200 to 1999"]),
        ({"title": "x" * 81}, ["data-title should be at most 80 characters"]),
        ({"question": "x" * 4001}, ["data-question should be at most 4000 characters"]),
    ],
)
def test_a_wrong_attribute_is_one_warning_and_changes_nothing(embedding, host, warned, hosts, attributes, said):
    page = host()
    warnings = warned(page)
    page.goto(hosts.page(embedding.script(**attributes)))
    expect(page.get_by_role("button", name="Ask the documents")).to_be_visible()
    assert warnings == [f"PICUM assistant: {'; '.join(said)}."]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ('data-embed="../x"', "data-embed should be the name of an embed"),
        ("", "data-embed is missing"),
        ('data-embed="intranet" data-mode="inline"', "data-target should be the id of an element"),
        ('data-embed="intranet" data-mode="inline" data-target="a&gt;b"', "data-target should be the id of an element"),
        ('data-embed="intranet" type="module"', 'widget.js is no script of type="module"'),
    ],
)
def test_what_cannot_be_shown_is_one_warning_and_nothing_else(embedding, host, warned, hosts, script, said):
    page = host()
    warnings = warned(page)
    element = f'<script src="{embedding.origin}/widget.js" {script}></script>'
    page.goto(hosts.page(element))
    if "module" in script:  # the browser asks another origin for permission to load one, and gets none
        assert page.watch.complaints
        page.watch.complaints.clear()
    else:
        assert warnings == [f"PICUM assistant: {said}."]
    expect(page.locator("picum-assistant")).to_have_count(0)


def test_a_widget_of_another_window_is_not_listened_to(embedding, hosts, host):
    shouting = hosts.page(
        "<script>setInterval(() => parent.postMessage({picum: 'close'}, '*'), 20)</script>", site="other.example"
    )
    page = host(embedding.script(), f'<iframe src="{shouting}" title="Other"></iframe>', policy="")
    page.get_by_role("button", name="Ask the documents").click()
    frame = frame_of(page)
    expect(frame.locator("#question textarea")).to_be_focused()
    page.evaluate("postMessage({picum: 'close'}, '*'); postMessage(null, '*'); postMessage('close', '*')")
    page.wait_for_timeout(300)
    expect(dialog(page)).to_be_visible()
    # The right window, but no longer the assistant in it.
    inside = next(each for each in page.frames if each.url.startswith(embedding.origin))
    inside.evaluate(f"void (location.href = {shouting!r})")
    inside.wait_for_url(shouting)
    page.wait_for_timeout(300)
    expect(dialog(page)).to_be_visible()


def test_the_frame_answers_the_window_around_it_alone(embedding, hosts, host):
    page = host(embedding.script(), policy="")
    page.evaluate("window.heard = []; addEventListener('message', (event) => heard.push(event.data))")
    with page.context.expect_page() as opened:
        page.evaluate(f"window.other = open({embedding.origin!r} + '/embed/intranet/')")
    expect(opened.value.locator("#question textarea")).to_be_visible()
    page.evaluate("other.postMessage({picum: 'hello'}, '*'); other.postMessage({picum: 'focus'}, '*')")
    page.wait_for_timeout(300)
    assert page.evaluate("heard") == []
    opened.value.keyboard.press("Escape")
    assert not opened.value.is_closed()
