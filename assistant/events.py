"""What happens while a question is answered: a closed union that every door consumes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from assistant.answer import Answer, AnswerPassage, AnswerSentence, Citation

Role = Literal["user", "assistant"]
Reason = Literal["failed", "busy", "limit", "used_up", "paused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One earlier message of a conversation."""

    role: Role
    content: str


class GivenUp(threading.Event):
    """Set when a question is given up. Whoever answers it tells ``on_place``, from any thread, how many others have to
    end before its turn comes, and 0 when it has come.
    """

    def __init__(self, on_place: Callable[[int], None] = lambda _place: None) -> None:
        super().__init__()
        self.on_place = on_place


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """``before`` others have to end before its turn comes; 0 when it has come. It happens before the evidence, and
    between the evidence and the first sentence, where the language model has a queue of its own.
    """

    before: int


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
    """The last event of a question that could not be answered: one sentence for the person who asked.

    ``reason`` is "busy" where too many ask, "limit" where this one asked too fast, "used_up" where the questions of a
    day are and "paused" where none is taken; such a question was not begun, and may be asked again after
    ``retry_after_s``.
    """

    message: str
    retryable: bool
    reason: Reason = "failed"
    retry_after_s: int = 0


Event = Waiting | EvidenceFound | Delta | Finished | Failed

EVENT_NAMES: Mapping[type[Event], str] = {
    Waiting: "waiting",
    EvidenceFound: "evidence",
    Delta: "delta",
    Finished: "finished",
    Failed: "failed",
}
"""What each event is called outside this program."""


def event_to_json(event: Event) -> dict[str, Any]:
    """The fields of an event as JSON types; an answer is in the form of its contract."""
    if isinstance(event, Finished):
        return {"answer": event.answer.to_json()}
    return asdict(event)
