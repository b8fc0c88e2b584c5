"""This project's assistant in this process, as the settings of the environment make it."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from typing import TYPE_CHECKING, Protocol

from assistant.errors import AssistantError
from assistant.evaluation.errors import TargetError
from assistant.evaluation.reply import Reply, reply_from_json
from assistant.evaluation.targets.protocol import Query
from assistant.events import Turn
from ingest.errors import IngestError
from vectorstore.errors import VectorStoreError

if TYPE_CHECKING:
    from assistant.answer import Answer

_EXPECTED = (AssistantError, VectorStoreError, IngestError)


class Answering(Protocol):
    """The part of ``assistant.assistant.Assistant`` that is used here."""

    def answer(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        documents: Set[str] | None = None,
        collections: Set[str] | None = None,
    ) -> Answer:
        """One verified answer."""

    def warm_up(self) -> None:
        """Load what the first question would wait for."""

    def close(self) -> None:
        """End what was started for it."""


class InProcess:
    """One assistant, opened and warmed up with the first question, and kept open until ``close``."""

    name = "assistant"

    def __init__(self, open_assistant: Callable[[], Answering] | None = None) -> None:
        """Opens nothing yet. ``open_assistant`` makes the assistant; by default it is that of the settings."""
        self._open = open_assistant or _of_settings
        self._assistant: Answering | None = None

    def ask(self, query: Query) -> Reply:
        """See Target."""
        return reply_from_json(self.answer(query).to_json())

    def answer(self, query: Query) -> Answer:
        """The whole answer, with all that its contract says. Raises TargetError where there is none."""
        try:
            return self._opened().answer(
                query.question,
                tuple(Turn(role=turn.role, content=turn.content) for turn in query.history),
                documents=_named(query.filters.documents),
                collections=_named(query.filters.collections),
            )
        except _EXPECTED as error:
            raise TargetError(str(error)) from error

    def close(self) -> None:
        """See Target."""
        if self._assistant is not None:
            self._assistant.close()
            self._assistant = None

    def _opened(self) -> Answering:
        if self._assistant is None:
            assistant = self._open()
            assistant.warm_up()
            self._assistant = assistant
        return self._assistant


def _named(names: Sequence[str]) -> Set[str] | None:
    return frozenset(names) if names else None


def _of_settings() -> Answering:
    from assistant.privacy import force_offline_and_private  # noqa: PLC0415 (only where an assistant is opened)

    # Before what answers is imported: libraries read these switches when they load.
    force_offline_and_private()
    from assistant.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    try:
        from assistant.wiring import build_assistant  # noqa: PLC0415 (torch, LangChain and Chroma)
    except ImportError as error:
        raise TargetError(
            f"The assistant is not installed here, {error.name} is missing; run "
            "`pip install 'picum-assistant[assistant]'`, or ask one over HTTP."
        ) from error
    return build_assistant(settings)
