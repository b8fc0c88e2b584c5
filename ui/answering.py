"""What the doors need of the assistant, so that each can be opened before it and tested without it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from assistant.answer import Answer
from assistant.events import Event, Turn

if TYPE_CHECKING:  # the doors stay light: the assistant brings in its models
    from assistant.chain import DocumentSummary


class AnswersQuestions(Protocol):
    """The part of ``assistant.chain.Assistant`` that the doors use."""

    def answer(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """One verified answer."""

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Event]:
        """The same answer as it comes; the last event is Finished or Failed."""

    def documents(self) -> tuple[DocumentSummary, ...]:
        """The documents that answers are made from."""

    def warm_up(self) -> None:
        """Load what the first question would wait for."""
