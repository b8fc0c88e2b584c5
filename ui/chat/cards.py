"""Exchanges → the cards beside the chat: the exact words that each answer stands on, and where they are."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Citation
from ui.chat.links import card_id, chip_id, source_address
from ui.chat.rendering import as_text, filled
from ui.chat.texts import Texts
from ui.conversations import Exchange
from ui.plain_text import plain_line
from ui.sources import quotation, speaker


def cards_html(exchanges: Sequence[Exchange], texts: Texts) -> str:
    """The cards of the latest exchange, and behind their questions those of the earlier ones, the latest first."""
    if not exchanges:
        return _panel("sources", f'<p class="quiet">{as_text(texts.say("no_sources_yet"))}</p>', texts)
    latest, earlier = exchanges[-1], exchanges[-2::-1]
    folded = "".join(
        f"<details><summary>{filled(texts.words['earlier'], question=exchange.question)}</summary>"
        f"{_cited(exchange, texts)}</details>"
        for exchange in earlier
        if exchange.citations
    )
    folded = f'<div class="earlier">{folded}</div>' if folded else ""
    heading = "found" if latest.evidence and not latest.citations else "sources"
    return _panel(heading, _cards(latest, texts) + folded, texts)


def _panel(heading: str, inside: str, texts: Texts) -> str:
    return f'<section class="cards" {texts.attributes}><h2>{as_text(texts.say(heading))}</h2>{inside}</section>'


def _cards(exchange: Exchange, texts: Texts) -> str:
    """What the text cites so far, with its numbers; then what was found besides, without numbers."""
    html = _cited(exchange, texts) if exchange.citations else ""
    if exchange.uncited:
        html += f'<h2 class="besides">{as_text(texts.say("also_found"))}</h2>' if html else ""
        html += f"<ul>{''.join(_found(cited, texts) for cited in exchange.uncited)}</ul>"
    quiet = texts.say("no_sources" if exchange.over else "no_sources_yet")
    return html or f'<p class="quiet">{as_text(quiet)}</p>'


def _cited(exchange: Exchange, texts: Texts) -> str:
    return f"<ol>{''.join(_numbered(exchange, cited, texts) for cited in exchange.citations)}</ol>"


def _numbered(exchange: Exchange, cited: Citation, texts: Texts) -> str:
    back = f'<a class="back" href="#{chip_id(exchange.number, cited.marker)}">{as_text(texts.say("back"))}</a>'
    number = f'<span class="number">{cited.marker}</span> '
    opening = f'<li class="card" id="{card_id(exchange.number, cited.marker)}" tabindex="-1">'
    return f"{opening}{_card(cited, texts, number, back)}</li>"


def _found(cited: Citation, texts: Texts) -> str:
    return f'<li class="card">{_card(cited, texts, "", "")}</li>'


def _card(cited: Citation, texts: Texts, number: str, back: str) -> str:
    title = as_text(cited.title)
    address = as_text(source_address(cited, texts.language))
    read = f'<a class="read" href="{address}">{as_text(texts.say("read"))}<span class="unseen">&#58; {title}</span></a>'
    return (
        f'<h3>{number}<bdi class="title">{title}</bdi></h3>{_meta(cited, texts)}'
        f'<blockquote dir="auto"><mark>{as_text(quotation(cited))}</mark></blockquote>'
        f'<p class="card-links">{read}{back}</p>'
    )


def _meta(cited: Citation, texts: Texts) -> str:
    """Publisher, date, section and page, as far as known."""
    who = speaker(cited.publisher, cited.authority, texts.words)
    label = ' class="third-party"' if cited.authority == "third_party" else ""
    parts = [f"<bdi{label}>{as_text(who)}</bdi>"] if who else []
    parts.append(f"<bdi>{as_text(cited.published or texts.words['undated'])}</bdi>")
    if plain_line(cited.section):
        parts.append(filled(texts.words["section"], section=cited.section))
    if cited.page is not None:
        parts.append(filled(texts.words["page"], page=cited.page))
    return f'<p class="meta">{" · ".join(parts)}</p>'
