"""Everything that is known of a question that was answered → the contract of an answer."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.answer import Answer, AnswerPassage, MadeWith, Mode, Status, Timings
from assistant.chain import Course
from assistant.confidence import Verdict
from assistant.conflicts import Claim, find_conflicts
from assistant.verification import Verified
from prompts.loader import fingerprint, phrases
from prompts.texts import SHORTENING, fingerprint_of, prompts_fingerprint

SHOWN_PASSAGES = 10
"""Passages in an answer at the most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """How an answer was made: the names of its models and what happened on the way; ``language_model`` is "" where
    none wrote, ``reranker`` and ``entailment`` where none had a say.
    """

    mode: Mode
    embedding: str
    language_model: str
    timings: Timings
    warnings: tuple[str, ...] = ()
    reranker: str = ""
    entailment: str = ""


def finish(course: Course, verified: Verified, making: Making) -> Answer:
    """The answer, with its status, what disagrees in it, and the passages it was chosen from."""
    index = course.retriever.index
    languages = {cut.document.id: cut.document.metadata.language for cut in index.cut_documents.values()}
    claims = [
        Claim(
            marker=citation.marker,
            document=citation.document,
            language=languages[citation.document],
            text=citation.display_quote,
        )
        for citation in verified.citations
    ]
    passages = tuple(
        AnswerPassage(
            document=passage.cut.document.id,
            section=passage.section,
            score=passage.score,
            rank=passage.rank,
            text=passage.text,
        )
        for passage in course.passages[:SHOWN_PASSAGES]
    )
    said = phrases(course.language)
    return Answer(
        question=course.asked,
        standalone_question=course.standalone,
        language=said.language,
        status=_status(course, verified),
        answer=verified.text or said.say("not_in_documents"),
        citations=verified.citations,
        sentences=verified.sentences,
        removed=verified.removed,
        conflicts=find_conflicts(claims),
        passages=passages,
        mode=making.mode,
        warnings=making.warnings,
        timings=making.timings,
        made_with=MadeWith(
            embedding=making.embedding,
            language_model=making.language_model,
            prompts="+".join([fingerprint(), *(_prompts(course) if making.language_model else ())]),
            index_generation=index.generation,
            reranker=making.reranker,
            entailment=making.entailment,
        ),
    )


def _prompts(course: Course) -> list[str]:
    """The versions of the prompts that a language model was given."""
    return [prompts_fingerprint(), *([fingerprint_of(*SHORTENING)] if course.form == "short" else ())]


def _status(course: Course, verified: Verified) -> Status:
    if course.question is not None and course.question.declined:
        return "declined"
    return "answered" if course.verdict is Verdict.ANSWER and verified.citations else "not_in_documents"
