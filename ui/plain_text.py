"""Text of documents, questions and errors → text that cannot steer the program that shows it."""

from __future__ import annotations

import re

_ESCAPE_SEQUENCES = re.compile(
    # What follows an introducer ends at the next one, so that the time stays linear in the text.
    r"(?:\x1b\]|\x9d)[^\x07\x1b\x90\x98\x9c-\x9f\n]*+(?:\x07|\x1b\\|\x9c|$)"  # command: window titles, links
    r"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x90\x98\x9c-\x9f\n]*+(?:\x1b\\|\x9c|$)"  # device control
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # colours, cursor movement, erasing
    r"|\x1b[ -/]*[0-~]?"
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Overrides and isolates of writing direction can make a line read differently from what it says.
_DIRECTION = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
# Never seen and never needed: they part words for a search, and can carry text that nobody sees.
_UNSEEN = re.compile(r"[\u200b\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
_LONE_SURROGATES = re.compile(r"[\ud800-\udfff]")


def plain(text: str) -> str:
    """``text`` without terminal escape sequences, control characters (line feed and tab stay), direction overrides and
    characters that are never seen.

    Halves of surrogate pairs, which no UTF-8 stream takes, become U+FFFD.
    """
    text = _ESCAPE_SEQUENCES.sub("", text.replace("\r\n", "\n"))
    text = _UNSEEN.sub("", _DIRECTION.sub("", _CONTROLS.sub("", text)))
    return _LONE_SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)


def plain_line(text: str) -> str:
    """``plain`` on one line: each run of white space is one space, none at the ends."""
    return " ".join(plain(text).split())
