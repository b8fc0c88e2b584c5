"""The assistant: runs the chain over the index in use, and has a language model write where there is one.

The quotations that the chain found come first and need no model. What a model writes is shown sentence by verified
sentence; where it fails, is too slow or says nothing that holds, the quotations are the answer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from assistant.answer import Answer, Timings
from assistant.chain import Course, build_chain
from assistant.confidence import Verdict
from assistant.errors import AssistantError, LanguageModelError, QuestionRejected
from assistant.events import Delta, Event, EvidenceFound, Failed, Finished, Turn
from assistant.finishing import Making, finish
from assistant.generation import generate, number
from assistant.language_models import LanguageModel
from assistant.library import DocumentSummary, Source, find_source, list_documents
from assistant.retrieval import IndexRetriever
from assistant.verification import Composition, Verified, verify
from ingest.language import question_language
from vectorstore.embeddings import Embedder
from vectorstore.errors import VectorStoreError
from vectorstore.index import Index
from vectorstore.live import LiveIndex
from vectorstore.store import Scope

MAX_QUESTION = 4_000
"""Code points of a question; a longer one is rejected, not cut."""
_HEARD = 4
"""Questions of a conversation that tell its language; "Pourquoi ?" alone does not."""


@dataclass(slots=True)
class _Clock:
    """Milliseconds since the question came."""

    began: float = field(default_factory=time.perf_counter)
    evidence_ms: float = 0.0
    first_sentence_ms: float = 0.0

    def now(self) -> float:
        return (time.perf_counter() - self.began) * 1000

    def timings(self) -> Timings:
        first = self.first_sentence_ms or self.evidence_ms
        return Timings(evidence_ms=self.evidence_ms, first_sentence_ms=first, total_ms=self.now())


class Assistant:
    """Answers questions from the current index. Safe to use from several threads; keeps nothing of a question."""

    def __init__(
        self,
        index: LiveIndex,
        embedder: Embedder,
        *,
        scope: Scope,
        language: str,
        today: Callable[[], date],
        model: LanguageModel | None = None,
        without_model: str = "",
    ) -> None:
        """``language`` is that of answers where a question does not tell; ``today`` is the clock; without a ``model``
        answers are quotations, and ``without_model`` is the sentence why, where one was asked for.
        """
        self._without_model = without_model
        self._live, self._embedder, self._model = index, embedder, model
        self._scope, self._language = scope, language
        self._chain = build_chain(today)

    @property
    def remote_host(self) -> str | None:
        """The host that questions go to; None where they stay on this machine."""
        return self._model.host if self._model else None

    def answer(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """One verified answer.

        Raises QuestionRejected for an empty or too long question, VectorStoreError where the index fails.
        """
        events = self._events(question, history)
        while True:
            try:
                next(events)
            except StopIteration as ended:
                answer: Answer = ended.value
                return answer

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Event]:
        """The answer as it comes: EvidenceFound, a Delta for each verified sentence, Finished; or Failed.

        Closing the iterator gives the question up, also in the language model.
        """
        try:
            answer = yield from self._events(question, history)
        except (AssistantError, VectorStoreError) as error:
            yield Failed(message=str(error), retryable=isinstance(error, AssistantError) and error.retryable)
            return
        yield Finished(answer=answer)

    def documents(self) -> tuple[DocumentSummary, ...]:
        """The documents in scope, by title."""
        return list_documents(self._live.current(), self._scope)

    def source(self, document_id: str) -> Source | None:
        """The text of a document in scope; None for any other."""
        return find_source(self._live.current(), self._scope, document_id)

    def warm_up(self) -> None:
        """Load the models, so that the first question does not wait for them."""
        if self._model:
            self._model.warm_up()
        self._embedder.embed_question("warm up")
        question_language("warm up", default=self._language)

    def close(self) -> None:
        """End what the language model started."""
        if self._model:
            self._model.close()

    def _events(self, asked: str, history: Sequence[Turn]) -> Generator[EvidenceFound | Delta, None, Answer]:
        clock = _Clock()
        course = self._run_chain(asked, history)
        quoted = course.verified or verify(())
        clock.evidence_ms = clock.now()
        found = finish(course, quoted, self._making(clock))
        yield EvidenceFound(citations=found.citations, passages=found.passages)
        if self._model and found.status == "answered" and _in_one_language(course):
            written, warnings = yield from self._write(course, self._model, clock)
            if written.sentences:
                return finish(course, written, self._making(clock, self._model.name, warnings))
            quoted = Verified(
                text=quoted.text,
                citations=quoted.citations,
                sentences=quoted.sentences,
                deltas=quoted.deltas,
                removed=written.removed,
            )
        else:
            warnings = (self._without_model,) if self._without_model else ()
        for text, sentence in zip(quoted.deltas, quoted.sentences, strict=True):
            yield Delta(text=text, sentence=sentence)
        return finish(course, quoted, self._making(clock, warnings=warnings))

    def _write(
        self, course: Course, model: LanguageModel, clock: _Clock
    ) -> Generator[Delta, None, tuple[Verified, tuple[str, ...]]]:
        """What the model writes and holds; without a sentence where it failed or nothing of it held."""
        composition, removed = Composition(), 0
        warnings: tuple[str, ...] = ()
        cancelled = threading.Event()
        question = course.question
        try:
            if question is not None:
                for written in generate(question, number(course.evidence), model, cancelled):
                    if written is None:
                        removed += 1
                        continue
                    composition.add(" " if composition.text else "", written.text, written.evidence, written.support)
                    clock.first_sentence_ms = clock.first_sentence_ms or clock.now()
                    yield Delta(text=composition.deltas[-1], sentence=composition.sentences[-1])
        except LanguageModelError as error:
            warnings = (str(error),)
        finally:
            cancelled.set()
        return composition.end("", removed), warnings

    def _making(self, clock: _Clock, language_model: str = "", warnings: tuple[str, ...] = ()) -> Making:
        return Making(
            mode="generated" if language_model else "extractive",
            embedding=self._embedder.fingerprint,
            language_model=language_model,
            timings=clock.timings(),
            warnings=warnings,
        )

    def _run_chain(self, asked: str, history: Sequence[Turn]) -> Course:
        if not asked.strip():
            raise QuestionRejected("The question is empty; write what you want to know.")
        if len(asked) > MAX_QUESTION:
            raise QuestionRejected(
                f"The question has {len(asked):,} characters and {MAX_QUESTION:,} are allowed; ask a shorter one."
            )
        index = self._live.current()
        language = self._language
        for said in [*(turn.content for turn in history if turn.role == "user"), asked][-_HEARD:]:
            language = question_language(said, default=language)
        retriever = IndexRetriever(
            index=index,
            embedder=self._embedder,
            scope=self._scope,
            language=language,
            organisation=_organisation(index),
        )
        return self._chain.invoke(Course(asked=asked, history=tuple(history), language=language, retriever=retriever))


def _in_one_language(course: Course) -> bool:
    """Whether question and evidence share a language: drafts in another one cannot be checked word by word."""
    languages = {piece.cut.document.metadata.language for piece in course.evidence}
    return course.verdict is Verdict.ANSWER and languages == {course.language}


def _organisation(index: Index) -> tuple[str, ...]:
    """The names of the organisation whose documents these are, the short one first."""
    return tuple(name for name in (index.organisation, index.organisation_name) if name)
