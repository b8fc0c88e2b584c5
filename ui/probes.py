"""What probes and Prometheus ask: whether the server lives, whether it may be asked, and its numbers."""

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


def probes_router(views: Views, draining: Draining, metrics: Metrics) -> APIRouter:
    """``/healthz``, ``/readyz`` and ``/metrics``."""
    router = APIRouter()

    @router.api_route("/healthz", methods=["GET", "HEAD"])
    def health(response: Response) -> dict[str, str]:
        """Whether the server runs and there is, or will be, an assistant behind it."""
        state = state_of(views, draining)
        response.status_code = 503 if state == "failed" else 200
        return {"status": state}

    @router.api_route("/readyz", methods=["GET", "HEAD"])
    def readiness(response: Response) -> dict[str, str]:
        """Whether questions are answered without waiting for models."""
        state = state_of(views, draining)
        response.status_code = 200 if state == "ready" else 503
        return {"status": state}

    @router.get("/metrics")
    def numbers() -> Response:
        """The numbers, for this machine or for a token with the right to them."""
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    return router
