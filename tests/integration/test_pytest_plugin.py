"""Cases as tests of pytest: collected, selected, marked, repeated, failed and reported as tests are."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

# Sessions inside this one forget what they import; compiled libraries bear that once only.
import assistant.evaluation.testing.collecting
import assistant.evaluation.testing.fixtures  # noqa: F401
from assistant.evaluation.case_files import load_cases

pytest_plugins = ["pytester"]

CASES = """
version: 1
cases:
  - id: hours
    question: When is the library open on Saturdays?
    facts: [{any: ["10 am to 4 pm"]}]
    sources: [hours.md]
    tags: [opening, follow-up]
    kind: times
  - id: price
    question: What does a card cost?
    facts: [{number: 12, unit: [euros]}]
    marks: [slow]
  - id: concert
    question: Who plays next year?
    expect: refuse
"""
# An assistant that says the same on every machine; other tests change what it says.
ASSISTANT = """
import pytest

SAID = {
    "When is the library open on Saturdays?": {
        "answer": "On Saturdays it is open from 10 am to 4 pm [1].", "status": "answered",
        "citations": [{"marker": 1, "document": "hours.md", "quote": "On Saturdays it is open from 10 am to 4 pm."}],
        "passages": [{"document": "hours.md", "text": "On Saturdays it is open from 10 am to 4 pm."}],
    },
    "What does a card cost?": {
        "answer": "A card costs 12 euros a year [1].", "status": "answered",
        "citations": [{"marker": 1, "document": "fees.md", "quote": "A card costs 12 euros a year."}],
        "passages": [{"document": "fees.md", "text": "A card costs 12 euros a year."}],
    },
    "Who plays next year?": {"answer": "The documents do not say that.", "status": "not_in_documents"},
}

def town_library(question):
    return SAID[question] | {"timings": {"total_ms": 5}}

@pytest.fixture(scope="session")
def picum_target():
    return town_library
"""
PLUGINS = "-p no:picum -p picum_pytest -p no:cacheprovider"
INI = f"[pytest]\nmarkers =\n    slow: takes its time\naddopts = --strict-markers {PLUGINS}\n"


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with an assistant, three cases that it passes, and the plugin."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    pytester.makeconftest(ASSISTANT)
    pytester.makefile(".ini", pytest=INI)
    write(pytester, CASES)
    return pytester


def write(pytester: pytest.Pytester, cases: str, name: str = "library") -> Path:
    path = pytester.path / f"{name}.picum.yaml"
    path.write_text(cases, encoding="utf-8")
    return path


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess(*arguments)


def cases_of(report: Path) -> dict[str, bool]:
    (only,) = json.loads(report.read_bytes())["runs"]
    return {result["id"]: result["passed"] for result in only["results"]}


def wrong(pytester: pytest.Pytester, said: str, instead: str) -> None:
    """Let the assistant say something else."""
    text = ASSISTANT.replace(said, instead)
    assert text != ASSISTANT
    pytester.makeconftest(text)


def test_cases_are_tests(suite: pytest.Pytester) -> None:
    done = run(suite, "-v")
    done.assert_outcomes(passed=3)
    done.stdout.fnmatch_lines(["library.picum.yaml::hours PASSED*", "library.picum.yaml::concert PASSED*"])


@pytest.mark.parametrize(
    ("arguments", "chosen"),
    [
        (["library.picum.yaml::price"], ["price"]),
        (["-k", "hours or concert"], ["hours", "concert"]),
        (["-m", "slow"], ["price"]),
        (["-m", "opening"], ["hours"]),
        (["-m", "follow-up"], ["hours"]),
        (["-m", "picum(kind='times')"], ["hours"]),
        (["-m", "picum(expect='refuse')"], ["concert"]),
        (["-m", "not picum"], []),
        (["-m", "not picum_live"], []),
    ],
)
def test_cases_are_selected_as_any_test(arguments: list[str], chosen: list[str], suite: pytest.Pytester) -> None:
    done = run(suite, "--collect-only", "-q", *arguments)
    ids = [line.partition("::")[2] for line in done.outlines if "::" in line]
    assert ids == chosen


def test_variants_and_repetitions(suite: pytest.Pytester) -> None:
    write(
        suite,
        """
version: 1
cases:
  - id: price
    question: What does a card cost?
    facts: ["12 euros"]
    repeat: 3
    variants:
      short: {facts: ["12"]}
      none: {facts: ["13 euros"], xfail: the fee is as it was}
