from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from assistant.breaker import Breaker


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def breaker(clock: Clock) -> Breaker:
    return Breaker(failures=3, within_s=30, rest_s=15, clock=clock)


def fail(made: Breaker, times: int) -> None:
    for _ in range(times):
        assert made.admit()
        made.failed()


def test_it_opens_after_some_failures_in_a_while_and_not_before() -> None:
    made = breaker(Clock())
    fail(made, 2)
    assert made.admit()
    made.failed()
    assert not made.admit()


def test_failures_far_apart_do_not_open_it() -> None:
    clock = Clock()
    made = breaker(clock)
    for _ in range(10):
        fail(made, 1)
        clock.now += 15.1
    assert made.admit()


def test_after_a_rest_there_is_one_probe_and_its_success_closes() -> None:
    clock = Clock()
    made = breaker(clock)
    fail(made, 3)
    clock.now += 14.9
    assert not made.admit()
    clock.now += 0.2
    assert made.admit()
    assert not made.admit()
    made.succeeded()
    fail(made, 2)
    assert made.admit()


def test_a_probe_that_fails_begins_another_rest() -> None:
    clock = Clock()
    made = breaker(clock)
    fail(made, 3)
    clock.now += 15
    assert made.admit()
    made.failed()
    clock.now += 14.9
    assert not made.admit()
    clock.now += 0.2
    assert made.admit()


def test_a_probe_that_is_given_up_lets_the_next_caller_probe() -> None:
    clock = Clock()
    made = breaker(clock)
    fail(made, 3)
    clock.now += 15
    assert made.admit()
    made.abandoned()
    assert made.admit()


class CallsOneByOne(RuleBasedStateMachine):
    """Against what is written down: the times of failures since the breaker last closed, and of its opening."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.made = breaker(self.clock)
        self.failures: list[float] = []
        self.opened_at: float | None = None

    @rule(seconds=st.sampled_from([0.0, 1.0, 10.0, 15.0, 31.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.now += seconds

    @rule(end=st.sampled_from(["succeeded", "failed", "abandoned"]))
    def somebody_calls(self, end: str) -> None:
        admitted = self.made.admit()
        assert admitted == (self.opened_at is None or self.clock.now - self.opened_at >= 15)
        if not admitted:
            return
        getattr(self.made, end)()
        if end == "failed":
            self.failures = [*self.failures, self.clock.now][-3:]
            many = len(self.failures) == 3 and self.clock.now - self.failures[0] <= 30
            if many or self.opened_at is not None:
                self.opened_at = self.clock.now
        elif end == "succeeded" and self.opened_at is not None:
            self.failures, self.opened_at = [], None

    @invariant()
    def a_rest_is_never_longer_than_set(self) -> None:
        assert self.opened_at is None or self.opened_at <= self.clock.now


TestCallsOneByOne = CallsOneByOne.TestCase
