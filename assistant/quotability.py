"""What speaks for a sentence as a quotation, besides its likeness to the question."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.cues import cues
from assistant.question import Question
from ingest.cut import Sentence
from ingest.document import BlockKind
from ingest.text import fold, words

_URL = re.compile(r"https?://|www\.", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_AFTER_A_WORD = re.compile(r"(?<=[^\W\d_][ ,(])([^\W\d_])[^\W\d_]+")

Test = Callable[[str, str], float]
"""From the wording of a sentence and the language of its document to a score from 0 to 1."""


def poor_quotation(sentence: Sentence, wording: str) -> float:
    """How little a sentence says by itself, from 0: fragments, sentences that break off, addresses, headings,
    notes, rows, lead-ins."""
    count = sum(word[0].isalpha() for word in words(wording))
    against = 0.0
    if count < 5:
        against += 2.0
    if _URL.search(wording) and count < 25:
        against += 1.5
    if sentence.kind is BlockKind.HEADING:
        against += 2.0
    if sentence.kind is BlockKind.FOOTNOTE:
        against += 1.5
    if sentence.kind is BlockKind.TABLE_ROW:
        against += 1.0
    if wording.endswith(":") or (sentence.kind is BlockKind.PARAGRAPH and wording[-1:].isalpha()):
        against += 0.7
    return against


def wanted_tests(question: Question) -> list[Test]:
    """Tests for the kind of answer that is wanted, each from 0 to 1."""
    tests: dict[str, Test] = {
        "number": lambda wording, language: float(holds_number(wording, language)),
        "date": lambda wording, _: float(bool(_YEAR.search(wording))),
        "person": lambda wording, _: float(_capitals(wording) >= 2),
        "place": lambda wording, _: min(_capitals(wording), 3) / 3,
    }
    return [tests[kind] for kind in sorted(question.wants) if kind in tests]


def _capitals(wording: str) -> int:
    """How many words begin with a capital without beginning the sentence: names, in most languages."""
    return sum(match.group(1).isupper() for match in _AFTER_A_WORD.finditer(wording))


def holds_number(wording: str, language: str) -> bool:
    """Whether a sentence of a document in ``language`` holds a number, in digits or in words."""
    numerals = cues(language).numerals
    return any(word[0].isdigit() or fold(word) in numerals for word in words(wording))
