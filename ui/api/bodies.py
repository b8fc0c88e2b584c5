"""The bodies of requests and answers, as programs send and get them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.answer import SCHEMA, Answer


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Message(_Body):
    """An earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: str


class Narrowing(_Body):
    """What an answer may be made from, within what the one who asks may see. None narrows nothing; what is unknown
    gives nothing.
    """

    documents: Annotated[tuple[str, ...] | None, Field(description="Ids of documents; all where none is named.")] = None
    collections: Annotated[tuple[str, ...] | None, Field(description="Collections; all where none is named.")] = None


class Asking(_Body):
    """A question, with the conversation before it."""

    question: Annotated[str, Field(description="At most 4,000 characters.")]
    history: Annotated[tuple[Message, ...], Field(description="Earlier messages, oldest first.")] = ()
    filters: Narrowing = Narrowing()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBody(Answer):
    """The contract of an answer, with the number of its schema."""

    schema: Literal[1] = SCHEMA


class Problem(BaseModel):
    """What went wrong (RFC 9457): ``detail`` is one sentence that says what to do."""

    type: Literal["about:blank"]
    title: str
    status: int
    detail: str
