"""Runs: what they were made with, and partial runs put together."""

from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.evaluation.errors import CaseFileError, ReportError
from assistant.evaluation.reply import Reply
from assistant.evaluation.report.testing import MEASURED, make_result, make_run
from assistant.evaluation.runs import CaseFileVersion, Machine, made_with, merged


def test_a_case_file_is_named_by_the_hash_of_its_bytes(tmp_path):
    path = tmp_path / "a.picum.yaml"
    path.write_bytes(b"abc")
    assert CaseFileVersion.of(path).sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    with pytest.raises(CaseFileError, match=r"gone\.yaml cannot be read \(No such file or directory\): give"):
        CaseFileVersion.of(tmp_path / "gone.yaml")


def test_what_replies_were_made_with_is_every_value_that_occurs():
    replies = [
        Reply(answer="", mode="generated", made_with={"model": "b", "prompts": ""}),
        Reply(answer="", mode="extractive", made_with={"model": "a"}),
        Reply(answer="", made_with={"model": "a"}),
    ]
    results = [make_result(str(number), reply=reply) for number, reply in enumerate(replies)]
    assert made_with(results) == {"mode": ("extractive", "generated"), "model": ("a", "b")}


def test_partial_runs_become_one_in_the_order_of_the_file():
    results = [make_result(id, line=line) for id, line in (("a", 1), ("b#2", 5), ("b#10", 5), ("c", 9))]
    quiet, busy = Machine(cores=2, load=(0.1, 0, 0)), Machine(cores=2, load=(3.0, 0, 0))
    later = MEASURED + timedelta(minutes=1)
    parts = [
        make_run([results[3], results[2]], name="first", machine=quiet, measured=later),
        make_run([results[1], results[0]], machine=busy),
    ]
    assert merged(parts) == make_run(results, name="first", machine=busy)


def test_what_was_run_again_counts_once_as_it_came_out_last():
    again = make_result("a", passed=True)
    assert merged([make_run([make_result("a", passed=False)]), make_run([again])]).results == (again,)


def test_different_things_are_not_one_run():
    run = make_run([make_result("a")])
    other_file = replace(run.circumstances, case_files=(CaseFileVersion(path="cases.picum.yaml", sha256="cd" * 32),))
    for others, complaint in (
        ([make_run([], target="another")], "assistant and of another are not one run"),
        ([make_run([], metrics_version=1)], "versions 2 and 1 of the metrics"),
        ([replace(run, circumstances=other_file)], r"cases\.picum\.yaml was changed while it was asked"),
    ):
        with pytest.raises(ReportError, match=complaint):
            merged([run, *others])
    with pytest.raises(ReportError, match="run at least one case"):
        merged([])
