"""What stands under ``/api/v1``: an application of its own, with its own description and its own form of errors."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from ui.access.views import Views
from ui.api.asking import asking_router
from ui.api.only_json import OnlyJson
from ui.problems import problem

PREFIX = "/api/v1"


def create_api(views: Views) -> FastAPI:
    """The interface, to be mounted at PREFIX; described at ``openapi.json`` below it."""
    api = FastAPI(
        title="Answers with sources",
        version="1",
        summary="Answers from an organisation's documents, every sentence with the exact words of its source.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    api.include_router(asking_router(views))
    api.add_exception_handler(RequestValidationError, _not_understood)
    api.add_exception_handler(HTTPException, _not_here)
    api.add_exception_handler(Exception, _mistake)
    api.add_middleware(OnlyJson)
    return api


def _not_understood(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return problem(400, "The body is not JSON; send an object with the question.")
    place = ".".join(str(part) for part in first["loc"] if part != "body") or "the body"
    return problem(422, f"{place}: {first['msg'].removeprefix('Value error, ').rstrip('.')}.")


def _not_here(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = {404: "There is nothing at this address", 405: "This address takes another method"}
    detail = f"{said.get(error.status_code, str(error.detail))}; see {PREFIX}/openapi.json."
    return problem(error.status_code, detail, error.headers)


def _mistake(_request: Request, _error: Exception) -> Response:
    return problem(500, "A mistake in the program ended the question; see its log, and report it.")
