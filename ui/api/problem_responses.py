"""The problems that an address can answer with, for its description."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from ui.feed import MISTAKE
from ui.problems import MEDIA_TYPE

PROBLEMS: dict[int, tuple[str, str]] = {
    400: ("The body is not JSON.", "The body is not JSON; send an object as the description says."),
    401: (
        "Somebody has to be logged in, or the token is not valid.",
        "This token is not valid: it was revoked, has ended or was never given.",
    ),
    403: (
        "This access does not include it, it is switched off, or a page of another site asks.",
        "Pages of other sites may not ask here; ask from a program, or from this site.",
    ),
    404: (
        "There is nothing here for the one who asks.",
        "There is no document with this id here; GET /api/v1/documents lists them.",
    ),
    411: ("The length of the body is not given.", "The length of the request is not given."),
    413: ("The body is too long.", "The request is too long."),
    415: (
        "The body is not declared as JSON.",
        "The body is not declared as JSON; send it as application/json.",
    ),
    422: ("A field is missing or wrong.", "The question is empty: write what you want to know."),
    429: (
        "The one who asks has used up their share; `Retry-After` says when there is more.",
        "You have asked many questions in a short time; ask again in 12 seconds.",
    ),
    500: ("It failed, and would fail again.", MISTAKE),
    503: (
        (
            "It may be asked again: too many ask, the models are being loaded, or something failed for the moment. "
            "`Retry-After` says when, where that is known."
        ),
        "Too many people are asking at the moment; ask again in a moment.",
    ),
}
"""What each status means, and an example of its sentence."""

_RETRY = {
    "Retry-After": {"description": "In how many seconds to ask again.", "schema": {"type": "integer", "minimum": 1}}
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route for these statuses."""
    found: dict[int | str, dict[str, Any]] = {}
    for status in statuses:
        meaning, sentence = PROBLEMS[status]
        title = HTTPStatus(status).phrase
        example = {"type": "about:blank", "title": title, "status": status, "detail": sentence}
        content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
        found[status] = {"description": meaning, "content": {MEDIA_TYPE: content}}
        if status in {429, 503}:
            found[status]["headers"] = _RETRY
    return found
