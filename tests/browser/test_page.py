"""The page in a real browser: ask, read, follow a source; hostile text stays text; nothing comes from elsewhere."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from assistant.settings import load_settings
from ui import server
from ui.chat.page import EXAMPLES, TITLE
from ui.testing import FakeAssistant, make_answer, make_citation
from ui.warming import WarmingAssistant

# Gradio keeps its statistics of events with an option that pandas is going to drop.
pytestmark = pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated")

HOSTILE = (
    '<script>document.title="owned"</script><img src="http://elsewhere.test/a.png" onerror="document.title=1">'
    "![b](http://elsewhere.test/b.png) ![c][ref] [ref]: http://elsewhere.test/c.png <svg onload=alert(1)>"
    '<iframe src="http://elsewhere.test/d"></iframe><style>*{background:url(http://elsewhere.test/e)}</style>'
    '<div style="background:url(http://elsewhere.test/f)">x</div><video src="http://elsewhere.test/g"></video>'
    '<meta http-equiv=refresh content="0;url=http://elsewhere.test/h"><form action="http://elsewhere.test/i"><input>'
    "[link](http://elsewhere.test/j) [script](javascript:alert(1)) https://elsewhere.test/k www.elsewhere.test "
    "$$\\includegraphics{http://elsewhere.test/l}$$ ```mermaid graph TD; A[<img src=http://elsewhere.test/m>] ```"
)
OPEN = make_answer(
    ("Membership is open to any organisation.", (1,)),
    ("A profile doubts it.", (2,)),
    citations=[
        make_citation(1, "Membership is open to any organisation that shares our values.", page=4),
        make_citation(2, "Few may join.", title="A profile", publisher="Watch", authority="third_party"),
    ],
)
HOSTILE_ANSWER = make_answer(
    (HOSTILE, (1,)),
    citations=[
        make_citation(1, HOSTILE, title=HOSTILE, publisher=HOSTILE, section=HOSTILE, url="http://elsewhere.test/n")
    ],
    warnings=[HOSTILE],
)


class Site:
    """A running server with the assistant behind it."""

    def __init__(self, assistant) -> None:
        self.listener = server.bind("127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        app = server.create_app(assistant, load_settings({}))
        self.running = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
        )
        self.thread = threading.Thread(target=self.running.run, kwargs={"sockets": [self.listener]})

    def __enter__(self) -> "Site":
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.running.should_exit = True
        self.thread.join()
        self.listener.close()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    answers = {"Who can join?": OPEN, "Hostile?": HOSTILE_ANSWER, EXAMPLES[0]: OPEN, HOSTILE[:900]: HOSTILE_ANSWER}
    with Site(FakeAssistant(answers)) as site:
        yield site


class Watch:
    """What a page asked for and complained about."""

    def __init__(self, page: Page) -> None:
        self.requested: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requested.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        page.on("dialog", lambda dialog: (self.complaints.append("dialog"), dialog.dismiss()))

    def foreign(self, address: str) -> list[str]:
        return [url for url in self.requested if not url.startswith((address, "data:", "blob:"))]


def ask(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()


def test_ask_and_follow_a_source(site, page):
    watch = Watch(page)
    page.goto(site.address)
    ask(page, "Who can join?")
    answer, sources = page.locator("#answer"), page.locator("#sources")
    expect(answer).to_contain_text("Membership is open to any organisation. [1] A profile doubts it. [2]")
    expect(sources.get_by_role("listitem")).to_have_count(2)
    expect(sources).to_contain_text("Membership is open to any organisation that shares our values.")
    expect(sources).to_contain_text("The plan · The organisation · 2022-01 · section Membership · page 4")
    expect(sources).to_contain_text("A profile · Watch (third party)")
    answer.get_by_role("link", name="[2]").click()
    expect(page.locator("#source-2:target")).to_be_in_viewport()
    assert (watch.foreign(site.address), watch.complaints) == ([], [])


def test_the_keyboard_is_enough(site, page):
    page.goto(site.address)
    page.get_by_label("Your question").focus()
    page.keyboard.type("Who can join?")
    page.keyboard.press("Enter")
    expect(page.locator("#source-1")).to_be_visible()


def test_an_example_asks_itself(site, page):
    page.goto(site.address)
    page.get_by_role("button", name=EXAMPLES[0]).click()
    expect(page.get_by_label("Your question")).to_have_value(EXAMPLES[0])
    expect(page.locator("#source-1")).to_be_visible()


def test_hostile_text_stays_text_and_fetches_nothing(site, page):
    watch = Watch(page)
    page.goto(site.address)
    ask(page, "Hostile?")
    expect(page.locator("#source-1")).to_be_visible()
    page.wait_for_load_state("networkidle")
    for place in ("#answer", "#sources", "#status"):
        assert "".join(HOSTILE.split()) in "".join(page.locator(place).inner_text().split())
        assert (
            page.locator(f"{place} :is(script, img, svg image, iframe, style, video, form, input, meta)").count() == 0
        )
    links = page.locator("#answer a, #sources a, #status a").evaluate_all(
        "links => links.map(a => a.getAttribute('href'))"
    )
    assert set(links) == {"#source-1"}
    assert page.title() == TITLE
    assert (watch.foreign(site.address), watch.complaints) == ([], [])


def test_a_hostile_question_stays_text(site, page):
    watch = Watch(page)
    page.goto(site.address)
    ask(page, HOSTILE[:900])
    expect(page.locator("#source-1")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert (watch.foreign(site.address), watch.complaints) == ([], [])


def test_what_everybody_must_know_is_on_the_page(site, page):
    page.goto(site.address)
    notice = page.locator("#notice")
    for words in ("AI assistant, not a person", "can be wrong", "no legal advice", "not stored"):
        expect(notice).to_contain_text(words)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def test_nothing_is_left_in_the_browser(site, page):
    page.goto(site.address)
    ask(page, "Who can join?")
    expect(page.locator("#source-1")).to_be_visible()
    assert page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})") == "{}"
    assert page.context.cookies() == []


def test_a_phone_in_another_language(site, browser: Browser):
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="de-DE")
    page = context.new_page()
    page.goto(site.address)
    ask(page, "Who can join?")
    expect(page.locator("#source-1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    # The words of the page are English whatever the browser speaks; those of an answer have their own language.
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.locator("#answer .answer").get_attribute("lang") == "en"
    context.close()


def test_an_empty_question_is_told(site, page):
    page.goto(site.address)
    ask(page, "  ")
    expect(page.locator("#status")).to_contain_text("The question is empty")


def test_the_page_opens_before_the_assistant_is_ready(page):
    opened: Future[FakeAssistant] = Future()
    assistant = WarmingAssistant(opened.result)
    with Site(assistant) as site:
        assistant.start()
        page.goto(site.address)
        expect(page.locator("#status")).to_contain_text("Getting ready")
        ask(page, "Who can join?")
        opened.set_result(FakeAssistant({"Who can join?": OPEN}))
        expect(page.locator("#source-1")).to_be_visible()
        expect(page.locator("#status")).not_to_contain_text("Getting ready")
