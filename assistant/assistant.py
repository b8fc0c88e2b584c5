"""The assistant: runs the chain over the index in use, and has a language model write where there is one.

The quotations that the chain found come first and need no model. What a model writes is shown sentence by verified
sentence; where it fails, is too slow or says nothing that holds, the quotations are the answer.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator, Iterator, Sequence, Set
from copy import copy
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from assistant.answer import Answer, Form
from assistant.chain import Course, build_chain
from assistant.clock import Clock
from assistant.condition import Condition
from assistant.confidence import Verdict
from assistant.consulting import Expansion, consulted
from assistant.drafting import draft
from assistant.errors import AssistantError, LanguageModelError, QuestionRejected
from assistant.events import Delta, Event, EvidenceFound, Failed, Finished, Turn
from assistant.finishing import Making, finish
from assistant.language_models import LanguageModel
from assistant.library import (
    DocumentSummary,
    FoundPassage,
    IndexFacts,
    Source,
    facts_of,
    find_source,
    found_passage,
    list_documents,
)
from assistant.looking_up import LookedUp, LookUps
from assistant.retrieval import IndexRetriever
from assistant.suggesting import Suggesting, first_questions, further_questions
from assistant.suggestions import Phrasing, Suggestion
from assistant.verification import verify
from ingest.language import question_language
from prompts.texts import render
from vectorstore.by_words import WordSearch
from vectorstore.embeddings import Embedder
from vectorstore.errors import StoreFailure, VectorStoreError
from vectorstore.index import Index
from vectorstore.keeper import Keeper
from vectorstore.live import LiveIndex
from vectorstore.pair_models import EntailmentModel, Reranker
from vectorstore.store import Scope

_log = logging.getLogger(__name__)

MAX_QUESTION = 4_000
"""Code points of a question; a longer one is rejected, not cut."""
BY_WORDS = "The index is damaged and is being made again; until then passages are found by their words alone."
"""The warning of an answer for which no vectors were searched."""
_HEARD = 4
"""Questions of a conversation that tell its language; "Pourquoi ?" alone does not."""


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
        expansion: Expansion = "auto",
        reranker: Reranker | None = None,
        entailment: EntailmentModel | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        """``language`` is that of answers where a question does not tell; ``today`` is the clock; without a ``model``
        answers are quotations, and ``without_model`` is the sentence why, where one was asked for. ``expansion`` says
        when the model imagines an answer to search with, ``reranker`` orders the passages that were found,
        ``entailment`` judges drafted sentences besides the rules, ``keeper`` watches over the index and is closed with
        the assistant.
        """
        self._keeper, self._words, self._look_ups = keeper, WordSearch(), LookUps()
        self._expansion: Expansion = expansion
        self._reranker, self._entailment = reranker, entailment
        self._without_model = without_model
        self._live, self._embedder, self._model = index, embedder, model
        self._scope, self._language = scope, language
        self._chain, self._today, self._suggesting = build_chain(today), today, Suggesting()

    def seen_by(self, collections: Set[str], documents: Set[str] | None = None) -> Assistant:
        """The same assistant for somebody who may see these collections and no others, whatever else is set; of them
        only these documents, unless that is None. Raises ValueError where there are no collections.
        """
        other = copy(self)
        other._scope = Scope(frozenset(collections)).narrowed(documents=documents)
        return other

    @property
    def remote_host(self) -> str | None:
        """The host that questions go to; None where they stay on this machine."""
        return self._model.host if self._model else None

    def answer(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        documents: Set[str] | None = None,
        collections: Set[str] | None = None,
        form: Form = "full",
    ) -> Answer:
        """One verified answer. ``documents`` (ids) and ``collections`` narrow what it is made from, within the scope;
        an unknown one gives nothing, and is no error. A short ``form`` says one or two sentences of the same evidence,
        "quotes" asks no language model.

        Raises QuestionRejected for an empty or too long question, VectorStoreError where the index fails.
        """
        events = self._events(question, history, threading.Event(), self._scope_of(documents, collections), form)
        while True:
            try:
                next(events)
            except StopIteration as ended:
                answer: Answer = ended.value
                return answer

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
        """The answer as it comes: EvidenceFound (again where a language model found better words or no answer), a
        Delta for each verified sentence, Finished; or Failed. ``documents``, ``collections`` and ``form`` as in
        ``answer``; a question that does not tell its language is taken to be in ``language``, if that is given.

        Setting ``cancelled`` gives the question up, within a second also in the language model; the events then end
        early. So does closing the iterator between two events.
        """
        cancelled = cancelled or threading.Event()
        try:
            scope = self._scope_of(documents, collections)
            answer = yield from self._events(question, history, cancelled, scope, form, language)
        except (AssistantError, VectorStoreError) as error:
            yield Failed(message=str(error), retryable=isinstance(error, AssistantError) and error.retryable)
            return
        if not cancelled.is_set():
            yield Finished(answer=answer)

    def search(
        self,
        question: str,
        *,
        documents: Set[str] | None = None,
        collections: Set[str] | None = None,
    ) -> tuple[FoundPassage, ...]:
        """The passages that an answer would be made from, best first, without one; no language model is asked.

        Narrowed and raising as ``answer``.
        """
        course = self._run_chain(self._search(), question, (), self._scope_of(documents, collections))
        return tuple(map(found_passage, course.passages))

    def first_questions(self, phrasing: Phrasing) -> tuple[Suggestion, ...]:
        """Questions to begin with that the documents in scope answer, found out once for an index and a day."""
        search, scope, today = self._search(), self._scope, self._today()

        def find() -> tuple[Suggestion, ...]:
            return first_questions(search.over, scope, phrasing, today, self._asking(search, scope))

        return self._suggesting.first((search.over.generation, search.embedder, scope, phrasing, today), find)

    def further_questions(
        self, answer: Answer, phrasing: Phrasing, asked: Sequence[str] = (), *, documents: Set[str] | None = None
    ) -> tuple[Suggestion, ...]:
        """Questions behind an answer that the documents answer too; none of ``asked``, and none where it is no answer.
        Half a second of work at the most; no language model is asked. Narrowed as ``answer``.
        """
        if answer.status != "answered":
            return ()
        search, scope = self._search(), self._scope_of(documents, None)
        ask = self._asking(search, scope)
        return self._suggesting.further(
            lambda: further_questions(ask(answer.standalone_question), answer.citations, phrasing, ask, asked)
        )

    def _search(self) -> _Search:
        """By vectors, or by words where those cannot be trusted."""
        index = self._live.current()
        trusted = self._keeper is None or self._keeper.trusts(index)
        return _Search(index, self._embedder) if trusted else _Search(*self._words.over(index))

    def _asking(self, search: _Search, scope: Scope) -> Callable[[str], Course]:
        return lambda question: self._run_chain(search, question[:MAX_QUESTION], (), scope)

    def documents(self) -> tuple[DocumentSummary, ...]:
        """The documents in scope, by title."""
        return list_documents(self._live.current(), self._scope, self._today())

    def look_up(self, words: str, most: int) -> LookedUp:
        """What holds these words, the last of which may be unfinished: documents, and at most so many passages. No
        model is asked, the embedding model neither.
        """
        return self._look_ups.find(self._live.current(), self._scope, words, most, self._today())

    def index_facts(self) -> IndexFacts:
        """The size and age of the current index, whatever the scope."""
        return facts_of(self._live.current())

    def source(self, document_id: str) -> Source | None:
        """The text of a document in scope; None for any other."""
        return find_source(self._live.current(), self._scope, document_id, self._today())

    def condition(self) -> Condition:
        """The condition of its parts; no model is asked. Raises VectorStoreError where there is no index to use."""
        index = self._live.current()
        trusted = self._keeper is None or self._keeper.trusts(index)
        resting = self._model is not None and self._model.resting
        return Condition(
            index="ready" if trusted else "by_words",
            language_model="resting" if resting else "ready" if self._model else "none",
        )

    def warm_up(self) -> None:
        """Load the models, so that the first question does not wait for them."""
        if self._model:
            self._model.warm_up(render("answer"))
        self._embedder.embed_question("warm up")
        if self._reranker:
            self._reranker.scores("warm up", ["warm up"])
        if self._entailment:
            self._entailment.relation("warm up", "warm up")
        question_language("warm up", default=self._language)
        self._look_ups.over(self._live.current())

    def close(self) -> None:
        """End what the language model and the keeper of the index started."""
        if self._keeper:
            self._keeper.close()
        if self._model:
            self._model.close()

    def _scope_of(self, documents: Set[str] | None, collections: Set[str] | None) -> Scope:
        return self._scope.narrowed(documents=documents, collections=collections)

    def _events(
        self,
        asked: str,
        history: Sequence[Turn],
        cancelled: threading.Event,
        scope: Scope,
        form: Form,
        language: str = "",
    ) -> Generator[EvidenceFound | Delta, None, Answer]:
        """Answer from the current index: by its vectors, or by its words where they cannot be trusted or fail, which
        they do before the first Delta.
        """
        clock = Clock()
        index = self._live.current()
        if self._keeper is None or self._keeper.trusts(index):
            try:
                by_vectors = _Search(index, self._embedder)
                return (yield from self._answered(by_vectors, asked, history, cancelled, scope, form, clock, language))
            except StoreFailure as error:
                _log.warning("the vector store failed in a question, which is answered by its words: %s", error)
                if self._keeper:
                    self._keeper.failed(index)
        search = _Search(*self._words.over(index), warnings=(BY_WORDS,))
        return (yield from self._answered(search, asked, history, cancelled, scope, form, clock, language))

    def _answered(
        self,
        search: _Search,
        asked: str,
        history: Sequence[Turn],
        cancelled: threading.Event,
        scope: Scope,
        form: Form,
        clock: Clock,
        language: str = "",
    ) -> Generator[EvidenceFound | Delta, None, Answer]:
        # Whoever asks for quotations does without a model by choice.
        model, unwanted = (None, True) if form == "quotes" else (self._model, False)
        warnings = (*search.warnings, *((self._without_model,) if self._without_model and not unwanted else ()))
        failed, removed = False, 0
        course = self._run_chain(search, asked, history, scope, form, language)
        clock.found()
        yield self._found(course, clock)
        if model and course.question and not course.question.declined:
            try:
                for better in consulted(course, self._chain.invoke, model, cancelled, self._expansion):
                    course = better
                    yield self._found(course, clock)
            except LanguageModelError as error:
                failed, warnings = True, (*search.warnings, str(error))
            if course.verdict is Verdict.ANSWER and course.evidence and not failed:
                written, met = yield from draft(course, model, cancelled, clock, self._entailment)
                warnings = (*search.warnings, *met)
                if written.sentences:
                    return finish(course, written, self._making(course, clock, model.name, warnings))
                removed = written.removed
        quoted = replace(course.verified or verify(()), removed=removed)
        yield from quoted.deltas
        return finish(course, quoted, self._making(course, clock, warnings=warnings))

    def _found(self, course: Course, clock: Clock) -> EvidenceFound:
        found = finish(course, course.verified or verify(()), self._making(course, clock))
        return EvidenceFound(citations=found.citations, passages=found.passages)

    def _making(self, course: Course, clock: Clock, language_model: str = "", warnings: tuple[str, ...] = ()) -> Making:
        return Making(
            mode="generated" if language_model else "extractive",
            embedding=course.retriever.embedder.fingerprint,
            language_model=language_model,
            reranker=self._reranker.fingerprint if self._reranker else "",
            entailment=self._entailment.fingerprint if self._entailment and language_model else "",
            timings=clock.timings(),
            warnings=warnings,
        )

    def _run_chain(
        self,
        search: _Search,
        asked: str,
        history: Sequence[Turn],
        scope: Scope,
        form: Form = "full",
        language: str = "",
    ) -> Course:
        if not asked.strip():
            raise QuestionRejected("The question is empty; write what you want to know.")
        if len(asked) > MAX_QUESTION:
            raise QuestionRejected(
                f"The question has {len(asked):,} characters and {MAX_QUESTION:,} are allowed; ask a shorter one."
            )
        language = language or self._language
        for said in [*(turn.content for turn in history if turn.role == "user"), asked][-_HEARD:]:
            language = question_language(said, default=language)
        retriever = IndexRetriever(
            index=search.over,
            embedder=search.embedder,
            scope=scope,
            language=language,
            organisation=_organisation(search.over),
            reranker=self._reranker,
        )
        course = Course(asked=asked, history=tuple(history), language=language, retriever=retriever, form=form)
        return self._chain.invoke(course)


class _Search(NamedTuple):
    """What a question is searched with, and what its answer says about that."""

    over: Index
    embedder: Embedder
    warnings: tuple[str, ...] = ()


def _organisation(index: Index) -> tuple[str, ...]:
    """The names of the organisation whose documents these are, the short one first."""
    return tuple(name for name in (index.organisation, index.organisation_name) if name)
