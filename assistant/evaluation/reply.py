"""What an assistant said, whichever it is: the least that can be scored is a text.

The contract of this project's assistant (``assistant.answer``) reads as a reply as it is; other assistants give what
they have. What is not known is None or empty, never made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from pydantic import TypeAdapter

Status = Literal["answered", "partial", "not_in_documents", "declined", "failed"]
Authority = Literal["own", "third_party", "unstated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedSource:
    """One source of a reply. ``marker`` is the number in the text, from 1; ``page`` is 1-based; ``quote`` is "" where
    the assistant names a source without its words; ``start`` and ``end`` count code points of the document's text.
    """

    marker: int
    document: str = ""
    title: str = ""
    publisher: str = ""
    authority: Authority = "unstated"
    published: str | None = None
    section: str = ""
    page: int | None = None
    start: int | None = None
    end: int | None = None
    quote: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """A passage that retrieval handed on, best first."""

    text: str
    document: str = ""
    section: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A sentence of the reply as the assistant itself divides it: ``answer[start:end] == text``."""

    text: str
    start: int
    end: int
    markers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Milliseconds from the question; None where it was not measured."""

    evidence_ms: float | None = None
    first_sentence_ms: float | None = None
    total_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply in the form that is scored.

    ``status`` is None where the assistant does not say whether it answered; then its words decide. ``passages`` is None
    where it does not show what retrieval found, and () where it found nothing. ``made_with`` names the versions of what
    shaped the reply; ``tokens`` and ``cost`` are what the assistant says it used (tokens of both ways; any currency).
    """

    answer: str
    question: str = ""
    status: Status | None = None
    language: str | None = None
    citations: tuple[CitedSource, ...] = ()
    sentences: tuple[Statement, ...] = ()
    passages: tuple[Retrieved, ...] | None = None
    mode: str = ""
    removed: int = 0
    warnings: tuple[str, ...] = ()
    timings: Times = Times()
    made_with: Mapping[str, str] = field(default_factory=dict)
    tokens: int | None = None
    cost: float | None = None

    def to_json(self) -> dict[str, Any]:
        """The reply as JSON types; ``reply_from_json`` reads it back."""
        return asdict(self)


_REPLY = TypeAdapter(Reply)


def reply_from_json(value: Mapping[str, Any]) -> Reply:
    """A reply from JSON types: an answer of this project's contract, or any object with at least ``answer``.

    Keys that a reply does not have are passed over. Raises pydantic's ValidationError for a missing or wrong field.
    """
    return _REPLY.validate_python(value)
