"""``/metrics``: the numbers, for this machine or for a token with the right to them."""

from __future__ import annotations

from fastapi import APIRouter, Response

from ui.access.views import Views
from ui.draining import Draining
from ui.metrics import CONTENT_TYPE, Metrics


def state_of(views: Views, draining: Draining) -> str:
    """One of ``ui.metrics.STATES``."""
    if draining.ending:
        return "ending"
    if views.ready:
        return "ready"
    return "getting_ready" if views.failure is None else "failed"


def numbers_router(metrics: Metrics) -> APIRouter:
    """The route."""
    router = APIRouter()

    @router.get("/metrics")
    def numbers() -> Response:
        """All numbers, in the text format of Prometheus."""
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    return router
