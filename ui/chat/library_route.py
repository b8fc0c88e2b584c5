"""``/library``: the documents, and a search in them. What somebody types is sent in the body of a request, never in an
address, which proxies write down.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import anyio
from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ui.access.views import Views
from ui.answering import BROKEN
from ui.chat.library_page import MOST_CHARACTERS, Chosen, Shelf, found_html, library_page, sentence_html
from ui.chat.sheet import LIBRARY, sentence_sheet
from ui.chat.texts import Texts, choose_language, texts
from ui.errors import LimitReached
from ui.plain_text import plain_line

if TYPE_CHECKING:
    from assistant.library import DocumentSummary

MOST_PASSAGES = 20
_AT_A_TIME = 16
"""Searches that are worked on at a time; the others wait, and take no thread from the page."""


def library_router(views: Views, today: Callable[[], date]) -> APIRouter:
    """The routes, over the documents that whoever asks may see."""
    router, library = APIRouter(), _Library(views, today)

    @router.get(f"/{LIBRARY}", response_class=HTMLResponse)
    async def listed(request: Request) -> HTMLResponse:
        """All documents; one sentence with 503 until they are read."""
        return await library.answer(request, Chosen(), whole=True)

    @router.post(f"/{LIBRARY}", response_class=HTMLResponse)
    async def searched(request: Request) -> HTMLResponse:
        """What was chosen in the form, as a page of its own."""
        return await library.answer(request, chosen_in(await request.body()), whole=True)

    @router.post(f"/{LIBRARY}/found", response_class=HTMLResponse)
    async def found(request: Request) -> HTMLResponse:
        """The same for the script of the page: the part with what was found."""
        return await library.answer(request, chosen_in(await request.body()), whole=False)

    return router


class _Library:
    def __init__(self, views: Views, today: Callable[[], date]) -> None:
        self._views, self._today = views, today
        self._limiter = anyio.CapacityLimiter(_AT_A_TIME)

    async def answer(self, request: Request, chosen: Chosen, *, whole: bool) -> HTMLResponse:
        said = texts(choose_language(request.query_params.get("lang"), request.headers.get("accept-language")))
        root = f"{request.scope.get('root_path', '')}/"
        if self._views.ready:
            try:
                return await to_thread.run_sync(
                    lambda: self._made(request, chosen, said, root, whole=whole), limiter=self._limiter
                )
            except BROKEN:
                pass  # whoever asks a question is told what is wrong
        sentence = said.say("not_ready")
        html = sentence_sheet(sentence, said, root) if whole else sentence_html(sentence)
        return HTMLResponse(html, status_code=503)

    def _made(self, request: Request, chosen: Chosen, said: Texts, root: str, *, whole: bool) -> HTMLResponse:
        status, found, headers = 200, "", dict[str, str]()
        narrowed = bool(chosen.publisher or chosen.kind)
        # With each key that is typed only what was found goes out, and mostly the list is needed for nothing.
        documents = self._views.of(request.scope).documents() if whole or narrowed else ()
        if chosen.words:
            ids = frozenset(each.id for each in documents if chosen.takes(each)) if narrowed else None
            try:
                looked_up = self._views.of(request.scope, ids).look_up(chosen.words, MOST_PASSAGES)
                found = found_html(looked_up, chosen, said, root)
            except LimitReached as limit:
                status, headers = 429, {"Retry-After": str(limit.retry_after_s)}
                found = sentence_html(said.say("looked_up_often", seconds=limit.retry_after_s))
        html = self._page(documents, chosen, found, said, root) if whole else found or sentence_html("")
        return HTMLResponse(html, status_code=status, headers=headers)

    def _page(self, documents: tuple[DocumentSummary, ...], chosen: Chosen, found: str, said: Texts, root: str) -> str:
        facts = self._views.index_facts()
        made = facts.made.date() if facts and facts.made else None
        shelf = Shelf(documents=documents, made=made, today=self._today())
        return library_page(shelf, chosen, found, said, root)


def chosen_in(body: bytes) -> Chosen:
    """What a form says; anything that it cannot say is as if it were not there."""
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=20)
    except ValueError:
        return Chosen()
    said = {name: values[0] for name, values in fields.items()}
    page = said.get("page", "")
    return Chosen(
        words=plain_line(said.get("words", ""))[:MOST_CHARACTERS],
        publisher=said.get("publisher", ""),
        kind=said.get("kind", ""),
        order="title" if said.get("order") == "title" else "newest",
        page=int(page) if page.isascii() and page.isdecimal() and 0 < len(page) < 6 and int(page) else 1,
    )
