"""The numbers that lead to notes ("… in detention.7"), known by running on from 1."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from itertools import count

from ingest.abbreviations import abbreviations
from ingest.document import Span

_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_MARK = re.compile(
    rf"""
    (?:
        (?: (?P<word> [^\W\d_]{{3}} ) | (?: [^\W\d_] | \d{{4}} | % ) [.,;!?…"'”’»)\]]{{1,3}} )
        (?P<close>
            (?: [1-9]\d{{0,2}} | [{_RAISED}]{{1,3}} ) (?! [\d\w%] | [.,:/-]\d )
          | (?: \s? \[\^? [1-9]\d{{0,2}} \] )+
        )
      | (?P<last> [^\W\d_]{{2,40}}+ ) ["'”’»)]* [.…] ["'”’»)]*
        (?P<apart> (?: \s{{1,3}} [1-9]\d{{0,2}} )+ ) (?= \s*\Z )
    )
    """,
    re.VERBOSE,
)
_HOLE = 2
"""Numbers at the most that may be missing in the row: their notes stand where no mark is looked for."""
_LEAST = 3
"""Numbers in the row from which on they count as marks."""


def find_note_marks(text: str, sentences: Iterable[Span], language: str = "en") -> tuple[Span, ...]:
    """The marks of notes within sentences of ``text``, which ascend; they ascend too, each with the white space before.

    A number behind a word or behind its punctuation could be anything ("covid19", "in 2019.5"). It is a mark where the
    text has such numbers from 1 up to it, and, right behind a word in small letters, where it is the only one. Apart
    from the text by a space it is one only behind the full stop of a whole word: not in "Poland: 7", "Art. 3".
    ``language`` chooses the abbreviations.
    """
    known = abbreviations(language)
    shortened = known.numbered | known.naming | known.joining
    matches = (match for sentence in sentences for match in _MARK.finditer(text, sentence.start, sentence.end))
    found = [
        (_number(match[match.lastgroup or 0]), match["word"] is not None, Span(*match.span(match.lastgroup or 0)))
        for match in matches
        if (match["word"] is None or match["word"].islower())
        and (match["last"] is None or match["last"].casefold() not in shortened)
    ]
    highest = _end_of_row({number for number, _, _ in found})
    often = Counter(number for number, _, _ in found)
    return tuple(span for number, glued, span in found if number <= highest and not (glued and often[number] > 1))


def _number(mark: str) -> int:
    digits = re.search(r"\d+", unicodedata.normalize("NFKC", mark))
    assert digits is not None, "each mark has a number"
    return int(digits[0])


def _end_of_row(numbers: set[int]) -> int:
    """The highest number to which the numbers run from 1 without a hole; 0 where they are too few."""
    highest = 0
    for number in count(1):
        if number in numbers:
            highest = number
        elif number - highest > _HOLE:
            return highest if sum(each <= highest for each in numbers) >= _LEAST else 0
    raise AssertionError("numbers end")
