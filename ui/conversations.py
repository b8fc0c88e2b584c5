"""Conversations with the page: held in memory, forgotten when idle, and nowhere else.

Nothing that a browser sends back is taken as a part of one; it only names the conversation.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from assistant.answer import Answer, AnswerSentence, Citation, Conflict, Form
from assistant.events import Delta, Event, EvidenceFound, Failed, Finished, Reason, Turn, Waiting
from ui.choice import Within
from ui.standing import Standing

IDLE_SECONDS = 30 * 60
"""How long a conversation is held after its last question."""
MOST_EXCHANGES = 20
"""Questions with their answers in one conversation; the oldest go first."""
MOST_CHARACTERS = 20_000_000
"""Characters of all conversations together; the conversations that are idle longest go first."""

_A_NAME = 40
"""What one of many documents that were chosen takes, in characters."""

State = Literal["looking", "reading", "writing", "done", "stopped", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One question and what came of it so far.

    ``number`` counts from 1 in its conversation; one that was asked again in the place of another has the next one.
    ``form`` and ``within`` say how it was asked, and from which documents where those were chosen. ``text`` is verified
    Markdown, and each of its markers has one of the ``citations``, also while it grows. ``evidence`` is what was found
    before, whose own numbers mean nothing; it goes when the answer is whole. ``sentences`` lie in ``text`` and have
    their verdicts; ``answer`` is the whole answer, but for its passages, once there is one; ``further`` are questions
    behind it, None as long as nobody looked for any. ``trouble`` is the English sentence that says why there is no
    answer; ``reason`` is its kind and ``retry_after_s`` after how many seconds to ask again; ``before`` is its place in
    a queue, 0 when it waits for nobody. ``documents`` says of documents by id whether they still hold; ``base`` is what
    addresses begin with that are good outside the page, "" where there are none.
    """

    number: int
    question: str
    asked_on: str = ""
    form: Form = "full"
    within: Within | None = None
    state: State = "looking"
    text: str = ""
    language: str = ""
    evidence: tuple[Citation, ...] = ()
    citations: tuple[Citation, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    warnings: tuple[str, ...] = ()
    removed: int = 0
    sentences: tuple[AnswerSentence, ...] = ()
    answer: Answer | None = None
    further: tuple[str, ...] | None = None
    trouble: str = ""
    reason: Reason = "failed"
    retry_after_s: int = 0
    before: int = 0
    documents: Mapping[str, Standing] = field(default_factory=dict)
    base: str = ""

    def after(self, event: Event) -> Exchange:
        """This exchange once an event has happened."""
        match event:
            case Waiting():
                return replace(self, before=event.before)
            case EvidenceFound():
                # Where nothing was found, the question may be put in other words and looked for once more.
                return replace(self, state="reading" if event.citations else "looking", evidence=event.citations)
            case Delta():
                return replace(
                    self,
                    state="writing",
                    text=self.text + event.text,
                    citations=self.citations + event.citations,
                    sentences=(*self.sentences, event.sentence),
                )
            case Finished():
                answer = event.answer
                return replace(
                    self,
                    state="done",
                    text=answer.answer,
                    language=answer.language,
                    evidence=(),
                    citations=answer.citations,
                    conflicts=answer.conflicts,
                    warnings=answer.warnings,
                    removed=answer.removed,
                    sentences=answer.sentences,
                    answer=replace(answer, passages=()),
                )
            case Failed():
                return replace(
                    self,
                    state="failed",
                    trouble=event.message,
                    reason=event.reason,
                    retry_after_s=event.retry_after_s,
                )

    def stopped(self) -> Exchange:
        """This exchange given up; whatever stands stays."""
        return replace(self, state="stopped")

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in {"done", "stopped", "failed"}

    @property
    def refused(self) -> bool:
        """Whether the documents do not hold what was asked for, or it was no question to them."""
        return self.answer is not None and self.answer.status in {"not_in_documents", "declined"}

    @property
    def was_question(self) -> bool:
        """Whether documents could have answered it, so that other words may help."""
        return self.answer is None or self.answer.status != "declined"

    @property
    def answered(self) -> bool:
        """Whether it came to its end; a refusal is an answer too."""
        return self.state == "done"

    @property
    def uncited(self) -> tuple[Citation, ...]:
        """The evidence that no citation holds (yet)."""
        return tuple(found for found in self.evidence if not any(_within(found, cited) for cited in self.citations))

    def about(self, citation: Citation) -> Standing:
        """What is known of the document of a citation."""
        return self.documents.get(citation.document, Standing())

    @property
    def size(self) -> int:
        """Characters that it holds, about."""
        quoted = sum(len(cited.quote) + len(cited.display_quote) + 200 for cited in (*self.evidence, *self.citations))
        # The sentences say the text again. Of documents only the names are other than those of the index.
        said = 2 * len(self.text) + sum(map(len, self.further or ()))
        chosen = _A_NAME * len(self.within.documents) if self.within is not None else 0
        return len(self.question) + said + len(self.trouble) + quoted + chosen


def _within(found: Citation, cited: Citation) -> bool:
    return found.document == cited.document and cited.start <= found.start and found.end <= cited.end


@dataclass(slots=True)
class _Held:
    owner: str
    exchanges: tuple[Exchange, ...] = ()
    used: float = 0.0
    size: int = 0


@dataclass(slots=True)
class Conversations:
    """All conversations of one server, by a name that only the browser tab knows. Safe to use from several threads."""

    clock: Callable[[], float] = time.monotonic
    most_characters: int = MOST_CHARACTERS
    _held: dict[str, _Held] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, owner: str = "") -> str:
        """The name of a new conversation; it cannot be guessed, and means nothing but to its owner."""
        name = secrets.token_urlsafe(16)
        with self._lock:
            self._held[name] = _Held(owner, used=self.clock())
        return name

    def exchanges(self, name: str, owner: str = "") -> tuple[Exchange, ...] | None:
        """What was asked and answered, the oldest first; None where its owner has no such conversation (any more)."""
        with self._lock:
            self._forget_idle()
            held = self._held.get(name)
            if held is None or held.owner != owner:
                return None
            held.used = self.clock()
            return held.exchanges

    def keep(self, name: str, exchange: Exchange, instead_of: int = 0) -> None:
        """Add an exchange, in the place of the one with its own number or with ``instead_of``, where there is one;
        nothing happens where the conversation was forgotten meanwhile.
        """
        with self._lock:
            held = self._held.get(name)
            if held is None:
                return
            gone = {exchange.number, instead_of}
            others = [each for each in held.exchanges if each.number not in gone]
            held.exchanges = tuple(sorted([*others, exchange], key=lambda each: each.number))[-MOST_EXCHANGES:]
            held.size = sum(each.size for each in held.exchanges)
            held.used = self.clock()
            self._make_room(name)

    def forget(self, name: str) -> None:
        """Forget one conversation, whether or not there is one."""
        with self._lock:
            self._held.pop(name, None)

    def forget_idle(self) -> None:
        """Forget what nobody has used for IDLE_SECONDS."""
        with self._lock:
            self._forget_idle()

    def _forget_idle(self) -> None:
        oldest = self.clock() - IDLE_SECONDS
        self._held = {name: held for name, held in self._held.items() if held.used > oldest}

    def _make_room(self, latest: str) -> None:
        excess = sum(held.size for held in self._held.values()) - self.most_characters
        if excess <= 0:
            return
        for name in sorted(self._held, key=lambda name: (name == latest, self._held[name].used)):
            if excess <= 0:
                return
            excess -= self._held.pop(name).size


def history(exchanges: tuple[Exchange, ...]) -> tuple[Turn, ...]:
    """The turns that a further question may refer to: questions with the verified text that answered them."""
    return tuple(
        turn
        for exchange in exchanges
        if exchange.text
        for turn in (Turn(role="user", content=exchange.question), Turn(role="assistant", content=exchange.text))
    )
