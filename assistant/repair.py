"""What becomes of a drafted sentence: it stands on what it cites, or on better evidence, or it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.support import EvidenceText, Judgement, judge

_MOST = 2
"""Pieces of evidence that a sentence may be moved to; one that needs more was put together by the model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """A sentence that may stay. ``markers`` (from 1) are the evidence that it stands on, those that were cited first;
    ``moved`` says that some of it was not cited. ``judgement`` is never "not"; its ``used`` are indices (from 0) of all
    the evidence.
    """

    markers: tuple[int, ...]
    judgement: Judgement
    moved: bool


def repair(sentence: str, cited: Sequence[int], evidence: Sequence[EvidenceText], language: str) -> Repaired | None:
    """Find what a sentence stands on; None where it is to be removed.

    ``cited`` are its markers (from 1; others than those of ``evidence`` are passed over), ``evidence`` is all that the
    model was given. In this order: cited evidence that supports it; one or two other sentences that do; cited evidence
    that supports it in part or in another language; other evidence that supports it in part. That a text in another
    language does not speak against a sentence is no reason to cite it.
    """
    own = [n - 1 for n in dict.fromkeys(cited) if 1 <= n <= len(evidence)]
    as_cited = _judged(sentence, own, evidence, language) if own else None
    if as_cited and as_cited.support == "supported":
        return _repaired(as_cited, own)
    anywhere = _judged(sentence, range(len(evidence)), evidence, language)
    if anywhere.support == "supported" and len(anywhere.used) <= _MOST:
        return _repaired(anywhere, own)
    if as_cited and as_cited.support != "not":
        return _repaired(as_cited, own)
    if anywhere.support == "partial" and len(anywhere.used) <= _MOST:
        return _repaired(anywhere, own)
    return None


def _judged(sentence: str, chosen: Sequence[int], evidence: Sequence[EvidenceText], language: str) -> Judgement:
    """A judgement on some of the evidence, its indices those of all of it."""
    found = judge(sentence, [evidence[n] for n in chosen], language)
    return Judgement(
        support=found.support, missing=found.missing, score=found.score, used=tuple(chosen[n] for n in found.used)
    )


def _repaired(judgement: Judgement, cited: Sequence[int]) -> Repaired:
    used = sorted(judgement.used, key=lambda n: cited.index(n) if n in cited else len(cited))
    return Repaired(
        markers=tuple(n + 1 for n in used), judgement=judgement, moved=any(n not in cited for n in judgement.used)
    )
