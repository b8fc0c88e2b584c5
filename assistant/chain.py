"""The pipeline of an answer, assembled from LangChain Runnables.

    condense → expand → retrieve → select → write → verify

Each step takes and gives a ``Course``: what is known of one question so far.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from langchain_core.runnables import Runnable, RunnableLambda

from assistant.condense import condense
from assistant.confidence import Verdict, judge
from assistant.events import Turn
from assistant.question import Question
from assistant.retrieval import PASSAGE, IndexRetriever
from assistant.search import Passage
from assistant.selection import Evidence, select
from assistant.verification import Verified, verify
from assistant.writing import Label, Piece, successors, write
from prompts.loader import Phrases, phrases

NEAREST = 2
"""Pieces of evidence that a refusal offers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One question on its way through the chain. Fields after ``retriever`` are filled in step by step; a
    ``standalone`` question that is there already stays as it is. ``language`` is that of the answer; ``successors`` is
    what the function of that name says of the documents in scope ``today``.
    """

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
    today: date = date.min
    successors: Mapping[str, str] = field(default_factory=dict)
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
    if course.standalone:
        return course
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
    known = (cut.document for cut in course.retriever.index.documents_in(course.retriever.scope))
    later = successors(known, today)
    pieces = (*_opening(course, said), *write(course.evidence, later, said, today))
    return replace(course, pieces=pieces, today=today, successors=later)


def _opening(course: Course, said: Phrases) -> list[Piece]:
    """What is said before any quotation: nothing in an answer, the refusal otherwise."""
    if course.question is not None and course.question.deed:
        return [Label(text=said.say("declined"))]
    if course.verdict is Verdict.ANSWER:
        return []
    return [Label(text=said.say("not_in_documents")), Label(text=f"{said.say('nearest')}\n\n", over="part")]


def _verify(course: Course) -> Course:
    return replace(course, verified=verify(course.pieces))
