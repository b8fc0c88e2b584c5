"""Questions that the documents can answer: to begin with, and after an answer. No language model is asked.

A question is made from the heading of a section or the title of a document. It is offered only after it was searched
for, like a question that somebody asks, and found an answer whose best evidence stands where the heading does.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from string import Template

from assistant.answer import Citation
from assistant.chain import Course
from assistant.confidence import Verdict
from assistant.headings import asked_heading, is_question
from assistant.suggestions import Phrasing, Suggestion
from assistant.versions import successors
from assistant.writing import past_note
from ingest.cut import CutDocument
from ingest.text import stems
from prompts.loader import phrases
from vectorstore.index import Index
from vectorstore.store import Scope

FURTHER, FIRST = 3, 4
"""Questions that are offered after an answer, and to begin with."""
FURTHER_SECONDS, FIRST_SECONDS = 0.3, 3.0
"""Seconds of work after which no other question is tried."""
PATIENCE_SECONDS = 5.0
"""How long one who looks for questions waits for another who does."""
_TRIED = 12
"""Questions that are tried at the most."""
_DOCUMENTS = 12
"""Documents whose sections are looked at to begin with."""
_LONGEST_TITLE = 90
_ALIKE = 0.6
"""Share of the words of a question from which on another one says the same."""
_KEPT = 64
"""First questions that are remembered, by who asks and in which language."""
_ORDER = {"own": 0, "unstated": 1, "third_party": 2}


@dataclass(frozen=True, slots=True)
class _Topic:
    """What could be asked about: a section of a document with its ``heading``, or the document where it is None."""

    cut: CutDocument
    section: int | None
    heading: str

    def question(self, phrasing: Phrasing) -> str:
        """The question about it."""
        if self.section is None:
            return Template(phrasing.document).safe_substitute(title=self.heading)
        if is_question(self.heading):
            return self.heading
        return Template(phrasing.section).safe_substitute(heading=self.heading)


Ask = Callable[[str], Course]
"""Runs the chain for a question, without a model."""


Find = Callable[[], tuple[Suggestion, ...]]


class Suggesting:
    """Who looks for questions: one reader at a time, because answers come first. What was found to begin with is
    remembered, and waits for nobody. Safe to use from several threads.
    """

    def __init__(self) -> None:
        self._known: dict[object, tuple[Suggestion, ...]] = {}
        self._turn = threading.Lock()

    def first(self, key: object, find: Find) -> tuple[Suggestion, ...]:
        """What is known by this key, found where nothing is; none where others look longer than PATIENCE_SECONDS."""
        known = self._known.get(key)
        return self._alone(lambda: self._found(key, find)) if known is None else known

    def further(self, find: Find) -> tuple[Suggestion, ...]:
        """What is found; none where others look for longer than PATIENCE_SECONDS."""
        return self._alone(find)

    def _found(self, key: object, find: Find) -> tuple[Suggestion, ...]:
        if key in self._known:
            return self._known[key]
        # Where nothing was found in the time that there was, more may be found the next time.
        if found := find():
            self._known = {**dict([*self._known.items()][1 - _KEPT :]), key: found}
        return found

    def _alone(self, find: Find) -> tuple[Suggestion, ...]:
        if not self._turn.acquire(timeout=PATIENCE_SECONDS):
            return ()
        try:
            return find()
        finally:
            self._turn.release()


def first_questions(index: Index, scope: Scope, phrasing: Phrasing, today: date, ask: Ask) -> tuple[Suggestion, ...]:
    """Up to FIRST questions: of the organisation's own documents that hold today, then of those that say nobody's
    name; of others only where there is nothing else. A question of each document before a second one of any.
    """
    known = index.documents_in(scope)
    later = successors((cut.document for cut in known), today)
    current = [cut for cut in known if cut.document.id not in later]
    past = {cut.document.id for cut in current if past_note(cut.document.metadata, None, phrases("en"), today)}
    for authority in sorted({cut.document.metadata.authority for cut in current}, key=_ORDER.__getitem__):
        of = [cut for cut in current if cut.document.metadata.authority == authority]
        of.sort(key=lambda cut: cut.document.metadata.published or "", reverse=True)
        newest = sorted(of, key=lambda cut: cut.document.id in past)[:_DOCUMENTS]
        sections = _in_turns([_statements_first(cut) for cut in newest])
        found = list(_answered(sections, phrasing, ask, most=FIRST - 1, seconds=FIRST_SECONDS))
        # Of what is a publication the date is known; a question about all of it is one more of another kind.
        whole = [
            topic
            for cut in sorted(newest, key=lambda cut: not cut.document.metadata.published)
            for topic in _whole(cut)
        ]
        wanted = FIRST if len(found) < FIRST - 2 else len(found) + 1
        found += _answered(whole, phrasing, ask, most=wanted - len(found), seconds=FIRST_SECONDS)
        if found:
            return tuple(found)
    return ()


def further_questions(
    course: Course, citations: Sequence[Citation], phrasing: Phrasing, ask: Ask, asked: Sequence[str] = ()
) -> tuple[Suggestion, ...]:
    """Up to FURTHER questions behind an answer with these citations: sections that were found for its question and are
    not cited, the neighbours of those that are, other documents; headings that are questions, which may have been put
    to somebody else, behind all others. In a small index much is found for any question, so a heading or title must
    share a word with what was asked or cited. ``asked`` are questions that need no asking again.
    """
    index, scope = course.retriever.index, course.retriever.scope
    visible = {cut.document.id: cut for cut in index.documents_in(scope)}
    cited = {
        (citation.document, section)
        for citation in citations
        if citation.document in visible and (section := _section_at(visible[citation.document], citation.start)) >= 0
    }
    later = successors((cut.document for cut in visible.values()), course.today)
    found = [
        (passage.cut, passage.chunk.chunk.section)
        for passage in course.passages
        if (passage.cut.document.id, passage.chunk.chunk.section) not in cited
    ]
    beside = [(visible[document], at) for document, section in sorted(cited) for at in (section + 1, section - 1)]
    near = [
        topic
        for cut, section in [*found, *beside]
        if 0 <= section < len(cut.sections) and (cut.document.id, section) not in cited
        for topic in _sections(cut, [section])
    ]
    others = dict.fromkeys(passage.cut.document.id for passage in course.passages)
    documents = [topic for id in others if not any(id == known for known, _ in cited) for topic in _whole(visible[id])]
    said = " ".join([course.asked, *(citation.quote for citation in citations)])
    current = [topic for topic in (*near, *documents) if topic.cut.document.id not in later and _touches(topic, said)]
    current.sort(key=lambda topic: is_question(topic.heading))
    return tuple(_answered(current, phrasing, ask, most=FURTHER, seconds=FURTHER_SECONDS, asked=(course.asked, *asked)))


def _touches(topic: _Topic, said: str) -> bool:
    """Whether the heading has a content word of ``said``, as words of its language are compared."""
    language = topic.cut.document.metadata.language
    return not frozenset(stems(topic.heading, language)).isdisjoint(stems(said, language))


def _answered(
    topics: Iterable[_Topic], phrasing: Phrasing, ask: Ask, *, most: int, seconds: float, asked: Sequence[str] = ()
) -> Iterator[Suggestion]:
    """The first topics whose questions find what they point at, no two alike. The time runs from the end of the first
    try, which may have to load what the others find loaded.
    """
    until = math.inf
    said = [_words(question) for question in asked]
    offered = 0
    for tried, topic in enumerate(_unlike(topics)):
        if offered >= most or tried >= _TRIED or time.monotonic() > until:
            return
        question = topic.question(phrasing)
        words = _words(topic.heading)
        if any(_alike(words, other) for other in said):
            continue
        points = _points_at(ask(question), topic)
        until = min(until, time.monotonic() + seconds)
        if points:
            said.append(words)
            offered += 1
            yield Suggestion(question=question, document=topic.cut.document.id)


def _points_at(course: Course, topic: _Topic) -> bool:
    """Whether the question has an answer, the best of which stands where it should."""
    if course.verdict is not Verdict.ANSWER or not course.evidence or (course.question and course.question.declined):
        return False
    best = course.evidence[0]
    # Of several documents the organisation's own are quoted first, whichever is the best.
    first = course.verified.citations[0].document if course.verified and course.verified.citations else ""
    if {best.document, first} != {topic.cut.document.id}:
        return False
    if topic.section is None:
        return True
    path = topic.cut.sections[topic.section].path
    return topic.cut.sections[best.cut.sentences[best.first].section].path[: len(path)] == path


def _sections(cut: CutDocument, sections: Iterable[int]) -> Iterator[_Topic]:
    """The sections of a document whose headings can be asked about."""
    for at in sections:
        path = cut.sections[at].path
        heading = asked_heading(path[-1], cut.document.metadata.language) if path else ""
        if heading and _words(heading) != _words(cut.document.metadata.title):
            yield _Topic(cut, at, heading)


def _statements_first(cut: CutDocument) -> list[_Topic]:
    """All sections; behind them the headings that are questions, which may have been put to somebody else."""
    return sorted(_sections(cut, range(len(cut.sections))), key=lambda topic: is_question(topic.heading))


def _whole(cut: CutDocument) -> Iterator[_Topic]:
    title = " ".join(cut.document.metadata.title.split())
    if 0 < len(title) <= _LONGEST_TITLE:
        yield _Topic(cut, None, title)


def _in_turns(rows: Sequence[Sequence[_Topic]]) -> Iterator[_Topic]:
    """One of each row, then the next of each."""
    for turn in zip_longest(*rows):
        yield from (topic for topic in turn if topic is not None)


def _unlike(topics: Iterable[_Topic]) -> Iterator[_Topic]:
    """The topics without those of the same words as an earlier one."""
    seen: set[frozenset[str]] = set()
    for topic in topics:
        words = _words(topic.heading)
        if words not in seen:
            seen.add(words)
            yield topic


def _words(said: str) -> frozenset[str]:
    return frozenset(stems(said, "und"))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and len(one & other) > _ALIKE * min(len(one), len(other) or 1)


def _section_at(cut: CutDocument, offset: int) -> int:
    """The section that holds an offset; -1 where the text ends before it."""
    return next((at for at, section in enumerate(cut.sections) if section.start <= offset < section.end), -1)
