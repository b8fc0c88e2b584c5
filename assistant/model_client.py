"""A language model that is asked through LangChain: turns, attempts and the breaker around each call."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Protocol

from langchain_core.messages import HumanMessage, SystemMessage

from assistant.breaker import Breaker
from assistant.chat_models import ChatModel
from assistant.errors import (
    LanguageModelBusy,
    LanguageModelError,
    LanguageModelFaulty,
    LanguageModelResting,
    LanguageModelTooSlow,
    LanguageModelUnreachable,
)
from assistant.language_models import Prompt, Schema
from assistant.model_call import CLOSE_S, Call, CallLoop, Limits, deltas
from assistant.waiting_room import WaitingRoom
from assistant.word_odds import log_odds

_FAILURES = (LanguageModelUnreachable, LanguageModelTooSlow, LanguageModelBusy, LanguageModelFaulty)
"""What the next call may meet too. A refused request or key is no failure of the server."""


_WORD_TOKENS = 3
"""Room for one word, where probabilities cannot be asked for."""


class ModelSource(Protocol):
    """Where the chat model comes from: it is there all the time, or a process of ours has to be started first."""

    @property
    def reads_slowly(self) -> bool:
        """Whether it is worth while to have the fixed part of prompts read before anybody asks."""

    def warm_up(self) -> None:
        """Begin to get ready, and return at once."""

    def ready(self, until: float, cancelled: threading.Event) -> ChatModel | None:
        """The chat model; waits until the monotonic time ``until``. None when cancelled. Raises LanguageModelError."""

    def suspect(self) -> None:
        """Be told that a call failed."""

    def close(self, loop: CallLoop) -> None:
        """End what belongs to it; its connections live in ``loop``."""


class ModelClient:
    """A LanguageModel, by way of LangChain."""

    def __init__(
        self,
        source: ModelSource,
        *,
        name: str,
        host: str | None,
        limits: Limits,
        room: WaitingRoom | None = None,
        breaker: Breaker | None = None,
    ) -> None:
        self._source = source
        self._name = name
        self._host = host
        self._who = f"The language model {f'at {host}' if host else 'on this machine'}"
        self._limits = limits
        self._room = room
        self._breaker = breaker or Breaker()
        self._loop = CallLoop()
        self._closing = threading.Event()
        self._reading: threading.Thread | None = None

    @property
    def name(self) -> str:
        """The model as it was set."""
        return self._name

    @property
    def host(self) -> str | None:
        """Where questions go; None for this machine."""
        return self._host

    @property
    def resting(self) -> bool:
        """Whether the breaker is open."""
        return self._breaker.resting

    def warm_up(self, system: str) -> None:
        """See LanguageModel."""
        self._source.warm_up()
        if self._source.reads_slowly and self._reading is None:
            self._reading = threading.Thread(target=self._read, args=(system,), name="warm-up-model", daemon=True)
            self._reading.start()

    def stream(
        self, prompt: Prompt, *, max_tokens: int, schema: Schema | None = None, cancelled: threading.Event
    ) -> Iterator[str]:
        """See LanguageModel."""
        yield from self._taking_turns(prompt, max_tokens, schema, cancelled, None)

    def _taking_turns(
        self,
        prompt: Prompt,
        max_tokens: int,
        schema: Schema | None,
        cancelled: threading.Event,
        weighed: list[Any] | None,
    ) -> Iterator[str]:
        """The answer when it is its turn; ``weighed`` takes the probabilities of its first word, where it is a list."""
        end_by = time.monotonic() + self._limits.total_s
        if not self._enter(end_by, cancelled):
            return
        try:
            yield from self._attempts(prompt, max_tokens, schema, end_by, cancelled, weighed)
        finally:
            if self._room:
                self._room.leave()

    def log_odds(self, prompt: Prompt, *, cancelled: threading.Event) -> float:
        """See LanguageModel."""
        weighed: list[Any] = []
        said = "".join(self._taking_turns(prompt, _WORD_TOKENS, None, cancelled, weighed))
        return log_odds(said, weighed)

    def close(self) -> None:
        """See LanguageModel."""
        self._closing.set()
        self._loop.cancel()
        if self._reading:
            self._reading.join(CLOSE_S)
        self._source.close(self._loop)
        self._loop.close()

    def _read(self, system: str) -> None:
        """Have the fixed part of prompts read, which then lies in the server's cache."""
        with suppress(LanguageModelError):
            for _ in self.stream(Prompt(system=system, user=""), max_tokens=1, cancelled=self._closing):
                pass

    def _enter(self, end_by: float, cancelled: threading.Event) -> bool:
        """Wait for a turn; False when cancelled meanwhile."""
        turn = self._room.enter(end_by, cancelled) if self._room else "taken"
        if self._room and turn == "full":
            raise LanguageModelBusy(
                f"{self._who} has too much to do, {self._room.seats} questions wait already; ask again in a moment."
            )
        if turn == "late":
            raise LanguageModelBusy(f"{self._who} had no time for this question; ask again in a moment.")
        return turn == "taken"

    def _attempts(
        self,
        prompt: Prompt,
        max_tokens: int,
        schema: Schema | None,
        end_by: float,
        cancelled: threading.Event,
        weighed: list[Any] | None,
    ) -> Iterator[str]:
        """The answer of the first attempt that gives any of one."""
        first_by = min(end_by, time.monotonic() + self._limits.first_token_s)
        failed: LanguageModelError | None = None
        for attempt in range(self._limits.attempts):
            if cancelled.is_set():  # a step before this one was given up
                return
            if not self._breaker.admit():
                raise failed or LanguageModelResting(
                    f"{self._who} failed several times and is left alone for some seconds; ask again in a moment."
                )
            begun = False
            try:
                for text in self._attempt(prompt, max_tokens, schema, first_by, end_by, cancelled, weighed):
                    begun = True
                    yield text
            except LanguageModelError as error:
                wait_s = max(random.uniform(0, self._limits.backoff_s * 2**attempt), error.wait_s or 0)
                last = attempt == self._limits.attempts - 1 or time.monotonic() + wait_s >= first_by
                if begun or last or not error.repeat:
                    raise
                failed = error
            else:
                return
            if cancelled.wait(wait_s):
                return

    def _attempt(
        self,
        prompt: Prompt,
        max_tokens: int,
        schema: Schema | None,
        first_by: float,
        end_by: float,
        cancelled: threading.Event,
        weighed: list[Any] | None,
    ) -> Iterator[str]:
        """One call, whose end the breaker is told."""
        outcome = self._breaker.abandoned
        try:
            model = self._source.ready(first_by, cancelled)
            if model is None:
                return
            weighs = dict(model.weighs) if weighed is not None else {}
            call = Call(
                model=model,
                who=self._who,
                messages=(SystemMessage(prompt.system), HumanMessage(prompt.user)),
                options=weighs or model.options(max_tokens, schema),
                first_by=first_by,
                end_by=end_by,
                limits=self._limits,
                cancelled=cancelled,
                weighed=weighed if weighed is not None else [],
            )
            yield from deltas(self._loop, call)
            if not cancelled.is_set():
                outcome = self._breaker.succeeded
        except _FAILURES:
            outcome = self._breaker.failed
            self._source.suspect()
            raise
        except LanguageModelError:
            outcome = self._breaker.succeeded
            raise
        finally:
            outcome()
