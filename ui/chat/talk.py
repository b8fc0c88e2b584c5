"""What happens between a question and what the page shows: steps, each of which is the whole state of the chat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.errors import AssistantError
from assistant.events import Event, Failed
from ingest.errors import IngestError
from ui.access.views import Views
from ui.answering import View
from ui.chat.examples import example_titles
from ui.conversations import Conversations, Exchange, history
from ui.errors import QuestionError
from ui.feed import MISTAKE, Feed
from ui.plain_text import plain
from ui.questions import checked_question
from vectorstore.errors import VectorStoreError

PULSE = 1.0
"""Seconds between steps at the most."""


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
    """Who asks: what tells them from others, and the assistant as they may see it."""

    key: str
    view: View


class Talk:
    """The conversations of one server. All methods run in its event loop."""

    def __init__(self, views: Views, conversations: Conversations, today: Callable[[], date]) -> None:
        self._views, self._conversations, self._today = views, conversations, today
        self._running: dict[str, Feed] = {}

    async def ask(self, text: str, conversation: str, asker: Asker) -> AsyncIterator[Step]:
        """The steps of a question: at once, whenever there is more to see, and at the end; the same again where nothing
        happens for PULSE seconds, so that whoever takes them can leave.

        An unknown conversation was forgotten, and a new one begins. Leaving the steps before the end gives the question
        up and keeps nothing of it.
        """
        note = ""
        exchanges = self._conversations.exchanges(conversation, asker.key) if conversation else ()
        if exchanges is None:
            conversation, exchanges, note = "", (), "forgotten"
        try:
            question = checked_question(text, self._views.limits.question_characters)
        except QuestionError:
            note = "long_question" if plain(text).strip() else "empty_question"
            yield Step(conversation=conversation, exchanges=exchanges, accepted=False, note=note)
            return
        conversation = conversation or self._conversations.begin(asker.key)
        exchange = Exchange(
            number=exchanges[-1].number + 1 if exchanges else 1,
            question=question,
            asked_on=self._today().isoformat(),
        )
        self.stop(conversation)
        turns = history(exchanges)
        feed = self._running[conversation] = Feed(lambda given_up: asker.view.ask(question, turns, given_up))
        try:
            if self.getting_ready:
                note = "getting_ready"
            while not exchange.over:
                yield Step(conversation=conversation, exchanges=(*exchanges, exchange), running=True, note=note)
                exchange = _further(exchange, await feed.batch(PULSE), feed)
                note = "" if note == "getting_ready" else note
            if self._running.get(conversation) is feed:
                self._conversations.keep(conversation, exchange)
                yield Step(conversation=conversation, exchanges=(*exchanges, exchange), note=note)
            else:
                # It was forgotten. The page shows the last step of an event once more when the event ends.
                yield Step(conversation="", exchanges=())
        finally:
            feed.give_up()
            if self._running.get(conversation) is feed:
                del self._running[conversation]

    def stop(self, conversation: str) -> None:
        """Give up the question of a conversation, if there is one; what stands stays. Who knows its name may."""
        if feed := self._running.get(conversation):
            feed.give_up()

    def forget(self, conversation: str) -> None:
        """Forget a conversation and give up its question."""
        self._conversations.forget(conversation)
        if feed := self._running.pop(conversation, None):
            feed.give_up()

    def step(self, conversation: str, asker: Asker) -> Step:
        """What stands in a conversation, without the question that is being answered."""
        known = self._conversations.exchanges(conversation, asker.key) if conversation else None
        return Step(
            conversation=conversation if known is not None else "",
            exchanges=known or (),
            running=conversation in self._running,
        )

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

    async def titles(self, asker: Asker) -> tuple[str, ...]:
        """Titles for example questions, of documents that this one may see; none until the assistant is ready."""
        if not self._views.ready:
            return ()
        try:
            return example_titles(await asyncio.to_thread(asker.view.documents))
        except (AssistantError, VectorStoreError, IngestError):
            return ()  # the first question says what is wrong


def _further(exchange: Exchange, events: Sequence[Event], feed: Feed) -> Exchange:
    """The exchange after some events. One that was given up, or whose events end too early, is over."""
    for event in events:
        exchange = exchange.after(event)
    if exchange.over or not feed.ended:
        return exchange
    return exchange.stopped() if feed.given_up else exchange.after(Failed(message=MISTAKE, retryable=True))
