"""Whatever stands in documents, titles, file names, questions, drafts or errors stays text: nothing runs, nothing is
fetched from elsewhere, and no link leads away. All of it without the Content-Security-Policy, which is a second wall.
"""

from dataclasses import replace
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from assistant.answer import Conflict
from ingest.cut import Section
from ui.chat.pieces import TITLE
from ui.testing import FakeSource, make_answer, make_citation

PAYLOADS = [
    "<script>document.title='owned'</script>",
    '<img src="http://elsewhere.test/a.png" onerror="document.title=1">',
    "![b](http://elsewhere.test/b.png)",
    "![c][ref]",
    "[ref]: http://elsewhere.test/c.png",
    '<svg onload="document.title=1"><image href="http://elsewhere.test/d.png"/></svg>',
    '<iframe src="http://elsewhere.test/e"></iframe><object data="http://elsewhere.test/f"></object>',
    '<embed src="http://elsewhere.test/g"><link rel="stylesheet" href="http://elsewhere.test/h">',
    '<style>*{background:url("http://elsewhere.test/i")}</style>',
    '<div style="background:url(http://elsewhere.test/j)">x</div>',
    '<video src="http://elsewhere.test/k" autoplay></video><audio src="http://elsewhere.test/l"></audio>',
    '<img srcset="http://elsewhere.test/m 2x"><input type="image" src="http://elsewhere.test/n">',
    '<meta http-equiv="refresh" content="0;url=http://elsewhere.test/o"><base href="http://elsewhere.test/">',
    '<form action="http://elsewhere.test/p"><input name="password"><button>Log in</button></form>',
    "[link](http://elsewhere.test/q) [script](javascript:document.title=1) <a href='data:text/html,x'>data</a>",
    "https://elsewhere.test/r www.elsewhere.test/s someone@elsewhere.test",
    "$$\\includegraphics{http://elsewhere.test/t}$$ \\href{javascript:alert(1)}{x}",
    '```mermaid graph TD; A["<img src=http://elsewhere.test/u>"] ```',
    "</p></div></blockquote></mark></article><h1>Owned</h1>",
    "<details ontoggle=alert(1) open>x</details> &lt;img src=x&gt; &#60;b&#62;",
    '" onmouseover="document.title=1" x=\'',
    "<thinking>hidden</thinking> {{ 7*7 }} ${7*7} $notice",
]
HOSTILE = "\n\n".join(PAYLOADS)
LINE = " ".join(PAYLOADS)
WHERE = ["#chat .message-wrap", "#sources"]
OURS = "a.marker, a.read, a.back, a.doubt, .ways-on a"


@pytest.fixture(scope="module")
def unguarded_page(open_page, shared_site):
    page = open_page(bypass_csp=True)
    page.goto(shared_site.address)
    expect(page.locator(".example").first).to_be_visible()
    yield page
    page.context.close()


@pytest.fixture
def page(site, unguarded_page):
    unguarded_page.bring_to_front()
    unguarded_page.get_by_role("button", name="New conversation").click()
    expect(unguarded_page.locator("#chat .asked")).to_have_count(0)
    yield unguarded_page
    unguarded_page.wait_for_load_state("networkidle")
    assert (unguarded_page.watch.foreign(site.address), unguarded_page.watch.complaints) == ([], [])


def squeezed(text):
    return "".join(text.split())


@pytest.fixture(autouse=True)
def answers(assistant):
    cited = [
        make_citation(
            n,
            LINE,
            document=f"a/{n} {LINE[:60]}.txt",
            title=LINE,
            publisher=LINE,
            published=LINE,
            section=LINE,
            url=LINE,
        )
        for n in (1, 2)
    ]
    # In doubt, so that signs stand among the payloads too.
    hostile = make_answer((HOSTILE, (1,)), (LINE, (2,)), citations=cited, warnings=[LINE], support="partial")
    assistant.answers["Hostile?"] = hostile
    assistant.answers[HOSTILE] = hostile


def assert_it_is_text(page, place):
    shown = page.locator(place)
    assert squeezed(PAYLOADS[0]) in squeezed(shown.inner_text())
    assert (
        shown.locator("script, img, svg image, iframe, object, embed, link, style, video, audio, meta, base").count()
        == 0
    )
    assert (
        shown.locator("form, input, h1, thinking, [onerror], [onload], [onmouseover], [ontoggle], [style*=url]").count()
        == 0
    )
    assert shown.locator(f"a:not({OURS})").count() == 0
    for address in shown.locator("a").evaluate_all("links => links.map(link => link.href)"):
        assert address.startswith("http://127.0.0.1:")
    assert page.title() == TITLE


