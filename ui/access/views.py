"""The assistant as each caller may see it: the only way from a door to an answer over the network."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.answer import Answer, Form
from assistant.condition import Condition
from assistant.door_settings import Embed, Limits
from assistant.events import Event, Failed, Turn
from assistant.suggestions import Phrasing, Suggestion
from assistant.waiting_room import WaitingRoom
from ui.access.caller import Caller, Visit, caller_of, visit_of
from ui.access.limits import Counts, Rates
from ui.answering import AnswersQuestions, SourceText, View
from ui.errors import Busy, LimitReached
from ui.metrics import KnowsItsIndex, Metrics
from ui.warming import WarmingAssistant

if TYPE_CHECKING:
    from assistant.library import DocumentSummary, FoundPassage, IndexFacts
    from assistant.looking_up import LookedUp

_log = logging.getLogger(__name__)

PATIENCE_SECONDS = 180.0
"""How long a question waits for its turn."""
SEARCH_PATIENCE_SECONDS = 10.0
"""How long a search does, which itself takes less than a second."""
RETRY_SECONDS = 15
"""When those who were turned away may try again."""
_NO_BUDGET = 2**62
_PAUSE_SECONDS = 600
PAUSED = "The assistant is paused here; come back later."
USED_UP = "The questions for today are used up here; ask again tomorrow."
LOOKED_UP_OFTEN = "You searched many times in a short time; search again in a moment."
TOO_MANY = "Too many people are asking at the moment; ask again in a moment."


class Views:
    """An assistant behind the gate, with the limits of what may be asked of it."""

    def __init__(
        self,
        assistant: AnswersQuestions,
        limits: Limits,
        *,
        counts: Counts | None = None,
        embed: Callable[[str], Embed | None] = lambda _name: None,
        metrics: Metrics | None = None,
        feedback: bool = False,
        public_url: str = "",
    ) -> None:
        """``counts`` and ``embed`` are for the budgets of embeds; ``metrics`` counts the questions; ``feedback`` is
        whether readers may leave some; ``public_url`` is the address of the application for everybody, "" where it has
        none.
        """
        self._public = urlsplit(public_url)
        self._assistant = assistant
        self.feedback = feedback
        self.limits = limits
        self._rates = Rates(per_minute=limits.questions_per_minute, burst=limits.burst)
        self._feedback_rates = Rates(per_minute=limits.questions_per_minute, burst=limits.burst)
        self._look_up_rates = Rates(per_minute=limits.look_ups_per_minute, burst=int(limits.look_ups_per_minute))
        self._room = WaitingRoom(slots=limits.at_a_time, seats=limits.waiting)
        self._counts, self._embed = counts, embed
        self.metrics = metrics

    def of(self, scope: Mapping[str, Any], documents: Set[str] | None = None) -> View:
        """The assistant as whoever sends this request may see it, and of that only these documents, unless that is
        None. Raises LookupError where no gate let them in.
        """
        caller, visit = caller_of(scope), visit_of(scope)
        if documents is None or caller.documents is None:
            seen = caller.documents if documents is None else documents
        else:
            seen = caller.documents & documents
        return _View(self, caller, visit, self._assistant.seen_by(caller.collections, seen))

    def base(self, scope: Mapping[str, Any]) -> str:
        """What the addresses of whoever sends this request begin with wherever they are opened, a slash at the end; ""
        where the application has no public address.
        """
        if not self._public.netloc:
            return ""
        return f"{self._public.scheme}://{self._public.netloc}{scope.get('root_path', '')}/"

    @property
    def ready(self) -> bool:
        """Whether questions are answered without waiting for models."""
        return not isinstance(self._assistant, WarmingAssistant) or self._assistant.ready

    @property
    def failure(self) -> str | None:
        """Why there is no assistant; None as long as there is or may be one."""
        return self._assistant.failure if isinstance(self._assistant, WarmingAssistant) else None

    @property
    def in_progress(self) -> int:
        """How many questions are being answered."""
        return self._room.taken

    @property
    def waiting(self) -> int:
        """How many wait for a turn."""
        return self._room.waiting

    def index_facts(self) -> IndexFacts | None:
        """The size and age of the index in use; None as long as there is none."""
        assistant = self._assistant
        if isinstance(assistant, WarmingAssistant):
            if not assistant.ready:
                return None
            assistant = assistant.opened()
        return assistant.index_facts() if isinstance(assistant, KnowsItsIndex) else None

    async def settled(self) -> None:
        """Return when the assistant is ready or has failed to get ready."""
        if isinstance(self._assistant, WarmingAssistant):
            await self._assistant.settled()

    def condition(self) -> Condition:
        """The condition of the assistant that is there. Raises VectorStoreError where there is no index to use."""
        return self._assistant.condition()

    def seconds_until_feedback(self, scope: Mapping[str, Any]) -> int:
        """Count one feedback of whoever sends this request; 0, or in how many seconds they may send one."""
        caller = caller_of(scope)
        return self._feedback_rates.take(caller.key, caller.per_minute) if caller.counted else 0

    def seconds_until_look_up(self, caller: Caller) -> int:
        """Count one search for words; 0, or in how many seconds there may be one. It is no question."""
        return self._look_up_rates.take(caller.key) if caller.counted else 0

    def refusal(self, caller: Caller, embed: str) -> Failed | None:
        """Why this caller may not ask now; None where they may, and then the question is counted."""
        if not caller.counted:
            return None
        if wait_s := self._rates.take(caller.key, caller.per_minute):
            message = f"You have asked many questions in a short time; ask again in {wait_s} seconds."
            return Failed(message=message, retryable=True, reason="limit", retry_after_s=wait_s)
        found = self._embed(embed) if embed else None
        if found is not None and found.paused:
            # Of a page that was open before: later nobody gets this far.
            return Failed(message=PAUSED, retryable=True, reason="paused", retry_after_s=_PAUSE_SECONDS)
        if found is None or self._counted(embed, found):
            return None
        return Failed(message=USED_UP, retryable=True, reason="used_up", retry_after_s=_until_tomorrow())

    def _counted(self, name: str, embed: Embed) -> bool:
        """Count a question of an embed; False where it has had its number today."""
        if self._counts is None:
            return True
        try:
            # Counted without a budget too: `embed list` says how many there were.
            return self._counts.take(name, embed.questions_per_day or _NO_BUDGET)
        except sqlite3.Error as error:
            # A full disk is no reason to leave people without answers.
            _log.error("the questions of an embed cannot be counted: %s", error)
            return True

    def enter(self, cancelled: threading.Event, patience_s: float = PATIENCE_SECONDS) -> bool:
        """Wait for a turn, which has to be left; False when cancelled. Raises Busy where there is no room to wait."""
        turn = self._room.enter(time.monotonic() + patience_s, cancelled)
        if turn in {"full", "late"}:
            raise Busy(TOO_MANY, RETRY_SECONDS)
        return turn == "taken"

    def leave(self) -> None:
        """Give the turn back."""
        self._room.leave()


class _View:
    """One caller's view, with turns."""

    def __init__(self, views: Views, caller: Caller, visit: Visit, view: View) -> None:
        self._views, self._caller, self._view = views, caller, view
        self._embed, self._door = visit.embed, visit.door

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        cancelled: threading.Event | None = None,
        *,
        documents: Set[str] | None = None,
        collections: Set[str] | None = None,
        form: Form = "full",
        language: str = "",
    ) -> Iterator[Event]:
        events = self._asked(question, history, cancelled or threading.Event(), documents, collections, form, language)
        return self._views.metrics.question(events, self._door) if self._views.metrics else events

    def _asked(
        self,
        question: str,
        history: Sequence[Turn],
        cancelled: threading.Event,
        documents: Set[str] | None,
        collections: Set[str] | None,
        form: Form,
        language: str,
    ) -> Iterator[Event]:
        if refusal := self._views.refusal(self._caller, self._embed):
            yield refusal
            return
        try:
            taken = self._views.enter(cancelled)
        except Busy as busy:
            yield Failed(message=str(busy), retryable=True, reason="busy", retry_after_s=busy.retry_after_s)
            return
        if not taken:
            return
        try:
            yield from self._view.ask(
                question,
                history,
                cancelled,
                documents=documents,
                collections=collections,
                form=form,
                language=language,
            )
        finally:
            self._views.leave()

    def search(
        self, question: str, *, documents: Set[str] | None = None, collections: Set[str] | None = None
    ) -> tuple[FoundPassage, ...]:
        """Counts as a question. Raises Busy where there are too many, LimitReached where this one asked too much."""
        if refusal := self._views.refusal(self._caller, self._embed):
            raise LimitReached(refusal.message, refusal.retry_after_s)
        self._views.enter(threading.Event(), SEARCH_PATIENCE_SECONDS)
        try:
            return self._view.search(question, documents=documents, collections=collections)
        finally:
            self._views.leave()

    def look_up(self, words: str, most: int) -> LookedUp:
        """Raises LimitReached where this one searched too often; counts as no question, and waits for none."""
        if wait_s := self._views.seconds_until_look_up(self._caller):
            raise LimitReached(LOOKED_UP_OFTEN, wait_s)
        return self._view.look_up(words, most)

    def first_questions(self, phrasing: Phrasing) -> tuple[Suggestion, ...]:
        return self._view.first_questions(phrasing)

    def further_questions(
        self, answer: Answer, phrasing: Phrasing, asked: Sequence[str] = (), *, documents: Set[str] | None = None
    ) -> tuple[Suggestion, ...]:
        return self._view.further_questions(answer, phrasing, asked, documents=documents)

    def documents(self) -> tuple[DocumentSummary, ...]:
        return self._view.documents()

    def source(self, document_id: str) -> SourceText | None:
        return self._view.source(document_id)


def _until_tomorrow() -> int:
    now = datetime.now().astimezone()
    return int((now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1) - now).total_seconds()) + 1
