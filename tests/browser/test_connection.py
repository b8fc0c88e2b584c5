"""The server goes away under an open page, or fails: one sentence, everything stays, and it mends itself."""

import pytest
from playwright.sync_api import expect

from tests.axe import violations
from tests.serving import FEE, Worker, make_home, slowly
from ui.chat.texts import texts
from ui.testing import make_answer, make_citation

SAID = texts("en")
OPEN = make_answer(("Membership is open.", (1,)), ("It costs.", (1,)), citations=[make_citation(1)])
LINE, GRADIO = "#connection", ".toast-wrap *, [data-testid=toast-body], [data-testid=status-tracker]"
JOIN, STREAM = "**/gradio_api/queue/join*", "**/gradio_api/queue/data*"


@pytest.fixture(autouse=True)
def answers(assistant):
    assistant.answers["Who can join?"] = OPEN


@pytest.fixture
def opened(site, new_page):
    """A page of its own, in which requests may fail."""
    page = new_page()
    page.watch.requests_may_fail = True
    page.goto(site.address)
    expect(page.locator(".example").first).to_be_visible()
    return page


def nothing_of_gradio(page):
    shown = page.locator(GRADIO).evaluate_all("found => found.filter(each => each.checkVisibility()).length")
    return shown == 0 and page.get_by_text("Error", exact=True).count() == 0


def went_on(page, ask, turn):
    ask(page, "Who can join?")
    expect(page.locator(f".turn-{turn}.is-over .said")).to_contain_text("It costs.")
    expect(page.locator(LINE)).to_be_hidden()


@pytest.mark.parametrize("status", [0, 502, 503])
def test_a_question_that_does_not_reach_the_server_stays_in_its_box(opened, ask, status, assistant):
    went_on(opened, ask, 1)
    for path in (JOIN, "**/readyz"):
        opened.route(path, lambda route: route.fulfill(status=status, body="<h1>Bad") if status else route.abort())
    ask(opened, "Who can join?")
    expect(opened.locator(LINE)).to_have_text(SAID.say("lost"))
    expect(opened.locator("#announcer")).to_have_text(SAID.say("lost"))
    expect(opened.locator("#question textarea")).to_have_value("Who can join?")
    expect(opened.get_by_role("button", name="Ask", exact=True)).to_be_enabled()
    expect(opened.locator(".turn-1 .said")).to_be_visible()
    expect(opened.locator(".asked")).to_have_count(1)
    assert nothing_of_gradio(opened)
    assert violations(opened) == []
    opened.unroute_all()
    expect(opened.locator(LINE)).to_have_text(SAID.say("back_again"), timeout=15_000)
    went_on(opened, ask, 2)
    assert len(assistant.asked[1][1]) == 2, "the conversation went on"


