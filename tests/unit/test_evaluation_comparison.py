"""Two runs compared: verdicts that changed, differences with their certainty, and what cannot be compared."""

import pytest

from assistant.evaluation.comparison import compare
from assistant.evaluation.report.testing import make_result, make_run


def runs(before, after, **options):
    """Runs of verdicts by id."""
    return tuple(
        make_run([make_result(id, passed=passed, **options) for id, passed in verdicts.items()], name=name)
        for name, verdicts in (("before", before), ("after", after))
    )


def test_cases_that_changed_are_named():
    found = compare(*runs({"a": True, "b": False, "c": True, "d": True}, {"e": True, "a": False, "b": True, "c": True}))
    assert found.newly_failing == ("a",)
    assert found.newly_passing == ("b",)
    assert found.only_before == ("d",)
    assert found.only_after == ("e",)
    assert found.paired == 3
    assert found.obstacle == ""


def test_a_difference_is_that_of_the_pairs_with_its_interval():
    ids = [f"case {number}" for number in range(100)]
    before, after = runs({id: n < 50 for n, id in enumerate(ids)}, {id: n < 70 for n, id in enumerate(ids)})
    difference = compare(before, after).differences["passed"]
    assert (difference.n, difference.before, difference.after) == (100, 0.5, 0.7)
    # Twenty of a hundred pairs differ, all in one direction: the standard error is √(0.2 · 0.8 / 100) = 0.04.
    assert difference.low == pytest.approx(0.2 - 1.96 * 0.04, abs=0.01)
    assert difference.high == pytest.approx(0.2 + 1.96 * 0.04, abs=0.01)
    assert difference.sure == 1
    assert difference.improved is True
    assert difference.clear


def test_changes_that_cancel_out_are_not_clear():
    ids = [str(number) for number in range(40)]
    before, after = runs(
        {id: n % 2 == 0 for n, id in enumerate(ids)}, {id: n % 2 == 1 or n == 0 for n, id in enumerate(ids)}
    )
    difference = compare(before, after).differences["passed"]
    assert difference.difference == pytest.approx(1 / 40)
    assert difference.low < 0 < difference.high
    assert 0.4 < difference.sure < 0.7
    assert not difference.clear


def test_the_same_seed_gives_the_same_comparison_and_the_same_run_no_difference():
    before, after = runs({str(n): n % 3 == 0 for n in range(30)}, {str(n): n % 2 == 0 for n in range(30)})
    assert compare(before, after) == compare(before, after)
    assert compare(before, after, seed=1).differences["passed"] != compare(before, after).differences["passed"]
    same = compare(before, before).differences["passed"]
    assert (same.difference, same.low, same.high, same.sure, same.improved) == (0, 0, 0, None, None)


@pytest.mark.parametrize(("cases", "known"), [(5, False), (6, True)])
def test_too_few_cases_have_no_interval(cases, known):
    before, after = runs({str(n): False for n in range(cases)}, {str(n): True for n in range(cases)})
    difference = compare(before, after).differences["passed"]
    assert (difference.low is not None, difference.sure is not None, difference.clear) == (known, known, known)


def test_less_is_better_where_the_catalogue_says_so():
    before = make_run([make_result("a", scores={"wrong_refusals": 1, "words": 10})])
    after = make_run([make_result("a", scores={"wrong_refusals": 0, "words": 20})])
    differences = compare(before, after).differences
    assert differences["wrong_refusals"].improved is True
    assert differences["words"].difference == 10
    assert differences["words"].improved is None
    assert "tokens" not in differences  # applies to neither


def test_a_metric_is_compared_over_the_cases_that_have_it_in_both():
    before = make_run([make_result("a", scores={"source_recall": 0.5}), make_result("b")])
    after = make_run([make_result("a", scores={"source_recall": 1}), make_result("b", scores={"source_recall": 0})])
    difference = compare(before, after).differences["source_recall"]
    assert (difference.n, difference.before, difference.after) == (1, 0.5, 1)


def test_cases_count_by_their_weight_and_repetitions_as_one():
    def run(heavy, light):
        return make_run(
            [make_result("heavy", scores={"source_recall": heavy}, case={"weight": 3})]
            + [
                make_result(f"light#{n}", scores={"source_recall": share}, case={"id": "light"})
                for n, share in enumerate(light, start=1)
            ]
        )

    difference = compare(run(0, [0, 0]), run(1, [0, 1])).differences["source_recall"]
    assert difference.n == 2
    assert difference.after == pytest.approx((3 * 1 + 1 * 0.5) / 4)


def test_a_case_that_asks_or_expects_something_else_is_left_out():
    before = make_run([make_result("a"), make_result("b"), make_result("c")])
    after = make_run(
        [
            make_result("a", passed=False, case={"question": "What else?"}),
            make_result("b", passed=False, case={"facts": ["31 days"]}),
            make_result("c", case={"tags": ["new"], "note": "Looked at."}),
        ]
    )
    found = compare(before, after)
    assert found.changed == ("a", "b")
    assert found.newly_failing == ()
    assert found.differences["passed"].n == 1


def test_what_cannot_be_compared_has_no_differences():
    before, after = (
        make_run([make_result("a")], name="old", metrics_version=1),
        make_run([make_result("a", passed=False)]),
    )
    found = compare(before, after)
    assert found.obstacle.startswith("old was scored by version 1 of the metrics and today by version 2: ")
    assert (found.differences, found.newly_failing, found.paired) == ({}, (), 0)
    strangers = compare(make_run([make_result("a")]), make_run([make_result("b")]))
    assert "no case in common" in strangers.obstacle


def test_one_id_in_two_files_is_two_cases():
    def run(first, second):
        return make_run([make_result("a", passed=first, file="x.yaml"), make_result("a", passed=second, file="y.yaml")])

    assert compare(run(True, True), run(True, False)).newly_failing == ("y.yaml::a",)