def test_at_every_step_of_an_answer(page, ask, steps):
    ask(page, "Hostile?")
    steps.allow()
    expect(page.locator(".turn-1 .quotes li")).to_have_count(2)
    for place in WHERE:
        assert_it_is_text(page, place)
    steps.allow()
    expect(page.locator(".turn-1 .said")).to_be_visible()
    assert_it_is_text(page, WHERE[0])
    steps.allow_all()
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    for place in WHERE:
        assert_it_is_text(page, place)
    said = squeezed(page.locator(".turn-1 .said").inner_text())
    assert [payload for payload in PAYLOADS if squeezed(payload) not in said] == []


def test_in_a_question_and_an_error(page, ask, assistant):
    assistant.failures[HOSTILE] = LINE
    ask(page, HOSTILE)
    expect(page.locator(".turn-1.is-over .trouble")).to_be_visible()
    asked = squeezed(page.locator("#chat .asked").inner_text())
    assert [payload for payload in PAYLOADS if squeezed(payload) not in asked] == []
    assert_it_is_text(page, WHERE[0])
    ask(page, "Another?")
    expect(page.locator(".turn-2.is-over")).to_be_visible()
    assert_it_is_text(page, WHERE[0])


def test_in_earlier_sources_and_what_documents_disagree_about(page, ask, assistant):
    hostile = assistant.answers["Hostile?"]
    hostile = replace(hostile, conflicts=(Conflict(about=LINE, markers=(1, 2)),))
    assistant.answers[HOSTILE] = assistant.answers["Hostile?"] = hostile
    for number in (1, 2):
        ask(page, HOSTILE)
        expect(page.locator(f".turn-{number}.is-over .differ q")).to_have_count(2)
    page.locator("#sources summary").click()
    for place in WHERE:
        assert_it_is_text(page, place)


def test_in_a_refusal_and_what_is_near_it(page, ask, assistant):
    hostile = assistant.answers["Hostile?"]
    assistant.answers["Hostile?"] = replace(hostile, status="not_in_documents")
    ask(page, "Hostile?")
    expect(page.locator(".turn-1.is-over .ways-on")).to_be_visible()
    for place in WHERE:
        assert_it_is_text(page, place)


def test_in_the_address_of_the_description_for_programs(site, new_page):
    page = new_page(bypass_csp=True)
    page.goto(f"{site.address}/api/v1/?{quote(LINE)}#{quote(LINE)}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Answers with sources")
    assert "elsewhere" not in page.content()
    page.wait_for_load_state("networkidle")
    assert page.watch.foreign(site.address) == []


def test_in_the_text_and_metadata_of_a_document(site, new_page, assistant):
    text = f"{LINE}\n\n{HOSTILE}\n\nThe passage. {LINE}"
    start = text.index("The passage.")
    assistant.sources[f"a/{LINE[:60]}.txt"] = FakeSource(
        text=text,
        title=LINE,
        publisher=LINE,
        published=LINE,
        url=f"javascript:{LINE}",
        sections=(Section(path=(LINE,), start=0, end=start), Section(path=(LINE, "x"), start=start, end=len(text))),
    )
    address = f"{site.address}/source/a/{LINE[:60]}.txt?start={start}&end={len(text)}".replace(" ", "%20")
    page = new_page(bypass_csp=True)
    assert page.goto(address.replace("<", "%3C").replace(">", "%3E")).status == 200
    expect(page.locator("mark")).to_contain_text("The passage.")
    shown = squeezed(page.locator("main").inner_text())
    assert [payload for payload in PAYLOADS if squeezed(payload) not in shown] == []
    assert (
        page.locator("body :is(script, img, svg, iframe, object, embed, link, style, video, audio, meta, form)").count()
        == 0
    )
    assert page.locator("a").evaluate_all("links => links.filter(link => link.protocol !== 'http:').length") == 0
    assert page.get_by_role("heading", level=1).count() == 1
    page.wait_for_load_state("networkidle")
    assert page.watch.foreign(site.address) == []


@pytest.mark.parametrize(
    ("bypassed", "complaint"), [(True, "ERR_NAME_NOT_RESOLVED"), (False, "Content Security Policy")]
)
def test_the_tests_above_would_see_a_request_and_the_second_wall_stands(site, new_page, bypassed, complaint):
    page = new_page(bypass_csp=bypassed)
    page.goto(f"{site.address}/healthz")
    page.evaluate("document.body.append(Object.assign(new Image(), { src: 'http://elsewhere.test/' }))")
    page.wait_for_load_state("networkidle")
    assert page.watch.foreign(site.address) == page.watch.elsewhere() == ["http://elsewhere.test/"]
    page.watch.requested.clear()
    (complained,) = page.watch.complaints
    assert complaint in complained
    page.watch.complaints.clear()
