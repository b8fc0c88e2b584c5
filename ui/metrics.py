"""What is counted while the server runs, in the format of Prometheus: numbers, nothing of what was asked or by whom.

Labels come from short lists that stand in the code: routes of the rules table, doors, states. No value that a request
brings along becomes one.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from assistant.answer import Answer
from assistant.events import Delta, Event, EvidenceFound, Failed, Finished

if TYPE_CHECKING:
    from assistant.library import IndexFacts

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
STATES = ("getting_ready", "ready", "failed", "ending")
_METHODS = frozenset({"GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT", "PATCH"})
_REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180)
_ANSWER_SECONDS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 3, 5, 10, 20, 30, 60, 120, 180)


@runtime_checkable
class KnowsItsIndex(Protocol):
    """An assistant that can say how large and how old its index is."""

    def index_facts(self) -> IndexFacts:
        """The size and age of the index in use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is looked up whenever the numbers are asked for. ``state`` gives one of STATES; ``index`` is None where
    there is none yet.
    """

    state: Callable[[], str]
    index: Callable[[], IndexFacts | None]
    in_progress: Callable[[], int]
    waiting: Callable[[], int]


class Metrics:
    """The numbers of one application; two in one process do not share any."""

    def __init__(self, *, answers: str) -> None:
        """``answers`` is what writes: ``none``, ``local``, ``server`` or ``provider``."""
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "picum_requests",
            "Requests that were answered or refused.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._request_seconds = Histogram(
            "picum_request_seconds",
            "Seconds to the end of a response.",
            ("route", "method"),
            buckets=_REQUEST_SECONDS,
            registry=self._registry,
        )
        self._open = Gauge("picum_requests_in_progress", "Requests that are being answered.", registry=self._registry)
        self._questions = Counter(
            "picum_questions",
            "Questions by the door they came through, what became of them, and how the answer was made.",
            ("door", "status", "mode"),
            registry=self._registry,
        )
        self._times = {
            name: Histogram(
                f"picum_question_{name}_seconds",
                f"Seconds from a question to {words}, with all waiting.",
                ("mode",),
                buckets=_ANSWER_SECONDS,
                registry=self._registry,
            )
            for name, words in (
                ("evidence", "its evidence"),
                ("first_sentence", "the first sentence of its answer"),
                ("total", "the end of its answer"),
            )
        }
        built = Gauge("picum_build_info", "Always 1.", ("version", "python", "answers"), registry=self._registry)
        built.labels(_version(), platform.python_version(), answers).set(1)

    def watch(self, state: State) -> None:
        """Tell the state of the assistant too. Once for each Metrics."""
        self._registry.register(_StateCollector(state))

    def text(self) -> bytes:
        """All numbers, in the text format."""
        return generate_latest(self._registry)

    def request_began(self) -> None:
        """A request came in; ``request_ended`` follows."""
        self._open.inc()

    def request_ended(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request; ``route`` is a template, never a path."""
        self._open.dec()
        known = method if method in _METHODS else "other"
        self._requests.labels(route, known, str(status)).inc()
        self._request_seconds.labels(route, known).observe(seconds)

    def question(self, events: Iterator[Event], door: str) -> Generator[Event, None, None]:
        """The same events; the question is counted when they end, however they do."""
        watched = _Question()
        try:
            for event in events:
                watched.after(event)
                yield event
        except Exception:
            watched.status = "failed"
            raise
        finally:
            if isinstance(events, Generator):
                events.close()
            self._questions.labels(door, watched.status, watched.mode).inc()
            for name, seconds in watched.seconds.items():
                self._times[name].labels(watched.mode).observe(seconds)


@dataclass(slots=True)
class _Question:
    """One question so far. ``seconds`` is filled once there is an answer: only answers are timed."""

    began: float = field(default_factory=time.monotonic)
    status: str = "given_up"
    mode: str = ""
    met: dict[str, float] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)

    def after(self, event: Event) -> None:
        now = time.monotonic() - self.began
        match event:
            case EvidenceFound():
                self.met.setdefault("evidence", now)
            case Delta():
                self.met.setdefault("first_sentence", now)
            case Finished(answer=Answer() as answer):
                self.status, self.mode = answer.status, answer.mode
                self.seconds = {**self.met, "total": now}
            case Failed(reason=reason):
                self.status = reason


class _StateCollector(Collector):
    def __init__(self, state: State) -> None:
        self._state = state

    def collect(self) -> Iterator[Metric]:
        """The gauges of the state, as it is now."""
        now = self._state.state()
        states = GaugeMetricFamily("picum_state", "1 for the state that the assistant is in.", labels=["state"])
        for state in STATES:
            states.add_metric([state], float(state == now))
        yield states
        yield GaugeMetricFamily(
            "picum_questions_in_progress", "Questions that are being answered.", self._state.in_progress()
        )
        yield GaugeMetricFamily("picum_questions_waiting", "Questions that wait for a turn.", self._state.waiting())
        if (index := self._state.index()) is None:
            return
        yield GaugeMetricFamily("picum_index_documents", "Documents in the index in use.", index.documents)
        if index.made is not None:
            age = (datetime.now(UTC) - index.made).total_seconds()
            yield GaugeMetricFamily("picum_index_age_seconds", "Seconds since the index in use was made.", age)

    def describe(self) -> Iterator[Metric]:
        """Nothing, so that nothing is looked up while it is registered."""
        return iter(())


def _version() -> str:
    try:
        return version("picum-assistant")
    except PackageNotFoundError:
        return "unknown"
