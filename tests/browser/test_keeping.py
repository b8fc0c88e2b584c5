"""Downloads, feedback and paper in a real browser."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import expect

from assistant.evaluation.case_files import load_cases
from assistant.settings import load_settings
from tests.axe import violations
from tests.exports import MarkdownFile, WordFile, conflict
from tests.serving import serving
from ui.cli.app import run
from ui.feedback import FILE
from ui.testing import FakeAssistant, make_answer, make_citation

QUOTE = "Membership is open to any organisation that shares the aims."
OPEN = replace(
    make_answer(
        ("It is open.", (1,)),
        ("A profile doubts it.", (2,)),
        citations=[
            make_citation(1, QUOTE, url="https://example.org/plan"),
            make_citation(2, "Few may join.", title="A profile", publisher="Watch", authority="third_party"),
        ],
    ),
    conflicts=(conflict("the fee", 1, 2),),
)
LONG = make_answer(*((f"It is open. {'So it is. ' * 30}", (1,)) for _ in range(3)), citations=OPEN.citations[:1])


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("keeping")


@pytest.fixture(scope="module")
def address(home):
    """A server that takes feedback."""
    environment = {"PICUM_LLM": "none", "PICUM_HOME": str(home), "PICUM_FEEDBACK": "true"}
    assistant = FakeAssistant({"Who can join?": OPEN, "At length?": LONG})
    with serving(assistant, settings=load_settings(environment), grace_s=1) as address:
        yield address


@pytest.fixture
def asked(address, new_page, ask):
    """Opens a page and asks; options are those of the page."""

    def open_one(*questions, language="en", **options):
        page = new_page(**options)
        page.goto(f"{address}/?lang={language}")
        expect(page.locator("html")).to_have_attribute("lang", language)
        # The server has said all words of the page; an open menu is not made again any more.
        expect(page.locator("#keeping .with-feedback")).to_be_attached()
        for number, question in enumerate(questions or ["Who can join?"], start=1):
            ask(page, question)
            expect(page.locator(f".turn-{number}.is-over")).to_be_visible()
        return page

    return open_one


def test_an_answer_is_downloaded_by_a_click(asked, address):
    page = asked("Nothing?", "Who can join?")
    page.locator(".turn-2").get_by_text("Download").click()
    with page.expect_download() as started:
        page.locator(".turn-2").get_by_role("button", name="Word (.docx)").click()
    assert started.value.suggested_filename == f"answer-{date.today()}.docx"
    file = WordFile(Path(started.value.path()).read_bytes())
    assert file.headings[1:] == ["Who can join?"]
    assert QUOTE in file.notes[1]
    expect(page.locator("#announcer")).to_have_text("The file is downloaded.")
    # The name of the conversation, and what was asked, stand in no address.
    name = page.locator("#conversation textarea, #conversation input").input_value()
    assert len(name) > 10
    assert [url for url in page.watch.requested if name in url or "Who" in url] == []
    assert page.watch.foreign(address) == []


def test_the_conversation_is_downloaded_from_the_keyboard(asked):
    page = asked("Nothing?", "Who can join?")
    menu = page.locator("#keeping summary")
    menu.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#keeping").get_by_role("button", name="Markdown (.md)")).to_be_focused()
    with page.expect_download() as started:
        page.keyboard.press("Enter")
    assert started.value.suggested_filename == f"conversation-{date.today()}.md"
    file = MarkdownFile(Path(started.value.path()).read_text(encoding="utf-8"))
    assert sorted(file.notes) == [1, 2]
    assert "No answer was found in the documents." in file.text
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    expect(page.locator("#keeping .items")).to_be_hidden()


def test_a_menu_closes_when_something_else_is_used(asked):
    page = asked()
    page.locator(".turn-1 .menu summary").click()
    expect(page.locator(".turn-1 .items")).to_be_visible()
    page.locator("#question textarea").click()
    expect(page.locator(".turn-1 .items")).to_be_hidden()


def test_a_download_that_fails_says_so_in_a_sentence(asked):
    page = asked()
    page.watch.requests_may_fail = True
    page.route("**/conversation/export", lambda route: route.abort())
    page.locator("#keeping summary").click()
    page.locator("#keeping").get_by_role("button", name="Word (.docx)").click()
    expect(page.locator("#keeping .told")).to_have_text("The file could not be made; try again in a moment.")


def test_a_refusal_can_be_downloaded_and_not_copied_with_sources(asked):
    page = asked("Nothing?", "Who can join?")
    expect(page.locator(".turn-1 .copy")).to_have_count(0)
    expect(page.locator(".turn-1 .menu")).to_have_count(1)
    expect(page.locator(".turn-2 .copy")).to_have_count(1)


def test_there_is_no_feedback_unless_it_is_switched_on(page, ask):
    ask(page, "Who can join?")
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    expect(page.locator(".give-feedback")).to_be_hidden()


def test_what_is_stored_is_what_was_shown(asked, home):
    page = asked()
    page.get_by_role("button", name="Give feedback").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="How is this answer?")
    dialog.get_by_role("button", name="See what is sent").click()
    expect(dialog.get_by_role("alert")).to_have_text("Say first how the answer is.")
    dialog.get_by_label("A source does not say this").check()
    named = dialog.get_by_label("Which source?").locator("option")
    expect(named).to_have_text([re.compile("1.*The plan"), re.compile("2.*A profile")])
    dialog.get_by_label("Which source?").select_option("2")
    dialog.get_by_label("Comment (optional)").fill("Not “so”:\nünï")
    dialog.get_by_role("button", name="See what is sent").click()
    expect(dialog.get_by_text("This and nothing else will be stored")).to_be_visible()
    expect(dialog.locator("dl")).to_contain_text("Few may join.")
    expect(dialog.locator("dl")).not_to_contain_text("Who can join?")
    assert not (home / FILE).exists()
    shown = dialog.locator("pre").text_content()
    assert violations(page) == []
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_text("Thank you. Your feedback is stored.")).to_be_focused()
    assert (home / FILE).read_bytes() == shown.encode("ascii") + b"\n"
    kept = json.loads(shown)
    assert (kept["verdict"], kept["comment"], kept["source"]["quote"]) == (
        "wrong_source",
        "Not “so”:\nünï",
        "Few may join.",
    )
    assert "question" not in kept
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Give feedback")).to_be_focused()


def test_what_readers_say_becomes_cases_for_evaluation(asked, home, tmp_path):
    (home / FILE).unlink(missing_ok=True)
    page = asked()
    for said in ("It is right", "It is wrong", "A source does not say this", "Something is missing"):
        page.get_by_role("button", name="Give feedback").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label(said).check()
        dialog.get_by_label("Comment (optional)").fill(f"{said}, \x1b[31mI think.")
        for more in dialog.get_by_role("checkbox").all():
            more.check()
        dialog.get_by_role("button", name="See what is sent").click()
        dialog.get_by_role("button", name="Send").click()
        expect(dialog.get_by_text("Thank you. Your feedback is stored.")).to_be_focused()
        assert violations(page) == []
        dialog.get_by_role("button", name="Close").last.click()
        expect(dialog).to_be_hidden()
    written = tmp_path / "cases.picum.yaml"
    assert run(["feedback", "export", str(written), "--from", str(home / FILE)]) == 0
    cases = load_cases(written).cases
    assert {case.question for case in cases} == {"Who can join?"}
    assert sorted(bool(case.skip) for case in cases) == [False, True, True, True]
    assert [source.quote for case in cases if not case.skip for source in case.sources] == [QUOTE, "Few may join."]
    assert all("I think." in case.note and "\x1b" not in case.note for case in cases)


def test_what_is_sent_may_be_long_and_sending_it_is_in_sight(asked):
    page = asked("At length?", viewport={"width": 320, "height": 560})
    page.get_by_role("button", name="Give feedback").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("It is right").check()
    dialog.get_by_role("button", name="See what is sent").click()
    expect(dialog.locator("dl")).to_contain_text("It is open.")
    assert dialog.evaluate("each => each.scrollHeight > 2 * each.clientHeight")
    for _ in range(2):
        expect(dialog.get_by_role("button", name="Send")).to_be_in_viewport(ratio=1)
        dialog.evaluate("each => each.scrollTo(0, each.scrollHeight)")
    # The focus is never under the buttons.
    dialog.locator("summary").focus()
    box, over = dialog.locator("summary").bounding_box(), dialog.locator("section .buttons").bounding_box()
    assert box["y"] + box["height"] <= over["y"]


def test_a_failure_is_one_sentence_and_loses_nothing(asked):
    page = asked()
    page.get_by_role("button", name="Give feedback").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("It is right").check()
    dialog.get_by_label("Comment (optional)").fill("Good.")
    page.watch.requests_may_fail = True
    page.route("**/conversation/feedback/preview", lambda route: route.abort())
    dialog.get_by_role("button", name="See what is sent").click()
    expect(dialog.get_by_role("alert")).to_have_text("Your feedback was not stored; try again later.")
    expect(dialog.get_by_label("Comment (optional)")).to_have_value("Good.")


@pytest.mark.parametrize(("language", "scheme"), [("en", "dark"), ("ar", "light")])
def test_no_violations_and_nothing_wider_than_a_small_phone(asked, language, scheme):
    page = asked(
        "Nothing?", "Who can join?", language=language, viewport={"width": 320, "height": 640}, color_scheme=scheme
    )
    for opened in (".turn-2 .menu summary", "#keeping summary", ".turn-2 .give-feedback"):
        page.locator(opened).click()
        for menu in page.locator("details[open] > .items").all():
            box = menu.bounding_box()
            assert (box["x"] >= 0, box["x"] + box["width"] <= 320) == (True, True), opened
        assert violations(page) == [], opened
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    small = page.eval_on_selector_all(
        ".tools button, .tools summary, .items button, dialog button, dialog label",
        "all => all.map(each => each.getBoundingClientRect()).filter(box => box.height && box.height < 24).length",
    )
    assert small == 0


@pytest.mark.parametrize("width", [1280, 390])
def test_paper_has_each_answer_with_its_sources_and_who_wrote_it(asked, width):
    page = asked("Who can join?", "Nothing?", viewport={"width": width, "height": 800}, color_scheme="dark")
    document = pypdfium2.PdfDocument(page.pdf(format="A4", print_background=True))
    try:
        text = " ".join(" ".join(sheet.get_textpage().get_text_bounded() for sheet in document).split())
        picture = document[0].render(scale=0.2).to_pil()
    finally:
        document.close()
    first, second = text.split("Nothing?")
    for words in (
        "Who can join?",
        f"“{QUOTE}”",
        "https://example.org/plan",
        "Watch (third party)",
        "The documents differ on: the fee",
    ):
        assert words in first
    assert "from sentences of the documents; no language model wrote it" in first
    assert "Made by an AI assistant on" in second
    for said in (first, second):
        assert "Written by" not in said
        assert "Index of the documents: fake-1." in said
    for control in ("Copy with sources", "Download", "Give feedback", "New conversation", "Ask a question"):
        assert control not in text
    assert picture.getpixel((0, 0)) == picture.getpixel((picture.width - 1, picture.height - 1)) == (255, 255, 255)


def test_paper_shows_a_source_page_without_its_controls(site, assistant, new_page):
    from ui.testing import FakeSource

    assistant.sources["plan"] = FakeSource(text=f"{QUOTE}\n\nMore.")
    page = new_page(color_scheme="dark")
    page.goto(f"{site.address}/source/plan?start=0&end={len(QUOTE)}")
    document = pypdfium2.PdfDocument(page.pdf(format="A4"))
    try:
        assert len(document) == 1
        text = " ".join(document[0].get_textpage().get_text_bounded().split())
    finally:
        document.close()
    assert QUOTE in text
    assert "Ask the documents" not in text
