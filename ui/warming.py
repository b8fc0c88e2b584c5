"""An assistant that gets ready behind an open page."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence, Set
from concurrent.futures import Future
from typing import TYPE_CHECKING

from assistant.answer import Answer, Form
from assistant.condition import Condition
from assistant.errors import AssistantError
from assistant.events import Event, Failed, Turn
from assistant.suggestions import Phrasing, Suggestion
from ui.answering import BROKEN, AnswersQuestions, SourceText, View

if TYPE_CHECKING:
    from assistant.library import DocumentSummary, FoundPassage
    from assistant.looking_up import LookedUp

CLOSING_SECONDS = 15.0
_LOOK_SECONDS = 0.1
"""How often one who waits looks whether to give up."""


class WarmingAssistant:
    """Opens an assistant in a thread of its own and stands in for it meanwhile: questions wait until it is ready.

    ``start`` begins to open; ``on_ready`` is called when it is open, ``on_failure`` is told the sentence why it could
    not be opened.
    """

    def __init__(
        self,
        open_assistant: Callable[[], AnswersQuestions],
        on_failure: Callable[[str], None] = lambda _sentence: None,
        on_ready: Callable[[], None] = lambda: None,
    ) -> None:
        self._open = open_assistant
        self._on_failure, self._on_ready = on_failure, on_ready
        self._opened: Future[AnswersQuestions] = Future()
        self._started = False

    def start(self) -> None:
        """Begin to open the assistant; returns at once. The thread does not keep the program alive."""
        self._started = True
        threading.Thread(target=self._run, name="warm-up", daemon=True).start()

    @property
    def ready(self) -> bool:
        """Whether questions are answered without waiting."""
        return self._opened.done() and self._opened.exception() is None

    @property
    def failure(self) -> str | None:
        """Why the assistant could not be opened; None as long as it could be."""
        if not self._opened.done():
            return None
        error = self._opened.exception()
        return None if error is None else str(error)

    def wait(self, cancelled: threading.Event | None = None) -> bool:
        """Return True when the assistant is ready or has failed to open, False soon after ``cancelled`` is set."""
        while cancelled is None or not cancelled.is_set():
            try:
                self._opened.exception(None if cancelled is None else _LOOK_SECONDS)
            except TimeoutError:
                continue
            return True
        return False

    async def settled(self) -> None:
        """The same for an event loop, which goes on meanwhile."""
        loop = asyncio.get_running_loop()
        settled = asyncio.Event()

        def tell(_opened: Future[AnswersQuestions]) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(settled.set)

        self._opened.add_done_callback(tell)
        await settled.wait()

    def seen_by(self, collections: Set[str], documents: Set[str] | None = None) -> View:
        """As the assistant's; may be taken before there is one, and then waits for it."""
        return _Later(self, lambda opened: opened.seen_by(collections, documents))

    def opened(self) -> AnswersQuestions:
        """The assistant itself, once it is ready; raises what opening it raised."""
        return self._opened.result()

    def answer(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        documents: Set[str] | None = None,
        collections: Set[str] | None = None,
        form: Form = "full",
    ) -> Answer:
        """As the assistant's; raises what opening it raised."""
        return self._opened.result().answer(question, history, documents=documents, collections=collections, form=form)

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
        """As the assistant's; one Failed when it could not be opened."""
        itself = _Later(self, lambda opened: opened)
        yield from itself.ask(
            question, history, cancelled, documents=documents, collections=collections, form=form, language=language
        )

    def search(
        self, question: str, *, documents: Set[str] | None = None, collections: Set[str] | None = None
    ) -> tuple[FoundPassage, ...]:
        """As the assistant's; raises what opening it raised."""
        return self._opened.result().search(question, documents=documents, collections=collections)

    def look_up(self, words: str, most: int) -> LookedUp:
        """As the assistant's; raises what opening it raised."""
        return self._opened.result().look_up(words, most)

    def first_questions(self, phrasing: Phrasing) -> tuple[Suggestion, ...]:
        """As the assistant's; raises what opening it raised."""
        return self._opened.result().first_questions(phrasing)

    def further_questions(
        self, answer: Answer, phrasing: Phrasing, asked: Sequence[str] = (), *, documents: Set[str] | None = None
    ) -> tuple[Suggestion, ...]:
        """As the assistant's; raises what opening it raised."""
        return self._opened.result().further_questions(answer, phrasing, asked, documents=documents)

    def documents(self) -> tuple[DocumentSummary, ...]:
        """As the assistant's; raises what opening it raised."""
        return self._opened.result().documents()

    def source(self, document_id: str) -> SourceText | None:
        """As the assistant's; raises what opening it raised."""
        return self._opened.result().source(document_id)

    def condition(self) -> Condition:
        """As the assistant's; waits until there is one, and raises what opening it raised."""
        return self._opened.result().condition()

    def warm_up(self) -> None:
        """Wait until the assistant is ready; raises what opening it raised."""
        self._opened.result()

    def close(self) -> None:
        """As the assistant's. While it is being opened that is waited for, up to CLOSING_SECONDS: the libraries that
        load models do not bear to be cut off, and end the program with a message of their own.
        """
        with contextlib.suppress(TimeoutError):
            if self._started and self._opened.exception(CLOSING_SECONDS) is None:
                self._opened.result().close()

    def _run(self) -> None:
        try:
            assistant = self._open()
            assistant.warm_up()
            self._opened.set_result(assistant)
            self._on_ready()
        except BROKEN as error:
            self._opened.set_exception(error)
            self._on_failure(str(error))
        except BaseException:
            # Whoever waits must hear of it; the traceback goes to the log of the thread.
            self._opened.set_exception(AssistantError("The assistant could not be started; see its log."))
            raise


class _Later:
    """A view of an assistant that may not be there yet; raises what opening it raised."""

    def __init__(self, warming: WarmingAssistant, view: Callable[[AnswersQuestions], View]) -> None:
        self._warming, self._view = warming, view

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
        if not self._warming.wait(cancelled):
            return
        if (failure := self._warming.failure) is not None:
            yield Failed(message=failure, retryable=False)
            return
        view = self._view(self._warming.opened())
        yield from view.ask(
            question, history, cancelled, documents=documents, collections=collections, form=form, language=language
        )

    def search(
        self, question: str, *, documents: Set[str] | None = None, collections: Set[str] | None = None
    ) -> tuple[FoundPassage, ...]:
        view = self._view(self._warming.opened())
        return view.search(question, documents=documents, collections=collections)

    def look_up(self, words: str, most: int) -> LookedUp:
        return self._view(self._warming.opened()).look_up(words, most)

    def first_questions(self, phrasing: Phrasing) -> tuple[Suggestion, ...]:
        return self._view(self._warming.opened()).first_questions(phrasing)

    def further_questions(
        self, answer: Answer, phrasing: Phrasing, asked: Sequence[str] = (), *, documents: Set[str] | None = None
    ) -> tuple[Suggestion, ...]:
        view = self._view(self._warming.opened())
        return view.further_questions(answer, phrasing, asked, documents=documents)

    def documents(self) -> tuple[DocumentSummary, ...]:
        return self._view(self._warming.opened()).documents()

    def source(self, document_id: str) -> SourceText | None:
        return self._view(self._warming.opened()).source(document_id)
