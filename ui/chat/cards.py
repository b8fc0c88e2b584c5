"""Exchanges → the cards beside the chat: the exact words that each answer stands on, and where they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Citation
from ui.chat.library_words import language_name
from ui.chat.links import card_id, chip_id, cited_besides, source_address
from ui.chat.quoted_words import quoted_words
from ui.chat.quoting import Reference, quotation_text
from ui.chat.rendering import as_lines, as_text, filled
from ui.chat.texts import Texts, direction
from ui.conversations import Exchange
from ui.plain_text import plain_line
from ui.sources import passage_path, speaker
from ui.standing import Standing


def cards_html(exchanges: Sequence[Exchange], texts: Texts) -> str:
    """The cards of the latest exchange of a conversation."""
    if not exchanges:
        return _panel("sources", f'<p class="quiet">{as_text(texts.say("no_sources_yet"))}</p>', texts)
    return _panel(_heading(exchanges[-1]), _Cards(exchanges[-1], exchanges, texts).all(), texts)


def earlier_html(earlier: Sequence[Exchange], conversation: Sequence[Exchange], texts: Texts) -> str:
    """The cards of earlier exchanges behind their questions, the latest first; "" for none. Their links also lead to
    what else ``conversation`` cites of the same documents.
    """
    folded = "".join(
        f"<details><summary>{filled(texts.words['earlier'], question=exchange.question)}</summary>"
        f"{_Cards(exchange, conversation, texts).cited()}</details>"
        for exchange in reversed(earlier)
        if exchange.citations
    )
    return f'<div class="earlier" {texts.attributes}>{folded}</div>' if folded else ""


def _heading(latest: Exchange) -> str:
    if latest.refused and latest.citations:
        return "near"
    return "found" if latest.evidence and not latest.citations else "sources"


def _panel(heading: str, inside: str, texts: Texts) -> str:
    return f'<section class="cards" {texts.attributes}><h2>{as_text(texts.say(heading))}</h2>{inside}</section>'


@dataclass(frozen=True, slots=True)
class _Cards:
    """The cards of one exchange of a conversation."""

    exchange: Exchange
    conversation: Sequence[Exchange]
    texts: Texts

    def all(self) -> str:
        """What the text cites so far, with its numbers; then what was found besides, without numbers."""
        exchange, texts = self.exchange, self.texts
        html = self.cited() if exchange.citations else ""
        if exchange.uncited:
            html += f'<h2 class="besides">{as_text(texts.say("also_found"))}</h2>' if html else ""
            html += f"<ul>{''.join(self._found(cited) for cited in exchange.uncited)}</ul>"
        quiet = texts.say("nothing_cited" if exchange.refused else "no_sources" if exchange.over else "no_sources_yet")
        return html or f'<p class="quiet">{as_text(quiet)}</p>'

    def cited(self) -> str:
        return f"<ol>{''.join(self._numbered(cited) for cited in self.exchange.citations)}</ol>"

    def _numbered(self, cited: Citation) -> str:
        number, texts = self.exchange.number, self.texts
        back = f'<a class="back" href="#{chip_id(number, cited.marker)}">{as_text(texts.say("back"))}</a>'
        before = f'<span class="number">{cited.marker}</span> '
        opening = f'<li class="{_kind(cited)}" id="{card_id(number, cited.marker)}" tabindex="-1">'
        return f"{opening}{self._card(cited, before, back)}</li>"

    def _found(self, cited: Citation) -> str:
        return f'<li class="{_kind(cited)}">{self._card(cited, "", "")}</li>'

    def _card(self, cited: Citation, number: str, back: str) -> str:
        title, texts, about = as_text(cited.title), self.texts, self.exchange.about(cited)
        address = as_text(source_address(cited, texts.language, cited_besides(cited, self.conversation)))
        unseen = f'<span class="unseen">&#58; {title}</span>'
        read = f'<a class="read" href="{address}">{as_text(texts.say("read"))}{unseen}</a>'
        over = "".join(f"<bdi>{as_text(said)}</bdi>" for said in about.words(texts.words))
        over = f'<p class="over">{over}</p>' if over else ""
        return (
            f'<h3>{number}<bdi class="title">{title}</bdi></h3>{self._meta(cited)}{over}'
            f"<blockquote{_language(about)}><mark>{as_text(quoted_words(cited, about))}</mark></blockquote>"
            f'{self._in_language(about)}<p class="card-links">{read}{self._copy(cited, unseen)}{back}</p>'
        )

    def _meta(self, cited: Citation) -> str:
        """Publisher, date, section and page, as far as known."""
        texts = self.texts
        who = speaker(cited.publisher, cited.authority, texts.words)
        label = ' class="third-party"' if cited.authority == "third_party" else ""
        parts = [f"<bdi{label}>{as_text(who)}</bdi>"] if who else []
        parts.append(f"<bdi>{as_text(cited.published or texts.words['undated'])}</bdi>")
        if plain_line(cited.section):
            parts.append(filled(texts.words["section"], section=cited.section))
        if cited.page is not None:
            parts.append(filled(texts.words["page"], page=cited.page))
        return f'<p class="meta">{" · ".join(parts)}</p>'

    def _in_language(self, about: Standing) -> str:
        """The language of the quote where it is not that of the page."""
        if not about.language or about.language == self.texts.language:
            return ""
        name = language_name(about.language, self.texts)
        return f'<p class="meta">{filled(self.texts.words["in_language"], language=name)}</p>'

    def _copy(self, cited: Citation, unseen: str) -> str:
        texts, about, base = self.texts, self.exchange.about(cited), self.exchange.base
        reference = Reference(
            title=cited.title,
            origin=cited,
            standing=about.words(texts.words),
            url=cited.url,
            address=base and base + passage_path(cited),
            accessed=self.exchange.asked_on,
        )
        text = quotation_text(quoted_words(cited, about), about.language, reference, texts)
        words = f'<span class="before">{as_text(texts.say("copy_quotation"))}{unseen}</span>'
        words += f'<span class="after">{as_text(texts.say("copied"))}</span>'
        # As in the row below an answer: attributes that could hold the text do not survive sanitising.
        hidden = f'<span class="copy-text" hidden>{as_lines(text, end="&#10;")}</span>'
        return f'<span class="tool"><button class="copy" type="button">{words}</button>{hidden}</span>'


def _kind(cited: Citation) -> str:
    return "card of-third-party" if cited.authority == "third_party" else "card"


def _language(about: Standing) -> str:
    if not about.language:
        return ' dir="auto"'
    return f' lang="{as_text(about.language)}" dir="{direction(about.language)}"'
