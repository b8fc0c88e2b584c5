"""A language model behind the page: what it writes can be used at once, and whatever it does, the page goes on."""

import json

import pytest
from playwright.sync_api import expect

from assistant.errors import LanguageModelTooSlow
from assistant.testing import ScriptedModel, assistant_over, read

QUESTION = "How many beds are given to families first, and how many beds does the shelter have?"
BEDS, FAMILIES = "The shelter has 40 beds.", "Beds are given to families first."
QUOTED = "The shelter has 40 beds in 3 houses."
CORPUS = [
    read(
        "plan",
        f"{QUOTED} It does not charge its guests.\n\nGuests may stay for 90 days. {FAMILIES} "
        "The beds of the shelter were paid by the city.",
        title="Shelter plan",
    ),
    read("bread", "Bread is baked daily.", title="Bread"),
]
DRAFT = json.dumps({"answer": [{"n": [1], "s": BEDS}, {"n": [2], "s": FAMILIES}]})
QUOTES = ".turn-1 .quotes li"
SLOWEST = 5_000
"""Milliseconds for what is done within one on a machine that does nothing else."""


class Script:
    """A language model that writes as many sentences as a test allows, and then nothing, without an end."""

    def __init__(self):
        self.sentences = 0
        self.model = ScriptedModel(DRAFT, step=1, may_go_on=lambda written: written.count("}") < self.sentences)

    def to_the_end(self, failure=None):
        self.model.failure = failure
        self.sentences = 100


@pytest.fixture
def script():
    return Script()


@pytest.fixture
def page(open_site, new_page, script):
    """A page in front of that model, on which somebody has just asked."""
    page = new_page(viewport={"width": 1280, "height": 800})
    page.goto(open_site(assistant_over(CORPUS, model=script.model)).address)
    page.locator("#question textarea").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(QUOTES).first).to_be_visible()
    return page


def chips(page, turn=1):
    return page.locator(f".turn-{turn} a.marker")


def write(page, script, sentences):
    script.sentences = sentences
    expect(chips(page)).to_have_count(sentences)


def test_what_was_found_is_there_as_long_as_the_model_is_silent(page, script):
    expect(page.locator(".turn-1 .state")).to_have_text("These passages were found. Now writing an answer from them …")
    expect(page.locator(QUOTES).first).to_contain_text(QUOTED)
    expect(page.locator("#sources h2")).to_have_text("Passages found")
    expect(page.locator("#sources .number")).to_have_count(0)
    expect(page.locator(".turn-1 .said")).to_have_count(0)
    assert len(script.model.prompts) == 1


def test_what_is_written_leads_to_its_source_before_the_rest_is(page, script):
    write(page, script, 1)
    expect(page.locator(".turn-1 .state")).to_have_text("Writing …")
    expect(page.locator(".turn-1 .said")).to_have_text(f"{BEDS} [1]")
    expect(page.locator("#sources h2")).to_have_text(["Sources", "Other passages found"])
    # The passage that it stands in is still there for what else it says.
    expect(page.locator("#source-1-1 mark")).to_have_count(1)
    chips(page).click()
    expect(page.locator("#source-1-1")).to_be_focused()
    expect(page.locator("#source-1-1 mark")).to_have_text(QUOTED)
    script.to_the_end()
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    expect(page.locator("#sources h2")).to_have_text("Sources")