""",
    )
    report = suite.path / "report.json"
    done = run(suite, f"--picum-report={report}", "-v")
    done.assert_outcomes(passed=1, xfailed=1)
    done.stdout.fnmatch_lines(["library.picum.yaml::price[[]short] PASSED*"])
    assert list(cases_of(report)) == [f"price[{name}]#{n}" for name in ("short", "none") for n in (1, 2, 3)]
    run(suite, "library.picum.yaml::price[short]").assert_outcomes(passed=1)


def test_some_of_several_replies_may_fail(suite: pytest.Pytester) -> None:
    suite.makeconftest(
        """
import itertools, pytest
answers = itertools.cycle(["It costs 12 euros.", "It costs 13 euros."])

@pytest.fixture(scope="session")
def picum_target():
    return lambda question: next(answers)
"""
    )
    case = (
        'version: 1\ncases:\n  - {{id: price, question: "What?", facts: ["12 euros"], repeat: 4, min_pass: {least}}}\n'
    )
    write(suite, case.format(least=2))
    run(suite).assert_outcomes(passed=1)
    write(suite, case.format(least=3))
    done = run(suite)
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["passed 2 of 4 times, and 3 are needed; price#2: *"])


def test_the_option_repeats_what_does_not_say_how_often(suite: pytest.Pytester) -> None:
    report = suite.path / "report.json"
    run(suite, "--picum-repeat=2", f"--picum-report={report}").assert_outcomes(passed=3)
    assert list(cases_of(report)) == ["hours#1", "hours#2", "price#1", "price#2", "concert#1", "concert#2"]


def test_skipped_and_foreseen_failures(suite: pytest.Pytester) -> None:
    write(
        suite,
        """
version: 1
cases:
  - {id: skipped, question: What?, skip: "not yet", facts: [x]}
  - {id: known, question: What does a card cost?, facts: ["13 euros"], xfail: an old price}
  - {id: mended, question: What does a card cost?, facts: ["12 euros"], xfail: an old price}
  - {id: lax, question: What does a card cost?, facts: ["12 euros"], xfail: {reason: an old price, strict: false}}
  - {id: broken, question: Nobody knows this?, facts: [x], xfail: an old price}
