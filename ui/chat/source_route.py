"""``/source/{document}?start=&end=&quote=&also=``: the page that citations lead to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ingest.document import Page, Span
from ui.access.views import Views
from ui.answering import BROKEN, SourceText
from ui.chat.quoting import Reference, quotation_text
from ui.chat.sheet import sentence_sheet
from ui.chat.source_asked import Shown, asked_for, shown_in
from ui.chat.source_head import PageAround
from ui.chat.source_page import source_page
from ui.chat.source_signs import manner_of, without_signs
from ui.chat.texts import Texts, choose_language, texts
from ui.originals import Originals
from ui.sources import document_path, source_path
from ui.standing import Standing, standing


def source_router(views: Views, originals: Originals, today: Callable[[], date]) -> APIRouter:
    """The route, over the documents that whoever asks may see."""
    router = APIRouter()

    @router.get("/source/{document:path}", response_class=HTMLResponse)
    def source(request: Request, document: str, lang: str = "") -> HTMLResponse:
        """The document with its passage marked; one sentence with 404 where there is none, 503 until it is read."""
        said = texts(choose_language(lang, request.headers.get("accept-language")))
        root = f"{request.scope.get('root_path', '')}/"

        def sentence(name: str, status: int) -> HTMLResponse:
            return HTMLResponse(sentence_sheet(said.say(name), said, root), status_code=status)

        if not views.ready:
            return sentence("not_ready", 503)
        view = views.of(request.scope)
        try:
            found = view.source(document)
            holds = standing(found, view.source, today()) if found else Standing()
        except BROKEN:
            return sentence("not_ready", 503)
        if found is None:
            return sentence("not_found", 404)
        what = shown_in(found.text, asked_for(request.query_params))
        made = _Around(found, document, what, holds, said, root)
        base, on = views.base(request.scope), today().isoformat()
        around = made.around(originals, base, on)
        return HTMLResponse(source_page(found, what, around, said, root, request.query_params))

    return router


class _Around:
    """What of the page comes from elsewhere than the text."""

    def __init__(self, source: SourceText, document: str, what: Shown, holds: Standing, said: Texts, root: str) -> None:
        self._source, self._document, self._said, self._root = source, document, said, root
        self._passage, self._holds = what.passage, holds

    def around(self, originals: Originals, base: str, on: str) -> PageAround:
        address, name = self._original(originals)
        newer = self._holds.successor
        return PageAround(
            standing=self._holds,
            original=address,
            original_is=name,
            successor=f"{self._root}{document_path(newer)}?lang={self._said.language}" if newer else "",
            permalink=self._root + self._path(self._passage) if self._passage else "",
            quotation=self._quotation(self._passage, base, on) if self._passage else "",
        )

    def _path(self, passage: Span) -> str:
        words = self._source.text[passage.start : passage.end]
        return source_path(self._document, passage.start, passage.end, quote=words)

    def _quotation(self, passage: Span, base: str, on: str) -> str:
        source = self._source
        where = _Place(source, passage.start)
        reference = Reference(
            title=source.title,
            origin=where,
            standing=self._holds.words(self._said.words),
            url=source.url,
            address=base and base + self._path(passage),
            accessed=on,
        )
        words = without_signs(source.text[passage.start : passage.end], manner_of(source.path))
        return quotation_text(words, source.language, reference, self._said)

    def _original(self, originals: Originals) -> tuple[str, str]:
        """The address of the file and what it is called; "" twice where there is none to offer."""
        if (original := originals.find(self._source)) is None:
            return "", ""
        original.content.close()
        address = self._root + document_path(self._document, "original")
        ending = original.name.rpartition(".")[2].upper()
        page = page_at(self._source.pages, self._passage.start) if self._passage else None
        if original.kind != "pdf" or page is None:
            return address, ending
        return f"{address}#page={page}", f"{ending}, {self._said.say('page', page=page)}"


class _Place:
    """A place in a document as an origin."""

    def __init__(self, source: SourceText, at: int) -> None:
        self.publisher, self.authority, self.published = source.publisher, source.authority, source.published
        inside = next((section for section in source.sections if section.start <= at < section.end), None)
        self.section = inside.title if inside else ""
        self.page = page_at(source.pages, at)


def page_at(pages: Sequence[Page], at: int) -> int | None:
    """The number of the page that holds a place; None where there are no pages."""
    return next((page.number for page in reversed(pages) if page.start <= at), None)
