"""What happens between a question and what the page shows: steps, each of which is the whole state of the chat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from anyio import CapacityLimiter, to_thread

from assistant.answer import Form
from assistant.events import Event, Failed, Turn
from assistant.suggestions import Phrasing, Suggestion
from ui.access.views import Views
from ui.answering import BROKEN, View
from ui.chat.examples import MOST_EXAMPLES
from ui.chat.informing import informed
from ui.choice import Choice, Within, within
from ui.conversations import Conversations, Exchange, history
from ui.errors import QuestionError
from ui.feed import MISTAKE, Feed
from ui.plain_text import plain, plain_line
from ui.questions import checked_question

if TYPE_CHECKING:
    from assistant.library import DocumentSummary

NO_CHOICE = Choice()
PULSE = 1.0
"""Seconds between steps at the most."""
_LOOKING = 4
"""Threads that look for questions to offer, in which readers wait for each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What the page shows. ``conversation`` names it ("" before the first question); ``accepted`` is whether the
    question was taken out of its box; ``note`` is the name of a text for the line above it, or "".
    """

    conversation: str
    exchanges: tuple[Exchange, ...]
    running: bool = False
    accepted: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks: what tells them from others, the assistant as they may see it, what addresses of its pages begin with
    wherever they are opened ("" where they are good nowhere else), and the language in which they read the page.
    """

    key: str
    view: View
    base: str = ""
    language: str = ""


@dataclass(slots=True)
class _Running:
    """A question in work: what came of it so far, and the number of the exchange whose place it takes, or 0."""

    feed: Feed
    exchange: Exchange
    instead_of: int


