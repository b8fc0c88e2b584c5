"""The bodies of questions and answers, as programs send and get them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.answer import SCHEMA, Answer


class Body(BaseModel):
    """What a program sends: nothing but what is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Message(Body):
    """An earlier message of the conversation."""

    role: Annotated[Literal["user", "assistant"], Field(description="Who wrote it.")]
    content: Annotated[str, Field(description="The text; of an answer its Markdown text.")]


class Filters(Body):
    """What an answer may be made from, within what the one who asks may see. Null narrows nothing; what is unknown
    gives nothing.
    """

    documents: Annotated[tuple[str, ...] | None, Field(description="Ids of documents; null for all.")] = None
    collections: Annotated[tuple[str, ...] | None, Field(description="Names of collections; null for all.")] = None


Question = Annotated[str, Field(description="The question. How many characters it may have is a setting: 4,000.")]


class Asking(Body):
    """A question, with the conversation before it."""

    question: Question
    history: Annotated[tuple[Message, ...], Field(description="Earlier messages, oldest first.")] = ()
    filters: Annotated[Filters, Field(description="What the answer may be made from.")] = Filters()
    stream: Annotated[
        bool | None,
        Field(description="Whether the answer comes as events; null leaves that to the `Accept` header."),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBody(Answer):
    """The contract of an answer, with the number of its schema."""

    schema: Literal[1] = SCHEMA


class Problem(BaseModel):
    """What went wrong (RFC 9457): ``detail`` is one sentence that says what to do."""

    type: Literal["about:blank"]
    title: Annotated[str, Field(description="The name of the status.")]
    status: int
    detail: Annotated[str, Field(description="One sentence: what happened, and what to do.")]
