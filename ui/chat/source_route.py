"""``/source/{document}?start=&end=``: the page that citations lead to."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from assistant.errors import AssistantError
from ingest.document import Span
from ingest.errors import IngestError
from ui.access.views import Views
from ui.chat.sheet import sentence_sheet
from ui.chat.source_page import source_page
from ui.chat.texts import choose_language, texts
from vectorstore.errors import VectorStoreError

_LONGEST_NUMBER = 12


def source_router(views: Views) -> APIRouter:
    """The route, over the documents that whoever asks may see."""
    router = APIRouter()

    @router.get("/source/{document:path}", response_class=HTMLResponse)
    def source(request: Request, document: str, start: str = "", end: str = "", lang: str = "") -> HTMLResponse:
        """The document with its passage marked; one sentence with 404 where there is none, 503 until it is read."""
        said = texts(choose_language(lang, request.headers.get("accept-language")))
        root = f"{request.scope.get('root_path', '')}/"

        def sentence(name: str, status: int) -> HTMLResponse:
            return HTMLResponse(sentence_sheet(said.say(name), said, root), status_code=status)

        if not views.ready:
            return sentence("not_ready", 503)
        try:
            found = views.of(request.scope).source(document)
        except (AssistantError, VectorStoreError, IngestError):
            return sentence("not_ready", 503)
        if found is None:
            return sentence("not_found", 404)
        return HTMLResponse(source_page(found, _span(start, end), said, root))

    return router


def _span(start: str, end: str) -> Span | None:
    """What the address names; None where it names nothing, and a span that stands nowhere where it is no span."""
    if not start and not end:
        return None
    if max(len(start), len(end)) > _LONGEST_NUMBER or not (start.isdecimal() and end.isdecimal()):
        return Span(-1, -1)
    return Span(int(start), int(end))