def test_an_answer_whose_stream_cannot_be_had_ends(opened, ask):
    opened.route(STREAM, lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    ask(opened, "Who can join?")
    expect(opened.locator(LINE)).to_be_visible()
    assert nothing_of_gradio(opened)
    opened.unroute_all()
    ask(opened, "Who can join?")
    expect(opened.locator("#chat .turn.is-over .said").last).to_contain_text("It costs.")


def test_a_question_that_crosses_the_end_of_the_stream_is_answered(site, new_page, ask):
    page, held = new_page(), []
    page.route(STREAM, lambda route: held.append((route, route.fetch().body())), times=1)
    page.goto(site.address)
    while not held:
        page.wait_for_timeout(20)
    with page.expect_response(JOIN):
        ask(page, "Who can join?")
    # The server had nothing more to say when it closed the stream, and takes the question before that is heard.
    [(route, body)] = held
    assert b"close_stream" in body
    page.wait_for_timeout(300)
    route.fulfill(content_type="text/event-stream", body=body)
    expect(page.locator(".turn-1.is-over .said")).to_contain_text("It costs.")
    expect(page.locator("#question textarea")).to_have_value("")
    expect(page.locator(LINE)).to_be_hidden()


def test_an_answer_that_comes_before_gradio_knows_of_the_question_is_shown_as_any_other(opened, ask):
    streams, joined = [], []
    opened.wait_for_timeout(300)
    opened.route(STREAM, lambda route: route.continue_() if streams else streams.append(route))
    with opened.expect_request(STREAM):
        opened.get_by_role("button", name="New conversation").click()
    opened.route(JOIN, lambda route: route.continue_() if joined else joined.append(route))
    with opened.expect_request(JOIN):
        ask(opened, "Who can join?")
    opened.wait_for_timeout(300)
    [stream], [join] = streams, joined
    taken = join.fetch()
    opened.wait_for_timeout(500)
    said = stream.fetch()
    assert b"is-over" in said.body(), "all of it in the stream that is open already"
    stream.fulfill(response=said)
    opened.wait_for_timeout(300)
    join.fulfill(response=taken)
    expect(opened.locator(".turn-1.is-over .said")).to_contain_text("It costs.")
    expect(opened.locator("#question textarea")).to_have_value("")
    expect(opened.locator("#question textarea")).to_be_focused()
    expect(opened.locator(LINE)).to_be_hidden()


def test_what_the_server_no_longer_takes_is_told_with_a_way_on(opened, ask):
    opened.route(JOIN, lambda route: route.fulfill(status=401, json={"detail": "Log in."}))
    ask(opened, "Who can join?")
    expect(opened.locator(LINE)).to_contain_text(SAID.say("shut"))
    assert nothing_of_gradio(opened)
    opened.unroute_all()
    opened.get_by_role("button", name="Load the page again").click()
    expect(opened.locator(LINE)).to_have_text(SAID.say("loaded_again"))
    went_on(opened, ask, 1)


def test_a_mistake_of_the_page_itself_is_one_sentence(opened, ask):
    failed = '{"msg": "process_completed", "event_id": "%s", "success": false, "output": {"error": null}}'

    def fail(route):
        event = route.fetch().json()["event_id"]
        opened.route(STREAM, lambda r: r.fulfill(content_type="text/event-stream", body=f"data: {failed % event}\n\n"))
        route.fulfill(json={"event_id": event})

    opened.route(JOIN, fail)
    ask(opened, "Who can join?")
    expect(opened.locator(LINE)).to_have_text(SAID.say("mistake"))
    assert nothing_of_gradio(opened)
    opened.unroute_all()
    ask(opened, "Who can join?")
    expect(opened.locator("#chat .turn.is-over .said").last).to_contain_text("It costs.")


def test_two_tabs_have_nothing_to_do_with_each_other(site, page, new_page, ask, steps):
    other = new_page()
    other.goto(site.address)
    for tab in (page, other):
        ask(tab, "Who can join?")
        expect(tab.locator(".turn-1 .state")).to_be_visible()
    other.get_by_role("button", name="Stop").click()
    expect(other.locator(".turn-1.is-over .trouble")).to_have_text("Stopped.")
    expect(page.locator(".turn-1.is-running .state")).to_be_visible()
    steps.allow_all()
    expect(page.locator(".turn-1.is-over .said")).to_contain_text("It costs.")
    other.get_by_role("button", name="New conversation").click()
    expect(other.locator(".asked")).to_have_count(0)
    expect(page.locator(".turn-1 .said")).to_be_visible()


def test_a_server_that_is_started_again_takes_the_next_question(tmp_path, model_home, new_page, ask):
    home = make_home(tmp_path, model_home)
    worker = Worker(home, None, slowly(60))
    again = None
    try:
        worker.wait_until_ready()
        page = new_page()
        page.watch.requests_may_fail = True
        page.goto(f"{worker.address}/")
        ask(page, FEE)
        expect(page.locator(".turn-1.is-over .said")).to_contain_text("40 euros", timeout=30_000)
        ask(page, f"Tell me slowly: {FEE}")
        expect(page.locator(".turn-2 .quotes li").first).to_be_visible()
        worker.close()
        expect(page.locator(LINE)).to_have_text(SAID.say("lost"), timeout=15_000)
        expect(page.locator(".turn-2")).to_contain_text(SAID.say("broke_off"))
        expect(page.locator(".turn-2 .quotes li").first).to_be_visible()
        expect(page.locator(".turn-1 .said")).to_contain_text("40 euros")
        expect(page.locator("#question textarea")).to_have_value(f"Tell me slowly: {FEE}")
        expect(page.get_by_role("button", name="Stop")).to_have_count(0)
        assert nothing_of_gradio(page)
        again = Worker(home, worker.port).wait_until_ready()
        expect(page.locator(LINE)).to_have_text(f"{SAID.say('back_again')} {SAID.say('forgotten')}", timeout=15_000)
        ask(page, FEE)
        expect(page.locator(".turn-1.is-over .said")).to_contain_text("40 euros", timeout=30_000)
        expect(page.locator("#note")).to_have_text(SAID.say("forgotten"))
        kept = page.locator("#chat .kept")
        expect(kept.locator(".said")).to_contain_text("40 euros")
        expect(kept.locator(".kept-line")).to_have_text(SAID.say("kept"))
        expect(page.locator("#chat .asked").last).to_be_in_viewport()

        assert nothing_of_gradio(page)
        assert violations(page) == []
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator("#chat .asked")).to_have_count(0)
        log = worker.log.read_text(encoding="utf-8") + again.log.read_text(encoding="utf-8")
        assert not [words for words in (FEE, "40 euros", "slowly") if words in log]
    finally:
        worker.close()
        if again:
            again.close()
