"""Gates: METRIC=VALUE, and whether a run reaches them."""

import pytest

from assistant.evaluation.errors import GateError
from assistant.evaluation.gates import Gate, check_gates, parse_gate
from assistant.evaluation.report.testing import make_result, make_run


@pytest.mark.parametrize(
    ("text", "metric", "bound", "is_maximum"),
    [
        ("passed=0.9", "passed", 0.9, False),
        (" passed = 90% ", "passed", 0.9, False),
        ("wrong_refusals=5%", "wrong_refusals", 0.05, True),
        ("total_ms=2500", "total_ms", 2500, True),
        ("truthfulness=-0.5", "truthfulness", -0.5, False),
    ],
)
def test_gates_are_read(text, metric, bound, is_maximum):
    gate = parse_gate(text)
    assert (gate.metric, gate.bound, gate.is_maximum) == (metric, pytest.approx(bound), is_maximum)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("passed", "has another form than METRIC=VALUE"),
        ("=1", "has another form than METRIC=VALUE"),
        ("passed=", "has another form than METRIC=VALUE"),
        ("fact_recal=1", 'no metric "fact_recal": did you mean fact_recall'),
        ("xyzzy=1", "the metrics are passed, fact_recall"),
        ("passed=all", "is no number"),
        ("passed=nan", "is no number"),
        ("passed=90", "lies outside 0 to 1: write 90%"),
        ("passed=-1%", "lies outside 0 to 1"),
        ("total_ms=90%", "total_ms is counted in ms"),
        ("words=100", "has no good direction"),
    ],
)
def test_what_is_no_gate_is_said_to_be_none(text, complaint):
    with pytest.raises(GateError, match=complaint):
        parse_gate(text)


def verdict(text, *results):
    (found,) = check_gates([parse_gate(text)], make_run(results))
    return found


def test_a_minimum_is_reached_or_not():
    results = [make_result(str(number), passed=number < 9) for number in range(10)]
    assert verdict("passed=90%", *results).passed
    missed = verdict("passed=0.91", *results)
    assert not missed.passed
    assert missed.message == "passed (cases passed) is only 90 % over 10 cases; at least 91 % is required."


def test_a_maximum_is_kept_or_not():
    slow = make_result("a", scores={"total_ms": 2000})
    assert verdict("total_ms=2000", slow).passed
    missed = verdict("total_ms=1500", slow)
    assert not missed.passed
    assert missed.message == (
        "total_ms (time to the whole answer) is too much: 2000 ms over 1 case; at most 1500 ms is required."
    )


def test_what_was_not_measured_is_not_reached():
    found = verdict("wrong_refusals=100%", make_result("a"))
    assert not found.passed
    assert found.value is None
    assert "was not measured, because it applies to none of the cases" in found.message


def test_no_gates_are_no_verdicts():
    assert check_gates([], make_run([])) == ()
    assert not check_gates([Gate(metric="passed", bound=0)], make_run([]))[0].passed
