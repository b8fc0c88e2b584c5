"""Whether a reply refuses, or asks back. Its status says so where it has one; else its words do."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from assistant.evaluation.normalise import fold
from assistant.evaluation.reply import Reply

if TYPE_CHECKING:
    from assistant.evaluation.sentences import Sentence

FIRST_SENTENCES = 2
"""In which sentences a refusal stands: an answer that has begun to answer does not refuse any more."""
_SHORT = 80
"""Code points in which the language of a reply may have been mistaken."""
_WORDS_OF_AN_ANSWER = 3
"""Words behind "but" that make the rest of a sentence an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Phrases:
    plain: re.Pattern[str]
    missing: re.Pattern[str]
    contrast: re.Pattern[str]
    advice: re.Pattern[str]


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("assistant.evaluation") / "refusals.toml").read_text(encoding="utf-8"))


@cache
def _phrases(language: str = "") -> _Phrases:
    """The phrases of a language and of English, of all languages where it is not known."""
    entries = [_table()[name] for name in sorted({language, "en"})] if language in _table() else list(_table().values())

    def joined(name: str, around: str) -> re.Pattern[str]:
        parts = (part.replace("ς", "σ") for entry in entries for part in entry[name])
        return re.compile("|".join(around.format(part) for part in parts))

    return _Phrases(
        plain=joined("plain", "(?:{})"),
        missing=joined("missing", "(?:{})"),
        contrast=joined("contrast", r"(?:(?<=[,;] ){}(?!\w))"),
        advice=joined("advice", r"(?:(?<!\w){}(?!\w))"),
    )


@lru_cache(maxsize=16_384)
def says_nothing_is_known(sentence: str, language: str) -> bool:
    """Whether a sentence says that its speaker does not know, or that what was looked at does not hold the answer, and
    does not go on to answer. ``language`` (ISO 639-1) is that of the reply, and not believed of a short sentence.
    """
    return _said(_phrases(language if len(sentence) > _SHORT else "").plain, fold(sentence))


def _said(phrases: re.Pattern[str], folded: str) -> bool:
    match = phrases.search(folded)
    if match is None:
        return False
    turn = _phrases().contrast.search(folded, match.end())
    rest = folded[turn.end() :] if turn else ""
    goes_on = len(rest.split()) >= _WORDS_OF_AN_ANSWER
    return not goes_on or _phrases().advice.search(rest) is not None or phrases.search(rest) is not None


def refused(reply: Reply, sentences: Sequence[Sentence]) -> bool:
    """Whether the reply refuses. A reply that failed, or is empty, does not.

    Without a status it does if one of its first sentences says plainly that the answer is not known, and no other
    sentence cites a source. That something "is not mentioned" in a report may be an answer about that report, so it is
    a refusal only where the reply states nothing besides. ``sentences`` are those of the reply.
    """
    if reply.status is not None:
        return reply.status in {"not_in_documents", "declined"}
    listed = {citation.marker for citation in reply.citations}
    spoken = [sentence for sentence in sentences if sentence.kind in {"statement", "refusal"}]
    if any(
        sentence.kind == "statement" and not listed.isdisjoint(sentence.markers) and not _missing(sentence)
        for sentence in spoken
    ):
        return False
    if any(sentence.kind == "refusal" for sentence in spoken[:FIRST_SENTENCES]):
        return True
    weak = [sentence for sentence in spoken if _missing(sentence)]
    others = [sentence for sentence in spoken if not _missing(sentence) and not _advises(sentence)]
    return bool(weak) and not others and not any(not listed.isdisjoint(sentence.markers) for sentence in weak)


def _missing(sentence: Sentence) -> bool:
    return _said(_phrases().missing, fold(sentence.text))


def _advises(sentence: Sentence) -> bool:
    return _phrases().advice.search(fold(sentence.text)) is not None


def asks_back(reply: Reply, sentences: Sequence[Sentence]) -> bool:
    """Whether the reply ends in a question and makes no statement that cites a source."""
    listed = {citation.marker for citation in reply.citations}
    cites = any(sentence.kind == "statement" and not listed.isdisjoint(sentence.markers) for sentence in sentences)
    return bool(sentences) and sentences[-1].kind == "question" and not cites
