"""What cannot be answered → a problem, the same at every address of the interface."""

from __future__ import annotations

from starlette.responses import Response

from assistant.events import Failed
from ui.errors import Busy, LimitReached
from ui.feed import status_of
from ui.problems import problem

GETTING_READY = "The assistant is getting ready; ask again in a moment."
READY_AGAIN_S = 5
"""When it is worth while to ask again an assistant that is getting ready."""


class Refusal(Exception):
    """Ends a request with a response."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def of_failure(failed: Failed) -> Response:
    """The end of a question that could not be answered."""
    retry = {"Retry-After": str(failed.retry_after_s)} if failed.retry_after_s else None
    return problem(status_of(failed), failed.message, retry)


def of_crowd(busy: Busy) -> Response:
    """Too many ask, or this one too much."""
    status = 429 if isinstance(busy, LimitReached) else 503
    return problem(status, str(busy), {"Retry-After": str(busy.retry_after_s)})


def getting_ready() -> Response:
    """There are no models yet."""
    return problem(503, GETTING_READY, {"Retry-After": str(READY_AGAIN_S)})
