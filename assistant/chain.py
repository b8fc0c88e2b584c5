"""The pipeline of an answer, assembled from LangChain Runnables, and the assistant that runs it.

    condense → expand → retrieve → select → write → verify

Each step takes and gives a ``Course``: what is known of one question so far.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from langchain_core.runnables import Runnable, RunnableLambda

from assistant.answer import Answer, AnswerPassage, MadeWith, Status, Timings
from assistant.condense import condense
from assistant.confidence import Verdict, judge
from assistant.conflicts import Claim, find_conflicts
from assistant.errors import AssistantError, QuestionRejected
from assistant.events import Delta, Event, EvidenceFound, Failed, Finished, Turn
from assistant.question import Question
from assistant.retrieval import PASSAGE, IndexRetriever
from assistant.search import Passage
from assistant.selection import Evidence, select
from assistant.verification import Verified, verify
from assistant.writing import Label, Piece, write
from ingest.language import question_language
from prompts.loader import Phrases, fingerprint, phrases
from vectorstore.embeddings import Embedder
from vectorstore.errors import VectorStoreError
from vectorstore.index import Index
from vectorstore.live import LiveIndex
from vectorstore.store import Scope

_log = logging.getLogger(__name__)

MAX_QUESTION = 4_000
"""Code points of a question; a longer one is rejected, not cut."""
SHOWN_PASSAGES = 10
"""Passages in an answer at the most."""
NEAREST = 2
"""Pieces of evidence that a refusal offers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSummary:
    """One document of the index, for people."""

    id: str
    title: str
    publisher: str
    authority: str
    published: str | None
    language: str
    pages: int
    chunks: int
    derived: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One question on its way through the chain. Fields after ``retriever`` are filled in step by step."""

    asked: str
    history: tuple[Turn, ...]
    language: str
    retriever: IndexRetriever
    standalone: str = ""
    question: Question | None = None
    passages: tuple[Passage, ...] = ()
    verdict: Verdict = Verdict.NOTHING
    evidence: tuple[Evidence, ...] = ()
    pieces: tuple[Piece, ...] = ()
    verified: Verified | None = None


def build_chain(today: Callable[[], date]) -> Runnable[Course, Course]:
    """The steps of the extractive mode; none calls a model or the network."""
    steps: list[tuple[str, Callable[[Course], Course]]] = [
        ("condense", _condense),
        ("expand", _expand),
        ("retrieve", _retrieve),
        ("select", _select),
        ("write", lambda course: _write(course, today())),
        ("verify", _verify),
    ]
    named = [RunnableLambda(step, name=name) for name, step in steps]
    chain: Runnable[Course, Course] = named[0]
    for step in named[1:]:
        chain = chain | step
    return chain


def _condense(course: Course) -> Course:
    return replace(course, standalone=condense(course.asked, course.history, course.language))


def _expand(course: Course) -> Course:
    return replace(course, question=course.retriever.question(course.standalone))


def _retrieve(course: Course) -> Course:
    if course.question is None or course.question.deed:
        return course
    found = course.retriever.invoke(course.standalone, question=course.question)
    return replace(course, passages=tuple(document.metadata[PASSAGE] for document in found))


def _select(course: Course) -> Course:
    if course.question is None or course.question.deed:
        return course
    verdict = judge(course.question, course.passages, course.retriever.index, course.retriever.scope)
    evidence = select(course.question, course.passages) if verdict is not Verdict.NOTHING else []
    if verdict is Verdict.NEAREST:
        evidence = [replace(piece, main=True) for piece in evidence[:NEAREST]]
    return replace(course, verdict=verdict, evidence=tuple(evidence))


def _write(course: Course, today: date) -> Course:
    said = phrases(course.language)
    scope = course.retriever.scope
    titles = {c.document.id: c.document.metadata.title for c in course.retriever.index.documents_in(scope)}
    quotations = write(course.evidence, titles, said, today)
    return replace(course, pieces=(*_opening(course, said), *quotations))


def _opening(course: Course, said: Phrases) -> list[Piece]:
    """What is said before any quotation: nothing in an answer, the refusal otherwise."""
    if course.question is not None and course.question.deed:
        return [Label(text=said.say("declined", organisation=course.retriever.organisation[0]))]
    if course.verdict is Verdict.ANSWER:
        return []
    opening: list[Piece] = [Label(text=said.say("not_in_documents"))]
    return [*opening, Label(text=f" {said.say('nearest')}\n\n")] if course.evidence else opening


def _verify(course: Course) -> Course:
    return replace(course, verified=verify(course.pieces))


@dataclass(slots=True)
class _Clock:
    """Milliseconds since the question came."""

    began: float = field(default_factory=time.perf_counter)

    def __call__(self) -> float:
        return (time.perf_counter() - self.began) * 1000


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
    ) -> None:
        """``language`` is that of answers where a question does not tell; ``today`` is the clock."""
        self._live, self._embedder = index, embedder
        self._scope, self._language = scope, language
        self._chain = build_chain(today)

    def answer(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """One verified answer.

        Raises QuestionRejected for an empty or too long question, VectorStoreError where the index fails.
        """
        return self._answer(question, history)[0]

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Event]:
        """The answer as it comes: EvidenceFound, a Delta for each verified sentence, Finished; or Failed."""
        try:
            answer, verified = self._answer(question, history)
        except (AssistantError, VectorStoreError) as error:
            yield Failed(message=str(error), retryable=isinstance(error, AssistantError) and error.retryable)
            return
        yield EvidenceFound(citations=answer.citations, passages=answer.passages)
        for text, sentence in zip(verified.deltas, answer.sentences, strict=True):
            yield Delta(text=text, sentence=sentence)
        yield Finished(answer=answer)

    def documents(self) -> tuple[DocumentSummary, ...]:
        """The documents in scope, by title."""
        found = []
        for cut in self._live.current().documents_in(self._scope):
            metadata = cut.document.metadata
            found.append(
                DocumentSummary(
                    id=cut.document.id,
                    title=metadata.title,
                    publisher=metadata.publisher,
                    authority=metadata.authority,
                    published=metadata.published,
                    language=metadata.language,
                    pages=len(cut.document.pages),
                    chunks=len(cut.chunks),
                    derived=metadata.derived,
                )
            )
        return tuple(sorted(found, key=lambda summary: summary.title))

    def warm_up(self) -> None:
        """Load the models, so that the first question does not wait for them."""
        self._embedder.embed_question("warm up")
        question_language("warm up", default=self._language)

    def _answer(self, asked: str, history: Sequence[Turn]) -> tuple[Answer, Verified]:
        clock = _Clock()
        if not asked.strip():
            raise QuestionRejected("The question is empty; write what you want to know.")
        if len(asked) > MAX_QUESTION:
            raise QuestionRejected(
                f"The question has {len(asked):,} characters and {MAX_QUESTION:,} are allowed; ask a shorter one."
            )
        index = self._live.current()
        language = question_language(asked, default=self._language)
        course = self._chain.invoke(
            Course(
                asked=asked,
                history=tuple(history),
                language=language,
                retriever=IndexRetriever(
                    index=index,
                    embedder=self._embedder,
                    scope=self._scope,
                    language=language,
                    organisation=_organisation(index),
                ),
            )
        )
        verified = course.verified or verify(())
        return self._answer_of(course, verified, index, clock), verified

    def _answer_of(self, course: Course, verified: Verified, index: Index, clock: _Clock) -> Answer:
        evidence_ms = clock()
        text, sentences = verified.text, verified.sentences
        status: Status = "answered"
        if course.question is not None and course.question.deed:
            status = "declined"
        elif course.verdict is not Verdict.ANSWER or not verified.citations:
            status = "not_in_documents"
        if not text:
            text = "".join(p.text for p in course.pieces if isinstance(p, Label)).strip()
            text = text or phrases(course.language).say("not_in_documents")
        return Answer(
            question=course.asked,
            standalone_question=course.standalone,
            language=phrases(course.language).language,
            status=status,
            answer=text,
            citations=verified.citations,
            sentences=sentences,
            removed=verified.removed,
            conflicts=find_conflicts(
                [
                    Claim(
                        marker=citation.marker,
                        document=citation.document,
                        language=index.cut_documents[citation.document].document.metadata.language,
                        text=citation.display_quote,
                    )
                    for citation in verified.citations
                ]
            ),
            passages=tuple(
                AnswerPassage(
                    document=passage.cut.document.id,
                    section=passage.section,
                    score=passage.score,
                    rank=passage.rank,
                    text=passage.text,
                )
                for passage in course.passages[:SHOWN_PASSAGES]
            ),
            mode="extractive",
            warnings=(),
            timings=Timings(evidence_ms=evidence_ms, first_sentence_ms=evidence_ms, total_ms=clock()),
            made_with=MadeWith(
                embedding=self._embedder.fingerprint,
                language_model="",
                prompts=fingerprint(),
                index_generation=index.generation,
            ),
        )


def _organisation(index: Index) -> tuple[str, ...]:
    """The names of the organisation whose documents these are, the short one first."""
    manifest = index.manifest
    names = (manifest.organisation, manifest.organisation_name) if manifest else ()
    return tuple(name for name in names if name)
