"""Which headings of documents make a question that a person would ask."""

from __future__ import annotations

import re

from ingest.text import stems

_NUMBERED = re.compile(r"^(?:[0-9]{1,3}(?:[.)][0-9]{0,3})*|[IVXLC]{1,6}[.)]|[A-Za-z][.)])\s+")
_MOST, _LEAST = 80, 6
"""Characters of a heading that is asked about."""
_MOST_WORDS = 12
_OPENING, _CLOSING = "([{«“„‘", ")]}»”"
_UNENDED = frozenset(",;:-–—/&…")


def asked_heading(heading: str, language: str) -> str:
    """The words of a heading to ask about, without its number; "" where it makes no question: a fragment, capitals
    throughout, a number, a single word of no content.
    """
    said = _NUMBERED.sub("", " ".join(heading.split())).rstrip(".")
    words = said.split()
    if not (_LEAST <= len(said) <= _MOST and 2 <= len(words) <= _MOST_WORDS):
        return ""
    letters = [sign for sign in said if sign.isalpha()]
    if len(letters) < 0.7 * len(said.replace(" ", "")) or _shouts(letters):
        return ""
    # A heading that goes on elsewhere, or that is the end of another one.
    unended = _UNENDED - {";"} if language == "el" else _UNENDED  # there it is the question mark
    if said[0].islower() or not (said[0].isalpha() or said[0] in "¿«“„") or said[-1] in unended:
        return ""
    if sum(said.count(sign) for sign in _OPENING) != sum(said.count(sign) for sign in _CLOSING):
        return ""
    if is_question(said):
        return said
    # A last word without content ("and", "of the") is cut off; a heading without any is about nothing.
    return said if stems(words[-1], language) and len(stems(said, language)) > 1 else ""


def is_question(said: str) -> bool:
    """Whether it can be asked as it stands."""
    return said.endswith(("?", "؟", ";")) and len(said.split()) > 2


def _shouts(letters: list[str]) -> bool:
    cased = [sign for sign in letters if sign.isupper() or sign.islower()]
    return bool(cased) and sum(sign.isupper() for sign in cased) > 0.5 * len(cased)
