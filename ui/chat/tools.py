"""What can be done with an answer, in a row below it."""

from __future__ import annotations

from ui.chat.copying import copied_text
from ui.chat.rendering import as_lines, as_text
from ui.chat.texts import Texts
from ui.conversations import Exchange


def tools_html(exchange: Exchange, texts: Texts) -> str:
    """The row of an exchange that is over; "" before."""
    if not exchange.over:
        return ""
    return f'<div class="tools">{_copy(exchange, texts)}</div>'


def _copy(exchange: Exchange, texts: Texts) -> str:
    words = f'<span class="before">{as_text(texts.say("copy"))}</span>'
    words += f'<span class="after">{as_text(texts.say("copied"))}</span>'
    # The text to copy lies hidden beside the button, because attributes that could hold it do not survive sanitising.
    hidden = f'<span class="copy-text" hidden>{as_lines(copied_text(exchange, texts), end="&#10;")}</span>'
    return f'<span class="tool"><button class="copy" type="button">{words}</button>{hidden}</span>'
