"""The pipeline of an answer, assembled from LangChain Runnables.

    condense → expand → retrieve → select → write → verify

Each step takes and gives a ``Course``: what is known of one question so far.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from langchain_core.runnables import Runnable, RunnableLambda

from assistant.addresses import address
from assistant.answer import Form
from assistant.condense import condense, points_back
from assistant.confidence import Verdict, judge, unknown_share
from assistant.events import Turn
from assistant.evidence import Evidence
from assistant.lacking import Lack
from assistant.listed import without_other_items
from assistant.passages import Passage
from assistant.question import Question
from assistant.referring import refer
from assistant.refusing import invitation, refusal
from assistant.retrieval import PASSAGE, IndexRetriever
from assistant.selection import MAX_EVIDENCE, select
from assistant.shortening import shortened
from assistant.verification import Verified, verify
from assistant.versions import newest_versions, successors
from assistant.writing import Label, Piece, Statement, write
from prompts.loader import Phrases, phrases

_FOREIGN = 0.5
"""Share of the words of a short question from which on it is no further one, where no document knows them."""
NEAREST = 2
"""Pieces of evidence that a refusal offers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One question on its way through the chain. Fields after ``expansions`` are filled in step by step, and so is
    ``standalone`` where it is empty. ``language`` is that of the answer, ``expansions`` are further texts to search
    with; ``successors`` and ``newest`` are what ``versions`` says of the documents in scope ``today``.
    """

    asked: str
    history: tuple[Turn, ...]
    language: str
    retriever: IndexRetriever
    form: Form = "full"
    standalone: str = ""
    expansions: tuple[str, ...] = ()
    question: Question | None = None
    passages: tuple[Passage, ...] = ()
    verdict: Verdict = Verdict.NOTHING
    lacks: tuple[Lack, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    pieces: tuple[Piece, ...] = ()
    today: date = date.min
    successors: Mapping[str, str] = field(default_factory=dict)
    newest: Mapping[str, str] = field(default_factory=dict)
    verified: Verified | None = None


def build_chain(today: Callable[[], date]) -> Runnable[Course, Course]:
    """The steps of the extractive mode; none calls a model or the network."""
    steps: list[tuple[str, Callable[[Course], Course]]] = [
        ("condense", _condense),
        ("expand", _expand),
        ("retrieve", _retrieve),
        ("select", lambda course: _select(course, today())),
        ("write", _write),
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
    retriever = course.retriever
    standalone = condense(course.asked, course.history, course.language, retriever.organisation)
    if standalone != course.asked and not points_back(course.asked, course.language):
        # It was only short. Of words that the documents do not know it is another subject, and must not be answered
        # with the one before.
        alone = retriever.question(course.asked)
        if unknown_share(alone, retriever.index, retriever.scope) > _FOREIGN:
            standalone = course.asked
    return replace(course, standalone=standalone)


def _expand(course: Course) -> Course:
    retriever = course.retriever
    question = retriever.question(course.standalone)
    if course.standalone != course.asked and course.history:
        known = {cut.document.id: cut.document.metadata for cut in retriever.index.documents_in(retriever.scope)}
        question = refer(question, course.asked, course.history, known, retriever.organisation)
        # What is asked now counts for more than what was asked before it.
        return replace(course, question=replace(question, expansions=(*course.expansions, course.asked)))
    return replace(course, question=replace(question, expansions=course.expansions))


def _retrieve(course: Course) -> Course:
    if course.question is None or course.question.declined:
        return course
    found = course.retriever.invoke(course.standalone, question=course.question)
    return replace(course, passages=tuple(document.metadata[PASSAGE] for document in found))


def _select(course: Course, today: date) -> Course:
    known = [cut.document for cut in course.retriever.index.documents_in(course.retriever.scope)]
    course = replace(course, today=today, successors=successors(known, today), newest=newest_versions(known, today))
    if course.question is None or course.question.declined:
        return course
    judged = judge(course.question, course.passages, course.retriever.index, course.retriever.scope)
    return _with_evidence(replace(course, verdict=judged.verdict, lacks=judged.lacks))


def choose(course: Course) -> list[Evidence]:
    """The evidence that answers the question of a course whose passages were found, best first."""
    if course.question is None:
        return []
    return without_other_items(course.question, select(course.question, course.passages, course.newest))


def _with_evidence(course: Course) -> Course:
    """The evidence that the verdict allows."""
    if course.question is None or course.verdict is Verdict.NOTHING:
        return replace(course, evidence=())
    evidence = choose(course)
    if course.verdict is Verdict.NEAREST:
        evidence = [replace(piece, main=True) for piece in evidence[:NEAREST]]
    return replace(course, evidence=tuple(evidence))


def decided(course: Course, verdict: Verdict) -> Course:
    """The whole course with another verdict, its evidence chosen and its answer written accordingly."""
    lacks = () if verdict is Verdict.ANSWER else course.lacks
    return _verify(_write(_with_evidence(replace(course, verdict=verdict, lacks=lacks))))


def _write(course: Course) -> Course:
    said = phrases(course.language)
    last = closing(course)
    most = MAX_EVIDENCE - sum(isinstance(piece, Statement) for piece in last)
    short = course.form == "short"
    evidence = shortened(course.evidence, course.passages, course.newest) if short else course.evidence
    quoted = write(evidence, course.successors, said, course.today, most=most)
    return replace(course, pieces=(*_opening(course, said), *quoted, *last))


def closing(course: Course) -> list[Piece]:
    """What is said behind any answer to somebody who asks for themselves: who can advise, and an address that the
    documents give.
    """
    if course.question is None or not course.question.own_case:
        return []
    said = phrases(course.language)
    advice = Label(text=f"\n\n{said.say('own_case')}")
    known = course.retriever.index.documents_in(course.retriever.scope)
    if not (found := address(known, course.successors)):
        return [advice]
    heading = Label(text=f"{said.say('address')}\n\n", over="part")
    return [advice, heading, *write([found], course.successors, said, course.today)]


def _opening(course: Course, said: Phrases) -> list[Piece]:
    """What is said before any quotation: nothing in an answer, the refusal otherwise."""
    if course.question is not None and course.question.deed:
        return [Label(text=said.say("declined"))]
    if course.verdict is Verdict.ANSWER:
        return []
    visible = [cut.document.metadata for cut in course.retriever.index.documents_in(course.retriever.scope)]
    if course.question is not None and course.question.idle:
        return [invitation(visible, said)]
    return refusal(course.verdict, course.lacks, visible, said)


def _verify(course: Course) -> Course:
    return replace(course, verified=verify(course.pieces))
