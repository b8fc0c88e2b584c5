"""What the doors need of the assistant, so that each can be opened before it and tested without it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence, Set
from typing import TYPE_CHECKING, Protocol

from assistant.answer import Answer, Form
from assistant.condition import Condition
from assistant.errors import AssistantError
from assistant.events import Event, Turn
from assistant.suggestions import Phrasing, Suggestion
from ingest.cut import Section
from ingest.document import Authority, Page
from ingest.errors import IngestError
from vectorstore.errors import VectorStoreError

if TYPE_CHECKING:  # the doors stay light: the assistant brings in its models
    from assistant.library import DocumentSummary, FoundPassage
    from assistant.looking_up import LookedUp


BROKEN = (AssistantError, VectorStoreError, IngestError)
"""What an assistant raises that cannot do its work. The message is for the one who asks."""


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
    def kind(self) -> str:
        """What kind of document it is; "" where that is not known."""

    @property
    def valid_until(self) -> str | None:
        """A date like ``published``."""

    @property
    def superseded_by(self) -> str | None:
        """The id of its newer version."""

    @property
    def path(self) -> str:
        """Its file, as seen from the folder of documents that it was read from."""

    @property
    def sha256(self) -> str:
        """The SHA-256 of that file when it was read, in hex."""

    @property
    def text(self) -> str:
        """The text as read."""

    @property
    def sections(self) -> Sequence[Section]:
        """The sections, in the order of the text."""

    @property
    def pages(self) -> Sequence[Page]:
        """The pages; none for a document without pages."""


class Suggests(Protocol):
    """Which questions the documents answer, without a language model; none of them counts as a question."""

    def first_questions(self, phrasing: Phrasing) -> tuple[Suggestion, ...]:
        """Some to begin with."""

    def further_questions(
        self, answer: Answer, phrasing: Phrasing, asked: Sequence[str] = (), *, documents: Set[str] | None = None
    ) -> tuple[Suggestion, ...]:
        """Some behind an answer, none of ``asked``; narrowed as the answer was."""


class View(Suggests, Protocol):
    """The assistant as one who asks may see it: nothing outside their collections is in any of its answers."""

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        cancelled: threading.Event | None = None,
        *,
        documents: Set[str] | None = None,
        collections: Set[str] | None = None,
        form: Form = "full",
        language: str = "",
    ) -> Iterator[Event]:
        """One answer as it comes; the last event is Finished or Failed. ``documents`` (ids) and ``collections`` narrow
        what it is made from, never widen it; the ``form`` "short" says one or two sentences, "quotes" asks no
        language model. A question that does not tell its language is taken to be in ``language``, the reader's.

        Setting ``cancelled`` gives the question up within a second; so does closing the iterator, where it is a
        generator, between two events. A GivenUp hears its place where the question has to wait.
        """

    def search(
        self, question: str, *, documents: Set[str] | None = None, collections: Set[str] | None = None
    ) -> tuple[FoundPassage, ...]:
        """The passages that an answer would be made from, best first; no language model is asked."""

    def look_up(self, words: str, most: int) -> LookedUp:
        """What holds these words, the last of which may be unfinished: documents, and at most so many passages."""

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
        form: Form = "full",
    ) -> Answer:
        """One verified answer, narrowed and in a form as in ``ask``."""

    def condition(self) -> Condition:
        """The condition of its parts, in little time. Raises VectorStoreError where there is no index to use."""

    def warm_up(self) -> None:
        """Load what the first question would wait for."""

    def close(self) -> None:
        """End what was started for it, a language model's process above all."""
