"""The pictures of every page and state in docs/screenshots: ``python -m tests.screenshots``, with the index at hand.

What does not need a language model or a failure is the real assistant over the corpus in use, in quotations; the other
states are answers made by hand. A name on the command line takes only the pictures that begin with it.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from assistant.answer import Answer, Conflict
from assistant.privacy import force_offline_and_private
from assistant.settings import load_settings
from assistant.wiring import build_assistant
from tests.browser.conftest import CHROMIUM, DOCUMENTS, FLAGS, Steps
from tests.serving import serving
from ui.testing import FakeAssistant, make_answer, make_citation

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
SIZES = {"wide": (1280, 800), "phone": (390, 844), "small": (320, 640)}
MEANING = "What does PICUM say about detention?"
MEMBERS = "How many members does PICUM have?"
NOWHERE = "Which football club won the cup?"
PATIENCE = 60_000

CITED = (
    make_citation(1, "The network counts 140 member organisations.", title="The old plan", published="2016-02"),
    make_citation(2, "The network has 160 member organisations.", document="new", start=5),
    make_citation(3, "About 90.", document="w", title="A view", publisher="Watch", authority="third_party", start=9),
)
WRITTEN = make_answer(
    ("The network has 160 member organisations.", (2,)),
    ("An older plan counts 140 of them.", (1,)),
    ("A view says about 90.", (3,)),
    citations=CITED,
    mode="generated",
    removed=1,
)
DOUBTED = replace(
    WRITTEN,
    sentences=tuple(
        replace(each, support=how)
        for each, how in zip(WRITTEN.sentences, ("supported", "partial", "not_assessable"), strict=True)
    ),
    conflicts=(Conflict(about="members", markers=(1, 2, 3)),),
)
HOW_MANY = "How many members are there?"


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: what is done in a page before, and how the page is opened."""

    name: str
    site: str
    take: Callable[[Page, Studio], None]
    size: str = "wide"
    language: str = "en"
    dark: bool = False
    path: str = ""

    @property
    def file(self) -> str:
        """The name of its file."""
        parts = [self.name, self.size, self.language if self.language != "en" else "", "dark" if self.dark else ""]
        return "-".join(part for part in parts if part) + ".png"


_taken: list[bytes] = []
"""What was taken while a state lasted that is over when the picture would be."""


class Studio:
    """The servers, and what holds their answers up."""

    def __init__(self, addresses: dict[str, str], made: FakeAssistant) -> None:
        self.addresses, self._made = addresses, made

    @contextmanager
    def answering(self, answer: Answer, failure: str = "") -> Iterator[Steps]:
        """What the assistant made by hand says next, event by event."""
        self._made.answers[HOW_MANY] = answer
        if failure:
            self._made.failures[HOW_MANY] = failure
        self._made.before = steps = Steps()
        try:
            yield steps
        finally:
            steps.allow_all()
            self._made.before = lambda _event: None
            self._made.failures.clear()


def ask(page: Page, question: str, *, wait: bool = True) -> None:
    """Ask, and wait for the whole answer."""
    turns = page.locator(".turn.is-over").count()
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    if wait:
        expect(page.locator(".turn.is-over")).to_have_count(turns + 1, timeout=PATIENCE)
        page.wait_for_timeout(1500)  # questions behind the answer


def start(_page: Page, _studio: Studio) -> None:
    """As it opens."""


def asked(*questions: str) -> Callable[[Page, Studio], None]:
    """Some questions."""

    def take(page: Page, _studio: Studio) -> None:
        for question in questions:
            ask(page, question)

    return take


def end_of_answer(page: Page, _studio: Studio) -> None:
    """The tools and the questions behind an answer."""
    ask(page, MEANING)
    page.locator(".turn .tools").last.scroll_into_view_if_needed()
    page.locator("#notice").scroll_into_view_if_needed()


def preview(page: Page, _studio: Studio) -> None:
    """What stands behind a number."""
    ask(page, MEANING)
    page.locator("a.marker").first.hover()
    page.wait_for_timeout(600)


def card(page: Page, _studio: Studio) -> None:
    """The card of a number, where a finger goes."""
    ask(page, MEANING)
    page.locator("a.marker").first.click()
    page.wait_for_timeout(600)


def choosing(page: Page, _studio: Studio) -> None:
    """Which documents answers come from."""
    page.get_by_role("button", name="Choose documents").click()
    box = page.get_by_role("checkbox").first
    expect(box).to_be_visible()
    box.check()
    expect(page.locator("#chosen .within")).to_be_visible()
    page.locator("#notice").scroll_into_view_if_needed()


def source(page: Page, _studio: Studio) -> None:
    """The document of a quote."""
    ask(page, MEANING)
    with page.context.expect_page() as opened:
        page.locator("a.read").first.click()
    opened.value.wait_for_load_state()
    address = opened.value.url
    opened.value.close()
    page.goto(address)
    page.wait_for_timeout(500)


def searching(page: Page, _studio: Studio) -> None:
    """Words in the library."""
    page.get_by_role("searchbox").fill("detent")
    expect(page.locator("mark").first).to_be_visible()
    page.wait_for_timeout(300)


def looking(page: Page, studio: Studio) -> None:
    """Before the first event."""
    with studio.answering(WRITTEN):
        ask(page, HOW_MANY, wait=False)
        expect(page.locator(".state")).to_be_visible()
        _picture(page)


def after_events(events: int) -> Callable[[Page, Studio], None]:
    """After some events: quotes, then sentences."""

    def take(page: Page, studio: Studio) -> None:
        with studio.answering(WRITTEN) as steps:
            ask(page, HOW_MANY, wait=False)
            steps.allow(events)
            page.wait_for_timeout(1200)
            _picture(page)

    return take


