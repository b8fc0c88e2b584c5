"""The contract of an answer: one object that the command line, the page, the API and evaluation all read."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from ingest.document import Authority

SCHEMA: Final = 1

Status = Literal["answered", "partial", "not_in_documents", "declined", "failed"]
Support = Literal["supported", "partial", "not_assessable"]
Mode = Literal["extractive", "generated"]
Form = Literal["full", "short", "quotes"]
"""What an answer is to be like: one or two sentences where it is short; "quotes" are quotations whoever could write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Marker → evidence. ``document.text[start:end] == quote``; ``page`` is 1-based; offsets are code points."""

    marker: int
    document: str
    title: str
    publisher: str
    authority: Authority
    published: str | None
    section: str
    page: int | None
    start: int
    end: int
    quote: str
    display_quote: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSentence:
    """One sentence of the answer: ``answer[start:end] == text``; ``markers`` are those that follow it."""

    text: str
    start: int
    end: int
    markers: tuple[int, ...]
    support: Support


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Citations that disagree about one thing."""

    about: str
    markers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPassage:
    """A passage that retrieval handed on; ``rank`` is 1-based, higher ``score`` is better."""

    document: str
    section: str
    score: float
    rank: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Milliseconds from the arrival of the question."""

    evidence_ms: float
    first_sentence_ms: float
    total_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeWith:
    """Fingerprints of everything that shaped the answer; ``language_model`` is "" in extractive mode, ``reranker`` and
    ``entailment`` are "" where no such model had a say.
    """

    embedding: str
    language_model: str
    prompts: str
    index_generation: str
    reranker: str = ""
    entailment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A verified answer. Markers in ``answer`` and entries of ``citations`` match one to one, numbered from 1."""

    question: str
    standalone_question: str
    language: str
    status: Status
    answer: str
    citations: tuple[Citation, ...]
    sentences: tuple[AnswerSentence, ...]
    removed: int
    conflicts: tuple[Conflict, ...]
    passages: tuple[AnswerPassage, ...]
    mode: Mode
    warnings: tuple[str, ...]
    timings: Timings
    made_with: MadeWith

    def to_json(self) -> dict[str, Any]:
        """The contract as JSON types, with its schema number first."""
        return {"schema": SCHEMA, **asdict(self)}
