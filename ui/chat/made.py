"""Who made an answer, when and with what, in words that the page, its copies and its files say alike."""

from __future__ import annotations

from ui.chat.again import manner_words
from ui.chat.texts import Texts
from ui.conversations import Exchange
from ui.plain_text import plain_line


def made_by(exchange: Exchange, texts: Texts) -> str:
    """Who made it and when. A model "wrote" only what is known to be written by one."""
    # Behind Arabic letters the parts of a date would change places.
    date = exchange.asked_on if texts.direction == "ltr" else f"\u200e{exchange.asked_on}\u200e"
    answer = exchange.answer
    if answer is None or answer.status != "answered":
        return texts.say("made_by", date=date)
    if answer.mode == "extractive":
        return texts.say("made_of_quotations", date=date)
    model = plain_line(answer.made_with.language_model)
    return texts.say("made_by_model", date=date, model=model) if model else texts.say("made_by", date=date)


def made_lines(exchange: Exchange, texts: Texts) -> list[str]:
    """The same, how it was asked for, and the index that it was made from."""
    lines = [made_by(exchange, texts)]
    if manner := manner_words(exchange, texts):
        lines.append(manner)
    if exchange.answer is not None:
        lines.append(texts.say("kept_index", generation=plain_line(exchange.answer.made_with.index_generation)))
    return lines
