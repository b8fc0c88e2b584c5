"""Does the evidence say what a sentence says? Words against words; no model, no network.

A sentence is supported when all its content words stand in the evidence and everything that turns a meaning round
stands there too: numbers, dates, names, quotations, negation, what is only wanted or possible, and whose words they
are. The share of content words ranks answers by faithfulness about as well as a language model's judgement does; the
rules are for what it misses. In doubt the answer is no: a true sentence left out costs less than a false one shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from assistant.claim_words import Word
from assistant.claims import Reading, plain_words, read
from assistant.lexicon import same_name
from assistant.matching import LONGEST_TEXT, Comparison, EvidenceText, Fact, Missing, fact_of
from assistant.presence import (
    missing_figures,
    missing_names,
    missing_quotations,
    missing_speaker,
    missing_subject,
    other_subject,
)
from assistant.turning import (
    changed_places,
    misplaced_figures,
    misplaced_names,
    only_wanted,
    opposites,
    other_degree,
    turned_round,
    turned_within,
)

__all__ = ["EvidenceText", "Judgement", "Missing", "judge"]

Support = Literal["supported", "partial", "not", "not_assessable"]

_PARTIAL = 0.5
"""Share of content words from which on a part of the sentence stands. For the whole to stand none may be lacking: at
0.8, "the annual picnic" passes for "the annual report" in a long sentence.
"""
_WORTH_COMPARING = 0.3
"""Share of content words under which the rules are not asked."""
_TRIED = 4
"""Pieces of evidence that the rules are asked of, those that have most of the words."""
_LONGEST = 150
"""Words of a sentence; what is longer is none, and only the very words of the evidence count."""
_MINOR = frozenset({"word", "qualifier"})
_RANK = {"supported": 3, "not_assessable": 2, "partial": 1, "not": 0}
_RULES = (
    missing_figures,
    missing_names,
    missing_subject,
    turned_round,
    only_wanted,
    turned_within,
    other_degree,
    opposites,
    misplaced_figures,
    misplaced_names,
    changed_places,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the evidence does for a sentence.

    ``missing`` is what was not found there, in the best reading. ``score`` is the mean share of content words and of
    pairs of them found, 0 to 1. ``used`` are the indices (from 0) of the evidence that the judgement stands on.
    "not_assessable" says that sentence and evidence differ in language and all that can be compared holds.
    """

    support: Support
    missing: tuple[Missing, ...]
    score: float
    used: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """A part of a claim held against one fact: ``had`` and ``lacked`` count content words, ``whole_clause`` says that a
    clause of several of them lacks none.
    """

    fact: int
    missing: tuple[Missing, ...]
    had: int
    lacked: int
    whole_clause: bool

    @property
    def fatal(self) -> int:
        return sum(missing.kind not in _MINOR for missing in self.missing)

    @property
    def share(self) -> float:
        return self.had / max(1, self.had + self.lacked)


def judge(sentence: str, evidence: Sequence[EvidenceText], language: str) -> Judgement:
    """Whether ``evidence``, one sentence of it or several together, supports ``sentence``; ``language`` is that of the
    sentence (ISO 639-1). Deterministic; never fails; linear in the words times the pieces of evidence.
    """
    claim = read(sentence[:LONGEST_TEXT], language)
    facts = [fact_of(piece) for piece in evidence]
    near = [n for n, piece in enumerate(evidence) if comparable(piece.language, language)]
    far = [n for n in range(len(evidence)) if n not in near]
    if len(claim.words) > _LONGEST or not claim.speaking:
        return _word_for_word(claim, facts)
    compared = {n: Comparison(claim=claim, fact=facts[n]) for n in near}
    singles = [_judged(claim, [_compare(compared[n], claim.words, n)], facts) for n in _nearest(compared, claim.words)]
    best = max(singles, key=_order, default=_word_for_word(claim, ()))
    if best.support != "supported" and len(near) > 1:
        best = max(best, _together(claim, compared, facts), key=_order)
    if best.support != "supported" and far:
        across = max((_across(claim, facts[n], n) for n in far), key=_order)
        best = across if not near else max(best, across, key=_order)
    return best


def comparable(one: str, other: str) -> bool:
    """Whether texts in two languages can be compared word by word; unknown ones are taken for the same."""
    return not {one, other}.isdisjoint({"und", ""}) or one.partition("-")[0] == other.partition("-")[0]


def _word_for_word(claim: Reading, facts: Sequence[Fact]) -> Judgement:
    """The judgement where nothing but the very words of the evidence will do."""
    for n, fact in enumerate(facts):
        if _same_words(claim, fact) and claim.plain.strip():
            missing = tuple(missing_speaker(Comparison(claim=claim, fact=fact), claim.words))
            return Judgement(support="not" if missing else "supported", missing=missing, score=1.0, used=(n,))
    lacked = tuple(dict.fromkeys(Missing(kind="word", text=word.text) for word in claim.words if word.key))
    return Judgement(support="not", missing=lacked, score=0.0, used=())


def _same_words(claim: Reading, fact: Fact) -> bool:
    return claim.plain == fact.said.plain and [f.value for f in claim.figures] == [f.value for f in fact.said.figures]


