"""What a passage is known by when its document was read again: how many words it has, and a hash of them.

A word is a run of letters and digits, NFKC and without case, so that white space, line breaks and punctuation may
change between two readings. The hash is that of Karp and Rabin (1987), which moves from one window of words to the next
in constant time: all of a text is searched in one pass.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

from ingest.document import Span

_MODULUS = 2**61 - 1
_BASE = 1_000_003
# With the accents and vowel signs that stand as characters of their own behind their letter.
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\xad])*")
_WRITTEN = re.compile(r"([1-9]\d{0,5})-([0-9a-f]{16})")


class Fingerprint(NamedTuple):
    """``words`` is at least 1; ``hash`` is below 2**61."""

    words: int
    hash: int

    def __str__(self) -> str:
        return f"{self.words}-{self.hash:016x}"


def fingerprint(quote: str) -> Fingerprint | None:
    """The fingerprint of a quote; None where it has no words."""
    values = [value for _, value in _words(quote)]
    return Fingerprint(len(values), _hash(values)) if values else None


def written_fingerprint(text: str) -> Fingerprint | None:
    """The fingerprint whose ``str`` is ``text``; None where there is none."""
    found = _WRITTEN.fullmatch(text)
    return Fingerprint(int(found[1]), int(found[2], 16)) if found else None


def locate(text: str, wanted: Fingerprint, near: Span) -> Span | None:
    """Where the quote of a fingerprint stands in ``text``: at ``near`` where it still does, else in the place whose
    start is nearest to that of ``near``; None where it stands nowhere. A second for two million characters, about.
    """
    if 0 <= near.start < near.end <= len(text) and fingerprint(text[near.start : near.end]) == wanted:
        return near
    return min(_places(text, wanted), key=lambda place: abs(place.start - near.start), default=None)


def _places(text: str, wanted: Fingerprint) -> Iterator[Span]:
    words, values = list[re.Match[str]](), list[int]()
    for word, value in _words(text):
        words.append(word)
        values.append(value)
    count = wanted.words
    if count > len(values):
        return
    leaving = pow(_BASE, count, _MODULUS)
    hashed = _hash(values[:count])
    for first in range(len(values) - count + 1):
        if hashed == wanted.hash:
            yield Span(words[first].start(), words[first + count - 1].end())
        if first + count < len(values):
            hashed = (hashed * _BASE + values[first + count] - values[first] * leaving) % _MODULUS


def _hash(values: list[int]) -> int:
    hashed = 0
    for value in values:
        hashed = (hashed * _BASE + value) % _MODULUS
    return hashed


def _words(text: str) -> Iterator[tuple[re.Match[str], int]]:
    """The words in order, each with a number of its own."""
    numbers: dict[str, int] = {}
    for word in _WORD.finditer(text):
        written = word[0]
        number = numbers.get(written)
        if number is None:
            folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", written).casefold()).replace(
                "\xad", ""
            )
            number = int.from_bytes(blake2b(folded.encode("utf-8", "replace"), digest_size=7).digest())
            numbers[written] = number
        yield word, number
