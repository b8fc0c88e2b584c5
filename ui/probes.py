"""``/healthz`` and ``/readyz``: for probes, which learn nothing of content."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from anyio import to_thread
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from assistant.errors import AssistantError
from ingest.errors import IngestError
from ui.access.views import Views
from vectorstore.errors import VectorStoreError

State = Literal["ready", "getting_ready", "failed", "ending"]

_AGAIN_S = 5


def probes_router(views: Views, ending: Callable[[], bool] = lambda: False) -> APIRouter:
    """The routes. ``ending`` is whether the server takes nothing new any more."""
    router = APIRouter()

    @router.api_route("/healthz", methods=["GET", "HEAD"])
    async def healthz() -> dict[str, str]:
        """Whether the process answers at all."""
        return {"status": "ok"}

    @router.api_route("/readyz", methods=["GET", "HEAD"])
    async def readyz() -> Response:
        """Whether questions are answered without waiting for models. A language model that does not answer makes
        nothing unready: there are quotations without it.
        """
        state, parts = await to_thread.run_sync(_state, views)
        state = "ending" if ending() else state
        headers = {"Cache-Control": "no-store"}
        if state != "ready":
            headers["Retry-After"] = str(_AGAIN_S)
        return JSONResponse({"status": state, **parts}, 200 if state == "ready" else 503, headers)

    return router


def _state(views: Views) -> tuple[State, dict[str, str]]:
    parts = dict.fromkeys(("index", "embedding_model", "language_model"), "unknown")
    if views.failure is not None:
        return "failed", parts
    if not views.ready:
        return "getting_ready", parts
    parts["embedding_model"] = "ready"
    try:
        condition = views.condition()
    except (AssistantError, VectorStoreError, IngestError):
        return "failed", {**parts, "index": "failed"}
    return "ready", {**parts, "index": condition.index, "language_model": condition.language_model}
