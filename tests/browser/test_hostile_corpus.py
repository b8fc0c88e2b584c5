"""A folder of hostile files, read as any other: whatever stands in their names, metadata and text is shown as text by
every page, and their originals never run here. All of it without the Content-Security-Policy, which is a second wall.
"""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from assistant.settings import load_settings
from assistant.testing import assistant_over
from ingest.chunks import cut
from ingest.corpus import read_document, scan
from tests.browser.test_hostile_text import HOSTILE, LINE, PAYLOADS
from tests.exports import WordFile
from tests.serving import serving

UNSEEN = "\u202eturned\u202c \u2066apart\u2069 ze\u200bro \ufeff\U000e0041\U000e0042\x1b[31mred\x1b]8;;http://elsewhere.test\x07\x9b1m"
HIDDEN = re.compile("[\u200b\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f\x1b\x9b]")
META = f'{LINE} {UNSEEN} =cmd|"/C calc"!A0 {"W" * 300}'
NAMES = (
    "<img src=x onerror=alert(1)>.md",
    "\u202efdp.exe.txt",
    "javascript:alert(1).md",
    "a\"b'; filename=evil.html;.txt",
    "=cmd|'C calc'!A0.txt",
    "new\nline \x1b[31mred.txt",
    "#frag?q=1&x=%2e%2e%2f.txt",
    "up..%2f..%2fetc%2fpasswd.txt",
    "page.html",
)
PAGE = (
    "<html><head><title>&lt;script&gt;alert(1)&lt;/script&gt;</title><base href='http://elsewhere.test/'></head><body>"
    "<h1>Garden &lt;img src=http://elsewhere.test/z&gt;</h1><p>The garden costs 40 euros a year."
    "<script>alert(1)</script><a href='http://elsewhere.test/phish'>Register here</a>"
    " <img src='http://elsewhere.test/i' alt='&lt;b&gt;'></p></body>"
)
ALIVE = """root => [...root.querySelectorAll("*")].filter(each =>
  each.matches("iframe, object, embed, video, audio, math, image, body base, body link, meta[http-equiv], a[ping]")
  || each.matches("form[action*=elsewhere], body :is(img, script, style, svg)")
    && /elsewhere|alert|owned/.test(each.outerHTML)
  || [...each.attributes].some(one => /^on/.test(one.name) || one.name === "style" && /url\\(/.test(one.value))
).map(each => each.outerHTML.slice(0, 100))"""
"""What would be an element that a document made: the first signs of each."""


