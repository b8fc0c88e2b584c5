"""What the scripts of the page send besides questions: JSON that is checked before anything is done with it."""

from __future__ import annotations

from typing import Annotated, TypeVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import Response

from ui.conversations import Conversations, Exchange
from ui.problems import problem


class OfConversation(BaseModel):
    """``conversation`` is its name, a secret of the page that holds it; ``language`` that of the page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    conversation: Annotated[str, Field(max_length=100)]
    language: Annotated[str, Field(max_length=10)] = ""


B = TypeVar("B", bound=OfConversation)


async def body_of(request: Request, kind: type[B]) -> B | Response:
    """The body of a request, or the response that says it is none. What was sent is not repeated in it."""
    declared = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if declared != "application/json":  # which a form of another site cannot send without asking first
        return problem(415, "The body is not declared as JSON; send it as application/json.")
    try:
        return kind.model_validate_json(await request.body())
    except ValidationError:
        return problem(422, "The body is not what this address takes; open the page anew.")


def found_exchanges(conversations: Conversations, name: str, number: int | None, owner: str) -> tuple[Exchange, ...]:
    """The exchanges of a conversation, or the one of this number; none where the owner has no such conversation."""
    known = conversations.exchanges(name, owner) or ()
    return tuple(each for each in known if number is None or each.number == number)
