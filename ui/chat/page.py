"""The page: a chat on the left, the sources beside it, one streaming event between them and the assistant."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date
from typing import Any

import gradio as gr
from gradio.blocks import Block
from starlette.types import Scope

from ui.access.caller import Caller, caller_of, visit_of
from ui.access.views import Views
from ui.chat.cards import cards_html
from ui.chat.examples import example_questions
from ui.chat.layout import Layout, lay_out
from ui.chat.messages import messages
from ui.chat.pieces import TITLE, failure_html, head_html, note_html, notice_html, welcome_html
from ui.chat.talk import Asker, Step, Talk
from ui.chat.texts import DEFAULT_LANGUAGE, Texts, choose_language, texts
from ui.chat.wishes import Wishes, wishes_of
from ui.conversations import Conversations

# Fonts by name only, so that none is fetched; the style sheet has the rest.
THEME = gr.themes.Base(font=["Arial", "Helvetica", "sans-serif"], font_mono=["Courier New", "monospace"])

Changes = dict[Block, dict[str, Any]]
"""New properties of components; components that are not in it stay as they are."""
Updates = dict[Block, dict[str, Any]]
"""The same in Gradio's own words."""

# Private: the endpoints are for this page, not an interface for programs. No limit of simultaneous events here: the
# assistant knows better than the page how many questions the machine can take.
_SETTLED: dict[str, Any] = {"api_visibility": "private", "concurrency_limit": None, "show_progress": "hidden"}


def build_page(
    views: Views,
    conversations: Conversations,
    *,
    today: Callable[[], date],
    remote_host: str | None = None,
) -> gr.Blocks:
    """The page as a Gradio application that is not launched yet.

    With a WarmingAssistant the page says that it is getting ready until it is, and why if it cannot be. ``remote_host``
    is where questions go for a language model that is not on this machine; the page names it.
    """
    page = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True)
    with page:
        layout = lay_out(texts(DEFAULT_LANGUAGE), remote_host, views.limits.question_characters)
        events = PageEvents(views, Talk(views, conversations, today), layout, remote_host)
        asking = [layout.conversation, layout.language]
        showing: list[Block] = events.showing
        everything: list[Block] = [*showing, *events.speaking]
        page.load(events.open, None, everything, **_SETTLED)
        layout.question.submit(events.ask, [layout.question, *asking], showing, **_SETTLED)
        for button in layout.example_buttons:
            # The button itself is the input: its value is the text that stands on it.
            button.click(events.ask, [button, *asking], showing, **_SETTLED)
        layout.question.stop(events.stop, layout.conversation, None, **_SETTLED)
        layout.new.click(events.begin_anew, asking, showing, **_SETTLED)
        layout.language.input(events.speak, asking, everything, **_SETTLED)
    return page