""",
    )
    done = run(suite, "-rA")
    done.assert_outcomes(skipped=1, xfailed=1, failed=2, xpassed=1)
    done.stdout.fnmatch_lines(["*[[]XPASS(strict)] an old price", "SKIPPED *not yet"])
    done.stdout.fnmatch_lines(["FAILED library.picum.yaml::broken - *"])


def test_a_failure_explains_itself(suite: pytest.Pytester) -> None:
    wrong(suite, "A card costs 12 euros a year [1].", "A card costs 15 euros a year [1], as in [7].")
    done = run(suite)
    done.assert_outcomes(passed=2, failed=1)
    text = done.stdout.str()
    assert "Traceback" not in text
    assert "collecting.py" not in text
    for part in (
        "What does a card cost?",
        "A card costs 15 euros a year [1], as in [7].",
        '"12 euros": writing lost it: a passage that was retrieved says it.',
        "[7] is no source of this answer.",
        '[1] fees.md says: "A card costs 12 euros a year."',
    ):
        assert part in text, text
    done.stdout.fnmatch_lines(["FAILED library.picum.yaml::price - * checks failed: *"])


def test_what_retrieval_missed_is_told_from_what_writing_lost(suite: pytest.Pytester) -> None:
    wrong(suite, "12 euros", "15 euros")
    assert '"12 euros": retrieval missed it: no passage that was retrieved says it.' in run(suite).stdout.str()


def test_a_crash_has_a_traceback(suite: pytest.Pytester) -> None:
    wrong(suite, "return SAID[question]", "return None.missing")
    done = run(suite)
    done.assert_outcomes(failed=3)
    done.stdout.fnmatch_lines(["*return None.missing*", "*AttributeError*"])


def test_an_assistant_that_gives_no_answer_is_one_sentence(suite: pytest.Pytester) -> None:
    lines = [
        "from assistant.evaluation.errors import TargetError as Error",
        "raise Error('Nobody is there.')",
        "return SAID",
    ]
    error = "\n    ".join(lines)
    wrong(suite, "return SAID", error)
    done = run(suite)
    done.assert_outcomes(failed=3)
    done.stdout.fnmatch_lines(["Nobody is there.", "FAILED library.picum.yaml::hours - Nobody is there."])
    assert "Traceback" not in done.stdout.str()
    assert "raise Error" not in done.stdout.str()


def test_no_assistant_is_one_sentence(suite: pytest.Pytester) -> None:
    suite.makeconftest("")
    done = run(suite)
    done.assert_outcomes(failed=3)
    done.stdout.fnmatch_lines(["No assistant is named: give --picum-target*"])


def test_a_slip_in_a_file_is_an_error_at_its_line(suite: pytest.Pytester) -> None:
    write(suite, CASES.replace("expect: refuse", "expects: refuse"))
    done = run(suite)
    assert done.ret == pytest.ExitCode.INTERRUPTED
    done.stdout.fnmatch_lines(["*library.picum.yaml:16: *expects*did you mean 'expect'?*"])
    assert "Traceback" not in done.stdout.str()


def test_an_unregistered_mark_is_an_error_and_a_tag_is_not(suite: pytest.Pytester) -> None:
    write(suite, CASES.replace("marks: [slow]", "marks: [sloow]"))
    assert run(suite).ret == pytest.ExitCode.INTERRUPTED
    write(suite, CASES.replace("marks: [slow]", "tags: [anything at all, skip]"))
    run(suite).assert_outcomes(passed=3)


def test_scores_stand_in_junit_xml(suite: pytest.Pytester) -> None:
    run(suite, "--junitxml=junit.xml")
    tests = ET.parse(suite.path / "junit.xml").getroot().iter("testcase")
    found = {test.get("name"): {p.get("name"): p.get("value") for p in test.iter("property")} for test in tests}
    assert list(found) == ["hours", "price", "concert"]
    assert float(found["hours"]["picum_fact_recall"] or "nan") == 1
    assert float(found["concert"]["picum_right_refusals"] or "nan") == 1
    assert "picum_fact_recall" not in found["concert"]


def test_gates_fail_the_session_with_their_own_message(suite: pytest.Pytester) -> None:
    write(suite, CASES.replace("marks: [slow]", "xfail: {reason: dear, strict: false}"))
    wrong(suite, "12 euros", "15 euros")
    assert run(suite, "--picum-min=passed=60%").ret == 0
    done = run(suite, "--picum-min=passed=0.9")
    assert done.ret == pytest.ExitCode.TESTS_FAILED
    done.assert_outcomes(passed=2, xfailed=1)
    done.stdout.fnmatch_lines(["gate: passed *66.67 % over 3 cases; at least 90 % is required."])


@pytest.mark.parametrize(
    ("option", "complaint"),
    [
        ("--picum-min=fact_recal=1", "*fact_recall*"),
        ("--picum-report=report.pdf", "*report.pdf*.html*"),
        ("--picum-baseline=missing.json", "*missing.json*"),
        ("--picum-repeat=0", "*1 or more*"),
    ],
)
def test_an_option_that_cannot_be_used_is_said_before_anything_runs(
    option: str, complaint: str, suite: pytest.Pytester
) -> None:
    done = run(suite, option)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines([f"ERROR: {complaint}"])


def test_options_are_settings_too(suite: pytest.Pytester) -> None:
    suite.makefile(
        ".ini", pytest=INI + "picum_report = out/a.json\n    out/b.md\npicum_min = passed=1\npicum_repeat = 2\n"
    )
    assert run(suite).ret == 0
    assert len(cases_of(suite.path / "out" / "a.json")) == 6
    assert (suite.path / "out" / "b.md").read_text(encoding="utf-8")


def test_changes_since_the_baseline(suite: pytest.Pytester) -> None:
    run(suite, "--picum-report=before.json")
    wrong(suite, "12 euros", "15 euros")
    done = run(suite, "--picum-baseline=before.json")
    done.stdout.fnmatch_lines(["since the baseline *over 3 cases:", "  newly failing: price"])
    suite.makeconftest(ASSISTANT)
    run(suite, "--picum-baseline=before.json").stdout.fnmatch_lines(["since the baseline *", "  nothing changed"])


def test_answers_are_recorded_and_replayed_without_the_assistant(suite: pytest.Pytester) -> None:
    recorded, replayed = suite.path / "recorded.json", suite.path / "replayed.json"
    run(suite, "--picum-answers=record", "--picum-cassette=kept", f"--picum-report={recorded}").assert_outcomes(
        passed=3
    )
    suite.makeconftest("import pytest\n\n@pytest.fixture\ndef picum_target():\n    raise RuntimeError('asked')\n")
    replay = ["--picum-answers=replay", "--picum-cassette=kept"]
    run(suite, *replay, f"--picum-report={replayed}", "-m", "not picum_live").assert_outcomes(passed=3)
    assert cases_of(recorded) == cases_of(replayed)
    write(suite, CASES.replace("What does a card cost?", "How much is a card?"))
    done = run(suite, *replay)
    done.assert_outcomes(passed=2, failed=1)
    done.stdout.fnmatch_lines(["*--picum-answers*record*"])
    assert "RuntimeError" not in done.stdout.str()


def test_a_judge_without_a_stored_verdict_is_skipped_and_decides_nothing(suite: pytest.Pytester) -> None:
    judge = ["--picum-judge=cached", "--picum-judge-cache=verdicts.jsonl", "--picum-judge-model=somebody"]
    run(suite, *judge, "-m", "picum_judge", "--picum-report=report.json").assert_outcomes(passed=3)
    (only,) = json.loads((suite.path / "report.json").read_bytes())["runs"]
    verdicts = {finding["verdict"] for result in only["results"] for finding in result["judged"]}
    assert verdicts == {"skipped"}
    assert only["circumstances"]["made_with"]["judge"] == ["somebody"]
    assert not (suite.path / "verdicts.jsonl").exists()


def test_processes_side_by_side_report_the_same(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong(suite, "12 euros", "15 euros")
    here, there = suite.path / "here.json", suite.path / "there.json"
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    alone = run(suite, f"--picum-report={here}", "--picum-min=passed=1")
    together = suite.runpytest_subprocess("-p", "xdist", "-n", "2", f"--picum-report={there}", "--picum-min=passed=1")
    for done in (alone, together):
        assert done.ret == pytest.ExitCode.TESTS_FAILED
        done.assert_outcomes(passed=2, failed=1)
    assert summary(alone) == summary(together)
    assert summary(alone)
    ((before,), (after,)) = (json.loads(path.read_bytes())["runs"] for path in (here, there))
    assert before["results"] == after["results"]
    assert before["figures"] == after["figures"]


def summary(done: pytest.RunResult) -> list[str]:
    lines = done.outlines
    start = next(number for number, line in enumerate(lines) if " answers " in line and line.startswith("="))
    rest = lines[start + 1 :]
    end = next(number for number, line in enumerate(rest) if line.startswith("="))
    return [line for line in rest[:end] if not line.startswith(("report: ", "  time to"))]


def test_tests_in_python_ask_and_check(suite: pytest.Pytester) -> None:
    (suite.path / "library.picum.yaml").rename(suite.path / "library.yaml")
    suite.makepyfile(
        test_library="""
