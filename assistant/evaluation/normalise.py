"""How an answer is compared with the strings of a case.

Kept apart from the text handling of the pipeline on purpose: an instrument that shares code with what it measures
cannot see that code's mistakes.
"""

from __future__ import annotations

import re
from collections import Counter

_QUOTES = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
    }
)
_MARKER_GROUP = re.compile(r"\[(\d+(?:\s*,\s*\d+)*)\]")
_LEADING_MARKERS = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")
_WORD = re.compile(r"\w+")


def normalise(text: str) -> str:
    """Lower case, typographic quotation marks made plain, each run of white space one space, none at the ends."""
    return " ".join(text.translate(_QUOTES).lower().split())


def markers(answer: str) -> list[int]:
    """Every marker of an answer in order, repeats included: ``"… [1, 3]. … [1]"`` gives ``[1, 3, 1]``."""
    return [int(number) for group in _MARKER_GROUP.findall(answer) for number in group.split(",")]


def without_markers(answer: str) -> str:
    """The answer as a reader reads it aloud: each marker goes with the white space before it."""
    return _LEADING_MARKERS.sub("", answer)


def first_words(text: str, count: int) -> str:
    """The first ``count`` words (runs of characters between white space), joined by single spaces."""
    return " ".join(text.split()[:count])


def word_counts(text: str) -> Counter[str]:
    """The words of a text, case folded, with how often each occurs; punctuation is no word."""
    return Counter(_WORD.findall(text.translate(_QUOTES).casefold()))
