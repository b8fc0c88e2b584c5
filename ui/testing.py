"""Answers made by hand and an assistant that gives them: for tests of the doors and of evaluation."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from string import Template
from typing import TYPE_CHECKING

from assistant.answer import (
    Answer,
    AnswerPassage,
    AnswerSentence,
    Citation,
    Form,
    MadeWith,
    Mode,
    Status,
    Support,
    Timings,
)
from assistant.condition import Condition
from assistant.events import Delta, Event, EvidenceFound, Failed, Finished, Turn
from assistant.suggestions import Phrasing, Suggestion
from ingest.cut import Section
from ingest.document import Authority, Page

if TYPE_CHECKING:
    from assistant.library import DocumentSummary, FoundPassage
    from assistant.looking_up import LookedUp
    from ui.answering import View


def make_citation(
    marker: int,
    quote: str = "Membership is open to any organisation.",
    *,
    document: str = "plan",
    title: str = "The plan",
    publisher: str = "The organisation",
    authority: Authority = "own",
    published: str | None = "2022-01",
    section: str = "Membership",
    page: int | None = None,
    start: int = 0,
    display_quote: str | None = None,
    url: str = "",
) -> Citation:
    """A citation whose ``end`` follows from its quote."""
    return Citation(
        marker=marker,
        document=document,
        title=title,
        publisher=publisher,
        authority=authority,
        published=published,
        section=section,
        page=page,
        start=start,
        end=start + len(quote),
        quote=quote,
        display_quote=quote if display_quote is None else display_quote,
        url=url,
    )


def make_answer(
    *said: tuple[str, tuple[int, ...]],
    citations: Sequence[Citation] = (),
    question: str = "Who can join?",
    language: str = "en",
    status: Status = "answered",
    mode: Mode = "extractive",
    warnings: Sequence[str] = (),
    support: Support = "supported",
    removed: int = 0,
    evidence_ms: float = 80.0,
    first_sentence_ms: float | None = None,
    total_ms: float = 100.0,
) -> Answer:
    """An answer that says each ``(sentence, markers)`` in turn, its markers behind it: ``Yes. [1][2] No. [3]``.

    Its first sentence is there with its evidence unless ``first_sentence_ms`` is given.
    """
    text, sentences = "", list[AnswerSentence]()
    for sentence, markers in said:
        text += " " if text else ""
        start = len(text)
        text += sentence
        sentences.append(AnswerSentence(text=sentence, start=start, end=len(text), markers=markers, support=support))
        text += " " * bool(markers) + "".join(f"[{marker}]" for marker in markers)
    return Answer(
        question=question,
        standalone_question=question,
        language=language,
        status=status,
        answer=text,
        citations=tuple(citations),
        sentences=tuple(sentences),
        removed=removed,
        conflicts=(),
        passages=tuple(
            AnswerPassage(
                document=citation.document, section=citation.section, score=1.0, rank=rank, text=citation.quote
            )
            for rank, citation in enumerate(citations, start=1)
        ),
        mode=mode,
        warnings=tuple(warnings),
        timings=Timings(
            evidence_ms=evidence_ms,
            first_sentence_ms=evidence_ms if first_sentence_ms is None else first_sentence_ms,
            total_ms=total_ms,
        ),
        made_with=MadeWith(embedding="fake", language_model="", prompts="fake", index_generation="fake-1"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeSource:
    """A document made by hand."""

    text: str
    title: str = "The plan"
    publisher: str = "The organisation"
    authority: Authority = "own"
    published: str | None = "2022-01"
    language: str = "en"
    url: str = ""
    kind: str = ""
    valid_until: str | None = None
    superseded_by: str | None = None
    path: str = ""
    sha256: str = ""
    sections: tuple[Section, ...] = ()
    pages: tuple[Page, ...] = ()


MOST_EXAMPLES = 3


class FakeAssistant:
    """Gives the answers it was made with, by question; ``asked`` records each question with its history, and
    ``narrowed`` the documents and collections that it was narrowed to, ``forms`` the forms
    that were asked for.

    A question without an answer of its own gets ``otherwise``, which is a refusal unless it is given; one in
    ``failures`` fails with that sentence when its evidence was found. ``before`` is called before each event: it can
    wait, so that a test sees what stands between two of them, or raise. ``given_up`` counts questions whose events
    nobody took to the end; ``closed`` counts calls of ``close``. ``condition`` says how its parts are.
    """

    def __init__(
        self,
        answers: Mapping[str, Answer] | None = None,
        *,
        otherwise: Answer | None = None,
        documents: Sequence[DocumentSummary] = (),
        sources: Mapping[str, FakeSource] | None = None,
        failures: Mapping[str, str] | None = None,
        passages: Sequence[FoundPassage] = (),
        before: Callable[[Event], None] = lambda _event: None,
        condition: Callable[[], Condition] = Condition,
    ) -> None:
        self.asked: list[tuple[str, tuple[Turn, ...]]] = []
        self.seen: list[tuple[frozenset[str], frozenset[str] | None]] = []
        self.passages = tuple(passages)
        self.narrowed: list[tuple[Set[str] | None, Set[str] | None]] = []
        self.forms: list[Form] = []
        self.languages: list[str] = []
        self.further: dict[str, Sequence[str]] = {}
        self.looked_further: list[tuple[tuple[str, ...], Set[str] | None]] = []
        self.answers = dict(answers or {})
        self._otherwise = otherwise or make_answer(("The documents do not say.", ()), status="not_in_documents")
        self._documents = tuple(documents)
        self.sources = dict(sources or {})
        self.failures = dict(failures or {})
        self.before = before
        self.condition = condition
        self.given_up = 0
        self.closed = 0

    def answer(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        documents: Set[str] | None = None,
        collections: Set[str] | None = None,
        form: Form = "full",
    ) -> Answer:
        """The answer made for this question."""
        self.asked.append((question, tuple(history)))
        self.narrowed.append((documents, collections))
        self.forms.append(form)
        return replace(self.answers.get(question, self._otherwise), question=question)

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
        """The same answer as events, one Delta a sentence; none after ``cancelled``."""
        self.languages.append(language)
        answer = self.answer(question, history, documents=documents, collections=collections, form=form)
        try:
            for event in _events(answer, self.failures.get(question)):
                self.before(event)
                if cancelled and cancelled.is_set():
                    self.given_up += 1
                    return
                yield event
        except GeneratorExit:
            self.given_up += 1
            raise

    def seen_by(self, collections: Set[str], documents: Set[str] | None = None) -> View:
        """Itself; ``seen`` records who looked."""
        self.seen.append((frozenset(collections), None if documents is None else frozenset(documents)))
        return self

    def search(
        self, question: str, *, documents: Set[str] | None = None, collections: Set[str] | None = None
    ) -> tuple[FoundPassage, ...]:
        """The passages it was made with."""
        self.asked.append((question, ()))
        self.narrowed.append((documents, collections))
        return self.passages

    def look_up(self, words: str, most: int) -> LookedUp:
        """Its documents by their titles, and no passages."""
        from assistant.looking_up import LookedUp  # noqa: PLC0415 (an index comes with it)

        found = tuple(each for each in self._documents if words.strip() and words.casefold() in each.title.casefold())
        return LookedUp(documents=found[:most], documents_found=len(found))

    def first_questions(self, phrasing: Phrasing) -> tuple[Suggestion, ...]:
        """One about each of its newest documents, the organisation's own before others."""
        newest = sorted(self._documents, key=lambda document: document.published or "", reverse=True)
        own_first = sorted(newest, key=lambda document: document.authority != "own")[:MOST_EXAMPLES]
        return tuple(_suggestion(phrasing.document, title=document.title) for document in own_first)

    def further_questions(
        self,
        answer: Answer,
        phrasing: Phrasing,
        asked: Sequence[str] = (),
        *,
        documents: Set[str] | None = None,
    ) -> tuple[Suggestion, ...]:
        """One about each heading in ``further`` for the question of the answer; ``looked_further`` records with which
        questions and documents.
        """
        self.looked_further.append((tuple(asked), documents))
        headings = self.further.get(answer.question, ())
        return tuple(_suggestion(phrasing.section, heading=heading) for heading in headings)

    def documents(self) -> tuple[DocumentSummary, ...]:
        """The documents it was made with."""
        return self._documents

    def source(self, document_id: str) -> FakeSource | None:
        """The document of this name that it was made with."""
        return self.sources.get(document_id)

    def warm_up(self) -> None:
        """There is nothing to load."""

    def close(self) -> None:
        """There is nothing to end."""
        self.closed += 1


def _suggestion(template: str, **variables: str) -> Suggestion:
    return Suggestion(question=Template(template).substitute(variables), document="")


def _events(answer: Answer, failure: str | None) -> Iterator[Event]:
    yield EvidenceFound(citations=answer.citations, passages=answer.passages)
    if failure is not None:
        yield Failed(message=failure, retryable=True)
        return
    starts = [sentence.start for sentence in answer.sentences] + [len(answer.answer)]
    shown = 0
    for sentence, start, following in zip(answer.sentences, starts, starts[1:], strict=False):
        known, shown = shown, max(shown, *sentence.markers, 0)
        yield Delta(text=answer.answer[start:following], sentence=sentence, citations=answer.citations[known:shown])
    yield Finished(answer=answer)
