"""One call of a chat model, held to time limits from outside and cut off at once when nobody wants it any more.

The libraries' own limits count other things (the silence of a socket, and keep-alive lines break it), and a thread
that waits for a socket cannot be stopped. So calls run as tasks of an event loop in a thread of its own: a task can be
cancelled at any moment, and its connection closes with it.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from concurrent.futures import Future
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, cast

from langchain_core.messages import AIMessageChunk, BaseMessage

from assistant.chat_models import ChatModel
from assistant.errors import LanguageModelFaulty, LanguageModelTooSlow
from assistant.model_faults import fault_of

LOOK_S = 0.1
"""How often a running call looks whether it is cancelled."""
CLOSE_S = 2.0
"""How long the closing of a connection or of a loop may take."""

_REASONS = ("finish_reason", "stop_reason", "done_reason")
"""Where the providers say why an answer ended."""

_Pieces = SimpleQueue[str | BaseException | None]
"""Text, and last an error or the mark of the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds and sizes of one answer.

    ``first_token_s`` counts from when the model is free for this answer, over all attempts; ``gap_s`` from one piece of
    text to the next; ``total_s`` from the question on, with all waiting. Before a second attempt there is a random wait
    of up to ``backoff_s``, before the next one up to twice as long (full jitter, so that callers spread out).
    """

    first_token_s: float
    connect_s: float = 5.0
    gap_s: float = 20.0
    total_s: float = 180.0
    characters: int = 40_000
    attempts: int = 3
    backoff_s: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is asked, of whom (``who`` begins the sentences of errors), and until when, in monotonic time.

    ``weighed`` takes what the server tells of the probabilities of words, as the OpenAI API puts it.
    """

    model: ChatModel
    who: str
    messages: Sequence[BaseMessage]
    options: dict[str, Any]
    first_by: float
    end_by: float
    limits: Limits
    cancelled: threading.Event
    weighed: list[Any] = field(default_factory=list)


class CallLoop:
    """The event loop that calls run in; its thread starts with the first call and ends with ``close``."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._running: set[Future[None]] = set()

    def run(self, work: Coroutine[Any, Any, None]) -> Future[None]:
        """Begin to run ``work``; cancelling the future cancels it."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="language-model", daemon=True)
                self._thread.start()
            running = asyncio.run_coroutine_threadsafe(work, self._loop)
            self._running.add(running)
        running.add_done_callback(self._running.discard)
        return running

    def cancel(self) -> None:
        """Cancel the calls that run; each ends quietly."""
        with self._lock:
            loop, running = self._loop, tuple(self._running)
        if loop is not None:
            _cancel(loop, running)

    def close(self) -> None:
        """Cancel what runs, and end the thread. A later call starts another."""
        with self._lock:
            loop, thread, self._loop = self._loop, self._thread, None
            running = tuple(self._running)
        if loop is None or thread is None:
            return
        _cancel(loop, running)
        with suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(_shut_down(), loop).result(CLOSE_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(CLOSE_S)
        # A thread that hangs in a library does not keep the program alive.
        if not thread.is_alive():
            loop.close()


def deltas(loop: CallLoop, call: Call) -> Iterator[str]:
    """The pieces of the answer. Ends quietly when the call is cancelled; raises LanguageModelError."""
    pieces: _Pieces = SimpleQueue()
    running = loop.run(_watch(call, pieces))
    ended = False
    try:
        while (piece := _next_piece(pieces, running)) is not None:
            if isinstance(piece, BaseException):
                ended = True
                raise piece
            yield piece
        ended = True
    finally:
        if not ended:
            running.cancel()
            # The end mark comes when the connection is closed.
            with suppress(Empty):
                while isinstance(pieces.get(timeout=CLOSE_S), str):
                    pass


def _next_piece(pieces: _Pieces, running: Future[None]) -> str | BaseException | None:
    while True:
        try:
            return pieces.get(timeout=CLOSE_S)
        except Empty:
            # Closed before it began to run, a call leaves no end mark.
            if running.done() and pieces.empty():
                return None


async def _watch(call: Call, pieces: _Pieces) -> None:
    """Run the call, look for its cancellation meanwhile, and always put an end mark or an error last."""
    writing = asyncio.ensure_future(_write(call, pieces))
    end: BaseException | None = None
    try:
        while not writing.done():
            await asyncio.wait({writing}, timeout=LOOK_S)
            if call.cancelled.is_set():
                break
    finally:
        writing.cancel()
        try:
            await asyncio.wait({writing}, timeout=CLOSE_S / 2)
        finally:
            # Also when this is cancelled a second time, while it waits: somebody may be waiting for the mark.
            if writing.done() and not writing.cancelled():
                end = writing.exception()
            pieces.put(None if call.cancelled.is_set() else end)


async def _write(call: Call, pieces: _Pieces) -> None:
    written, whole = 0, not call.model.says_end
    stream = call.model.chat.astream(list(call.messages), config={"callbacks": []}, **call.options)
    by = call.first_by
    async with aclosing(cast(Any, stream)):
        while (chunk := await _next(call, stream, by, begun=written > 0)) is not None:
            text = str(chunk.text)
            if told := chunk.response_metadata.get("logprobs"):
                call.weighed.append(told)
            whole = whole or any(chunk.response_metadata.get(reason) for reason in _REASONS)
            if text:
                written += len(text)
                if written > call.limits.characters:
                    raise LanguageModelFaulty(
                        f"{call.who} wrote on and on, more than {call.limits.characters:,} characters; ask again."
                    )
                pieces.put(text)
            if written:
                by = min(call.end_by, time.monotonic() + call.limits.gap_s)
    if not written:
        raise LanguageModelFaulty(f"{call.who} answered with nothing; see that PICUM_LLM is right, or ask again.")
    if not whole:
        raise LanguageModelFaulty(f"{call.who} broke off in the middle of its answer; ask again.")


async def _next(call: Call, stream: AsyncIterator[AIMessageChunk], by: float, *, begun: bool) -> AIMessageChunk | None:
    """The next chunk, None at the end; what goes wrong in a foreign library becomes ours here."""
    try:
        # The clock of the loop is the monotonic one.
        async with asyncio.timeout_at(by) as limit:
            return await anext(stream)
    except StopAsyncIteration:
        return None
    except Exception as error:
        if limit.expired():
            raise _too_slow(call, begun) from error
        raise fault_of(error, call.who) from error


def _too_slow(call: Call, begun: bool) -> LanguageModelTooSlow:
    if time.monotonic() >= call.end_by:
        return LanguageModelTooSlow(
            f"{call.who} was not done after {call.limits.total_s:g} seconds; ask something shorter, or ask again later."
        )
    if begun:
        return LanguageModelTooSlow(f"{call.who} fell silent for {call.limits.gap_s:g} seconds; ask again.")
    return LanguageModelTooSlow(
        f"{call.who} did not begin to write within {call.limits.first_token_s:g} seconds; ask again later."
    )


def _cancel(loop: asyncio.AbstractEventLoop, running: Sequence[Future[None]]) -> None:
    """Cancel the calls, and wait until they and the tasks that they began have ended.

    Only the calls are cancelled: what they began they end themselves, a library's tasks in the library's way.
    """
    for call in running:
        call.cancel()
    with suppress(TimeoutError):
        asyncio.run_coroutine_threadsafe(_others_ended(), loop).result(CLOSE_S)


async def _others_ended() -> None:
    if others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(others)


async def _shut_down() -> None:
    loop = asyncio.get_running_loop()
    await loop.shutdown_asyncgens()
    await loop.shutdown_default_executor()
