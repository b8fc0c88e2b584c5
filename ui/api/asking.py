"""``POST /ask``: one question, answered whole or event by event."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence, Set
from typing import Any

from fastapi import APIRouter, Request, Response

from assistant.events import EVENT_NAMES, Event, Turn
from ui.access.views import Views
from ui.api.bodies import AnswerBody, Asking, Filters
from ui.api.problem_responses import problems
from ui.api.refusals import Refusal
from ui.api.replying import STREAM, Reply
from ui.errors import QuestionError
from ui.plain_text import plain
from ui.problems import problem
from ui.questions import checked_question

_ANSWER: dict[str, Any] = {
    "model": AnswerBody,
    "description": "The answer: whole as JSON, or as server-sent events. Each event has a name and one line of JSON; "
    "the last one is `finished` or `failed`. Lines that begin with a colon only keep the connection open.",
    "content": {
        STREAM: {
            "itemSchema": {
                "oneOf": [
                    {
                        "type": "object",
                        "properties": {
                            "event": {"const": name},
                            "data": {
                                "type": "string",
                                "contentMediaType": "application/json",
                                "contentSchema": {"$ref": f"#/components/schemas/{name.capitalize()}Event"},
                            },
                        },
                        "required": ["event", "data"],
                    }
                    for name in EVENT_NAMES.values()
                ]
            },
        },
    },
}


def asking_router(views: Views) -> APIRouter:
    """The route."""
    router = APIRouter(tags=["Answers"])

    @router.post(
        "/ask",
        operation_id="ask",
        summary="Ask a question",
        responses={200: _ANSWER, **problems(400, 401, 403, 411, 413, 415, 422, 429, 500, 503)},
    )
    async def ask(asking: Asking, request: Request) -> Response:
        """The verified answer to a question, with the exact words of its sources.

        With `"stream": true`, or with the header `Accept: text/event-stream`, the answer comes as server-sent events:
        first what was found, then sentence by verified sentence, at last the whole answer. A question that is refused
        or fails before the first event is a problem with its status; afterwards it is the event `failed`.

        Whoever closes the connection gives the question up.
        """
        question = asked(asking.question, views)
        view = views.of(request.scope)
        history = tuple(Turn(role=message.role, content=plain(message.content)) for message in asking.history)
        documents, collections = narrowing(asking.filters)

        def events(given_up: threading.Event) -> Iterator[Event]:
            return view.ask(question, history, given_up, documents=documents, collections=collections)

        return Reply(events, streamed=_streamed(asking, request.headers.get("accept", "")))

    return router


def asked(text: str, views: Views) -> str:
    """The question as it is asked. Raises Refusal where it is none."""
    try:
        return checked_question(text, views.limits.question_characters)
    except QuestionError as error:
        raise Refusal(problem(422, str(error))) from error


def narrowing(filters: Filters) -> tuple[Set[str] | None, Set[str] | None]:
    """The documents and the collections that are named; None where none are."""
    return _named(filters.documents), _named(filters.collections)


def _named(names: Sequence[str] | None) -> Set[str] | None:
    return None if names is None else frozenset(names)


def _streamed(asking: Asking, accept: str) -> bool:
    """What the body says; else whether events are asked for, and JSON is not."""
    if asking.stream is not None:
        return asking.stream
    kinds = {part.split(";")[0].strip().lower() for part in accept.split(",")}
    return STREAM in kinds and not kinds & {"application/json", "*/*"}
