"""What happens while a question is answered: a closed union that every door consumes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.answer import Answer, AnswerPassage, AnswerSentence, Citation

Role = Literal["user", "assistant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One earlier message of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFound:
    """Verified quotes, before any sentence is written."""

    citations: tuple[Citation, ...]
    passages: tuple[AnswerPassage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """One verified sentence of the answer, with the Markdown text that it adds and the ``citations`` that are new in
    it: every marker up to here has its citation.
    """

    text: str
    sentence: AnswerSentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The whole answer; the last event of a question that was answered, refused or declined."""

    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The last event of a question that could not be answered: one sentence for the person who asked."""

    message: str
    retryable: bool


Event = EvidenceFound | Delta | Finished | Failed
