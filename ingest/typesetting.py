"""What setting a text in lines has put into its words: hyphens at line ends, quotation signs at line beginnings."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.document import Span
from ingest.text import stop_words

_BROKEN = re.compile(r"(?<![^\W\d_])([^\W\d_]{2,})[-‐](\s{1,40})([^\W\d_]{2,})")
_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_QUOTED = re.compile(r"(?:(?<=\n)|\A)[ \t]{0,8}(?:>[ \t]?){1,5}")


def find_typesetting(text: str, pieces: Iterable[Span], language: str) -> tuple[Span, ...]:
    """The stretches of ``text`` that are no part of its wording, within ``pieces``, ascending and apart.

    A hyphen before a line break divides one word ("undocu- mented") or joins two ("long- term"); before a mere space
    it may also wait for a later word ("pre- and postnatal"). What the text itself writes elsewhere decides. Where it
    says nothing, one before a space stays as it is, and so does one before a function word of ``language``; the others
    divide words, unless the text has the second half as a word or its other hyphens at line ends join words. Only
    words whose second half begins with a small letter are looked at.
    """
    known = _known(text)
    pieces = sorted(pieces)
    broken = [match for piece in pieces for match in _BROKEN.finditer(text, piece.start, piece.end)]
    told = [_divides(match, known) for match in broken]
    divides_others = told.count(True) >= told.count(False)
    found = [Span(*match.span()) for piece in pieces for match in _QUOTED.finditer(text, piece.start, piece.end)]
    for match, divides in zip(broken, told, strict=True):
        first, space, second = match.group(1, 2, 3)
        if not (first[-1].islower() and second[0].islower()):
            continue
        if divides is None:
            if "\n" not in space or second.casefold() in stop_words(language):
                continue
            divides = divides_others and second.casefold() not in known  # noqa: PLW2901
        found.append(Span(match.end(1) if divides else match.end(1) + 1, match.end(2)))
    return tuple(sorted(found))


def _divides(match: re.Match[str], known: frozenset[str]) -> bool | None:
    """Whether a hyphen divides a word or joins two, as far as the text shows."""
    halves = match.group(1).casefold(), match.group(3).casefold()
    if "".join(halves) in known:
        return True
    return False if "-".join(halves) in known else None


def blank_quotation_signs(text: str) -> str:
    """The text with spaces in place of the signs in front of quoted lines ("> "); as long as before."""
    return _QUOTED.sub(lambda match: " " * len(match.group()), text)


def _known(text: str) -> frozenset[str]:
    """The words and hyphenated compounds that the text writes without a break, folded by case."""
    return frozenset(word.casefold().replace("‐", "-") for word in _WORD.findall(_BROKEN.sub(" ", text)))
