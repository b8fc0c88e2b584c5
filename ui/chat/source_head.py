"""What stands above the text of a document: what it is, whether it still holds, and ways into it and out of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.document import Span
from ui.answering import SourceText
from ui.chat.sheet import shown
from ui.chat.source_asked import Shown
from ui.chat.source_signs import manner_of, without_signs
from ui.chat.texts import Texts, direction
from ui.plain_text import plain_line
from ui.sources import PASSAGE, speaker
from ui.standing import Standing

WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'@\\/?#]+([/?#][^\s<>\"']*)?", re.IGNORECASE)
"""Without a name before the host, which makes it look like another."""
_FEWEST_CONTENTS = 3
_LONGEST_BEGINNING = 90
_SAID = {"moved": "moved", "gone": "gone", "found_again": "found_again"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAround:
    """What of a page does not come from the document alone. ``original`` is the address of its file ("" where there is
    none to offer) and ``original_is`` what it is called besides; ``successor`` is the address of the newer version,
    ``permalink`` that of the marked passage, ``quotation`` the text to copy.
    """

    standing: Standing
    original: str = ""
    original_is: str = ""
    successor: str = ""
    permalink: str = ""
    quotation: str = ""


def head(source: SourceText, what: Shown, around: PageAround, texts: Texts) -> str:
    """Title and origin, the original, and the way to the passage."""
    return (
        f'<header class="origin"><h1><bdi>{shown(source.title)}</bdi></h1>{_origin(source, texts)}'
        f"{_standing(around, texts)}{_originals(source, around, texts)}{_way(what, texts)}{_tools(around, texts)}"
        "</header>"
    )


def small_head(source: SourceText, around: PageAround, texts: Texts) -> str:
    """The same in two lines, for eyes alone: it stays when the head has gone. What to know before relying on the
    document comes first, because little of the second line may be seen.
    """
    holds = "".join(f'<bdi class="over">{shown(said)}</bdi> · ' for said in around.standing.words(texts.words))
    return (
        f'<div class="stay{" warned" if holds else ""}" aria-hidden="true">'
        f'<p class="name"><bdi>{shown(plain_line(source.title))}</bdi></p>'
        f'<p class="meta">{holds}{_who_and_when(source, texts)}</p></div>'
    )


def contents(headings: Sequence[tuple[int, str, int]], texts: Texts) -> str:
    """Links to the headings: (number of the section, its heading, its level from 1)."""
    if len(headings) < _FEWEST_CONTENTS:
        return ""
    items = "".join(
        f'<li class="level-{min(level, 4)}"><a href="#section-{index}"><bdi>{shown(heading)}</bdi></a></li>'
        for index, heading, level in headings
    )
    return f'<details class="contents"><summary>{shown(texts.say("contents"))}</summary><ul>{items}</ul></details>'


def others_html(source: SourceText, others: Sequence[Span], texts: Texts) -> str:
    """Jumps to what else was cited in the same conversation."""
    if not others:
        return ""
    way = direction(source.language)
    items = "".join(
        f'<li><a href="#also-{number}"><bdi lang="{shown(source.language)}" dir="{way}">'
        f"{shown(_beginning(source, span))}</bdi></a></li>"
        for number, span in enumerate(others, start=1)
    )
    return (
        f'<details class="besides" open><summary>{shown(texts.say("also_cited"))}</summary>'
        f'<ol class="others">{items}</ol></details>'
    )


def _beginning(source: SourceText, span: Span) -> str:
    words = plain_line(without_signs(source.text[span.start : span.end], manner_of(source.path)))
    return words if len(words) <= _LONGEST_BEGINNING else f"{words[:_LONGEST_BEGINNING].rsplit(' ', 1)[0]} …"


def _who_and_when(source: SourceText, texts: Texts) -> str:
    who = speaker(source.publisher, source.authority, texts.words)
    label = ' class="third-party"' if source.authority == "third_party" else ""
    parts = [f"<bdi{label}>{shown(who)}</bdi>"] if who else []
    parts.append(f"<bdi>{shown(source.published or texts.words['undated'])}</bdi>")
    return " · ".join(parts)


def _origin(source: SourceText, texts: Texts) -> str:
    return f'<p class="meta">{_who_and_when(source, texts)}</p>'


def _standing(around: PageAround, texts: Texts) -> str:
    said = [f"<bdi>{shown(words)}</bdi>" for words in around.standing.words(texts.words)]
    if not said:
        return ""
    if around.successor:
        said[0] = f'<a href="{shown(around.successor)}">{said[0]}</a>'
    return f'<p class="over">{" · ".join(said)}</p>'


def _originals(source: SourceText, around: PageAround, texts: Texts) -> str:
    html = ""
    if url := plain_line(source.url):
        # Only the web: a link can do other things. The reader sees where it leads.
        link = f'<a href="{shown(url)}" rel="noopener noreferrer nofollow">{shown(url)}</a>'
        address = link if WEB_ADDRESS.fullmatch(url) else shown(url)
        html += f'<p class="original">{shown(texts.say("original"))}: <bdi dir="ltr">{address}</bdi></p>'
    if around.original:
        name = f"{shown(texts.say('open_original'))} (<bdi>{shown(around.original_is)}</bdi>)"
        html += f'<p class="original"><a href="{shown(around.original)}">{name}</a></p>'
    return html


def _way(what: Shown, texts: Texts) -> str:
    html = f'<p class="fate" role="note">{shown(texts.say(_SAID[what.fate]))}</p>' if what.fate in _SAID else ""
    if what.passage is not None:
        html += f'<p class="way"><a href="#{PASSAGE}">{shown(texts.say("to_passage"))}</a></p>'
    return html


def _tools(around: PageAround, texts: Texts) -> str:
    """Without a script there is the link, and the quotation to select; buttons come with the script."""
    if not around.permalink:
        return ""
    link, quote = shown(texts.say("copy_link")), shown(texts.say("copy_quotation"))
    done = f'<span class="after" hidden>{shown(texts.say("copied"))}</span>'
    return (
        f'<p class="tools"><a class="permalink" href="{shown(around.permalink)}">{shown(texts.say("link"))}</a>'
        f'<button class="copy-link" type="button" hidden><span class="before">{link}</span>{done}</button>'
        f'<button class="copy-quotation" type="button" hidden><span class="before">{quote}</span>{done}</button></p>'
        f'<details class="quoting"><summary>{shown(texts.say("quotation"))}</summary>'
        f'<p class="quotation" dir="auto">{shown(around.quotation)}</p></details>'
        '<p class="unseen" role="status"></p>'
    )
