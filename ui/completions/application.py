"""What stands under ``/v1``: models, and chat completions whole or streamed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from assistant.answer import Citation
from assistant.events import Delta, Event, Failed, Finished
from ui.access.views import Views
from ui.completions.asked import MODEL, Asked, check_model, read_request
from ui.completions.content import Words
from ui.completions.refusals import NotTaken, error_object, failure, not_taken
from ui.completions.replies import STILL_HERE, Envelope, Reply, event
from ui.feed import MISTAKE, Feed, status_of
from ui.sources import passage_path

PREFIX = "/v1"
_FIRST_SECONDS = 5.0
"""How long a stream waits for a first event, so that a question that is not taken gets the status of that."""
_PULSE_SECONDS = 10.0
_LEFT = 499
"""The status of a request whose client left; nobody sees it."""
_OF_ONE = {"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}


def create_completions(views: Views, words: Callable[[str], Words]) -> Starlette:
    """The interface, to be mounted at PREFIX. ``words`` gives the words of the page in a language."""

    async def models(_request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [_OF_ONE]})

    async def model(request: Request) -> Response:
        check_model(request.path_params["name"])
        return JSONResponse(_OF_ONE)

    async def completions(request: Request) -> Response:
        if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
            raise NotTaken("The body is not declared as JSON; send it as application/json.", status=415)
        asked = read_request(await request.body())
        view = views.of(request.scope)
        feed = Feed(lambda given_up: view.ask(asked.question, asked.history, given_up))
        # Nobody waits for this one: it ends with the connection.
        leaving = asyncio.create_task(_give_up_with(request, feed))
        base = str(request.base_url)
        reply = Reply(words, lambda citation: base + _path(citation))
        if asked.stream:
            return await _streamed(asked, feed, reply, leaving)
        return await _whole(feed, reply, leaving)

    app = Starlette(
        routes=[
            Route("/models", models),
            Route("/models/{name:path}", model),
            Route("/chat/completions", completions, methods=["POST"]),
        ]
    )
    app.add_exception_handler(NotTaken, _not_taken)
    app.add_exception_handler(HTTPException, _not_here)
    return app


async def _give_up_with(request: Request, feed: Feed) -> None:
    """Give a question up when its client leaves."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    feed.give_up()


async def _whole(feed: Feed, reply: Reply, leaving: asyncio.Task[None]) -> Response:
    last: Event | None = None
    try:
        while not feed.ended:
            last = next(reversed(await feed.batch(_PULSE_SECONDS)), last)
    finally:
        # Also when the server ends.
        given_up = feed.given_up
        feed.give_up()
        leaving.cancel()
    if given_up:
        return Response(status_code=_LEFT)
    match last:
        case Finished(answer=answer):
            return JSONResponse(Envelope().whole(*reply.finish(answer)), headers=_NOT_KEPT)
        case Failed():
            return failure(last)
    return failure(_MISTAKE)


async def _streamed(asked: Asked, feed: Feed, reply: Reply, leaving: asyncio.Task[None]) -> Response:
    try:
        first = await feed.batch(_FIRST_SECONDS)
    except asyncio.CancelledError:
        feed.give_up()
        raise
    if first and isinstance(first[0], Failed):
        leaving.cancel()
        return failure(first[0])
    return StreamingResponse(
        _chunks(asked, first, feed, reply, leaving), media_type="text/event-stream", headers=_NOT_KEPT
    )


async def _chunks(
    asked: Asked, first: list[Event], feed: Feed, reply: Reply, leaving: asyncio.Task[None]
) -> AsyncIterator[bytes]:
    """The stream of one reply, from the events that are there and those that come."""
    envelope = Envelope(asked.usage)
    try:
        yield envelope.chunk({"role": "assistant", "content": ""})
        events = first
        while True:
            for happened in events:
                match happened:
                    case Delta():
                        if new := reply.add(happened):
                            yield envelope.chunk({"content": new})
                    case Finished(answer=answer):
                        rest, cited = reply.finish(answer)
                        if rest:
                            yield envelope.chunk({"content": rest})
                        yield envelope.chunk({"annotations": cited}, finish_reason="stop") + envelope.ending()
                        return
                    case Failed():
                        yield event(error_object(status_of(happened), happened.message))
                        return
            if feed.ended:
                break
            events = await feed.batch(_PULSE_SECONDS)
            if not events and not feed.ended:
                yield STILL_HERE
        yield event(error_object(status_of(_MISTAKE), _MISTAKE.message))
    finally:
        feed.give_up()
        leaving.cancel()


def _path(citation: Citation) -> str:
    return passage_path(citation)


def _not_taken(_request: Request, error: Exception) -> Response:
    assert isinstance(error, NotTaken)
    return not_taken(error)


def _not_here(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code
    return JSONResponse(error_object(status, "There is nothing at this address; ask at /v1/chat/completions."), status)


_MISTAKE = Failed(message=MISTAKE, retryable=True)
_NOT_KEPT: dict[str, Any] = {"Cache-Control": "no-store"}
