"""Sentences whose evidence is weaker than word for word: a quiet sign behind each, explained below the answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, get_args

from assistant.answer import AnswerSentence, Support
from ui.chat.rendering import Doubt, as_text, filled
from ui.chat.texts import Texts
from ui.conversations import Exchange

WEAKER: Final = tuple(support for support in get_args(Support) if support != "supported")
"""What is not simply supported. That needs no sign: it is what an answer promises."""

_LEGENDS = {"partial": "doubt_partial", "not_assessable": "not_assessable"}


def doubts(exchange: Exchange, texts: Texts) -> list[Doubt]:
    """The signs of an exchange, in the places of its sentences."""
    return [
        Doubt(sentence.start, sentence.end, _sign(exchange, sentence, texts))
        for sentence in exchange.sentences
        if sentence.support in WEAKER
    ]


def legend(exchange: Exchange, texts: Texts) -> Iterator[str]:
    """One line for each kind of sign that stands in the answer, as HTML. The signs lead to it."""
    for support in WEAKER:
        if count := sum(sentence.support == support for sentence in exchange.sentences):
            said = filled(texts.words[_LEGENDS[support]], count=count)
            place = f'class="note legend doubt-{support}" id="{_place(exchange, support)}" tabindex="-1"'
            yield f"<p {place}><span>{said}</span></p>"


def _sign(exchange: Exchange, sentence: AnswerSentence, texts: Texts) -> str:
    # The sign itself comes from the style sheet, so that copied text is the text of the answer.
    said = f'<span class="says" {texts.attributes}>{as_text(texts.say(f"doubt_{sentence.support}_here"))}</span>'
    return f'<a class="doubt doubt-{sentence.support}" href="#{_place(exchange, sentence.support)}">{said}</a>'


def _place(exchange: Exchange, support: Support) -> str:
    return f"doubt-{exchange.number}-{support}"
