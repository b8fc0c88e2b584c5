"""What can be asked about an answer next: the same question in another way, and questions that the documents answer."""

from __future__ import annotations

from ui.chat.choosing import words_of
from ui.chat.rendering import as_lines, as_text
from ui.chat.texts import Texts
from ui.conversations import Exchange


def again_html(exchange: Exchange, texts: Texts) -> str:
    """The buttons that ask the question of an exchange again, and the one that gives it back to be changed."""
    number = exchange.number
    buttons = []
    if not exchange.answered:
        buttons.append(_button("retry", number, "try_again", texts))
    elif exchange.answer and exchange.answer.status == "answered":
        if exchange.form != "short":
            buttons.append(_button("shorter", number, "shorter", texts))
        if exchange.answer.mode == "generated" and exchange.form != "quotes":
            buttons.append(_button("quotes", number, "just_quotes", texts))
    # Beside the button, because attributes that could hold it do not survive sanitising.
    question = f'<span class="question-text" hidden>{as_lines(exchange.question, end="&#10;")}</span>'
    buttons.append(f'<span class="tool">{_button("edit", number, "edit_question", texts)}{question}</span>')
    return "".join(buttons)


def further_html(exchange: Exchange, texts: Texts) -> str:
    """Questions behind an answer; "" where there are none."""
    if not exchange.further:
        return ""
    buttons = "".join(
        f'<li><button class="further further-{exchange.number}-{n}" type="button" dir="auto">'
        f"{as_text(question)}</button></li>"
        for n, question in enumerate(exchange.further)
    )
    return f'<div class="further-questions"><h3>{as_text(texts.say("further"))}</h3><ul>{buttons}</ul></div>'


def manner_words(exchange: Exchange, texts: Texts) -> str:
    """How a question was asked, where that is not the usual way: its form, and which documents answer it; else ""."""
    said = []
    if exchange.form != "full":
        said.append(texts.say("asked_short" if exchange.form == "short" else "asked_quotes"))
    if exchange.within is not None:
        said.append(texts.say("asked_within", what=words_of(exchange.within, texts)))
    return texts.say("and_then").join(said)


def manner_html(exchange: Exchange, texts: Texts) -> str:
    """The same as a line; "" where there is nothing to say."""
    said = manner_words(exchange, texts)
    return f'<p class="manner">{as_text(said)}</p>' if said else ""


def _button(action: str, number: int, words: str, texts: Texts) -> str:
    return f'<button class="again {action} {action}-{number}" type="button">{as_text(texts.say(words))}</button>'
