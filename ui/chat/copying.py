"""An answer → plain text to paste elsewhere: the answer, its sources, and who wrote it."""

from __future__ import annotations

import re

from ui.chat.rendering import unescaped
from ui.chat.texts import Texts
from ui.conversations import Exchange
from ui.plain_text import plain, plain_line
from ui.sources import origin, quotation

_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_QUOTED = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)


def copied_text(exchange: Exchange, texts: Texts) -> str:
    """The text without signs of Markdown, its sources by their markers, and a line that says a machine wrote it."""
    text = unescaped(_BOLD.sub(r"\1", _QUOTED.sub("", plain(exchange.text)))).strip()
    sources = []
    for citation in exchange.citations:
        sources.append(f"[{citation.marker}] “{quotation(citation)}” {origin(citation, texts.words)}")
        if citation.url:
            sources.append(plain_line(citation.url))
    listed = "\n".join([texts.say("sources"), *sources]) if sources else ""
    made_by = texts.say("made_by", date=exchange.asked_on)
    return "\n\n".join(part for part in (text, listed, made_by) if part)