def stopped(page: Page, studio: Studio) -> None:
    """Stopped by the reader."""
    with studio.answering(WRITTEN) as steps:
        ask(page, HOW_MANY, wait=False)
        steps.allow(2)
        page.wait_for_timeout(800)
        page.get_by_role("button", name="Stop").click()
        expect(page.locator(".turn.is-over")).to_be_visible()
        _picture(page)


def failing(failure: str) -> Callable[[Page, Studio], None]:
    """A question that could not be answered."""

    def take(page: Page, studio: Studio) -> None:
        with studio.answering(WRITTEN, failure) as steps:
            steps.allow_all()
            ask(page, HOW_MANY)
            _picture(page)

    return take


def doubted(page: Page, studio: Studio) -> None:
    """Sentences with weaker evidence, and documents that differ."""
    with studio.answering(DOUBTED) as steps:
        steps.allow_all()
        ask(page, HOW_MANY)
        _picture(page)


def lost(page: Page, studio: Studio) -> None:
    """The server is gone."""
    doubted(page, studio)
    _taken.clear()
    for path in ("**/gradio_api/queue/join*", "**/readyz"):
        page.route(path, lambda route: route.abort())
    ask(page, HOW_MANY, wait=False)
    expect(page.locator("#connection")).to_be_visible()


def feedback(page: Page, studio: Studio) -> None:
    """What would be stored."""
    doubted(page, studio)
    _taken.clear()
    page.get_by_role("button", name="Give feedback").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("A source does not say this").check()
    dialog.get_by_label("Comment (optional)").fill("The old plan is out of date.")
    dialog.get_by_role("button", name="See what is sent").click()
    expect(dialog.locator("dl")).to_be_visible()


def saving(page: Page, studio: Studio) -> None:
    """What can be kept."""
    doubted(page, studio)
    _taken.clear()
    page.locator("#keeping summary, .keeping summary").first.click()


def _picture(page: Page) -> None:
    """The picture now: what is shown later is another state."""
    _taken.append(page.screenshot())


def shots() -> Iterator[Shot]:
    """All pictures."""
    for size in SIZES:
        yield Shot("start", "real", start, size, language="de" if size == "small" else "en")
        yield Shot("answer", "real", asked(MEANING), size, language="de" if size == "small" else "en")
    yield Shot("start", "real", start, dark=True)
    yield Shot("answer", "real", asked(MEANING), dark=True)
    yield Shot("answer", "real", asked(MEANING), language="ar")
    yield Shot("answer", "real", asked(MEANING), "phone", language="ar")
    yield Shot("preview", "real", preview)
    yield Shot("card", "real", card, "phone")
    for size in ("wide", "phone"):
        yield Shot("end-of-answer", "real", end_of_answer, size)
        yield Shot("choosing", "real", choosing, size)
        yield Shot("refusal", "real", asked(NOWHERE), size)
        yield Shot("second-question", "real", asked(MEANING, MEMBERS), size)
        yield Shot("source", "real", source, size)
        yield Shot("library", "real", start, size, path="library")
        yield Shot("searching", "real", searching, size, path="library")
        yield Shot("privacy", "real", start, size, path="privacy")
        yield Shot("doubts", "made", doubted, size)
        yield Shot("writing", "made", after_events(3), size)
        yield Shot("found", "made", after_events(1), size)
        yield Shot("feedback", "made", feedback, size)
    yield Shot("source", "real", source, dark=True)
    yield Shot("source", "real", source, language="ar")
    yield Shot("library", "real", start, dark=True, path="library")
    yield Shot("library", "real", start, "phone", language="ar", path="library")
    yield Shot("not-found", "real", start, path="source/no-such-document")
    yield Shot("looking", "made", looking)
    yield Shot("stopped", "made", stopped)
    broken = "The answer could not be made, because the index is being renewed; ask again in a moment."
    yield Shot("failed", "made", failing(broken))
    yield Shot("lost", "made", lost)
    yield Shot("saving", "made", saving)


def take(wanted: str) -> None:
    """Take the pictures whose names begin so."""
    force_offline_and_private()
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = FakeAssistant(documents=DOCUMENTS)
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory())
        real = stack.enter_context(closing(build_assistant(load_settings())))
        kept = load_settings({"PICUM_LLM": "none", "PICUM_HOME": home, "PICUM_FEEDBACK": "true"})
        addresses = {
            "real": stack.enter_context(serving(real, grace_s=1)),
            "made": stack.enter_context(serving(made, settings=kept, grace_s=1)),
        }
        playwright = stack.enter_context(sync_playwright())
        browser = stack.enter_context(closing(playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)))
        studio = Studio(addresses, made)
        for shot in shots():
            if shot.name.startswith(wanted):
                _take(browser, shot, studio)
                print(shot.file, flush=True)  # noqa: T201 (a command for people)


def _take(browser: Browser, shot: Shot, studio: Studio) -> None:
    width, height = SIZES[shot.size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if shot.dark else "light",
        reduced_motion="reduce",
        has_touch=shot.size != "wide",
        locale="en-GB",
    )
    with closing(context):
        page = context.new_page()
        page.goto(f"{studio.addresses[shot.site]}/{shot.path}?lang={shot.language}")
        if not shot.path:
            expect(page.locator(".example").first).to_be_visible(timeout=PATIENCE)
        _taken.clear()
        shot.take(page, studio)
        (FOLDER / shot.file).write_bytes(
            _taken[0] if shot.take not in {lost, feedback, saving} and _taken else page.screenshot()
        )


if __name__ == "__main__":
    take(sys.argv[1] if len(sys.argv) > 1 else "")