def _order(judgement: Judgement) -> tuple[bool, float, int]:
    """Support first; without it the evidence that comes nearest counts, since it is the one that may contradict."""
    return judgement.support in {"supported", "not_assessable"}, judgement.score, _RANK[judgement.support]


def _nearest(compared: Mapping[int, Comparison], words: Sequence[Word]) -> list[int]:
    """The facts that lack least of the words; the rules are asked of these only."""
    lacked = {
        n: sum(not one.found[word.at] for word in words if word.key or word.figure >= 0) for n, one in compared.items()
    }
    return sorted(lacked, key=lambda n: (lacked[n], n))[:_TRIED]


def _compare(compared: Comparison, words: Sequence[Word], index: int) -> _Outcome:
    """The rules on a part of a claim and one fact."""
    lacked = [word for word in words if compared.lacks(word)]
    figures = {word.figure for word in words if word.figure >= 0}
    had = sum(bool(word.key) for word in words) - len(lacked) + len(figures)
    missing = list(missing_speaker(compared, words))
    if not _same_words(compared.claim, compared.fact):
        if had >= _WORTH_COMPARING * (had + len(lacked)):
            missing += (found for rule in _RULES for found in rule(compared, words))
            if len(words) == len(compared.claim.words):
                missing += missing_quotations(compared.claim, [compared.fact])
        missing += (Missing(kind="word", text=word.text) for word in lacked)
    gone = {word.at for word in lacked}
    clauses: dict[int, list[bool]] = {}
    for word in words:
        if word.key or word.figure >= 0:
            clauses.setdefault(word.clause, []).append(word.at not in gone)
    return _Outcome(
        fact=index,
        missing=tuple(dict.fromkeys(missing)),
        had=had,
        lacked=len(lacked),
        whole_clause=any(len(clause) > 1 and all(clause) for clause in clauses.values()),
    )


def _judged(claim: Reading, outcomes: Sequence[_Outcome], facts: Sequence[Fact]) -> Judgement:
    missing = tuple(dict.fromkeys(missing for outcome in outcomes for missing in outcome.missing))
    had, lacked = sum(outcome.had for outcome in outcomes), sum(outcome.lacked for outcome in outcomes)
    share = had / max(1, had + lacked)
    used = tuple(dict.fromkeys(outcome.fact for outcome in outcomes))
    support: Support = "not"
    if had and not missing:
        support = "supported"
    elif not any(outcome.fatal for outcome in outcomes):
        stands = share >= _PARTIAL or any(outcome.whole_clause for outcome in outcomes)
        support = "partial" if had and stands else "not"
    keys = [word.key for word in claim.words if word.key]
    pairs = list(pairwise(keys))
    found = sum(any(pair in facts[n].said.pairs for n in used) for pair in pairs)
    score = (share + (found / len(pairs) if pairs else share)) / 2
    return Judgement(support=support, missing=missing, score=score, used=used)


def _together(claim: Reading, compared: Mapping[int, Comparison], facts: Sequence[Fact]) -> Judgement:
    """Each clause on the evidence that bears it best."""
    clauses: dict[int, list[Word]] = {}
    for n in claim.speaking:
        clauses.setdefault(claim.words[n].clause, [])
    for word in claim.words:
        if word.clause in clauses:
            clauses[word.clause].append(word)
    outcomes = [
        max((_compare(compared[n], words, n) for n in _nearest(compared, words)), key=lambda o: (o.share, -o.fatal))
        for words in clauses.values()
    ]
    # A later clause mostly has the subject of the first one; its evidence must not have another.
    for n, (words, outcome) in enumerate(zip(clauses.values(), outcomes, strict=True)):
        if outcome.fact != outcomes[0].fact:
            other = tuple(other_subject(compared[outcome.fact], words))
            outcomes[n] = replace(outcome, missing=(*outcome.missing, *other))
    judged = _judged(claim, outcomes, facts)
    quotations = tuple(missing_quotations(claim, [one.fact for one in compared.values()]))
    return replace(judged, support="not", missing=(*judged.missing, *quotations)) if quotations else judged


def _across(claim: Reading, fact: Fact, index: int) -> Judgement:
    """Across languages: figures, quotations and the names that can be told from other words."""
    compared = Comparison(claim=claim, fact=fact)
    missing = [
        *missing_speaker(compared, ()),
        *missing_figures(compared, claim.words),
        *missing_quotations(claim, [fact]),
        *(missing for missing in missing_names(compared, claim.words) if _is_comparable_name(missing.text, fact)),
    ]
    support: Support = "not" if missing else "not_assessable"
    return Judgement(support=support, missing=tuple(dict.fromkeys(missing)), score=0.0, used=(index,))


def _is_comparable_name(name: str, fact: Fact) -> bool:
    """Whether a name can be looked for in another language: an acronym, a place known in several, or a name of two
    words of which nothing at all is found.
    """
    parts = plain_words(name).split()
    if (len(parts) == 1 and name.isupper()) or any(len(same_name(part)) > 1 for part in (*parts, " ".join(parts))):
        return True
    there = {word.folded[:4] for reading in (fact.said, fact.context) for word in reading.words}
    return len(parts) > 1 and not any(part[:4] in there for part in parts)
