"""Words as somebody types them, and where they stand in a text: case and accents make no difference, and the last word
may be a beginning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from ingest.document import Span
from ingest.text import fold

MOST_WORDS = 12
"""Words of one search that count; whoever types more has described enough."""
LONGEST_WORD = 64
"""Letters of a word that count."""
_BEGINNING = 4
"""Letters from which a word also stands for longer ones that it begins: "migrant" for "migrants"."""

# Letters and digits with the marks that belong to them; accents may stand apart, as may vowel signs of Arabic, Hebrew
# and the scripts of India.
_SIGNS = "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_SIGNS}\u0900-\u0963\u0966-\u0dff\u200c\u200d])*")
# Letters that Unicode does not take apart, as a keyboard without them writes them; the stroke that only makes Arabic
# words longer, and joiners.
_PLAINER = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "œ": "oe", "æ": "ae", "\u0640": "", "\u200c": "", "\u200d": ""}
)
_ARABIC_ARTICLE = re.compile(r"(?:[وفبك]?ال|لل)(?=\w{3})")


class Typed(NamedTuple):
    """One word that was typed: any of its ``forms`` counts; ``open`` is whether it may be the beginning of another."""

    forms: tuple[str, ...]
    open: bool


@lru_cache(maxsize=65_536)
def forms(word: str) -> tuple[str, ...]:
    """What a word is compared by: itself folded, and without the article that Arabic writes in one with it."""
    folded = fold(word.casefold().translate(_PLAINER)).translate(_PLAINER)[:LONGEST_WORD]
    bare = _ARABIC_ARTICLE.sub("", folded, count=1) if folded[:1] in "والفبكل" else folded
    return (folded,) if bare == folded else (folded, bare)


def words_of(text: str) -> list[str]:
    """The words and numbers of a text as they stand there, in order."""
    return _WORD.findall(text)


def typed_words(text: str) -> tuple[Typed, ...]:
    """What somebody has typed so far, each word once: the last may go on, and so may any of a few letters or more."""
    found = [forms(word) for word in words_of(text)[:MOST_WORDS]]
    last = len(found) - 1
    typed: dict[tuple[str, ...], bool] = {}
    for at, each in enumerate(found):
        if each[0]:
            typed[each] = typed.get(each, False) or at == last or len(each[0]) >= _BEGINNING
    return tuple(Typed(each, may_go_on) for each, may_go_on in typed.items())


def stands_for(typed: Typed, word: str) -> bool:
    """Whether a word of a text is one that was typed, or begins with it."""
    return any(
        here.startswith(wanted) if typed.open else here == wanted for here in forms(word) for wanted in typed.forms
    )


def places(text: str, typed: Sequence[Typed]) -> Iterator[tuple[Span, int]]:
    """Where words that were typed stand in a text, in order, each with the index of the first that it stands for."""
    for word in _WORD.finditer(text):
        for index, each in enumerate(typed):
            if stands_for(each, word[0]):
                yield Span(word.start(), word.end()), index
                break


def holds_all(text: str, typed: Sequence[Typed]) -> bool:
    """Whether each of the words stands in the text; nothing typed stands nowhere."""
    there = words_of(text)
    return bool(typed) and all(any(stands_for(each, word) for word in there) for each in typed)
