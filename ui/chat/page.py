"""The plain page: ask, read the answer, see its sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from assistant.events import Delta, EvidenceFound, Failed, Finished
from ui.answering import AnswersQuestions
from ui.chat.rendering import answer_html, markdown_html, notes_html, sources_html, status_html
from ui.errors import QuestionError
from ui.notice import NOTICE
from ui.questions import MAX_QUESTION_CHARACTERS, checked_question
from ui.warming import WarmingAssistant

TITLE = "PICUM assistant"
GETTING_READY = "Getting ready: the models are being loaded. You can ask already; the answer comes as soon as they are."
EXAMPLES = (
    "Who can become a member?",
    "What are the main goals for the coming years?",
    "What is recommended on access to health care?",
)

CSS = """
.gradio-container { max-width: 48rem !important; margin: 0 auto !important; }
.answer, .sources { font-size: 1.05rem; line-height: 1.55; overflow-wrap: anywhere; }
.sources ul { list-style: none; padding-left: 0; }
.sources li { margin: 0 0 1rem; padding: 0.6rem 0.8rem; border-left: 4px solid #1d4ed8; }
.sources li:target { outline: 3px solid #b45309; }
a.marker { color: #1d4ed8; text-decoration: underline; }
.dark a.marker { color: #93c5fd; }
.status { font-style: italic; }
"""

# Gradio gives the page the language of the browser, but its words are English.
SCRIPT = """
const keepLanguage = () => {
  if (document.documentElement.lang !== "en") document.documentElement.lang = "en";
};
new MutationObserver(keepLanguage).observe(document.documentElement, { attributes: true, attributeFilter: ["lang"] });
keepLanguage();
"""
SCRIPT_PATH = "/page.js"
"""A file of its own, because Gradio adds what it puts into the head too late for a nonce."""

# Fonts by name only, so that none is fetched; the colour of the button has the contrast that white text needs.
THEME = gr.themes.Default(font=["Arial", "Helvetica", "sans-serif"], font_mono=["Courier New", "monospace"]).set(
    button_primary_background_fill="#1d4ed8",
    button_primary_background_fill_dark="#1d4ed8",
    button_primary_background_fill_hover="#1e40af",
    button_primary_background_fill_hover_dark="#1e40af",
    block_label_text_color="#374151",
)

Shown = tuple[str, str, str]
"""HTML of the status line, the answer and the sources."""


def build_page(assistant: AnswersQuestions) -> gr.Blocks:
    """The page as a Gradio application that is not launched yet.

    With a WarmingAssistant the page says that it is getting ready until it is, and why if it cannot be.
    """

    def show_answer(question: str) -> Iterator[Shown]:
        yield from answer_events(assistant, question)

    def show_readiness() -> Iterator[str]:
        yield from readiness_events(assistant)

    # Private: the endpoints are for this page, not an interface for programs. No limit of simultaneous events here: the
    # assistant knows better than the page how many questions the machine can take.
    settled: dict[str, Any] = {"api_visibility": "private", "concurrency_limit": None, "show_progress": "hidden"}
    page = gr.Blocks(title=TITLE, analytics_enabled=False)
    with page:
        gr.Markdown(f"# {TITLE}\n\n{NOTICE}", elem_id="notice")
        question = gr.Textbox(
            label="Your question",
            placeholder="Write a question and press Enter",
            max_lines=8,
            max_length=MAX_QUESTION_CHARACTERS,
            elem_id="question",
        )
        send = gr.Button("Ask", variant="primary", elem_id="ask")
        status = gr.Markdown("", elem_id="status", latex_delimiters=[])
        answer = gr.Markdown("", elem_id="answer", latex_delimiters=[])
        sources = gr.Markdown("", elem_id="sources", latex_delimiters=[])
        gr.Markdown("## Examples")
        outputs = [status, answer, sources]
        for text in EXAMPLES:
            example = gr.Button(text, size="sm", elem_classes="example")
            # The button itself is the input: its value is the text that stands on it.
            example.click(_same, example, question, **settled).then(show_answer, example, outputs, **settled)
        gr.on([send.click, question.submit], show_answer, question, outputs, **settled)
        page.load(show_readiness, None, status, **settled)
    return page


def answer_events(assistant: AnswersQuestions, text: str) -> Iterator[Shown]:
    """What the page shows after a question, step by step; the last step is the whole answer or the reason for none."""
    try:
        question = checked_question(text)
    except QuestionError as error:
        yield status_html(str(error)), "", ""
        return
    waiting = isinstance(assistant, WarmingAssistant) and not assistant.ready
    yield status_html(GETTING_READY if waiting else "Looking for the answer."), "", ""
    written = ""
    for event in assistant.ask(question):
        match event:
            case Delta():
                # Sources follow with the whole answer: until then their numbers can change.
                written += event.text
                yield status_html("Writing."), markdown_html(written, (), ""), ""
            case Finished():
                yield notes_html(event.answer), answer_html(event.answer), sources_html(event.answer.citations)
            case Failed():
                yield status_html(event.message), "", ""
            case EvidenceFound():
                yield status_html("Sources found, choosing the words."), "", ""


def readiness_events(assistant: AnswersQuestions) -> Iterator[str]:
    """The status line of a page that was just opened; it ends when the assistant is ready or cannot be."""
    if not isinstance(assistant, WarmingAssistant):
        yield ""
        return
    if not assistant.ready and assistant.failure is None:
        yield status_html(GETTING_READY)
        assistant.wait()
    yield status_html(assistant.failure or "")


def _same(text: str) -> str:
    return text
