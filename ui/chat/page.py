"""The page: a chat on the left, the sources beside it, one streaming event between them and the assistant."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import date
from typing import Any

import gradio as gr
from gradio.blocks import Block
from starlette.types import Scope

from assistant.answer import Form
from ui.access.caller import Caller, caller_of, visit_of
from ui.access.views import Views
from ui.chat.cards import cards_html
from ui.chat.choosing import button_html, fields_html, line_html
from ui.chat.examples import phrasing
from ui.chat.layout import Layout, lay_out
from ui.chat.pieces import TITLE, failure_html, head_html, note_html, notice_html, welcome_html
from ui.chat.showing import Showing
from ui.chat.talk import Asker, Step, Talk
from ui.chat.texts import DEFAULT_LANGUAGE, Texts, choose_language, texts
from ui.chat.tools import keeping_html
from ui.chat.wishes import Wishes, wishes_of
from ui.choice import choice_of
from ui.conversations import Conversations

_AGAIN: Mapping[str, Form | None] = {"retry": None, "shorter": "short", "quotes": "quotes"}
"""Wishes to ask a question again, with the form of the new answer; None for the form that it had."""

# Fonts by name only, so that none is fetched; the style sheet has the rest.
THEME = gr.themes.Base(font=["Arial", "Helvetica", "sans-serif"], font_mono=["Courier New", "monospace"])

_AT_ONCE = 0.2
"""Seconds that something may take which is then shown in one piece with the rest."""

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
        layout = lay_out(texts(DEFAULT_LANGUAGE), remote_host)
        events = PageEvents(views, Talk(views, conversations, today), layout, remote_host)
        asking = [layout.conversation, layout.language, layout.choice]
        showing: list[Block] = events.showing
        everything: list[Block] = [*showing, *events.speaking]
        page.load(events.open, None, everything, **_SETTLED)
        layout.question.submit(events.ask, [layout.question, *asking], showing, **_SETTLED)
        for button in layout.example_buttons:
            # The button itself is the input: its value is the text that stands on it.
            button.click(events.ask, [button, *asking], showing, **_SETTLED)
        # Several at once: an answer that is asked again must not keep the other wishes waiting.
        layout.action.change(events.act, [layout.action, *asking], showing, trigger_mode="multiple", **_SETTLED)
        layout.choice.change(
            events.choose, [layout.choice, layout.language], [layout.chosen, layout.choices], **_SETTLED
        )
        layout.question.stop(events.stop, layout.conversation, None, **_SETTLED)
        layout.new.click(events.begin_anew, asking, showing, **_SETTLED)
        layout.language.input(events.speak, asking, everything, **_SETTLED)
    return page


class PageEvents:
    """What the page does when something happens in it. ``language`` is the code of the menu, empty until the page has
    its words.
    """

    def __init__(self, views: Views, talk: Talk, layout: Layout, remote_host: str | None) -> None:
        self._views = views
        self._talk, self._layout, self._remote_host = talk, layout, remote_host
        self.showing: list[Block] = [
            layout.conversation,
            layout.chat,
            layout.sources,
            layout.earlier,
            layout.question,
            layout.note,
            layout.examples,
            *layout.example_buttons,
        ]
        """The components that follow the conversation."""
        self.speaking: list[Block] = [
            layout.head,
            layout.notice,
            layout.language,
            layout.new,
            layout.keeping,
            layout.choose,
        ]
        """The others with words on them."""

    async def open(self, request: gr.Request) -> AsyncIterator[Updates]:
        """A page that was just opened: its language at once, examples or the reason for none when that is known."""
        said = _texts("", request)
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
        examples = await self._talk.examples(self._asker(request, said), phrasing(said))
        yield _updates(self._examples(examples, visible=True), self._noted(self._failure(said)) if settled else {})

    async def ask(
        self, text: str, conversation: str, language: str, choice: str, request: gr.Request
    ) -> AsyncIterator[Updates | dict[str, Any]]:
        """A question, from "looking" to its end."""
        said = _texts(language, request)
        asker = self._asker(request, said)
        steps = self._talk.ask(text, conversation, asker, choice_of(choice))
        async for update in self._followed(steps, asker, said, empty=True):
            yield update

    async def _followed(
        self, steps: AsyncGenerator[Step, None], asker: Asker, said: Texts, *, empty: bool
    ) -> AsyncIterator[Updates | dict[str, Any]]:
        """What the page shows of each step; the box is emptied of a question that was taken out of it."""
        last: Step | None = None
        shown = Showing(said)
        async with aclosing(steps):
            async for step in steps:
                if step == last:
                    # A sign of life: Gradio looks between two of them whether the page is still open.
                    yield gr.skip()
                    continue
                # Its box is emptied once: what is typed afterwards is the next question.
                taken = empty and step.accepted and last is None
                emptied: Changes = {self._layout.question: {"value": ""}} if taken else {}
                examples = () if step.exchanges else await self._talk.examples(asker, phrasing(said))
                yield _updates(self._shown(step, examples, shown), emptied)
                last = step

    async def act(
        self, action: str, conversation: str, language: str, choice: str, request: gr.Request
    ) -> AsyncIterator[Updates | dict[str, Any]]:
        """What the script of the page wrote: a number that is another each time, a word for what is wanted, and about
        what. Anything else is nothing.
        """
        _, wanted, about = (*action.split(" ", 2), "", "")[:3]
        said = _texts(language, request)
        asker = self._asker(request, said)
        if wanted == "further":
            step = await self._talk.further(conversation, about, asker, phrasing(said))
            # An event that says nothing at all would empty the page.
            yield gr.skip() if step is None else _updates({self._layout.chat: {"value": Showing(said).messages(step)}})
            return
        if wanted == "offered" and (question := self._talk.offered(conversation, about, asker)):
            steps = self._talk.ask(question, conversation, asker, choice_of(choice))
        elif wanted in _AGAIN:
            steps = self._talk.again(about, conversation, asker, _AGAIN[wanted])
        else:
            yield gr.skip()
            return
        yield gr.skip()
        # What stands in the box is another question.
        async for update in self._followed(steps, asker, said, empty=False):
            yield update

    async def choose(self, choice: str, language: str, request: gr.Request) -> Updates:
        """Which documents answers come from was changed, or the fields for that are wanted (``fields=1``)."""
        said, chosen = _texts(language, request), choice_of(choice)
        asker = self._asker(request, said)
        line: Changes = {self._layout.chosen: {"value": line_html(await self._talk.within(chosen, asker), said)}}
        if "fields=1" not in choice.split("&"):
            return _updates(line, {self._layout.choices: {}})
        documents = await self._talk.documents(asker)
        fields = fields_html(documents, chosen, self._talk.organisation, said)
        return _updates(line, {self._layout.choices: {"value": fields}})

    async def stop(self, conversation: str) -> None:
        """The question in work is given up; its own steps show what stands."""
        self._talk.stop(conversation)

    async def begin_anew(
        self, conversation: str, language: str, _choice: str, request: gr.Request
    ) -> AsyncIterator[Updates]:
        """Forget the conversation. The choice of documents stays, and the line that says so."""
        self._talk.forget(conversation)
        said = _texts(language, request)
        looking = asyncio.create_task(self._talk.examples(self._asker(request, said), phrasing(said)))
        # What was said leaves the screen now, though examples may take a second or two.
        found, _ = await asyncio.wait({looking}, timeout=_AT_ONCE)
        nothing = Step(conversation="", exchanges=())
        yield _updates(self._shown(nothing, looking.result() if found else (), Showing(said)))
        if not found:
            yield _updates(self._examples(await looking, visible=True))

    async def speak(
        self, conversation: str, language: str, _choice: str, request: gr.Request
    ) -> AsyncIterator[Updates]:
        """Everything in another language; answers stay in theirs."""
        said = _texts(language, request)
        asker = self._asker(request, said)
        step = self._talk.step(conversation, asker)
        if step.running:  # its own steps show the rest, and end in the language that it began in
            words = self._said(said, request)
            del words[self._layout.question]["submit_btn"]
            yield _updates(words)
            return
        # Examples in a language that nobody has asked for yet take a second or two.
        yield _updates(
            self._said(said, request), self._shown(step, (), Showing(said)), self._noted(self._failure(said))
        )
        if not step.exchanges:
            examples = await self._talk.examples(asker, phrasing(said))
            if not self._talk.step(conversation, asker).exchanges:
                yield _updates(self._examples(examples, visible=True))

    def _note(self, name: str, said: Texts) -> str:
        return note_html(name, said, self._views.limits.question_characters)

    def _asker(self, request: gr.Request, said: Texts) -> Asker:
        view = self._views.of(_scope(request), _wishes(request).documents)
        return Asker(
            key=_caller(request).key, view=view, base=self._views.base(_scope(request)), language=said.language
        )

    def _shown(self, step: Step, examples: Sequence[str], shown: Showing) -> Changes:
        """What follows the conversation."""
        said = shown.said
        buttons = {
            "submit_btn": False if step.running else said.say("send"),
            "stop_btn": said.say("stop") if step.running else False,
        }
        return {
            self._layout.conversation: {"value": step.conversation},
            self._layout.chat: {"value": shown.messages(step)},
            self._layout.sources: {"value": shown.latest_cards(step)},
            self._layout.earlier: {"value": shown.earlier_cards(step)},
            self._layout.question: buttons,
            **self._noted(self._note(step.note, said)),
            **self._examples(examples, visible=not step.exchanges),
        }

    def _said(self, said: Texts, request: gr.Request) -> Changes:
        """What is the same for every conversation in a language."""
        return {
            self._layout.head: {"value": head_html(said, _wishes(request).title, logged_in=_caller(request).logged_in)},
            self._layout.notice: {"value": notice_html(said, self._remote_host)},
            self._layout.language: {"value": said.language},
            self._layout.new: {"value": said.say("new")},
            self._layout.keeping: {"value": keeping_html(said, feedback=self._views.feedback)},
            self._layout.choose: {"value": button_html(said)},
            self._layout.chat: {"placeholder": welcome_html(said)},
            self._layout.question: {
                "label": said.say("question"),
                "placeholder": said.say("placeholder"),
                "submit_btn": said.say("send"),
                "rtl": said.direction == "rtl",
            },
        }

    def _examples(self, questions: Sequence[str], *, visible: bool) -> Changes:
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


def _texts(language: str, request: gr.Request) -> Texts:
    """The texts of a language, or of the one that the address or the browser asks for where none was chosen yet."""
    asked, accepted = request.query_params.get("lang"), request.headers.get("accept-language")
    return texts(language or choose_language(asked, accepted))


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
