"""What stands under ``/api/v1``: an application of its own, with its own description and its own form of errors."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from ui.access.views import Views
from ui.api.asking import asking_router
from ui.api.caching import NotStored
from ui.api.description import description_router
from ui.api.feedback import feedback_router
from ui.api.library import library_router
from ui.api.only_json import OnlyJson
from ui.api.refusals import Refusal
from ui.feedback import FeedbackFile
from ui.plain_text import plain_line
from ui.problems import problem

PREFIX = "/api/v1"


def create_api(views: Views, feedback: FeedbackFile | None = None) -> FastAPI:
    """The interface, to be mounted at PREFIX; described at ``openapi.json`` below it and, for people, at its root.

    Without a file for it, feedback is switched off.
    """
    api = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    for router in (asking_router(views), library_router(views), feedback_router(views, feedback)):
        api.include_router(router)
    api.include_router(description_router(api))
    api.add_exception_handler(Refusal, _refused)
    api.add_exception_handler(RequestValidationError, _not_understood)
    api.add_exception_handler(HTTPException, _not_here)
    api.add_exception_handler(Exception, _mistake)
    api.add_middleware(OnlyJson)
    api.add_middleware(NotStored)
    return api


def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return error.response


def _not_understood(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return problem(400, "The body is not JSON; send an object as the description says.")
    place = ".".join(str(part) for part in first["loc"] if part not in {"body", "query", "path"}) or "the body"
    # The place may be a name that was sent.
    return problem(422, plain_line(f"{place[:200]}: {first['msg'].removeprefix('Value error, ').rstrip('.')}."))


def _not_here(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 400:  # FastAPI's word for a body that no decoder takes
        return problem(400, "The body is not JSON; send an object as the description says.")
    said = {404: "There is nothing at this address", 405: "This address takes another method"}
    detail = f"{said.get(error.status_code, str(error.detail))}; see {PREFIX}/openapi.json."
    return problem(error.status_code, detail, error.headers)


def _mistake(_request: Request, _error: Exception) -> Response:
    return problem(500, "A mistake in the program ended the question; see its log, and report it.")