from pathlib import Path
import pytest
from assistant.evaluation.case_files import load_cases

def test_hours(picum_ask, picum_check):
    answer = picum_ask("When is the library open on Saturdays?")
    result = picum_check(answer, facts=["10 am to 4 pm"], sources=["hours.md"])
    assert result.scores["fact_recall"].share == 1

def test_price(picum_ask, picum_check):
    picum_check(picum_ask("What does a card cost?"), facts=["13 euros"])

def test_text(picum_check):
    picum_check("It is open.", facts=["open"], must_not=["closed"])
    with pytest.raises(ValueError, match="factz"):
        picum_check("It is open.", factz=["open"])

@pytest.mark.parametrize("case", load_cases(Path("library.yaml")).cases, ids=lambda case: case.id)
def test_case(case, picum_ask, picum_check):
    picum_check(picum_ask(case), case)
"""
    )
    report = suite.path / "report.json"
    done = run(suite, f"--picum-report={report}")
    done.assert_outcomes(passed=5, failed=1)
    assert "Traceback" not in done.stdout.str()
    done.stdout.fnmatch_lines(["*Missing:", '*"13 euros"*', "FAILED test_library.py::test_price - *"])
    ids = ["test_hours", "test_price", "test_text", "test_case[hours]", "test_case[price]", "test_case[concert]"]
    assert sorted(cases_of(report)) == sorted(ids)


def test_fixtures_of_the_project_are_used_by_cases(suite: pytest.Pytester) -> None:
    suite.makeconftest(
        ASSISTANT
        + """
@pytest.fixture(autouse=True)
def around(request):
    yield
    print("after", request.node.name)
"""
    )
    run(suite, "-s").stdout.fnmatch_lines(["*after hours*", "*after price*", "*after concert*"])


def test_the_file_of_cases_holds_what_the_tests_above_say(tmp_path: Path) -> None:
    path = tmp_path / "library.picum.yaml"
    path.write_text(CASES, encoding="utf-8")
    assert [case.id for case in load_cases(path).cases] == ["hours", "price", "concert"]
