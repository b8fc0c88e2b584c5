"""Text that was damaged before it was saved: it is read as it is, and a note says what is odd."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_MOST_REPLACED = 0.005
"""Of all characters."""

_ENCODINGS = {"cp1252": 0.01, "cp1250": 0.3, "cp1251": 0.3, "cp1253": 0.3, "cp1254": 0.3}
"""As which UTF-8 is mistaken, and the share of the characters beyond ASCII that then stands in such sequences.

Read as Western European, UTF-8 shows sequences that no language writes; those of other encodings are parts of words
("Рі" is good Ukrainian), and stand in their thousands only where everything is garbled.
"""
_FEWEST = 3
"""Sequences; a document about encodings shows one or two."""

# Letters of Latin, Greek, Cyrillic, Hebrew and Arabic, and the punctuation of Europe: what garbled sequences stand for.
_SOUGHT = (
    *range(0xC0, 0x180), *range(0x218, 0x21C), *range(0x388, 0x3CF), *range(0x401, 0x45D), *range(0x5D0, 0x5EB),
    *range(0x621, 0x64B),
    0xAB, 0xBB, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x201E, 0x2022, 0x2026, 0x20AC,
)  # fmt: skip
_CLOSING = frozenset("\xa0«»‹›“”„‘’‚–—…")
"""What stands rightly after a capital letter (»SMÅ«, “NAÇÃ”): two of such characters are no sequence."""


def oddities(text: str, path: Path) -> tuple[str, ...]:
    """A sentence for each thing that is odd about the characters of ``text``, read from ``path``; often none."""
    notes = []
    if (replaced := text.count(_REPLACEMENT)) > _MOST_REPLACED * len(text):
        notes.append(
            f"{path} has lost {replaced:,} of its characters before it was saved ({_REPLACEMENT}); "
            "put the original in its place."
        )
    if example := _garbled(text):
        notes.append(
            f'{path} has letters that were garbled before it was saved (such as "{example}"), and is read as it is; '
            "save the original again as UTF-8."
        )
    return tuple(notes)


def _garbled(text: str) -> str | None:
    """The first sequence of UTF-8 read as something else, where these are too many for chance."""
    if text.isascii():
        return None
    beyond = sum(map(len, re.findall(r"[^\x00-\x7f]+", text)))
    for encoding, share in _ENCODINGS.items():
        found = _sequences(encoding).findall(text)
        if len(found) >= _FEWEST and sum(map(len, found)) >= share * beyond:
            return str(found[0])
    return None


@cache
def _sequences(encoding: str) -> re.Pattern[str]:
    """What matches the sought characters written in UTF-8 and read in ``encoding``."""
    follow: defaultdict[str, list[str]] = defaultdict(list)
    for code in _SOUGHT:
        first, *rest = (bytes([byte]).decode(encoding, errors="ignore") or chr(byte) for byte in chr(code).encode())
        if not (len(rest) == 1 and rest[0] in _CLOSING):
            follow[first].append(re.escape("".join(rest)))
    return re.compile("|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in follow.items()))
