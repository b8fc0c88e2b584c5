"""Long forms with their abbreviations: "Council of Europe (CoE)" → what "CoE" stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.evaluation.authoring.phrasing import Phrasing
from assistant.evaluation.authoring.proposals import Draft

_BEHIND = re.compile(r"\((?P<short>[^\W\d_]{2,10})\)")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_COMPOUND = 8
"""Letters from which on a word can be put together of two: "Bundesamt" is "BA"."""
_MAX_SKIPPED = 4
"""Small words between those whose first letters count."""


class LongForm(NamedTuple):
    """An abbreviation, what it stands for, and where both stand in the text."""

    short: str
    long: str
    start: int
    end: int


def long_forms(text: str) -> Iterator[LongForm]:
    """The abbreviations in brackets whose letters begin the words before them."""
    for match in _BEHIND.finditer(text):
        short = match["short"]
        if sum(letter.isupper() for letter in short) < 2 or not short[0].isupper() or short.endswith("s"):
            continue  # a plural is not what is looked up
        start = _beginning(text[: match.start()], short)
        if start is not None:
            yield LongForm(short, text[start : match.start()].strip(), start, match.end())


def question_about(form: LongForm, of: Phrasing) -> Draft:
    """What the abbreviation stands for."""
    return Draft(question=of.acronym.format(short=form.short), facts=(form.long,), way="abbreviation")


def _beginning(before: str, short: str) -> int | None:
    """Where the long form begins: each letter is the first of a word, in order, and no capital is left over."""
    if not before or not before.endswith(" "):
        return None
    letters = [letter.casefold() for letter in short if letter.isupper()]
    words = [(m.start(), part) for m in _WORD.finditer(before) for part in m[0].split("-") if part]
    skipped = 0
    while words and letters:
        start, word = words.pop()
        if before[start:].strip()[-1] in ".;:!?":
            return None
        taken = _letters_of(word, letters)
        if taken and (word[0].isupper() or len(word) > 3):
            del letters[-taken:]
            if not letters:
                return start if word[0].isupper() else None
        elif word[0].isupper() or skipped == _MAX_SKIPPED:
            return None
        else:
            skipped += 1
    return None


def _letters_of(word: str, letters: list[str]) -> int:
    """How many of the last letters a word stands for: its first, or those of the parts of a compound in order."""
    folded = word.casefold()
    if folded[0] == letters[-1]:
        return 1
    if len(letters) < 2 or len(word) < _COMPOUND or folded[0] != letters[-2]:
        return 0
    return 2 if letters[-1] in folded[2:] else 0
