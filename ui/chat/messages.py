"""Exchanges → the messages of the chat: each question, and what came of it so far."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import TypedDict

from ui.chat.again import manner_html
from ui.chat.differences import differences_html
from ui.chat.doubts import doubts, legend
from ui.chat.library_words import language_name
from ui.chat.links import card_id, chip_id, source_address
from ui.chat.quoted_words import quoted_words
from ui.chat.refusals import help_html
from ui.chat.rendering import Marked, as_lines, as_text, filled, markdown_html
from ui.chat.texts import DEFAULT_LANGUAGE, Texts, direction
from ui.chat.tools import tools_html
from ui.conversations import Exchange


class Message(TypedDict):
    """One message as the chat component takes it."""

    role: str
    content: str


def messages(exchanges: Iterable[Exchange], texts: Texts) -> list[Message]:
    """A message of the user and one of the assistant for each exchange."""
    return [
        message
        for exchange in exchanges
        for message in (
            Message(role="user", content=question_html(exchange, texts)),
            Message(role="assistant", content=answer_html(exchange, texts)),
        )
    ]


def question_html(exchange: Exchange, texts: Texts) -> str:
    """The question: a heading, so that screen readers can go from one to the next."""
    # With a direction of its own it does not decide on that of the question.
    unseen = f'<span class="unseen" dir="{texts.direction}">{as_text(texts.say("asked"))}&#58; </span>'
    question = f'<h2 dir="auto">{unseen}{as_lines(exchange.question)}</h2>'
    return f'<div class="asked" {texts.attributes}>{question}{manner_html(exchange, texts)}</div>'


def answer_html(exchange: Exchange, texts: Texts) -> str:
    """The state while there is more to come, quotes until there is text, the text, and what to know besides."""
    parts = [_state(exchange, texts)]
    if exchange.text:
        chip = chips(exchange, texts)
        parts += [_said(exchange, texts, chip), differences_html(exchange, texts, chip), _notes(exchange, texts)]
        parts += [help_html(exchange, texts), _trouble(exchange, texts), tools_html(exchange, texts)]
    else:
        parts += [_trouble(exchange, texts), tools_html(exchange, texts), _quotes(exchange)]
    classes = f"turn turn-{exchange.number} is-{'over' if exchange.over else 'running'}"
    return f'<div class="{classes}" {texts.attributes}>{"".join(parts)}</div>'


def _state(exchange: Exchange, texts: Texts) -> str:
    if exchange.over:
        return ""
    said = texts.say("queued", before=exchange.before) if exchange.before else texts.say(exchange.state)
    return f'<p class="state">{as_text(said)}</p>'


def _said(exchange: Exchange, texts: Texts, chip: Marked) -> str:
    way = direction(exchange.language) if exchange.language else "auto"
    language = f' lang="{as_text(exchange.language)}"' if exchange.language else ""
    html = markdown_html(exchange.text, chip, doubts(exchange, texts), partial(_quoted, exchange))
    return f'<div class="said"{language} dir="{way}">{html}</div>'


def chips(exchange: Exchange, texts: Texts) -> Marked:
    """Markers as number chips that lead to the source, the first of each with the id that its card leads back to."""
    known = {citation.marker: citation for citation in exchange.citations}
    seen: set[int] = set()

    def chip(marker: int) -> str:
        citation = known.get(marker)
        if citation is None:
            return ""
        first = "" if marker in seen else f' id="{chip_id(exchange.number, marker)}"'
        seen.add(marker)
        title = as_text(texts.say("source", number=marker, title=citation.title))
        address = as_text(source_address(citation, texts.language))
        # The brackets are for copied text: a chip shows the bare number.
        number = f'<span class="unseen">&#91;</span>{marker}<span class="unseen">&#93;</span>'
        to_card = card_id(exchange.number, marker)
        return f'<a class="marker {to_card}"{first} href="{address}" title="{title}">{number}</a>'

    return chip


def _quotes(exchange: Exchange) -> str:
    """The verified quotes that were found, as long as there is no text made from them."""
    if not exchange.evidence:
        return ""
    items = "".join(
        f'<li dir="auto"><q>{as_text(quoted_words(found, exchange.about(found)))}</q> '
        f"<cite>{as_text(found.title)}</cite></li>"
        for found in exchange.evidence
    )
    return f'<ul class="quotes">{items}</ul>'


def _notes(exchange: Exchange, texts: Texts) -> str:
    """What the signs in the answer mean, warnings, and how much of a draft was left out."""
    lines = [_english(warning, texts) for warning in exchange.warnings]
    if others := _other_languages(exchange):
        names = ", ".join(language_name(code, texts) for code in others)
        lines.insert(0, filled(texts.words["other_language"], languages=names))
    if exchange.removed:
        lines.append(filled(texts.words["removed"], count=exchange.removed))
    return "".join(legend(exchange, texts)) + _paragraphs("note", lines)


def _quoted(exchange: Exchange, markers: Collection[int]) -> str:
    """What tells quotations apart: the language that they are in, and that they are a third party's words."""
    cited = [citation for citation in exchange.citations if citation.marker in markers]
    spoken = {exchange.about(citation).language for citation in cited}
    language = f' lang="{as_text(spoken.pop())}"' if len(spoken) == 1 and "" not in spoken else ""
    others = bool(cited) and all(citation.authority == "third_party" for citation in cited)
    return language + (' class="of-third-party"' if others else "")


def _other_languages(exchange: Exchange) -> tuple[str, ...]:
    """The languages of the sources of an answer, if one of them is not that of the answer."""
    spoken = (exchange.about(citation).language for citation in exchange.citations)
    found = tuple(dict.fromkeys(language for language in spoken if language not in ("", "und")))
    return found if exchange.language and set(found) - {exchange.language} else ()


def _trouble(exchange: Exchange, texts: Texts) -> str:
    if exchange.state == "stopped":
        return _paragraphs("trouble calm", [as_text(texts.say("stopped"))])
    if exchange.state != "failed":
        return ""
    if exchange.reason != "failed":
        return _paragraphs("trouble calm", [as_text(texts.say(exchange.reason, seconds=exchange.retry_after_s))])
    failed = "" if texts.language == DEFAULT_LANGUAGE else f"{as_text(texts.say('failed'))} "
    return _paragraphs("trouble", [failed + _english(exchange.trouble, texts)])


def _english(sentence: str, texts: Texts) -> str:
    """A sentence that is English whatever the language of the page."""
    said = as_text(sentence)
    return said if texts.language == DEFAULT_LANGUAGE else f'<span lang="{DEFAULT_LANGUAGE}" dir="ltr">{said}</span>'


def _paragraphs(kind: str, lines: Sequence[str]) -> str:
    return "".join(f'<p class="{kind}">{line}</p>' for line in lines)
