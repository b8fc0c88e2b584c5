"""What a language model is asked before it writes: for better words to search with, and whether there is an answer."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal

from assistant.chain import Course, choose, decided
from assistant.confidence import Verdict
from assistant.generation import number
from assistant.language_models import LanguageModel
from assistant.reading import found, hypothetical
from assistant.rewriting import rewrite
from assistant.written import language_of

Expansion = Literal["auto", "always", "never"]
Chain = Callable[[Course], Course]

ENOUGH, ENOUGH_ELSEWHERE = 0.1, -0.3
"""Log odds of an answer under which there is none: in English evidence, and in other languages, where a small model is
less sure of what it reads. Measured with the local model; a larger one is nearly always surer than that either way."""
SURELY = 0.35
"""How much more lets a model overrule the rules."""
SECOND_LOOK = 0.2
"""How much more is wanted of evidence that an imagined answer found: who looks twice is mistaken twice as often."""


def consulted(
    course: Course, chain: Chain, model: LanguageModel, cancelled: threading.Event, expansion: Expansion
) -> Iterator[Course]:
    """The course each time that it is changed; the last one is to be answered from.

    A question that leans on earlier ones, or is in a language of none of the documents, is put in other words. Then the
    model reads the best evidence; where it finds no answer, it imagines one, which is searched with (``expansion``:
    "always" does so at once, "never" not at all), and reads again. What it finds no answer in becomes a refusal with
    what comes nearest. Raises LanguageModelError, with what was changed until then.
    """
    if better := _reworded(course, chain, model, cancelled):
        yield (course := better)
    if expansion == "always" and (wider := _expanded(course, chain, model, cancelled)):
        yield (course := wider)
    if not course.passages or course.verdict is Verdict.NOTHING:
        return
    settled, read = course, _read(course, model, cancelled)
    if read < 0 and expansion == "auto" and (wider := _expanded(course, chain, model, cancelled)):
        read = _read(wider, model, cancelled) - SECOND_LOOK
        settled = course if read < 0 else wider
    if (verdict := _verdict(settled.verdict, read)) is not settled.verdict:
        settled = decided(settled, verdict)
    if settled is not course and not cancelled.is_set():
        yield settled


def _verdict(judged: Verdict, read: float) -> Verdict:
    """Either judge can refuse; a model that finds an answer overrules the rules."""
    if read < 0:
        return Verdict.NEAREST
    return Verdict.ANSWER if read > SURELY else judged


def _read(course: Course, model: LanguageModel, cancelled: threading.Event) -> float:
    """By how much the log odds of an answer are enough; below 0 they are not."""
    evidence = choose(course)
    if not evidence:
        return -1.0
    numbered = number(evidence)
    enough = ENOUGH if language_of(numbered[0]) == "en" else ENOUGH_ELSEWHERE
    return found(course.standalone, numbered, model, cancelled) - enough


def _reworded(course: Course, chain: Chain, model: LanguageModel, cancelled: threading.Event) -> Course | None:
    """The same question in a model's words, searched for; None where it stands alone, in the documents' language, or
    where the words find nothing that the question did not find.
    """
    wanted = _language_of(course)
    if course.standalone == course.asked and course.language == wanted:
        return None
    standalone = rewrite(
        course.asked, course.history, spoken=course.language, wanted=wanted, model=model, cancelled=cancelled
    )
    if standalone in (None, course.standalone):
        return None
    retriever = course.retriever.model_copy(update={"language": wanted})
    better = chain(replace(_afresh(course), retriever=retriever, standalone=standalone or ""))
    return better if better.verdict is Verdict.ANSWER or course.verdict is not Verdict.ANSWER else None


def _expanded(course: Course, chain: Chain, model: LanguageModel, cancelled: threading.Event) -> Course | None:
    """The same question, searched for with what a model imagines as its answer too."""
    imagined = hypothetical(course.standalone, _language_of(course), model, cancelled)
    return chain(replace(_afresh(course), expansions=(imagined,))) if imagined else None


def _afresh(course: Course) -> Course:
    """The question at the beginning of the chain."""
    return Course(
        asked=course.asked,
        history=course.history,
        language=course.language,
        retriever=course.retriever,
        form=course.form,
        standalone=course.standalone,
        expansions=course.expansions,
    )


def _language_of(course: Course) -> str:
    """The language of most documents in scope; that of the question where one of them is written in it."""
    documents = course.retriever.index.documents_in(course.retriever.scope)
    languages = Counter(cut.document.metadata.language for cut in documents)
    if not languages or course.language in languages:
        return course.language
    return languages.most_common(1)[0][0]
