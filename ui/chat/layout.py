"""The components of the page and where they stand."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from ui.chat.cards import cards_html
from ui.chat.examples import MOST_EXAMPLES
from ui.chat.pieces import head_html, notice_html, welcome_html
from ui.chat.texts import Texts, languages


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The components by what they are for. ``conversation`` is never shown: it holds the name of the conversation."""

    conversation: gr.Textbox
    head: gr.Markdown
    language: gr.Dropdown
    new: gr.Button
    chat: gr.Chatbot
    examples: gr.Column
    example_buttons: tuple[gr.Button, ...]
    note: gr.Markdown
    notice: gr.Markdown
    question: gr.Textbox
    sources: gr.Markdown


def lay_out(said: Texts, remote_host: str | None, most_characters: int) -> Layout:
    """Make the components inside the Blocks that are open, with the texts of one language; a question has at most so
    many characters.
    """
    conversation = gr.Textbox(visible=False)
    with gr.Row(elem_id="top"):
        head = _html(head_html(said), "head")
        language = gr.Dropdown(
            [(name, code) for code, name in languages().items()],
            value=said.language,
            label=said.say("language"),
            filterable=False,
            elem_id="language",
        )
        new = gr.Button(said.say("new"), elem_id="new", size="sm")
    with gr.Row(elem_id="columns"):
        with gr.Column(elem_id="talk", scale=7):
            chat = gr.Chatbot(
                label=said.say("conversation"),
                show_label=False,
                container=False,
                buttons=[],
                feedback_options=None,
                layout="panel",
                autoscroll=False,
                allow_tags=False,
                latex_delimiters=[],
                group_consecutive_messages=False,
                placeholder=welcome_html(said),
                elem_id="chat",
            )
            with gr.Column(elem_id="examples", visible=False) as examples:
                buttons = tuple(gr.Button("", size="sm", elem_classes="example") for _ in range(MOST_EXAMPLES))
            with gr.Column(elem_id="ask"):
                note = _html("", "note")
                notice = _html(notice_html(said, remote_host), "notice")
                question = gr.Textbox(
                    label=said.say("question"),
                    placeholder=said.say("placeholder"),
                    max_lines=8,
                    max_length=most_characters,
                    submit_btn=said.say("send"),
                    html_attributes=gr.InputHTMLAttributes(autocomplete="off", enterkeyhint="send"),
                    elem_id="question",
                )
        with gr.Column(elem_id="side", scale=4):
            sources = _html(cards_html((), said), "sources")
    return Layout(
        conversation=conversation,
        head=head,
        language=language,
        new=new,
        chat=chat,
        examples=examples,
        example_buttons=buttons,
        note=note,
        notice=notice,
        question=question,
        sources=sources,
    )


def _html(value: str, elem_id: str) -> gr.Markdown:
    return gr.Markdown(value, elem_id=elem_id, latex_delimiters=[])