def text_of(number):
    topic = f"shelter number {number}"
    return (
        f"# {topic} {LINE}\n\nThe {topic} costs {40 + number} euros a year. {UNSEEN}\n\n{HOSTILE}\n\n"
        f"## Rules {PAYLOADS[0]}\n\nThe {topic} is open. "
        f"[Register here](http://elsewhere.test/phish) for the {topic}.\n"
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile") / "corpus"
    folder.mkdir()
    described = []
    for number, name in enumerate(NAMES):
        (folder / name).write_text(PAGE if name.endswith(".html") else text_of(number), encoding="utf-8")
        if number < 2:
            said = dict.fromkeys(("title", "publisher", "kind", "note"), META)
            url = "https://somebody@elsewhere.test/x'onclick=1" if number else "https://example.org/'onclick=alert(1)"
            described.append({"file": name, **said, "authority": "third_party", "published": "2020", "url": url})
    head = f"organisation: {json.dumps(META)}\ndocuments:\n"
    (folder / "documents.yaml").write_text(head + "".join(f"- {json.dumps(each)}\n" for each in described))
    return folder


@pytest.fixture(scope="module")
def address(folder):
    found = scan([folder])
    documents = [cut(read_document(source, found.organisation)) for source in found.sources]
    home = folder.parent / "home"
    settings = load_settings({"PICUM_LLM": "none", "PICUM_HOME": str(home), "PICUM_CORPUS": str(folder)})
    with serving(assistant_over(documents), settings=settings, grace_s=1) as address:
        yield address


@pytest.fixture
def page(address, new_page):
    page = new_page(bypass_csp=True, accept_downloads=True)
    yield page
    page.wait_for_load_state("networkidle")
    assert page.watch.foreign(address) == []


def assert_clean(page, address, *allowed):
    assert page.locator("html").evaluate(ALIVE) == []
    links = page.locator("a[href]").evaluate_all("all => all.map(each => each.href)")
    assert [link for link in links if not link.startswith((address, *allowed))] == []
    assert HIDDEN.findall(page.locator("body").inner_text() + page.title()) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_in_the_chat_its_cards_previews_filters_and_files(page, address, ask, tmp_path):
    page.goto(address)
    expect(page.locator(".example").first).to_be_visible()
    assert_clean(page, address)
    asked = ["What does the shelter number 1 cost a year?", "Who may join a boat race in <b>Lisbon</b>?"]
    for number, question in enumerate(asked, start=1):
        ask(page, question)
        expect(page.locator(f".turn-{number}.is-over")).to_be_visible()
        assert_clean(page, address)
    expect(page.locator(".turn-1 a.marker").first).to_be_attached()
    page.locator(".turn-1 a.marker").first.hover()
    expect(page.locator("#preview")).to_be_visible()
    page.locator(".choose").click()
    expect(page.locator(".which li").first).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 700})
    assert_clean(page, address)
    page.set_viewport_size({"width": 1280, "height": 800})
    kept = {}
    for name in ("Markdown (.md)", "Word (.docx)"):
        page.locator("#question textarea").click()
        page.locator("#keeping summary").click()
        with page.expect_download() as started:
            page.locator("#keeping").get_by_role("button", name=name).click()
        kept[name] = Path(started.value.path()).read_bytes()
    markdown, word = kept["Markdown (.md)"].decode(), WordFile(kept["Word (.docx)"])
    for text in (markdown, *word.paragraphs, *word.notes.values()):
        assert HIDDEN.findall(text) == []
    # Nothing that is linked, whenever a reader makes links, but what the metadata give as the source.
    bare = re.sub(r"(?<!\\)`[^`]*`|\\.", "", markdown)
    assert re.findall(r"\w://|www\.|<\w|\]\(|!\[", bare.replace("<https://example.org/'onclick=alert(1)>", "")) == []
    assert "http" not in "".join(word.external)
    assert {field.split()[0] for field in word.fields} <= {"NOTEREF"}


def test_in_the_library_and_its_search(page, address):
    page.goto(f"{address}/library?lang=en")
    expect(page.locator("#all h3")).to_have_count(len(NAMES))
    assert_clean(page, address)
    for words in ("elsewhere", "<img src", "shelter turned"):
        page.locator("#words").fill(words)
        expect(page.locator("#found mark").first).to_be_visible()
        expect(page.locator("#looked-up")).to_contain_text("found")
        assert_clean(page, address)
        page.locator("#words").fill("")
        expect(page.locator("#found")).to_be_empty()
    page.set_viewport_size({"width": 320, "height": 700})
    assert_clean(page, address)


def test_on_the_page_of_every_document_and_in_its_original(page, address, folder):
    page.goto(f"{address}/library?lang=en")
    sources = page.locator("#all h3 a").evaluate_all("all => all.map(each => each.href)")
    assert len(sources) == len(NAMES)
    given = []
    for source in sources:
        assert page.goto(source).status == 200, source
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        assert_clean(
            page, address, "https://example.org/'onclick=alert(1)".replace("'", "%27"), "https://example.org/'"
        )
        assert page.locator("article a").count() == 0
        if "page.html" not in source:
            assert "Register here (http://elsewhere.test/phish)".replace(" ", "") in "".join(
                page.locator("article").inner_text().replace("[", "").replace("](", " (").split()
            )
        given += page.locator("a[href*='/original/']").evaluate_all("all => all.map(each => each.href)")
    # All but the file whose name has a line end, which no address can name.
    assert len(given) >= len(NAMES) - 1
    for original in given:
        answer = page.request.get(original)
        assert answer.status == 200
        way = answer.headers["content-disposition"]
        assert re.fullmatch(r"(inline|attachment); filename\*=UTF-8''[\w%.\-~]+", way), way
        kind = answer.headers["content-type"]
        assert kind == "text/plain; charset=utf-8" or (kind, way[:10]) == ("application/octet-stream", "attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "script-src 'none'" in answer.headers["content-security-policy"]
