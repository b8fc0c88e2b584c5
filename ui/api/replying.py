"""One question and its reply: a whole answer, or its events as they come (server-sent events)."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator

from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from assistant.events import EVENT_NAMES, Event, Failed, Finished, event_to_json
from ui.api.refusals import of_failure
from ui.feed import MISTAKE, Feed

STREAM = "text/event-stream"
KEEP_ALIVE_S = 10.0
"""After how long without an event a comment is sent, so that nobody on the way takes the connection for dead."""
_FIRST_S = 2.0
"""How long the status waits for the first event: a question that is refused is refused by its status until then."""
_LINE_ENDS = {ord(end): f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"}
"""Signs that JSON lets through and that some libraries take for the end of a line."""
_NOT_CLEAN = Failed(message=MISTAKE, retryable=True)
"""The end of events that have none."""


class Reply(Response):
    """Asks when it is sent. A client that leaves gives its question up, whatever it waits for."""

    def __init__(self, ask: Callable[[threading.Event], Iterator[Event]], *, streamed: bool) -> None:
        super().__init__()
        self._ask, self._streamed = ask, streamed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the reply."""
        feed = Feed(self._ask)
        leaving = asyncio.create_task(_give_up_when_left(receive, feed))
        try:
            if self._streamed:
                await _stream(feed, scope, receive, send)
            else:
                await _whole(feed, scope, receive, send)
        finally:
            # Also when the server ends: it does not wait for threads.
            feed.give_up()
            leaving.cancel()


async def _give_up_when_left(receive: Receive, feed: Feed) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    feed.give_up()


async def _whole(feed: Feed, scope: Scope, receive: Receive, send: Send) -> None:
    last: Event = _NOT_CLEAN
    while not feed.ended:
        for event in await feed.batch(KEEP_ALIVE_S):
            last = event
    if feed.given_up:
        return
    if isinstance(last, Finished):
        response: Response = JSONResponse(last.answer.to_json())
    else:
        response = of_failure(last if isinstance(last, Failed) else _NOT_CLEAN)
    await response(scope, receive, send)


async def _stream(feed: Feed, scope: Scope, receive: Receive, send: Send) -> None:
    events = await feed.batch(_FIRST_S)
    if feed.given_up:
        return
    if events and isinstance(events[0], Failed):
        await of_failure(events[0])(scope, receive, send)
        return
    headers = [(b"content-type", f"{STREAM}; charset=utf-8".encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    last = await _send(events, send)
    while not feed.ended:
        last = await _send(await feed.batch(KEEP_ALIVE_S), send) or last
    if not isinstance(last, Finished | Failed) and not feed.given_up:
        await _send([_NOT_CLEAN], send)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _send(events: list[Event], send: Send) -> Event | None:
    """Send some events at once, or a comment where there are none; the last of them."""
    body = "".join(map(framed, events)) or ": the answer goes on\n\n"
    await send({"type": "http.response.body", "body": body.encode("utf-8", "replace"), "more_body": True})
    return events[-1] if events else None


def framed(event: Event) -> str:
    """An event as its name and one line of JSON, also for those who see more ends of lines than the specification."""
    data = json.dumps(event_to_json(event), ensure_ascii=False).translate(_LINE_ENDS)
    return f"event: {EVENT_NAMES[type(event)]}\ndata: {data}\n\n"
