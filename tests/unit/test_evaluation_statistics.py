"""Figures over results: by hand where they can be."""

import pytest

from assistant.evaluation.cases import Case
from assistant.evaluation.catalogue import CATALOGUE
from assistant.evaluation.reply import Reply
from assistant.evaluation.results import CaseResult, Check, Score
from assistant.evaluation.statistics import percentile, stability, summarise, wilson


def result(
    name: str,
    *,
    weight: float = 1.0,
    of: str | None = None,
    passed: bool = True,
    file: str = "",
    **values: Score | None,
) -> CaseResult:
    scores = {metric.id: values.get(metric.id) for metric in CATALOGUE}
    check = Check(id="facts", passed=passed, expected="", found="")
    case = Case(id=of or name, question="?", weight=weight)
    return CaseResult(id=name, case=case, reply=Reply(answer=""), checks=(check,), scores=scores, file=file)


def test_nothing_is_no_number():
    for figure in (*summarise([]).values(), *summarise([result("a")]).values()):
        assert (figure.value, figure.n, figure.low, figure.high, figure.pooled) == (None, 0, None, None, None)
        assert (figure.pooled_n, figure.median, figure.p95) == (0, None, None)


def test_a_rate_has_the_interval_of_wilson():
    results = [result(f"c{n}", passed=True) for n in range(10)]
    results = [
        CaseResult(**{**{f: getattr(r, f) for f in r.__dataclass_fields__}, "scores": {"passed": Score(float(n < 8))}})
        for n, r in enumerate(results)
    ]
    figure = summarise(results)["passed"]
    assert (figure.value, figure.n) == (0.8, 10)
    assert (figure.low, figure.high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
    assert (figure.pooled, figure.median) == (None, None)


@pytest.mark.parametrize(
    ("share", "n", "low", "high"),
    [(0.0, 10, 0.0, 0.2775), (1.0, 10, 0.7225, 1.0), (0.5, 100, 0.4038, 0.5962), (1.0, 1, 0.2065, 1.0)],
)
def test_wilson(share, n, low, high):
    assert wilson(share, n) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_a_share_is_averaged_over_cases_and_pooled():
    results = [result("a", source_recall=Score(1, 1)), result("b", source_recall=Score(1, 9)), result("c")]
    figure = summarise(results)["source_recall"]
    assert figure.value == pytest.approx((1 + 1 / 9) / 2)
    assert (figure.n, figure.pooled, figure.pooled_n) == (2, 0.2, 10)
    assert (figure.low, figure.high) == (pytest.approx(1 / 9), 1)


def test_weights_of_cases_count_in_means_pools_and_intervals():
    results = [result("a", weight=3, source_recall=Score(1, 2)), result("b", source_recall=Score(0, 2))]
    figure = summarise(results)["source_recall"]
    assert (figure.value, figure.pooled, figure.pooled_n) == (0.375, 0.375, 4)
    even = summarise([result(str(n), failed=Score(n % 2)) for n in range(8)])["failed"]
    uneven = summarise([result(str(n), weight=1 + 9 * (n < 2), failed=Score(n % 2)) for n in range(8)])["failed"]
    assert even.value == uneven.value == 0.5
    assert uneven.high - uneven.low > even.high - even.low
    assert (uneven.low, uneven.high) == pytest.approx(wilson(0.5, 26**2 / 206))


def test_quantities_have_a_median_and_a_95th_percentile():
    figure = summarise([result(f"c{n:02}", total_ms=Score(n)) for n in range(1, 21)])["total_ms"]
    assert (figure.value, figure.median, figure.p95, figure.pooled) == (10.5, 10, 19, None)
    assert 7 < figure.low < 10.5 < figure.high < 14


def test_points_have_a_mean_below_zero():
    figure = summarise([result("a", truthfulness=Score(-1)), result("b", truthfulness=Score(0))])["truthfulness"]
    assert (figure.value, figure.pooled, figure.median) == (-0.5, None, None)


def test_one_case_has_no_interval_of_its_mean():
    figure = summarise([result("a", words=Score(7))])["words"]
    assert (figure.value, figure.n, figure.low, figure.high) == (7, 1, None, None)


def test_repetitions_count_as_one_case():
    results = [result(f"a#{n}", of="a", failed=Score(n == 1), source_recall=Score(n, 3)) for n in (1, 2, 3)]
    figures = summarise([*results, result("b", failed=Score(0.0))])
    assert (figures["failed"].value, figures["failed"].n) == (pytest.approx(1 / 6), 2)
    assert (figures["source_recall"].n, figures["source_recall"].pooled_n) == (1, 9)


def test_stability_is_the_share_of_the_commonest_verdict():
    results = [result(f"a#{n}", of="a", passed=n != 2) for n in (1, 2, 3)]
    results += [result("b"), result("c#1"), result("c#2"), result("d", file="x"), result("d", file="y")]
    results += [result(f"e#{n}", of="e", file="x", passed=n == 1) for n in (1, 2)]
    assert stability(results) == {"a": Score(2, 3), "x::e": Score(1, 2)}
    figure = summarise(results)["stability"]
    assert (figure.value, figure.n) == (pytest.approx(7 / 12), 2)
    assert summarise([result("b")])["stability"].value is None


def test_figures_are_the_same_each_time():
    results = [result(f"c{n}", words=Score(n * n)) for n in range(30)]
    figure = summarise(results)["words"]
    assert summarise(results)["words"] == figure
    # The normal interval is 285.2 ± 1.96 · 271.9 / √30 = 187.9..382.5.
    assert (figure.low, figure.high) == (pytest.approx(195.1, abs=0.1), pytest.approx(379.7, abs=0.1))


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [([], 50, None), ([4.0], 50, 4), ([3.0, 1.0, 2.0], 50, 2), ([1.0, 2.0, 3.0, 4.0], 50, 2), ([1.0, 2.0], 95, 2)],
)
def test_percentiles_are_values_that_occur(values, percent, expected):
    assert percentile(values, percent) == expected
