"""Whether cited words say a sentence: shared words and pairs of words, strict numbers, dates and names, negation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.evaluation.compared import Words, read
from assistant.evaluation.dates import agree
from assistant.evaluation.markup import visible
from assistant.evaluation.results import Support
from ingest.language import UNDETERMINED, detect_language, question_language

SUPPORTED = 0.75
PARTIAL = 0.3
"""Share of words and pairs of words (their mean) from which a sentence counts as supported, or in part."""

_LOOKED_AT = 300
"""Code points of a quote that tell its language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """``missing`` says in words what the source lacks, "" where it lacks nothing that counts."""

    support: Support
    missing: str = ""


def judge(sentence: str, quotes: Sequence[str], language: str, *, context: str = "") -> Judgement:
    """Whether ``quotes`` together say a sentence.

    Measured is the mean of two shares: of its content words that the quotes hold, and of its pairs of neighbouring
    content words that stand near one another there. Supported from ``SUPPORTED``, partial from ``PARTIAL``. Unsupported
    below, and where a number, a date or a name is not there, a number counts or stands beside something else, or the
    clause with most words in common is denied on one side only. Where sentence and quotes are in different languages,
    numbers and dates alone are compared: not assessable if they are all there. ``context`` (title, publisher, date)
    names the source; what it holds counts as there.

    Source: the mean of words and neighbouring pairs ranked the answers of MTRAG by faithfulness as people rated it with
    a Spearman correlation of 0.66. The thresholds were chosen on 314 sentences written to mislead and judged by reading
    (``tests/unit/support_pairs.toml``): 214 labels agree, 87 of 98 supported ones, and of those about numbers, dates
    and negations 110 of 123; of 103 that were held back 72, 26 of 30 and 39 of 44.

    It cannot see what leaves all words in place: who does what to whom, "may" for "must", "all" for "most", a speaker
    left out, a word for its opposite in a long sentence; nor that other words mean the same.
    """
    said, given, named = read(sentence, language), [read(quote, language) for quote in quotes], read(context, language)
    wrong = _numbers_missing(said, [*given, named]) or _dates_missing(said, [*given, named])
    if wrong:
        return Judgement(support="unsupported", missing=wrong)
    share, missing = _share(said, given, named)
    if share < SUPPORTED and _languages_differ(sentence, quotes, language):
        return Judgement(support="not_assessable")
    turned = _denial(said, given) or _numbers_elsewhere(said, given) or _names_missing(said, [*given, named])
    if turned or share < PARTIAL:
        return Judgement(support="unsupported", missing=turned or missing)
    return Judgement(support="supported") if share >= SUPPORTED else Judgement(support="partial", missing=missing)


def _numbers_missing(said: Words, given: Sequence[Words]) -> str:
    there = {(value, number.currency) for words in given for number in words.numbers for value in number.values}
    dated = {part for words in given for date, _ in words.dates for reading in date.readings for part in reading}
    for number in said.numbers:
        found = {currency for value, currency in there if value in number.values}
        if not found and number.values.isdisjoint(dated):
            return f"the number {number.written} is not in the source"
        if number.currency and found and found.isdisjoint({number.currency, ""}):
            return f"the number {number.written} has another currency in the source"
    return ""


def _dates_missing(said: Words, given: Sequence[Words]) -> str:
    there = [date for words in given for date, _ in words.dates]
    gone = [written for date, written in said.dates if not any(agree(date, other) for other in there)]
    return f"the date {gone[0]} is not in the source" if gone else ""


def _numbers_elsewhere(said: Words, given: Sequence[Words]) -> str:
    """A number that counts what the source counts with another one, or near which no content word stands that stands
    near it in the source.
    """
    theirs = [number for words in given for number in words.numbers]
    for number in said.numbers:
        same = [other for other in theirs if number.counted and other.counted == number.counted]
        if same and all(number.values.isdisjoint(other.values) for other in same):
            return f"the source counts {same[0].written} where the sentence counts {number.written}"
        places = [other.around for other in theirs if not number.values.isdisjoint(other.values)]
        if number.around and places and all(place and number.around.isdisjoint(place) for place in places):
            return f"the number {number.written} stands for something else in the source"
    return ""


def _names_missing(said: Words, given: Sequence[Words]) -> str:
    for name in said.names:
        if not any(name in words.all or name in words.initials for words in given):
            return f"the name {name} is not in the source"
    return ""


def _share(said: Words, given: Sequence[Words], named: Words) -> tuple[float, str]:
    held = {stem for words in given for stem in words.stems} | set(named.stems)
    if not said.stems:
        return 1.0 if said.numbers or said.dates else 0.0, "nothing in it can be compared"
    gone = list(dict.fromkeys(stem for stem in said.stems if stem not in held))
    words = sum(stem in held for stem in said.stems) / len(said.stems)
    pairs = set(pairwise(said.stems))
    together = sum(any(text.near(*pair) for text in (*given, named)) for pair in pairs)
    share = (words + together / len(pairs)) / 2 if pairs else words
    return (
        share,
        f"the source has no words like {', '.join(gone[:4])}" if gone else "the source puts its words otherwise",
    )


def _denial(said: Words, given: Sequence[Words]) -> str:
    """A clause that is denied on one side only, though no other clause of the source shares as many of its words."""
    theirs = [clause for words in given for clause in words.clauses]
    for clause in said.clauses:
        shared = max((len(clause.stems & other.stems) for other in theirs), default=0)
        if shared == 0 or 2 * shared < len(clause.stems):
            continue
        nearest = [other for other in theirs if len(clause.stems & other.stems) == shared]
        if all(other.denied != clause.denied for other in nearest):
            return "the sentence denies what the source says" if clause.denied else "the source denies it"
    return ""


def _languages_differ(sentence: str, quotes: Sequence[str], language: str) -> bool:
    """Whether none of the quotes is in the language of the answer, and the sentence clearly not in theirs."""
    theirs = {_language_of(quote) for quote in quotes} - {UNDETERMINED}
    return (
        language not in theirs
        and all(question_language(visible(sentence), default=one) != one for one in theirs)
        and bool(theirs)
    )


@lru_cache(maxsize=8192)
def _language_of(text: str) -> str:
    return detect_language(text[:_LOOKED_AT])
