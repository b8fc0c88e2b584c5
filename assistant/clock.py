"""How long the parts of an answer took."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from assistant.answer import Timings


@dataclass(slots=True)
class Clock:
    """Starts with the question. ``found`` and ``spoke`` note the time; of several calls, the first counts."""

    _began: float = field(default_factory=time.perf_counter)
    _evidence_ms: float = 0.0
    _first_sentence_ms: float = 0.0

    def found(self) -> None:
        """The evidence is there."""
        self._evidence_ms = self._evidence_ms or self._now()

    def spoke(self) -> None:
        """The first sentence is written and holds."""
        self._first_sentence_ms = self._first_sentence_ms or self._now()

    def timings(self) -> Timings:
        """Milliseconds since the question; quotations are there with the evidence."""
        first = self._first_sentence_ms or self._evidence_ms
        return Timings(evidence_ms=self._evidence_ms, first_sentence_ms=first, total_ms=self._now())

    def _now(self) -> float:
        return (time.perf_counter() - self._began) * 1000
