"""Text of questions, answers and passages made fit to be shown: nothing in it is invisible, and it is not too long."""

from __future__ import annotations

import re

_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff"
    "\U000e0000-\U000e007f]"
)
"""Control characters, overrides of the direction of writing, separators, halves of surrogate pairs, tags: what shows
text other than it is. Joiners and direction marks stay, since scripts need them."""


def visible(text: str) -> str:
    """The text with such characters written as ``⟨U+202E⟩``; a carriage return is a line end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", lines)


def on_one_line(text: str) -> str:
    """The same with every run of white space as one space."""
    return " ".join(visible(text).split())


def shortened(text: str, limit: int) -> str:
    """At most ``limit`` code points and " […]" of the text, cut between words where there are any."""
    if len(text) <= limit:
        return text
    cut = text[:limit]
    space = cut.rfind(" ", limit * 3 // 4)
    return (cut[:space] if space > 0 else cut).rstrip() + " […]"