class PageEvents:
    """What the page does when something happens in it. ``language`` is the code of the menu."""

    def __init__(self, views: Views, talk: Talk, layout: Layout, remote_host: str | None) -> None:
        self._views = views
        self._talk, self._layout, self._remote_host = talk, layout, remote_host
        self.showing: list[Block] = [
            layout.conversation,
            layout.chat,
            layout.sources,
            layout.question,
            layout.note,
            layout.examples,
            *layout.example_buttons,
        ]
        """The components that follow the conversation."""
        self.speaking: list[Block] = [layout.head, layout.notice, layout.language, layout.new]
        """The others with words on them."""

    async def open(self, request: gr.Request) -> AsyncIterator[Updates]:
        """A page that was just opened: its language at once, examples or the reason for none when that is known."""
        said = texts(choose_language(request.query_params.get("lang"), request.headers.get("accept-language")))
        waiting = self._talk.getting_ready
        # The chat is left alone: whoever is quick to ask has one already.
        wishes = _wishes(request)
        first: Changes = {self._layout.sources: {"value": cards_html((), said)}}
        if wishes.question:
            first[self._layout.question] = {"value": wishes.question}
        yield _updates(
            self._said(said, request), first, self._noted(self._note("getting_ready", said)) if waiting else {}
        )
        await self._talk.settled()
        settled = waiting or self._talk.failure is not None
        titles = await self._talk.titles(self._asker(request))
        yield _updates(self._examples(titles, said, visible=True), self._noted(self._failure(said)) if settled else {})

    async def ask(
        self, text: str, conversation: str, language: str, request: gr.Request
    ) -> AsyncIterator[Updates | dict[str, Any]]:
        """A question, from "looking" to its end."""
        said = texts(language)
        last: Step | None = None
        asker = self._asker(request)
        async for step in self._talk.ask(text, conversation, asker):
            if step == last:
                # A sign of life: Gradio looks between two of them whether the page is still open.
                yield gr.skip()
                continue
            # Its box is emptied once: what is typed afterwards is the next question.
            emptied: Changes = {self._layout.question: {"value": ""}} if step.accepted and last is None else {}
            titles = () if step.exchanges else await self._talk.titles(asker)
            yield _updates(self._shown(step, titles, said), emptied)
            last = step

    async def stop(self, conversation: str) -> None:
        """The question in work is given up; its own steps show what stands."""
        self._talk.stop(conversation)

    async def begin_anew(self, conversation: str, language: str, request: gr.Request) -> Updates:
        """Forget the conversation."""
        self._talk.forget(conversation)
        titles = await self._talk.titles(self._asker(request))
        return _updates(self._shown(Step(conversation="", exchanges=()), titles, texts(language)))

    async def speak(self, conversation: str, language: str, request: gr.Request) -> Updates:
        """Everything in another language; answers stay in theirs."""
        said, asker = texts(language), self._asker(request)
        step = self._talk.step(conversation, asker)
        if step.running:  # its own steps show the rest, and end in the language that it began in
            words = self._said(said, request)
            del words[self._layout.question]["submit_btn"]
            return _updates(words)
        titles = await self._talk.titles(asker)
        return _updates(self._said(said, request), self._shown(step, titles, said), self._noted(self._failure(said)))

    def _note(self, name: str, said: Texts) -> str:
        return note_html(name, said, self._views.limits.question_characters)

    def _asker(self, request: gr.Request) -> Asker:
        return Asker(key=_caller(request).key, view=self._views.of(_scope(request), _wishes(request).documents))

    def _shown(self, step: Step, titles: Sequence[str], said: Texts) -> Changes:
        """What follows the conversation."""
        buttons = {
            "submit_btn": False if step.running else said.say("send"),
            "stop_btn": said.say("stop") if step.running else False,
        }
        return {
            self._layout.conversation: {"value": step.conversation},
            self._layout.chat: {"value": messages(step.exchanges, said)},
            self._layout.sources: {"value": cards_html(step.exchanges, said)},
            self._layout.question: buttons,
            **self._noted(self._note(step.note, said)),
            **self._examples(titles, said, visible=not step.exchanges),
        }

    def _said(self, said: Texts, request: gr.Request) -> Changes:
        """What is the same for every conversation in a language."""
        return {
            self._layout.head: {"value": head_html(said, _wishes(request).title, logged_in=_caller(request).logged_in)},
            self._layout.notice: {"value": notice_html(said, self._remote_host)},
            self._layout.language: {"value": said.language, "label": said.say("language")},
            self._layout.new: {"value": said.say("new")},
            self._layout.chat: {"placeholder": welcome_html(said)},
            self._layout.question: {
                "label": said.say("question"),
                "placeholder": said.say("placeholder"),
                "submit_btn": said.say("send"),
                "rtl": said.direction == "rtl",
            },
        }

    def _examples(self, titles: Sequence[str], said: Texts, *, visible: bool) -> Changes:
        questions = example_questions(titles, said)
        changes: Changes = {self._layout.examples: {"visible": visible and bool(questions)}}
        for index, button in enumerate(self._layout.example_buttons):
            has = index < len(questions)
            changes[button] = {"value": questions[index] if has else "", "visible": has}
        return changes

    def _noted(self, line: str) -> Changes:
        return {self._layout.note: {"value": line}}

    def _failure(self, said: Texts) -> str:
        return failure_html(self._talk.failure, said) if self._talk.failure else ""


def _scope(request: gr.Request) -> Scope:
    if request.request is None:
        raise LookupError("an event without a request comes from nobody")
    return request.request.scope


def _caller(request: gr.Request) -> Caller:
    return caller_of(_scope(request))


def _wishes(request: gr.Request) -> Wishes:
    """Each event of the page brings the query of its address along."""
    sent = request.request
    return wishes_of(sent.query_params) if sent is not None and visit_of(sent.scope).embed else Wishes()


def _updates(*changes: Changes) -> Updates:
    """Changes as Gradio takes them, those of one component together."""
    merged: Changes = {}
    for change in changes:
        for block, properties in change.items():
            merged[block] = merged.get(block, {}) | properties
    return {block: gr.update(**properties) for block, properties in merged.items()}
