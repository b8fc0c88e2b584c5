"""An answer → plain text to paste elsewhere: the answer, its sources, and who wrote it."""

from __future__ import annotations

import re
from typing import NamedTuple

from ui.chat.made import made_by
from ui.chat.quoted_words import quoted_words
from ui.chat.rendering import BOLD, EMPHASISED, unescaped
from ui.chat.texts import Texts
from ui.conversations import Exchange
from ui.plain_text import plain, plain_line
from ui.sources import origin, passage_path

_QUOTED = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)


class Copied(NamedTuple):
    """The pieces of the text: the answer, the list of its sources with its heading or "", and who wrote it."""

    text: str
    sources: str
    made: str


def answer_words(text: str) -> str:
    """The text of an answer without signs of Markdown."""
    text = BOLD.sub(r"\1", _QUOTED.sub("", plain(text)))
    return unescaped(EMPHASISED.sub(r"\1", text)).strip()


def copied(exchange: Exchange, texts: Texts) -> Copied:
    """The text without signs of Markdown, its sources by their markers, and a line that says how it was made."""
    sources = []
    for citation in exchange.citations:
        about = exchange.about(citation)
        where = " · ".join([origin(citation, texts.words), *about.words(texts.words)])
        sources.append(f"[{citation.marker}] “{quoted_words(citation, about)}” {where}")
        if citation.url:
            sources.append(plain_line(citation.url))
        if exchange.base:
            sources.append(texts.say("passage_at", address=exchange.base + passage_path(citation)))
    listed = "\n".join([texts.say("sources"), *sources]) if sources else ""
    return Copied(answer_words(exchange.text), listed, made_by(exchange, texts))
