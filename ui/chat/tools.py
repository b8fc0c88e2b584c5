"""What can be done with an answer, in a row below it, and with the whole conversation, at the head of the page."""

from __future__ import annotations

from collections.abc import Callable

from ui.chat.again import again_html, further_html
from ui.chat.copying import copied
from ui.chat.made import made_lines
from ui.chat.rendering import as_lines, as_text
from ui.chat.texts import Texts
from ui.conversations import Exchange

_LINE = "&#10;"
_SCRIPT_WORDS = ("downloaded", "download_failed")
"""Texts that the script says."""
_FEEDBACK_WORDS = (
    *("title", "right", "wrong", "wrong_source", "missing", "which", "comment", "with_question", "with_answer", "care"),
    *("preview", "exactly", "raw", "send", "change", "close", "thanks", "choose", "failed"),
)


def tools_html(exchange: Exchange, texts: Texts) -> str:
    """The row of an exchange that is over; "" before. Where nothing was answered there is nothing to keep."""
    if not exchange.over:
        return ""
    if not exchange.text:
        return f'<div class="tools">{again_html(exchange, texts)}</div>'
    tools, again = "".join(tool(exchange, texts) for tool in _TOOLS), again_html(exchange, texts)
    row = tools + again if exchange.answered else again + tools
    return f'<div class="tools">{row}</div>{further_html(exchange, texts)}{_printed(exchange, texts)}'


def keeping_html(texts: Texts, *, feedback: bool) -> str:
    """The menu for the conversation, with the words of the scripts; ``feedback`` is whether it is switched on."""
    inside = _exports("of-all", texts)
    inside += f'<button class="print-page" type="button">{as_text(texts.say("print"))}</button>'
    names = [*_SCRIPT_WORDS, *(f"feedback_{name}" for name in _FEEDBACK_WORDS if feedback)]
    words = "".join(f'<span class="word-{name}" hidden>{as_text(texts.say(name))}</span>' for name in names)
    menu = f'<summary>{as_text(texts.say("keep"))}</summary><div class="items">{inside}</div>'
    return (
        f'<div class="keeping{" with-feedback" if feedback else ""}" {texts.attributes}>'
        f'<details class="menu">{menu}</details>{words}</div>'
    )


def can_be_copied(exchange: Exchange) -> bool:
    """Whether there is something to quote: not in a refusal, and not in a failure without sources."""
    failed = exchange.answer is not None and exchange.answer.status == "failed"
    return bool(exchange.text) and not exchange.refused and (bool(exchange.citations) or not failed)


def _copy(exchange: Exchange, texts: Texts) -> str:
    if not can_be_copied(exchange):
        return ""
    words = f'<span class="before">{as_text(texts.say("copy"))}</span>'
    words += f'<span class="after">{as_text(texts.say("copied"))}</span>'
    # The text to copy lies hidden beside the button, because attributes that could hold it do not survive sanitising.
    # What of it is not on the screen is shown on paper.
    parts = copied(exchange, texts)
    inside = [
        f'<span class="copied-answer">{as_lines(parts.text, end=_LINE)}</span>',
        *([f'<span class="copied-sources">{as_lines(parts.sources, end=_LINE)}</span>'] if parts.sources else []),
        f'<span class="copied-made">{as_lines(parts.made, end=_LINE)}</span>',
    ]
    hidden = f'<span class="copy-text" hidden>{(_LINE * 2).join(inside)}</span>'
    return f'<span class="tool"><button class="copy" type="button">{words}</button>{hidden}</span>'


def _download(exchange: Exchange, texts: Texts) -> str:
    inside = _exports(f"of-{exchange.number}", texts)
    summary = f"<summary>{as_text(texts.say('download'))}</summary>"
    return f'<details class="tool menu">{summary}<div class="items">{inside}</div></details>'


def _feedback(exchange: Exchange, texts: Texts) -> str:
    """Shown where the menu of the conversation says that feedback is switched on."""
    named = as_text(texts.say("feedback"))
    return (
        f'<span class="tool"><button class="give-feedback of-{exchange.number}" type="button">{named}</button></span>'
    )


_TOOLS: tuple[Callable[[Exchange, Texts], str], ...] = (_copy, _download, _feedback)
"""The row, piece by piece: what makes one, "" where it does not apply."""


def _exports(number: str, texts: Texts) -> str:
    return "".join(
        f'<button class="export as-{form} {number}" type="button">{as_text(texts.say(word))}</button>'
        for form, word in (("docx", "as_word"), ("markdown", "as_markdown"))
    )


def _printed(exchange: Exchange, texts: Texts) -> str:
    """What only paper says: who wrote the answer, where the row has no text to copy, and what it was made with."""
    by, *made_with = made_lines(exchange, texts)
    lines = made_with if can_be_copied(exchange) else [by, *made_with]
    return f'<p class="printed" hidden>{as_text(" ".join(lines))}</p>' if lines else ""
