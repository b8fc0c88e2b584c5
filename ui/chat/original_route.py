"""``/original/{document}``: the file that a document was read from, as long as it is what was read."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from ui.access.views import Views
from ui.answering import BROKEN
from ui.chat.sheet import sentence_sheet
from ui.chat.texts import choose_language, texts
from ui.originals import Original, Originals

_TYPES = {"pdf": "application/pdf", "other": "application/octet-stream"}


def original_router(views: Views, originals: Originals) -> APIRouter:
    """The route, over the documents that whoever asks may see."""
    router = APIRouter()

    @router.get("/original/{document:path}")
    def original(request: Request, document: str, lang: str = "") -> Response:
        """The file; one sentence with 404 where there is no such document or no file to give, 503 until it is read."""
        said = texts(choose_language(lang, request.headers.get("accept-language")))
        root = f"{request.scope.get('root_path', '')}/"

        def sentence(name: str, status: int) -> HTMLResponse:
            return HTMLResponse(sentence_sheet(said.say(name), said, root), status_code=status)

        if not views.ready:
            return sentence("not_ready", 503)
        try:
            source = views.of(request.scope).source(document)
        except BROKEN:
            return sentence("not_ready", 503)
        found = originals.find(source) if source else None
        return file_response(found) if found else sentence("not_found", 404)

    return router


def file_response(original: Original) -> StreamingResponse:
    """The file with its name: shown by the browser where it is PDF or plain text, else to be saved."""
    way = "attachment" if original.kind == "other" else "inline"
    headers = {
        # By its own name, in the one notation that takes all of them; nothing in it can end the header.
        "Content-Disposition": f"{way}; filename*=UTF-8''{quote(original.name, safe='', errors='replace')}",
        "Content-Length": str(original.size),
        "Cache-Control": "private, no-store",
    }
    if original.kind == "text":
        # Starlette would call any text UTF-8. Of another encoding nothing is said, and the browser looks for itself.
        headers["Content-Type"] = "text/plain; charset=utf-8" if original.is_utf8() else "text/plain"
        return StreamingResponse(original.pieces(), headers=headers)
    return StreamingResponse(original.pieces(), media_type=_TYPES[original.kind], headers=headers)
