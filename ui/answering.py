"""What the doors need of the assistant, so that each can be opened before it and tested without it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence, Set
from typing import TYPE_CHECKING, Protocol

from assistant.answer import Answer
from assistant.condition import Condition
from assistant.events import Event, Turn
from ingest.cut import Section
from ingest.document import Authority, Page

if TYPE_CHECKING:  # the doors stay light: the assistant brings in its models
    from assistant.library import DocumentSummary, FoundPassage


class SourceText(Protocol):
    """One document with its text: what the page that citations lead to is made of.

    Sections tile ``text`` and pages ascend in it; offsets are those of citations: code points of ``text``, from 0.
    """

    @property
    def title(self) -> str:
        """The title of the document."""

    @property
    def publisher(self) -> str:
        """Who published it; "" where that is not known."""

    @property
    def authority(self) -> Authority:
        """Whether the organisation itself speaks."""

    @property
    def published(self) -> str | None:
        """``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``."""

    @property
    def language(self) -> str:
        """The ISO 639 code of the language of the text."""

    @property
    def url(self) -> str:
        """Where the publisher has it; "" where that is not known."""

    @property
    def text(self) -> str:
        """The text as read."""

    @property
    def sections(self) -> Sequence[Section]:
        """The sections, in the order of the text."""

    @property
    def pages(self) -> Sequence[Page]:
        """The pages; none for a document without pages."""


class View(Protocol):
    """The assistant as one who asks may see it: nothing outside their collections is in any of its answers."""

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        cancelled: threading.Event | None = None,
        *,
        documents: Set[str] | None = None,
        collections: Set[str] | None = None,
    ) -> Iterator[Event]:
        """One answer as it comes; the last event is Finished or Failed. ``documents`` (ids) and ``collections`` narrow
        what it is made from, never widen it.

        Setting ``cancelled`` gives the question up within a second; so does closing the iterator, where it is a
        generator, between two events. A GivenUp hears its place where the question has to wait.
        """

    def search(
        self, question: str, *, documents: Set[str] | None = None, collections: Set[str] | None = None
    ) -> tuple[FoundPassage, ...]:
        """The passages that an answer would be made from, best first; no language model is asked."""

    def documents(self) -> tuple[DocumentSummary, ...]:
        """The documents that answers are made from."""

    def source(self, document_id: str) -> SourceText | None:
        """The text of one of these documents; None for any other."""


class AnswersQuestions(View, Protocol):
    """The part of ``assistant.assistant.Assistant`` that the doors use. Itself it sees what the settings say, for
    whoever works at this machine.
    """

    def seen_by(self, collections: Set[str], documents: Set[str] | None = None) -> View:
        """The same for somebody who may see these collections and no others (there is at least one), and of them only
        these documents, unless that is None.
        """

    def answer(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        documents: Set[str] | None = None,
        collections: Set[str] | None = None,
    ) -> Answer:
        """One verified answer, narrowed as in ``ask``."""

    def condition(self) -> Condition:
        """The condition of its parts, in little time. Raises VectorStoreError where there is no index to use."""

    def warm_up(self) -> None:
        """Load what the first question would wait for."""

    def close(self) -> None:
        """End what was started for it, a language model's process above all."""