def test_a_reader_keeps_the_place_while_the_text_grows(page, script):
    write(page, script, 1)
    chip, card = chips(page).first, page.locator("#source-1-1")
    chip.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(card.locator(".read")).to_be_focused()
    write(page, script, 2)
    expect(card.locator(".read")).to_be_focused()
    expect(page.locator(".is-followed")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(chip).to_be_focused()
    script.to_the_end()
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    expect(chip).to_be_focused()


def test_who_went_elsewhere_is_not_fetched_back(page, script):
    write(page, script, 1)
    chips(page).click()
    expect(page.locator("#source-1-1")).to_be_focused()
    page.locator("#question textarea").fill("And")
    write(page, script, 2)
    expect(page.locator("#question textarea")).to_be_focused()
    chips(page).first.click()
    expect(page.locator("#source-1-1")).to_be_focused()
    page.locator("#head h1").click()
    script.to_the_end()
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    # Where the focus is nowhere when an answer ends, it goes to where the next question is written.
    expect(page.locator("#question textarea")).to_be_focused()


def test_opened_sources_of_an_earlier_answer_stay_open(page, script, ask):
    script.to_the_end()
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    script.sentences = 1
    # Long enough to stand alone: a short one the model would have to put in other words first.
    ask(page, "How many beds does the shelter have in the houses of the city?")
    expect(chips(page, 2)).to_have_count(1)
    page.locator("#sources summary").click()
    expect(page.locator("#source-1-1")).to_be_visible()
    script.to_the_end()
    expect(page.locator("#source-2-2")).to_be_visible()
    expect(page.locator("#source-1-1")).to_be_visible()


def test_a_model_that_breaks_off_leaves_what_it_wrote_and_one_sentence_why(page, script, ask):
    write(page, script, 1)
    why = "The language model fell silent for 20 seconds; ask again."
    script.to_the_end(LanguageModelTooSlow(why))
    turn = page.locator(".turn-1.is-over")
    expect(turn.locator(".note")).to_have_text([why])
    expect(turn.locator(".trouble")).to_have_count(0)
    expect(turn.locator(".said")).to_contain_text(f"{BEDS} [1]")
    chips(page).first.click()
    expect(page.locator("#source-1-1")).to_be_focused()
    script.to_the_end()
    ask(page, QUESTION)
    expect(page.locator(".turn-2.is-over .said")).to_contain_text(f"{BEDS} [1] {FAMILIES} [2]")
    expect(page.locator(".turn-2 .note")).to_have_count(0)


def test_a_model_that_fails_before_it_writes_leaves_quotations_and_one_sentence_why(page, script):
    script.model.texts = ("",)
    script.to_the_end(LanguageModelTooSlow("The language model did not begin to write; ask again."))
    turn = page.locator(".turn-1.is-over")
    expect(turn.locator(".note")).to_have_text(["The language model did not begin to write; ask again."])
    expect(turn.locator("blockquote").first).to_contain_text(f"{QUOTED} [1]")


def test_stop_reaches_a_silent_model(page, script, ask):
    cancelled = script.model.cancelled
    assert not cancelled.is_set()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".turn-1.is-over .trouble")).to_have_text("Stopped.", timeout=SLOWEST)
    assert cancelled.wait(SLOWEST / 1000)
    expect(page.locator(QUOTES).first).to_contain_text(QUOTED)
    expect(page.locator("#sources .card").first).to_be_visible()
    script.to_the_end()
    ask(page, QUESTION)
    expect(page.locator(".turn-2.is-over .said")).to_contain_text(f"{BEDS} [1]")
    expect(page.locator(".turn-1 .said")).to_have_count(0)


def test_what_stands_when_it_is_stopped_keeps_its_sources(page, script, ask):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    write(page, script, 1)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".turn-1.is-over .trouble")).to_have_text("Stopped.")
    expect(page.locator("#sources h2")).to_have_text(["Sources", "Other passages found"])
    page.get_by_role("button", name="Copy with sources").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith(
        f"{BEDS} [1]\n\nSources\n[1] “{QUOTED}” Shelter plan"
    )
    script.to_the_end()
    ask(page, QUESTION)
    expect(page.locator(".turn-2.is-over")).to_be_visible()
    chips(page).click()
    expect(page.locator("#source-1-1")).to_be_focused()


def test_a_page_that_is_loaded_again_gives_the_model_up_and_begins_anew(page, script, ask):
    write(page, script, 1)
    cancelled = script.model.cancelled
    page.reload()
    page.watch.complaints.clear()  # Gradio tells the console that its stream was cut
    expect(page.locator("#chat .welcome")).to_be_visible()
    expect(page.locator("#chat .asked")).to_have_count(0)
    assert cancelled.wait(2 * SLOWEST / 1000)
    script.to_the_end()
    ask(page, QUESTION)
    expect(page.locator(".turn-1.is-over .said")).to_contain_text(f"{BEDS} [1] {FAMILIES} [2]")
