"""The words of a citation as every card, note and copy shows them."""

from __future__ import annotations

import re

from assistant.answer import Citation
from ui.chat.source_signs import manner_of, without_signs
from ui.plain_text import plain, plain_line
from ui.sources import quotation
from ui.standing import Standing

_ITEM = re.compile(r"\n[ \t]*([-*+•‣◦▪●○])[ \t]+([^\n]+)")
"""An item of a list behind other lines: its sign, and its words."""
_ENOUGH = 24
"""Characters of an item that tell where it stands in the words on one line."""


def quoted_words(cited: Citation, about: Standing) -> str:
    """The quoted words on one line, without the signs of Markdown that its file has, and with a dot before each item of
    a list but a first one.
    """
    return shown_words(quotation(cited), cited.quote, about.path)


def shown_words(line: str, quote: str, path: str) -> str:
    """The same of the words of ``quote`` on one ``line``, which may leave some out; ``path`` names the file."""
    return without_signs(_with_dots(line, plain(quote)), manner_of(path))


def _with_dots(line: str, quote: str) -> str:
    """The signs of the items of ``quote`` as dots in ``line``, where each is found behind the one before."""
    at = 0
    for item in _ITEM.finditer(quote):
        words = f" {item[1]} {plain_line(item[2])[:_ENOUGH]}"
        place = line.find(words, at)
        if place >= 0:
            line = f"{line[:place]} •{line[place + 1 + len(item[1]) :]}"
            at = place + len(words)
    return line
