"""The addresses of this door: the widget, the files of the frame, and what to copy."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from ui.access.caller import visit_of
from ui.embed.snippets_page import snippets_page
from ui.embed.widget import widget_router
from ui.problems import problem

_FILES = {
    "frame.js": "text/javascript",
    "frame.css": "text/css",
    "snippets.js": "text/javascript",
    "snippets.css": "text/css",
}


def embed_router(public_url: str) -> APIRouter:
    """The routes. ``public_url`` is where pages reach the application; "" for the address of the request."""
    router = APIRouter()
    router.include_router(widget_router())
    for name, kind in _FILES.items():
        router.add_api_route(f"/{name}", _file(name, kind), methods=["GET", "HEAD"])

    @router.api_route("/snippets", methods=["GET", "HEAD"], response_class=HTMLResponse)
    def snippets(request: Request) -> Response:
        """What to copy to show the embed; 404 outside of one."""
        embed = visit_of(request.scope).embed
        if not embed:
            return problem(404, "Not found.")
        root = request.scope.get("root_path", "").removesuffix(f"/embed/{embed}")
        address = public_url.rstrip("/") or f"{request.url.scheme}://{request.url.netloc}{root}"
        return HTMLResponse(snippets_page(embed, address))

    return router


def _file(name: str, kind: str) -> Callable[[], Response]:
    content = (files("ui.embed") / name).read_bytes()

    def file() -> Response:
        """A file of the frame."""
        return Response(content, media_type=kind)

    return file