class Talk:
    """The conversations of one server. All methods run in its event loop."""

    def __init__(self, views: Views, conversations: Conversations, today: Callable[[], date]) -> None:
        self._views, self._conversations, self._today = views, conversations, today
        self._running: dict[str, _Running] = {}
        self._looking = CapacityLimiter(_LOOKING)

    async def ask(
        self, text: str, conversation: str, asker: Asker, choice: Choice = NO_CHOICE
    ) -> AsyncGenerator[Step, None]:
        """The steps of a question: at once, whenever there is more to see, and at the end; the same again where nothing
        happens for PULSE seconds, so that whoever takes them can leave.

        An unknown conversation was forgotten, and a new one begins. Answers come from the documents of the ``choice``
        alone. Leaving the steps before the end gives the question up; what stands of it is kept, because it stands on
        the page of whoever only lost the connection.
        """
        note = ""
        try:
            question = checked_question(text, self._views.limits.question_characters)
        except QuestionError:
            note = "long_question" if plain(text).strip() else "empty_question"
            yield replace(self.step(conversation, asker), accepted=False, note=note)
            return
        exchanges = self._settled(conversation, asker)
        if exchanges is None:
            note, exchanges = "forgotten" if conversation else "", ()
            conversation = self._conversations.begin(asker.key)
        asked = self._exchange(exchanges, question, asker, within=None)
        if choice.narrows:
            if self.getting_ready:  # what is chosen is known when the documents are
                yield Step(conversation=conversation, exchanges=(*exchanges, asked), running=True, note="getting_ready")
            asked = replace(asked, within=await self.within(choice, asker))
        steps = self._answered(asked, conversation, asker, exchanges, history(exchanges), note=note)
        async with aclosing(steps):
            async for step in steps:
                yield step

    async def again(
        self, number: str, conversation: str, asker: Asker, form: Form | None = None
    ) -> AsyncGenerator[Step, None]:
        """The steps of the question of an exchange that is asked once more, as it was asked and with what was said
        before it, or in another form. The last one goes if it has no answer. No steps where there is no such exchange.
        """
        exchanges = self._settled(conversation, asker) or ()
        old = next((each for each in exchanges if str(each.number) == number), None)
        if old is None:
            return
        turns = history(tuple(each for each in exchanges if each.number < old.number))
        asked = self._exchange(exchanges, old.question, asker, within=old.within, form=form or old.form)
        instead_of = old.number if old is exchanges[-1] and not old.answered else 0
        others = exchanges[:-1] if instead_of else exchanges
        steps = self._answered(asked, conversation, asker, others, turns, instead_of=instead_of)
        async with aclosing(steps):
            async for step in steps:
                yield step

    def _settled(self, conversation: str, asker: Asker) -> tuple[Exchange, ...] | None:
        """The exchanges of a conversation, none of which is in work any more: another question takes its turn, and what
        stands of the last one is kept. None where this one has no such conversation.
        """
        if not conversation or self._conversations.exchanges(conversation, asker.key) is None:
            return None
        if running := self._running.pop(conversation, None):
            running.feed.give_up()
            self._conversations.keep(conversation, running.exchange.stopped(), running.instead_of)
        return self._conversations.exchanges(conversation, asker.key)

    def _exchange(
        self,
        exchanges: Sequence[Exchange],
        question: str,
        asker: Asker,
        *,
        within: Within | None,
        form: Form = "full",
    ) -> Exchange:
        return Exchange(
            number=exchanges[-1].number + 1 if exchanges else 1,
            question=question,
            asked_on=self._today().isoformat(),
            base=asker.base,
            form=form,
            within=within,
        )

    async def _answered(
        self,
        exchange: Exchange,
        conversation: str,
        asker: Asker,
        exchanges: tuple[Exchange, ...],
        turns: Sequence[Turn],
        *,
        note: str = "",
        instead_of: int = 0,
    ) -> AsyncGenerator[Step, None]:
        """The steps of an exchange that has just begun."""
        question, form = exchange.question, exchange.form
        documents = None if exchange.within is None else exchange.within.documents
        feed = Feed(
            lambda given_up: asker.view.ask(
                question, turns, given_up, documents=documents, form=form, language=asker.language
            )
        )
        here = self._running[conversation] = _Running(feed, exchange, instead_of)
        try:
            if self.getting_ready:
                note = "getting_ready"
            while not exchange.over:
                yield Step(conversation=conversation, exchanges=(*exchanges, exchange), running=True, note=note)
                exchange = await informed(_further(exchange, await feed.batch(PULSE), feed), asker.view, self._today())
                here.exchange = exchange
                note = "" if note == "getting_ready" else note
            if self._running.get(conversation) is here:
                self._conversations.keep(conversation, exchange, instead_of)
                yield Step(conversation=conversation, exchanges=(*exchanges, exchange), note=note)
            else:
                # It was forgotten, or another question took its turn. The page shows the last step of an event once
                # more when the event ends: that must be what stands there by now.
                yield self.step(conversation, asker)
        finally:
            feed.give_up()
            if self._running.get(conversation) is here:
                del self._running[conversation]
                if not exchange.over:
                    self._conversations.keep(conversation, exchange.stopped(), instead_of)

    def stop(self, conversation: str) -> None:
        """Give up the question of a conversation, if there is one; what stands stays. Who knows its name may."""
        if running := self._running.get(conversation):
            running.feed.give_up()

    def forget(self, conversation: str) -> None:
        """Forget a conversation and give up its question."""
        self._conversations.forget(conversation)
        if running := self._running.pop(conversation, None):
            running.feed.give_up()

    def step(self, conversation: str, asker: Asker) -> Step:
        """What stands in a conversation, and the question that is being answered behind it."""
        known = self._conversations.exchanges(conversation, asker.key) if conversation else None
        if known is None:
            return Step(conversation="", exchanges=())
        if (running := self._running.get(conversation)) is None:
            return Step(conversation=conversation, exchanges=known)
        others = tuple(each for each in known if each.number != running.instead_of)
        return Step(conversation=conversation, exchanges=(*others, running.exchange), running=True)

    async def further(self, conversation: str, number: str, asker: Asker, phrasing: Phrasing) -> Step | None:
        """The conversation with questions behind its latest answer, if that has this number and nobody looked for any
        yet; None where nothing is to be shown. They are looked for once, whoever asks for them how often.
        """
        known = self._conversations.exchanges(conversation, asker.key) if conversation else None
        latest = known[-1] if known else None
        if latest is None or str(latest.number) != number or latest.answer is None or latest.further is not None:
            return None
        self._conversations.keep(conversation, replace(latest, further=()))
        asked = [each.question for each in known or ()]
        documents = None if latest.within is None else latest.within.documents
        try:
            found = await self._looked(
                partial(asker.view.further_questions, latest.answer, phrasing, asked, documents=documents)
            )
        except BROKEN:
            return None  # the next question says what is wrong
        now = self._conversations.exchanges(conversation, asker.key)
        if not found or not now or now[-1].number != latest.number or conversation in self._running:
            return None
        self._conversations.keep(
            conversation, replace(latest, further=tuple(plain_line(each.question) for each in found))
        )
        return self.step(conversation, asker)

    def offered(self, conversation: str, which: str, asker: Asker) -> str:
        """A question that was offered, by the number of its exchange and its own in it ("3 0"); "" for no such one."""
        known = self._conversations.exchanges(conversation, asker.key) if conversation else None
        for each in known or ():
            for n, question in enumerate(each.further or ()):
                if which == f"{each.number} {n}":
                    return question
        return ""

    async def documents(self, asker: Asker) -> tuple[DocumentSummary, ...]:
        """The documents that this one may choose from; none as long as there is no assistant."""
        await self.settled()
        try:
            return await asyncio.to_thread(asker.view.documents)
        except BROKEN:
            return ()

    async def within(self, choice: Choice, asker: Asker) -> Within | None:
        """What a choice leaves to answer from; None where nothing is chosen."""
        if not choice.narrows:
            return None
        return within(choice, await self.documents(asker), self.organisation)

    @property
    def organisation(self) -> str:
        """The name of the organisation whose documents these are; "" where that is not known."""
        try:
            facts = self._views.index_facts()
        except BROKEN:
            return ""
        return facts.organisation if facts else ""

    @property
    def getting_ready(self) -> bool:
        """Whether questions still wait for the models."""
        return not self._views.ready and self.failure is None

    @property
    def failure(self) -> str | None:
        """Why there is no assistant; None as long as there is or may be one."""
        return self._views.failure

    async def settled(self) -> None:
        """Return when the assistant is ready, or has failed to get ready."""
        await self._views.settled()

    async def examples(self, asker: Asker, phrasing: Phrasing) -> tuple[str, ...]:
        """Questions to begin with, about documents that this one may see; none until the assistant is ready."""
        if not self._views.ready:
            return ()
        try:
            found = await self._looked(partial(asker.view.first_questions, phrasing))
        except BROKEN:
            return ()  # the first question says what is wrong
        return tuple(plain_line(each.question) for each in found)[:MOST_EXAMPLES]

    async def _looked(self, look: Callable[[], tuple[Suggestion, ...]]) -> tuple[Suggestion, ...]:
        """What is found in a thread of those that are for looking for questions: others are not kept waiting."""
        return await to_thread.run_sync(look, limiter=self._looking, abandon_on_cancel=True)


def _further(exchange: Exchange, events: Sequence[Event], feed: Feed) -> Exchange:
    """The exchange after some events. One that was given up, or whose events end too early, is over."""
    for event in events:
        exchange = exchange.after(event)
    if exchange.over or not feed.ended:
        return exchange
    return exchange.stopped() if feed.given_up else exchange.after(Failed(message=MISTAKE, retryable=True))
