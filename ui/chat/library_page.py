"""The library: every document that a reader may see, and a search for words in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Literal

from ingest.document import Span
from ingest.typed_words import places, typed_words
from ui.chat.library_words import (
    date_html,
    document_address,
    facts_html,
    marked,
    notes_html,
    speaker_html,
    title_link,
    validity_html,
)
from ui.chat.sheet import LIBRARY, sheet, shown
from ui.chat.texts import Texts, direction
from ui.plain_text import plain_line
from ui.sources import source_path

if TYPE_CHECKING:
    from assistant.library import DocumentSummary
    from assistant.looking_up import LookedUp, PassageLookedUp

Order = Literal["newest", "title"]

A_PAGE = 100
"""Documents that are listed at once."""
MOST_CHARACTERS = 200
"""Characters of what is looked for."""
_FEWEST_TO_FILTER = 8
_NOTHING_YET = '<div id="found"></div>'
_AUTHORITIES = {"own": 0, "unstated": 1, "third_party": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a reader chose in the form: "" is everything; ``page`` counts from 1."""

    words: str = ""
    publisher: str = ""
    kind: str = ""
    order: Order = "newest"
    page: int = 1

    def takes(self, document: DocumentSummary) -> bool:
        """Whether a document is of the kind and the publisher that were chosen."""
        return (not self.publisher or plain_line(document.publisher) == self.publisher) and (
            not self.kind or plain_line(document.kind) == self.kind
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """All documents that a reader may see, the day on which the index was made and that of today."""

    documents: tuple[DocumentSummary, ...]
    made: date | None
    today: date

    @property
    def titles(self) -> Mapping[str, str]:
        """The titles by id."""
        return {document.id: document.title for document in self.documents}


def library_page(shelf: Shelf, chosen: Chosen, found: str, texts: Texts, root: str) -> str:
    """The page. ``found`` is what was found for the words that were chosen, as HTML; "" where there are none."""
    size = texts.say(
        "library_size", documents=len(shelf.documents), passages=sum(each.chunks for each in shelf.documents)
    )
    parts = [size, *([texts.say("index_made", date=shelf.made.isoformat())] if shelf.made else [])]
    body = (
        f"<header><h1>{shown(texts.say('library'))}</h1><p>{shown(texts.say('library_about'))}</p>"
        f'<p class="meta">{shown(" · ".join(parts))}</p></header>'
        f'<form id="look-up" class="look-up" method="post" action="{shown(root)}{LIBRARY}?lang={texts.language}" '
        f'role="search">{_search(chosen, texts)}{_filters(shelf.documents, chosen, texts)}'
        f'<p id="looked-up" class="unseen" role="status"></p>'
        f"{found or _NOTHING_YET}{'' if found else _list(shelf, chosen, texts, root)}</form>"
    )
    return sheet(texts.say("library"), body, texts, root, here=LIBRARY)


def found_html(found: LookedUp, chosen: Chosen, texts: Texts, root: str) -> str:
    """What was found: documents, then passages, with the words marked."""
    if not found.documents and not found.passages:
        ask = f'<a href="{shown(root)}?lang={texts.language}">{shown(texts.say("ask_here"))}</a>'
        return f'<section id="found"><p class="count">{shown(texts.say("nothing_found"))} {ask}</p></section>'
    counted = (("found_documents", found.documents_found), ("found_passages", found.passages_found))
    count = " · ".join(texts.say(name, count=number) for name, number in counted if number)
    typed = typed_words(chosen.words)
    documents = "".join(
        f'<li class="{document.authority}">'
        f"<h3>{_marked_title(document, [span for span, _ in places(plain_line(document.title), typed)], texts, root)}"
        f"</h3>{facts_html(document, texts)}</li>"
        for document in found.documents
    )
    passages = "".join(_passage(passage, texts, root) for passage in found.passages)
    return (
        f'<section id="found"><p class="count">{shown(count)}</p>'
        + _group("documents_found", found.documents_found, len(found.documents), documents, texts)
        + _group("passages_found", found.passages_found, len(found.passages), passages, texts)
        + f'<p><a href="{shown(root)}{LIBRARY}?lang={texts.language}" class="all">{shown(texts.say("all_documents"))}'
        "</a></p></section>"
    )


def sentence_html(sentence: str) -> str:
    """A sentence in place of what was found."""
    return f'<section id="found"><p class="count">{shown(sentence)}</p></section>'


def _group(name: str, count: int, here: int, items: str, texts: Texts) -> str:
    if not items:
        return ""
    more = f'<p class="meta">{shown(texts.say("first_of_many", shown=here))}</p>' if here < count else ""
    return f'<h2>{shown(texts.say(name, count=count))}</h2>{more}<ul class="documents">{items}</ul>'


_APART = ' target="_blank" rel="noopener"'
"""What was found stays where it is: nothing that somebody typed is kept, so it could not be found again."""


def _marked_title(document: DocumentSummary, marks: Sequence[Span], texts: Texts, root: str) -> str:
    address = document_address(document.id, texts, root)
    return title_link(document.id, document.title, address, document.language, marks, _APART)


def _passage(found: PassageLookedUp, texts: Texts, root: str) -> str:
    address = shown(f"{root}{source_path(found.document, found.start, found.end, texts.language)}")
    section = plain_line(found.section)
    parts = [
        speaker_html(found.publisher, found.authority, texts),
        date_html(found.published, texts),
        f'<bdi dir="auto">{shown(texts.say("section", section=section))}</bdi>' if section else "",
        shown(texts.say("page", page=found.page)) if found.page is not None else "",
    ]
    link = title_link(found.document, found.title, address, found.language, more=_APART)
    return (
        f'<li class="{found.authority}"><h3>{link}</h3>'
        f'<p class="meta">{" · ".join(part for part in parts if part)}</p>'
        f'<p class="words" lang="{shown(found.language)}" dir="{direction(found.language)}">'
        f"{marked(found.text, found.marks)}</p></li>"
    )


def _search(chosen: Chosen, texts: Texts) -> str:
    # Spelling is not looked up: some browsers send what is typed to a service for that.
    return (
        f'<label for="words">{shown(texts.say("look_up"))}</label><div class="box">'
        f'<input type="search" id="words" name="words" value="{shown(chosen.words)}" maxlength="{MOST_CHARACTERS}" '
        'dir="auto" autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="search" '
        f'aria-describedby="look-up-how"><button>{shown(texts.say("look_up_button"))}</button></div>'
        f'<p id="look-up-how" class="meta">{shown(texts.say("look_up_how"))}</p>'
    )


def _filters(documents: Sequence[DocumentSummary], chosen: Chosen, texts: Texts) -> str:
    if len(documents) < _FEWEST_TO_FILTER:
        return ""
    publishers = sorted({plain_line(each.publisher) for each in documents} - {""}, key=str.casefold)
    kinds = sorted({plain_line(each.kind) for each in documents} - {""}, key=str.casefold)
    every = ("", texts.say("all_of_them"))
    orders = [(order, texts.say(f"order_{order}")) for order in ("newest", "title")]
    selects = [
        _select("publisher", "by_publisher", [every, *((each, each) for each in publishers)], chosen.publisher, texts),
        _select("kind", "by_kind", [every, *((each, each) for each in kinds)], chosen.kind, texts),
        _select("order", "in_order", orders, chosen.order, texts),
    ]
    return f'<div class="filters">{"".join(selects)}<button>{shown(texts.say("show_these"))}</button></div>'


def _select(name: str, label: str, options: Sequence[tuple[str, str]], value: str, texts: Texts) -> str:
    if len(options) < 2 or (len(options) == 2 and not options[0][0]):
        return ""  # nothing to choose
    items = "".join(
        f'<option value="{escape(each)}"{" selected" if each == value else ""}>{escape(text)}</option>'
        for each, text in options
    )
    return f'<label>{shown(texts.say(label))} <select name="{name}" dir="auto">{items}</select></label>'


def _list(shelf: Shelf, chosen: Chosen, texts: Texts, root: str) -> str:
    kept = ordered([document for document in shelf.documents if chosen.takes(document)], chosen.order)
    pages = max(1, -(-len(kept) // A_PAGE))
    page = min(chosen.page, pages)
    titles = shelf.titles
    items = "".join(
        f'<li class="{document.authority}"><h3>{_title(document, texts, root)}</h3>{facts_html(document, texts)}'
        f"{validity_html(document, titles, shelf.today, texts, root)}{notes_html(document, texts)}</li>"
        for document in kept[(page - 1) * A_PAGE : page * A_PAGE]
    )
    if not items:
        return f'<section id="all"><p>{shown(texts.say("none_like_that"))}</p></section>'
    return (
        f'<section id="all"><h2>{shown(texts.say("all_documents"))}</h2><ul class="documents">{items}</ul>'
        f"{_paging(page, pages, texts)}</section>"
    )


def _title(document: DocumentSummary, texts: Texts, root: str) -> str:
    address = document_address(document.id, texts, root)
    return title_link(document.id, document.title, address, document.language)


def _paging(page: int, pages: int, texts: Texts) -> str:
    if pages == 1:
        return ""
    ways = [
        f'<button name="page" value="{to}">{shown(texts.say(name))}</button>' if 1 <= to <= pages else ""
        for to, name in ((page - 1, "page_before"), (page + 1, "page_after"))
    ]
    where = f"<span>{shown(texts.say('page_number', page=page, pages=pages))}</span>"
    return f'<p class="paging">{where.join(ways)}</p>'


def ordered(documents: Sequence[DocumentSummary], order: Order) -> list[DocumentSummary]:
    """By title, or the organisation's own first and in these the newest first."""
    by_title = sorted(documents, key=lambda document: plain_line(document.title).casefold())
    if order == "title":
        return by_title
    newest = sorted(by_title, key=lambda document: document.published or "", reverse=True)
    return sorted(newest, key=lambda document: _AUTHORITIES.get(document.authority, len(_AUTHORITIES)))
