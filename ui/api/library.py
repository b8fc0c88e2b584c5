"""Passages, documents and their text: ``/search``, ``/documents``, ``/text``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Annotated, Any, TypeVar

import anyio
from anyio import to_thread
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from assistant.errors import AssistantError
from assistant.library import DocumentSummary
from ingest.errors import IngestError
from ui.access.views import Views
from ui.answering import SourceText, View
from ui.api.asking import asked, narrowing
from ui.api.caching import tagged
from ui.api.library_bodies import (
    MOST_CHARACTERS,
    DocumentsBody,
    PassagesBody,
    Searching,
    TextBody,
    WholeDocumentBody,
)
from ui.api.problem_responses import PROBLEMS, problems
from ui.api.refusals import Refusal, getting_ready, of_crowd
from ui.errors import Busy
from ui.problems import problem
from vectorstore.errors import VectorStoreError

T = TypeVar("T")

AT_A_TIME = 32
"""Requests that are worked on at a time; the others wait, and take no thread from the page."""

DocumentId = Annotated[
    str,
    Path(
        description="The id as listed. Its slashes may stand as they are; other signs are percent-encoded.",
        examples=["strategic-plan-2021-2025"],
    ),
]
_UNCHANGED: dict[int | str, dict[str, Any]] = {
    304: {"description": "What the client has, as its `If-None-Match` says, is still right."}
}


def library_router(views: Views) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["Documents"])
    reading = _Reading(views)
    posted = problems(400, 401, 403, 411, 413, 415, 422, 429, 500, 503)

    @router.post(
        "/search",
        operation_id="search",
        summary="Find passages",
        responses={200: _ok(PassagesBody, "What was found."), **posted},
    )
    async def search(searching: Searching, request: Request) -> Response:
        """The passages that an answer would be made from, best first. No language model is asked, and no answer is
        written. It counts as a question where questions are limited.
        """
        query = asked(searching.query, views)
        documents, collections = narrowing(searching.filters)
        found = await reading.of(request, lambda view: view.search(query, documents=documents, collections=collections))
        return JSONResponse({"passages": [asdict(passage) for passage in found[: searching.limit]]})

    @router.get(
        "/documents",
        operation_id="list_documents",
        summary="List the documents",
        responses={200: _ok(DocumentsBody, "The documents."), **_UNCHANGED, **problems(401, 403, 500, 503)},
    )
    async def documents(request: Request) -> Response:
        """The documents that answers are made from for the one who asks, by title. Others are neither listed nor
        counted.
        """
        listed = await reading.of(request, lambda view: view.documents())
        return tagged(request, {"count": len(listed), "documents": [_summary(document) for document in listed]})

    @router.get(
        "/documents/{id:path}",
        operation_id="get_document",
        summary="One document",
        responses={
            200: _ok(WholeDocumentBody, "The document."),
            **_UNCHANGED,
            **problems(401, 403, 404, 500, 503),
        },
    )
    async def document(id: DocumentId, request: Request) -> Response:
        """What is known of a document. One that the asker may not see is not there."""

        def find(view: View) -> tuple[DocumentSummary, SourceText] | None:
            summary = next((each for each in view.documents() if each.id == id), None)
            source = view.source(id)
            return (summary, source) if summary and source else None

        summary, source = _there(await reading.of(request, find))
        return tagged(request, {**_summary(summary), "url": source.url, "characters": len(source.text)})

    @router.get(
        "/text/{id:path}",
        operation_id="get_text",
        summary="The text of a document",
        responses={200: _ok(TextBody, "The text."), **_UNCHANGED, **problems(401, 403, 404, 422, 500, 503)},
    )
    async def text(
        id: DocumentId,
        request: Request,
        start: Annotated[int, Query(ge=0, description="The first code point, from 0.")] = 0,
        end: Annotated[int | None, Query(ge=0, description="Behind the last code point; the end without it.")] = None,
    ) -> Response:
        """The text that citations and passages point into: `text[start:end]` of it is their quotation. At most 100,000
        code points are given at a time; `next` says where to go on. The address stands beside `/documents/…`, not
        below it, because an id may end in anything.
        """
        source = _there(await reading.of(request, lambda view: view.source(id)))
        last = len(source.text) if end is None else end
        if not start <= last <= len(source.text):
            detail = f"The text has {len(source.text)} characters, and {start} to {last} is no part of it."
            return problem(422, detail)
        return tagged(request, _text(id, source, start, last))

    return router


class _Reading:
    """Work that waits for nothing but the index, in threads of its own."""

    def __init__(self, views: Views) -> None:
        self._views, self._limiter = views, anyio.CapacityLimiter(AT_A_TIME)

    async def of(self, request: Request, read: Callable[[View], T]) -> T:
        """What ``read`` finds for whoever sends this request. Raises Refusal where that cannot be had now."""
        if (failure := self._views.failure) is not None:
            raise Refusal(problem(503, failure))
        if not self._views.ready:
            raise Refusal(getting_ready())
        view = self._views.of(request.scope)
        try:
            return await to_thread.run_sync(partial(read, view), limiter=self._limiter, abandon_on_cancel=True)
        except Busy as busy:
            raise Refusal(of_crowd(busy)) from busy
        except (AssistantError, VectorStoreError, IngestError) as error:
            raise Refusal(problem(503, str(error))) from error


def _ok(model: type, description: str) -> dict[str, Any]:
    return {"model": model, "description": description}


def _there(found: T | None) -> T:
    """What was found. Raises Refusal, in the same words for what is hidden and for what does not exist."""
    if found is None:
        raise Refusal(problem(404, PROBLEMS[404][1]))
    return found


def _summary(document: DocumentSummary) -> dict[str, Any]:
    return {**asdict(document), "derived": sorted(document.derived)}


def _text(id: str, source: SourceText, start: int, last: int) -> dict[str, Any]:
    end = min(last, start + MOST_CHARACTERS)

    def inside(each_start: int, each_end: int) -> bool:
        return each_start < end and start < each_end

    return {
        "document": id,
        "start": start,
        "end": end,
        "characters": len(source.text),
        "text": source.text[start:end],
        "next": end if end < last else None,
        "sections": [
            {"path": section.path, "start": section.start, "end": section.end}
            for section in source.sections
            if inside(section.start, section.end)
        ],
        "pages": [
            {"number": page.number, "start": page.start, "end": page.end}
            for page in source.pages
            if inside(page.start, page.end)
        ],
    }
