"""Which documents a follow-up means: "the earlier one", "that report", "no, I meant the older plan".

What a conversation has spoken of is read from its turns alone: the documents that a question meant, and the titles that
stand over the quotations of an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from assistant.cues import Heard, cues
from assistant.events import Turn
from assistant.question import Question, analyse
from assistant.writing import one_line
from ingest.document import Metadata
from ingest.readers.dates import date_bounds

_TURNS = 4
"""Turns that are searched for documents, the last ones."""
_SHORT = 60
"""Words of a turn that is read for documents it means; a longer answer speaks of many in passing."""
_MEANT, _SPOKEN_OF, _PASSED = 2.0, 0.5, -1.0
"""The weight of a document that a follow-up points at, of one that was only spoken of before, and of one that was
answered from already where its neighbour is asked for."""


def refer(
    question: Question,
    asked: str,
    history: Sequence[Turn],
    documents: Mapping[str, Metadata],
    organisation: Sequence[str],
) -> Question:
    """The standalone ``question`` with the weights of documents that the follow-up ``asked`` gives them.

    What a follow-up points at itself replaces what earlier questions meant; where it points at nothing, documents that
    were spoken of before weigh a little. ``documents`` are those in scope, ``organisation`` its names.
    """
    language = question.language
    own = analyse(asked, language, documents, organisation)
    before = _spoken_of(history, language, documents, organisation)
    heard, known = Heard(asked), cues(language)
    earlier, later = heard.holds(known.preceding), heard.holds(known.succeeding)
    # "How does that differ from the earlier one?" wants both; "And what …" only goes on.
    both = any(phrase.split()[0] not in known.opening for phrase in heard.holds(known.many))
    passed = dict.fromkeys(before, _MEANT if both else _PASSED)
    if before and bool(earlier) != bool(later):
        beside = _beside(before, documents, earlier=bool(earlier))
        if beside:
            return replace(question, documents={**passed, beside: _MEANT})
    if before and heard.holds(known.same_document):
        same = [name for name in before if name in own.meant] or before[:1]
        return replace(question, documents=dict.fromkeys(same, _MEANT))
    if own.meant:
        return replace(question, documents={**passed, **own.documents})
    weights = dict.fromkeys(before, _SPOKEN_OF)
    return replace(question, documents={**weights, **question.documents})


def _spoken_of(
    history: Sequence[Turn], language: str, documents: Mapping[str, Metadata], organisation: Sequence[str]
) -> list[str]:
    """The documents of the last turns that speak of any; of an exchange what the question meant, if it is one document,
    else those that the answer quotes."""
    labels = {name: one_line(metadata.title) for name, metadata in documents.items()}
    quoted: list[str] = []
    for turn in reversed(history[-_TURNS:]):
        if turn.role == "assistant":
            places = {name: _label_at(turn.content, title) for name, title in labels.items()}
            quoted = quoted or sorted((name for name, at in places.items() if at >= 0), key=lambda name: places[name])
        meant = analyse(turn.content, language, documents, organisation).meant if _is_short(turn) and not quoted else ()
        if turn.role == "user" and quoted:
            one = analyse(turn.content, language, documents, organisation).meant
            return list(one) if len(one) == 1 else quoted
        if meant:
            return list(meant)
    return quoted


def _label_at(content: str, title: str) -> int:
    """Where a title stands over quotations in an answer: in bold, or in brackets behind a publisher; -1 for nowhere."""
    found = [at for label in (f"**{title}**", f"({title})") if (at := content.find(label)) >= 0]
    return min(found, default=-1)


def _is_short(turn: Turn) -> bool:
    return len(turn.content.split()) <= _SHORT


def _beside(before: Sequence[str], documents: Mapping[str, Metadata], *, earlier: bool) -> str | None:
    """The document of the same kind right before or right after the one spoken of; of several spoken of, the earliest
    or the latest."""
    first = documents[before[0]]
    if not first.kind and not (first.supersedes or first.superseded_by):
        return None
    named = first.supersedes if earlier else first.superseded_by
    by_link = [
        name
        for name, other in documents.items()
        if name == named or (other.superseded_by if earlier else other.supersedes) == before[0]
    ]
    alike = {name: day for name, other in documents.items() if other.kind == first.kind and (day := _day(other))}
    several = [name for name in before if name in alike]
    if len(several) > 1:
        return (min if earlier else max)(several, key=lambda name: (alike[name], name))
    if by_link:
        return by_link[0]
    own = alike.get(before[0])
    if own is None or not first.kind:
        return None
    others = {name: day for name, day in alike.items() if (day < own if earlier else day > own)}
    return (max if earlier else min)(others, key=lambda name: (others[name], name), default=None)


def _day(metadata: Metadata) -> date | None:
    stated = metadata.published or metadata.not_before or metadata.valid_from
    return date_bounds(stated)[0] if stated else None
