"""An answer that the documents do not hold: what may help whoever asked."""

from __future__ import annotations

from ui.chat.choosing import reset_html, sentence_of
from ui.chat.rendering import as_text
from ui.chat.texts import Texts
from ui.conversations import Exchange

LIBRARY = "library"
"""Where the documents are listed, from the page."""


def help_html(exchange: Exchange, texts: Texts) -> str:
    """Ways on below a refusal; "" below an answer."""
    if not exchange.refused:
        return ""
    ways = []
    if exchange.was_question:
        if exchange.within is not None:
            ways.append(f"{as_text(sentence_of(exchange.within, texts))} {reset_html(texts)}")
        ways.append(as_text(texts.say("help_words")))
        if not exchange.citations:
            ways.append(as_text(texts.say("help_one")))
    ways.append(f'<a href="{LIBRARY}?lang={texts.language}">{as_text(texts.say("help_library"))}</a>')
    items = "".join(f"<li>{way}</li>" for way in ways)
    return f'<div class="ways-on"><h3>{as_text(texts.say("help"))}</h3><ul>{items}</ul></div>'
