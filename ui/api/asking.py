"""``POST /ask``: one question, one whole answer."""

from __future__ import annotations

import threading
from collections.abc import Sequence, Set
from typing import Any

import anyio
from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from assistant.events import Event, Failed, Finished, Turn
from ui.access.views import Views
from ui.answering import View
from ui.api.bodies import AnswerBody, Asking, Problem
from ui.errors import QuestionError
from ui.plain_text import plain
from ui.problems import MEDIA_TYPE, problem
from ui.questions import checked_question

AT_A_TIME = 32
"""Questions that are answered at a time; the others wait, and take no thread from the page."""
_LEFT = 499
"""The status of a request whose client left; nobody sees it."""

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "content": {MEDIA_TYPE: {}}, "description": description}
    for status, description in {
        400: "The body is not JSON.",
        403: "A page of another site asks.",
        413: "The body is too long.",
        415: "The body is not declared as JSON.",
        422: "A field is missing or wrong, or the question is empty or too long.",
        500: "The question failed and would fail again.",
        503: "The question failed and may be asked again.",
    }.items()
}


def asking_router(views: Views) -> APIRouter:
    """The route."""
    router = APIRouter()
    limiter = anyio.CapacityLimiter(AT_A_TIME)

    @router.post("/ask", responses={200: {"model": AnswerBody}, **_PROBLEMS}, response_class=JSONResponse)
    async def ask(asking: Asking, request: Request) -> Response:
        """The verified answer to a question. A client that leaves gives its question up."""
        try:
            question = checked_question(asking.question)
        except QuestionError as error:
            return problem(422, str(error))
        work = _Work(views.of(request.scope), question, asking)
        match await _unless_left(work, request, views, limiter):
            case Finished(answer=answer):
                return JSONResponse(answer.to_json())
            case Failed(message=message, reason="limit", retry_after_s=wait_s):
                return problem(429, message, {"Retry-After": str(wait_s)})
            case Failed(message=message, reason="busy", retry_after_s=wait_s):
                return problem(503, message, {"Retry-After": str(wait_s)})
            case Failed(message=message, retryable=retryable):
                return problem(503 if retryable else 500, message)
            case _:
                return Response(status_code=_LEFT)

    return router


class _Work:
    """One question on its way through the assistant; ``given_up`` ends it."""

    def __init__(self, view: View, question: str, asking: Asking) -> None:
        self._view = view
        self.given_up = threading.Event()
        self._question = question
        self._history = tuple(Turn(role=message.role, content=plain(message.content)) for message in asking.history)
        self._documents = _named(asking.filters.documents)
        self._collections = _named(asking.filters.collections)

    def run(self) -> Event | None:
        """The last event; None where the question was given up before it."""
        last: Event | None = None
        for event in self._view.ask(
            self._question,
            self._history,
            self.given_up,
            documents=self._documents,
            collections=self._collections,
        ):
            last = event
        return last


async def _unless_left(work: _Work, request: Request, views: Views, limiter: anyio.CapacityLimiter) -> Event | None:
    """Do the work in a thread; None as soon as the client leaves, which gives the question up."""
    last: Event | None = None

    async def watch(group: anyio.abc.TaskGroup) -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        work.given_up.set()
        group.cancel_scope.cancel()

    try:
        async with anyio.create_task_group() as group:
            group.start_soon(watch, group)
            await views.settled()
            last = await to_thread.run_sync(work.run, limiter=limiter)
            group.cancel_scope.cancel()
    finally:
        # Also when the server ends: it does not wait for threads.
        work.given_up.set()
    return last


def _named(names: Sequence[str] | None) -> Set[str] | None:
    return None if names is None else frozenset(names)
