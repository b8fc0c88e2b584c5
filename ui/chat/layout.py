"""The components of the page and where they stand."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from ui.chat.cards import cards_html
from ui.chat.choosing import button_html
from ui.chat.examples import MOST_EXAMPLES
from ui.chat.pieces import head_html, languages_html, notice_html, welcome_html
from ui.chat.texts import Texts
from ui.chat.tools import keeping_html


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The components by what they are for. Four are never shown: ``conversation`` holds the name of the conversation
    for the script, into ``action`` the script writes what the reader wants beyond a question, into ``choice`` which
    documents they chose, and into ``language`` the code of a language that they chose in the menu; before, the
    server writes there which one it chose.
    """

    conversation: gr.Textbox
    action: gr.Textbox
    choice: gr.Textbox
    language: gr.Textbox
    head: gr.Markdown
    keeping: gr.Markdown
    new: gr.Button
    chat: gr.Chatbot
    examples: gr.Column
    example_buttons: tuple[gr.Button, ...]
    note: gr.Markdown
    choose: gr.Markdown
    chosen: gr.Markdown
    choices: gr.Markdown
    notice: gr.Markdown
    question: gr.Textbox
    sources: gr.Markdown
    earlier: gr.Markdown


def lay_out(said: Texts, remote_host: str | None) -> Layout:
    """Make the components inside the Blocks that are open, with the texts of one language."""
    conversation = gr.Textbox(visible="hidden", elem_id="conversation")
    action = gr.Textbox(visible="hidden", elem_id="action")
    choice = gr.Textbox(visible="hidden", elem_id="choice")
    language = gr.Textbox(visible="hidden", elem_id="language")
    with gr.Row(elem_id="top"):
        head = _html(head_html(said), "head")
        keeping = _html(keeping_html(said, feedback=False), "keeping")
        # Never sent anew: who has just chosen keeps the focus in it.
        _html(languages_html(said), "languages")
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
                choose = _html(button_html(said), "choose")
                chosen = _html("", "chosen")
                choices = _html("", "choices")
                notice = _html(notice_html(said, remote_host), "notice")
                question = gr.Textbox(
                    label=said.say("question"),
                    placeholder=said.say("placeholder"),
                    max_lines=8,
                    # Of any length: the browser would cut off what is pasted and say nothing, the server says it.
                    submit_btn=said.say("send"),
                    html_attributes=gr.InputHTMLAttributes(
                        # Some browsers have spelling looked over by a service of theirs.
                        autocomplete="off",
                        spellcheck=False,
                        enterkeyhint="send",
                    ),
                    elem_id="question",
                )
        with gr.Column(elem_id="side", scale=4), gr.Column(elem_id="sources"):
            # Two, because the first is sent anew with every sentence, and the second grows with the conversation.
            sources, earlier = _html(cards_html((), said), "latest-sources"), _html("", "earlier-sources")
    return Layout(
        conversation=conversation,
        action=action,
        choice=choice,
        language=language,
        head=head,
        keeping=keeping,
        new=new,
        chat=chat,
        examples=examples,
        example_buttons=buttons,
        note=note,
        choose=choose,
        chosen=chosen,
        choices=choices,
        notice=notice,
        question=question,
        sources=sources,
        earlier=earlier,
    )


def _html(value: str, elem_id: str) -> gr.Markdown:
    return gr.Markdown(value, elem_id=elem_id, latex_delimiters=[])
