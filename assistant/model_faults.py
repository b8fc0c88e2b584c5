"""What foreign libraries raise when a language model fails, as one of our errors.

Every provider's library has errors of its own. They agree on two things: an answer with an HTTP status has a
``status_code``, on itself or on its ``response``, and the classes of broken connections are called the same.
"""

from __future__ import annotations

import math
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from assistant.errors import (
    LanguageModelBusy,
    LanguageModelError,
    LanguageModelFaulty,
    LanguageModelNotSetUp,
    LanguageModelRefused,
    LanguageModelTooSlow,
    LanguageModelUnreachable,
)

_NOT_CONNECTED = frozenset({"ConnectError", "ConnectTimeout", "ConnectionRefusedError", "gaierror"})
_BROKEN_OFF = frozenset({"TransportError", "APIConnectionError", "ConnectionError", "OSError"})


def fault_of(error: Exception, who: str) -> LanguageModelError:
    """The error to raise for a foreign one; ``who`` begins its sentence: "The language model at …".

    Nothing of what the server wrote goes into the sentence: it may hold the question.
    """
    chain = tuple(_chain(error))
    for link in chain:
        if (status := _status(link)) is not None:
            return _of_status(status, _wait_s(link), who)
    names = {cls.__name__ for link in chain for cls in type(link).__mro__}
    if any(isinstance(link, ssl.SSLError) for link in chain):
        return LanguageModelUnreachable(
            f"{who} has no certificate that this machine trusts; let whoever runs it mend that, or correct PICUM_LLM."
        )
    if names & _NOT_CONNECTED:
        return LanguageModelUnreachable(
            f"{who} cannot be reached; see that it runs and that PICUM_LLM is right, or ask again later.", repeat=True
        )
    if names & _BROKEN_OFF:
        return LanguageModelFaulty(f"{who} broke off in the middle of its answer; ask again.", repeat=True)
    if "APIError" in names:
        return LanguageModelFaulty(f"{who} reported an error of its own; ask again later.")
    return LanguageModelFaulty(
        f"{who} sent something that is no answer; see that PICUM_LLM names the right address, or ask again later."
    )


def _of_status(status: int, wait_s: float | None, who: str) -> LanguageModelError:
    code = f"(HTTP {status})"
    match status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return LanguageModelNotSetUp(f"{who} does not accept the key {code}; set PICUM_LLM_KEY to a right one.")
        case HTTPStatus.NOT_FOUND:
            return LanguageModelNotSetUp(f"{who} does not know the model or the address {code}; correct PICUM_LLM.")
        case HTTPStatus.REQUEST_TIMEOUT:
            error: LanguageModelError = LanguageModelTooSlow(
                f"{who} did not answer in time {code}; ask again later.", repeat=True
            )
        case HTTPStatus.TOO_MANY_REQUESTS | HTTPStatus.SERVICE_UNAVAILABLE:
            when = f"in {math.ceil(wait_s)} seconds" if wait_s else "in a moment"
            error = LanguageModelBusy(f"{who} has too much to do {code}; ask again {when}.", repeat=True, wait_s=wait_s)
        case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            error = LanguageModelFaulty(f"{who} failed {code}; ask again later.", repeat=True, wait_s=wait_s)
        case _ if status >= HTTPStatus.BAD_REQUEST:
            error = LanguageModelRefused(
                f"{who} does not take this request {code}; ask something shorter, or see that PICUM_LLM is right."
            )
        case _:
            error = LanguageModelNotSetUp(f"{who} points elsewhere {code}; set PICUM_LLM to the right address.")
    return error


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _status(error: BaseException) -> int | None:
    for holder in (error, getattr(error, "response", None)):
        status = getattr(holder, "status_code", None)
        # -1 is what one library says for "no status".
        if isinstance(status, int) and status > 0:
            return status
    return None


def _wait_s(error: BaseException) -> float | None:
    """The header Retry-After in seconds: it holds seconds or a date."""
    headers = getattr(getattr(error, "response", None), "headers", None)
    asked = headers.get("retry-after") if isinstance(headers, Mapping) else None
    if not asked:
        return None
    if asked.isdecimal():
        return float(asked)
    try:
        at = parsedate_to_datetime(asked)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
