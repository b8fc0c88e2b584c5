"""Where documents disagree: a small table with the words of each, who says them and when."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.answer import Citation, Conflict
from ui.chat.quoted_words import quoted_words
from ui.chat.rendering import Marked, as_text, filled
from ui.chat.texts import Texts
from ui.conversations import Exchange
from ui.sources import speaker


def differences_html(exchange: Exchange, texts: Texts, chip: Marked) -> str:
    """One table for each disagreement of an answer; "" for none."""
    cited = {citation.marker: citation for citation in exchange.citations}
    return "".join(
        _Table(exchange, texts, chip).html(conflict, [cited[marker] for marker in conflict.markers if marker in cited])
        for conflict in exchange.conflicts
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """One disagreement of an answer."""

    exchange: Exchange
    texts: Texts
    chip: Marked

    def html(self, conflict: Conflict, cited: list[Citation]) -> str:
        texts = self.texts
        heads = "".join(f'<th scope="col">{as_text(texts.say(name))}</th>' for name in ("who", "when", "says"))
        # What the organisation said last is what it says now; the date of a third party makes nothing old.
        latest = max((each.published or "" for each in cited if each.authority == "own"), default="")
        rows = "".join(self._row(each, latest) for each in cited)
        caption = filled(texts.words["differ"], about=conflict.about)
        return (
            f'<table class="differ" {texts.attributes}><caption>{caption}</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        )

    def _row(self, cited: Citation, latest: str) -> str:
        texts = self.texts
        who = speaker(cited.publisher, cited.authority, texts.words)
        label = ' class="third-party"' if cited.authority == "third_party" else ""
        speaks = f"<bdi{label}>{as_text(who)}</bdi>" if who else ""
        date = f"<bdi>{as_text(cited.published or texts.words['undated'])}</bdi>"
        if cited.authority == "own" and cited.published and _before(cited.published, latest):
            date += f' <span class="older">{as_text(texts.say("older"))}</span>'
        words = as_text(quoted_words(cited, self.exchange.about(cited)))
        return (
            f'<tr><th scope="row"><bdi class="title">{as_text(cited.title)}</bdi> {speaks}</th><td>{date}</td>'
            f'<td><q dir="auto">{words}</q> {self.chip(cited.marker)}</td></tr>'
        )


def _before(date: str, other: str) -> bool:
    """Whether one date is surely before another; each is a year, a month or a day, and a year may hold the other."""
    known = min(len(date), len(other))
    return date[:known] < other[:known]
