"""``POST /conversation/export``: an answer, or a whole conversation, as a file.

The name of a conversation is a secret of the page that holds it, so it stands in the body and in no address.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request, Response
from pydantic import Field

from ui.access.caller import caller_of
from ui.chat import export_docx
from ui.chat.bodies import OfConversation, body_of, found_exchanges
from ui.chat.export_content import content_of
from ui.chat.export_markdown import markdown_of
from ui.chat.texts import texts
from ui.conversations import Conversations
from ui.problems import problem

Format = Literal["docx", "markdown"]

_KINDS: Mapping[Format, tuple[str, str]] = {
    "docx": ("docx", export_docx.MEDIA_TYPE),
    "markdown": ("md", "text/markdown; charset=utf-8"),
}
"""The ending of the file's name and its type."""


_AT_A_TIME = 2
"""Files that are made at a time; a long conversation takes a second, and answers come first."""


class Wanted(OfConversation):
    """What is to be kept: one exchange by its number, or all of them."""

    exchange: Annotated[int, Field(ge=1)] | None = None
    format: Format


def export_router(conversations: Conversations) -> APIRouter:
    """The route, over the conversations of whoever asks."""
    router, limiter = APIRouter(), CapacityLimiter(_AT_A_TIME)

    @router.post("/conversation/export")
    async def export(request: Request) -> Response:
        """The file, under a name that says the day and nothing of what was asked: people share computers. 404 with one
        sentence where the one who asks has no such conversation or exchange.
        """
        wanted = await body_of(request, Wanted)
        if isinstance(wanted, Response):
            return wanted
        said = texts(wanted.language)
        owner = caller_of(request.scope).key
        found = found_exchanges(conversations, wanted.conversation, wanted.exchange, owner)
        if not found:
            return problem(404, said.say("kept_gone"))

        def make() -> bytes:
            content = content_of(found, said)
            return export_docx.docx_of(content) if wanted.format == "docx" else markdown_of(content).encode("utf-8")

        ending, kind = _KINDS[wanted.format]
        kept, day = "conversation" if wanted.exchange is None else "answer", found[-1].asked_on
        name = f"{kept}-{day}.{ending}" if day else f"{kept}.{ending}"
        headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
        return Response(await to_thread.run_sync(make, limiter=limiter), media_type=kind, headers=headers)

    return router
