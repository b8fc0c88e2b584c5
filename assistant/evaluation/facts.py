"""Whether a reply says an expected fact, where, and what comes nearest if it does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from assistant.evaluation.cases import Case, Fact
from assistant.evaluation.dates import Date, agree, dates
from assistant.evaluation.language_table import content, stem_of
from assistant.evaluation.markup import visible
from assistant.evaluation.normalise import fold, unify, wording
from assistant.evaluation.notation import beside, numbers, unit
from assistant.evaluation.reply import Reply
from assistant.evaluation.results import FactFinding, Score, Whereabouts
from ingest.sentences import split_sentences

_numbers = lru_cache(maxsize=4096)(numbers)


@lru_cache(maxsize=4096)
def _dates(folded: str) -> tuple[Date, ...]:
    return tuple(dates(folded))


def said(fact: Fact, text: str, language: str) -> str | None:
    """The words of ``text`` (as a reader sees it) that say the fact, None where none do.

    Wordings are found as whole words, expressions as they are, without regard to case; a number in any notation, within
    its tolerance and with its unit beside it; a date in any notation that says at least as much. Number words are read
    in ``language``.
    """
    if fact.regex is not None:
        return _expressed(fact.regex, text)
    folded = fold(text)
    if fact.any:
        found = (words.find(folded) for words in map(wording, fact.any) if words)
        return next((_original(words, text) for words in found if words), None)
    if fact.number is not None:
        return _counted(fact, folded, language)
    return _dated(fact.date or "", folded)


def _expressed(expression: str, text: str) -> str | None:
    pattern = _compiled(expression)
    match = pattern.search(text) or pattern.search(unify(text))
    return match[0] if match else None


@lru_cache(maxsize=4096)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE)


def _original(folded: str, text: str) -> str:
    match = re.search(re.escape(folded.strip()), text, re.IGNORECASE)
    return match[0] if match else folded.strip()


def _counted(fact: Fact, folded: str, language: str) -> str | None:
    assert fact.number is not None
    for number in _numbers(folded, language):
        near = [value for value in (*number.values, *number.plain) if abs(value - fact.number) <= fact.tolerance]
        if not near:
            continue
        neighbours = beside(folded, number)
        if not fact.unit:
            if any(value in number.values for value in near):
                return folded[number.start : number.end]
        elif any(_has_unit(wanted, neighbours, folded, number.start, number.end, language) for wanted in fact.unit):
            return folded[max(0, number.start - 12) : number.end + 16].strip()
    return None


def _has_unit(wanted: str, neighbours: tuple[str, ...], folded: str, start: int, end: int, language: str) -> bool:
    """Whether a unit stands beside a number: the same word, one with the same stem, or another sign for it."""
    name = fold(wanted)
    if " " in name or not name.isalpha():
        if unit(name) in map(unit, neighbours):
            return True
        behind = re.compile(rf"[\s-]?{re.escape(name)}(?!\w)")
        return behind.match(folded, end) is not None or folded[:start].rstrip(" -").endswith(name)
    stem = stem_of(name, language) or name
    return any(unit(name) == unit(word) or stem == stem_of(word, language) for word in neighbours)


def _dated(wanted: str, folded: str) -> str | None:
    year, *rest = (int(part) for part in wanted.split("-"))
    if not rest:
        for date in _dates(folded):
            if any(reading[0] == year for reading in date.readings):
                return folded[date.start : date.end]
        match = re.search(rf"(?<![\w.,]){year}(?![^\W_]|[.,]\d)|(?<=[-/'\"(\s]){year}(?![^\W_]|[.,]\d)", folded)
        return match[0] if match else None
    month, day = rest[0], rest[1] if len(rest) > 1 else None
    asked = Date(readings=frozenset({(year, month, day)}), start=0, end=0)
    for date in _dates(folded):
        if agree(asked, date):
            return folded[date.start : date.end]
    if day is None:
        match = re.search(rf"(?<![\w./-])(?:{year}[-/]{month:02}|{month:02}[-/.]{year})(?![\w-])", folded)
        return match[0] if match else None
    return None


def findings(case: Case, reply: Reply, language: str, sentences: Sequence[str]) -> tuple[FactFinding, ...]:
    """What became of each expected fact. ``sentences`` are those of the answer.

    A fact counts as said in the first ``within_words`` words of the answer (words between white space, markers left
    out), or anywhere in it where the case sets no limit.
    """
    whole = visible(reply.answer)
    head = " ".join(whole.split()[: case.within_words]) if case.within_words else whole
    return tuple(_finding(fact, head, whole, reply, language, sentences) for fact in case.facts)


def _finding(fact: Fact, head: str, whole: str, reply: Reply, language: str, sentences: Sequence[str]) -> FactFinding:
    matched = said(fact, head, language)
    where: Whereabouts = "answer"
    closest = ""
    if matched is None:
        where = _elsewhere(fact, whole, reply, language)
        closest = nearest(fact, sentences, language) or nearest(fact, _retrieved_sentences(reply, language), language)
    return FactFinding(
        name=fact.name, vital=fact.vital, weight=fact.counts, whereabouts=where, matched=matched or "", closest=closest
    )


def _elsewhere(fact: Fact, whole: str, reply: Reply, language: str) -> Whereabouts:
    if said(fact, whole, language) is not None:
        return "later"
    if reply.passages is None:
        return "unknown"
    retrieved = any(said(fact, passage.text, language) is not None for passage in reply.passages)
    return "retrieved" if retrieved else "not_retrieved"


def _retrieved_sentences(reply: Reply, language: str) -> list[str]:
    return [sentence for passage in reply.passages or () for sentence in _divided(passage.text, language)]


@lru_cache(maxsize=2048)
def _divided(text: str, language: str) -> tuple[str, ...]:
    return tuple(text[span.start : span.end] for span in split_sentences(text, language))


def nearest(fact: Fact, sentences: Iterable[str], language: str) -> str:
    """The sentence that shares most of the words of a fact, the first of equals; "" where none shares any.

    Of a number, or a date, sentences that hold another one count as sharing half a word.
    """
    wanted = set(content(fold(" ".join([fact.text, *fact.any, *fact.unit])), language))
    other: Callable[[str], bool] = lambda _: False  # noqa: E731
    if fact.number is not None:
        other = lambda sentence: bool(_numbers(fold(sentence), language))  # noqa: E731
    elif fact.date is not None:
        other = lambda sentence: bool(_dates(fold(sentence)) or re.search(r"\b[12]\d{3}\b", sentence))  # noqa: E731
    best, most = "", 0.0
    for sentence in sentences:
        shared = len(wanted.intersection(content(fold(sentence), language))) + 0.5 * other(sentence)
        if shared > most:
            best, most = sentence, shared
    return best


def fact_recall(found: Sequence[FactFinding]) -> Score | None:
    """Weight of the facts said / weight of all expected facts; None where none is expected. Unit: share.

    Source: the nuggets of the TREC 2024 RAG track, vital ones weighing 1 and others 0.5, with the wordings of the
    case's author in place of an assessor.
    """
    return Score(sum(f.weight for f in found if f.found), sum(f.weight for f in found)) if found else None


def vital_recall(found: Sequence[FactFinding]) -> Score | None:
    """Vital facts said / vital facts; None where none is vital. Unit: share."""
    vital = [f for f in found if f.vital]
    return Score(sum(f.found for f in vital), len(vital)) if vital else None


def all_vital(found: Sequence[FactFinding]) -> Score | None:
    """1 if every vital fact is said, else 0; None where none is vital. Unit: verdict."""
    recall = vital_recall(found)
    return None if recall is None else Score(float(recall.part == recall.whole))


def forbidden_found(case: Case, reply: Reply, language: str) -> tuple[tuple[str, str], ...]:
    """(name, words of the answer) of each ``must_not`` that the whole answer says, wherever it does."""
    text = visible(reply.answer)
    found = ((fact.name, said(fact, text, language)) for fact in case.must_not)
    return tuple((name, words) for name, words in found if words is not None)
