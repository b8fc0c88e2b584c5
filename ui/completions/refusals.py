"""A no in the form that clients of OpenAI read."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import JSONResponse

from assistant.events import Failed
from ui.feed import status_of

_KINDS = {429: "rate_limit_error", 500: "server_error", 503: "server_error"}


class NotTaken(Exception):
    """A request that cannot be answered as it is: one sentence, and the name of what is wrong in it ("" for none)."""

    def __init__(self, sentence: str, param: str = "", *, status: int = 400, code: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence, self.param, self.status, self.code = sentence, param, status, code


def error_object(status: int, sentence: str, param: str = "", code: str | None = None) -> dict[str, object]:
    """The body of an error, which also stands in a stream that breaks off."""
    kind = _KINDS.get(status, "invalid_request_error")
    return {"error": {"message": sentence, "type": kind, "param": param or None, "code": code}}


def not_taken(why: NotTaken) -> JSONResponse:
    """The response to such a request."""
    return JSONResponse(error_object(why.status, why.sentence, why.param, why.code), status_code=why.status)


def failure(failed: Failed) -> JSONResponse:
    """The response to such a question, with when it may be asked again."""
    status = status_of(failed)
    headers: Mapping[str, str] = {}
    if failed.reason != "failed":
        headers = {"Retry-After": str(failed.retry_after_s)}
    elif not failed.retryable:
        headers = {"x-should-retry": "false"}  # else OpenAI's clients ask twice more
    return JSONResponse(error_object(status, failed.message), status_code=status, headers=headers)
