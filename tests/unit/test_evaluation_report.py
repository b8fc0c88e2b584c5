"""Means, rates, summaries and the page."""

import dataclasses
import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.cases import Case, GoldEvidence, Nugget
from assistant.evaluation.report import render_markdown, to_json
from assistant.evaluation.runs import Circumstances, Machine, Run, made_with, mode_of, run_names
from assistant.evaluation.scoring import score, summarise
from assistant.evaluation.statistics import mean, percentile, pooled, rate
from ui.testing import make_answer, make_citation

QUOTE = "Membership is open to any organisation."
DOCUMENTS = {"plan": QUOTE}
ASKED = Case(
    id="c1",
    question="Who can join?",
    language="en",
    type="fact",
    answerable=True,
    nuggets=(
        Nugget(text="any", vital=True, match=("any organisation",)),
        Nugget(text="x", vital=True, match=("free",)),
    ),
    evidence=(GoldEvidence(document="plan", quote=QUOTE),),
)
NOT_THERE = Case(id="c2", question="How much?", language="en", type="unanswerable", answerable=False)
GOOD = make_answer((QUOTE, (1,)), citations=[make_citation(1, QUOTE)], evidence_ms=40, total_ms=60)
REFUSAL = make_answer(("The documents do not say.", ()), status="not_in_documents", evidence_ms=80, total_ms=80)
WRITTEN = dataclasses.replace(
    make_answer(
        (QUOTE, (1,)),
        citations=[make_citation(1, QUOTE)],
        mode="generated",
        support="partial",
        removed=3,
        first_sentence_ms=900,
        total_ms=2000,
    ),
    made_with=dataclasses.replace(GOOD.made_with, language_model="a|model"),
)


def test_not_applicable_is_left_out_of_a_mean_and_is_no_zero():
    assert (mean([1.0, None, 0.5]).value, mean([1.0, None, 0.5]).n) == (0.75, 2)
    assert (mean([None]).value, mean([None]).n) == (None, 0)
    assert pooled([(1, 1), (0, 3), None]).value == 0.25
    assert pooled([None]).value is None
    assert rate([None]).low is None


def test_the_wilson_interval_of_a_known_example():
    # 81 of 263 gives 0.2553..0.3662: R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    measured = rate([True] * 81 + [False] * 182)
    assert measured.low == pytest.approx(0.2553, abs=5e-5)
    assert measured.high == pytest.approx(0.3662, abs=5e-5)


@given(st.integers(0, 200), st.integers(0, 200))
def test_the_interval_holds_the_share_and_stays_within_0_and_1(hits, misses):
    measured = rate([True] * hits + [False] * misses)
    if hits + misses:
        assert 0 <= measured.low <= measured.value <= measured.high <= 1
        assert measured.low < measured.high


@pytest.mark.parametrize(("percent", "value"), [(50, 20.0), (95, 40.0), (25, 10.0), (26, 20.0), (0, 10.0), (100, 40.0)])
def test_percentiles_are_values_that_were_measured(percent, value):
    assert percentile([40.0, 10.0, 30.0, 20.0], percent) == value
    assert percentile([], percent) is None


def test_a_summary_keeps_refusals_apart_from_recall():
    summary = summarise([score(ASKED, GOOD, DOCUMENTS), score(NOT_THERE, REFUSAL, DOCUMENTS)])
    assert (summary.nugget_recall.value, summary.nugget_recall.n) == (0.5, 1)
    assert (summary.fully_answered.hits, summary.fully_answered.n) == (0, 1)
    assert (summary.evidence_recall.value, summary.evidence_precision.value) == (1.0, 1.0)
    assert summary.citations_located.value == 1.0
    assert (summary.right_refusals.value, summary.wrong_refusals.value) == (1.0, 0.0)
    assert (summary.evidence_ms_median, summary.evidence_ms_p95) == (40, 80)
    assert summary.forbidden.value is None


def test_a_wrong_refusal_costs_recall():
    summary = summarise([score(ASKED, REFUSAL, DOCUMENTS)])
    assert (summary.wrong_refusals.value, summary.nugget_recall.value, summary.evidence_recall.value) == (1.0, 0.0, 0.0)


def test_the_summary_of_what_was_written():
    """Times to the first sentence leave refusals out; sentences of drafts are counted wherever they were lost."""
    fallen_back = dataclasses.replace(GOOD, removed=2)
    summary = summarise([score(ASKED, given, DOCUMENTS) for given in (WRITTEN, fallen_back, REFUSAL)])
    assert (summary.written.hits, summary.written.n) == (1, 3)
    assert summary.sentences_removed == 3 + 2
    assert (summary.sentences_supported.value, summary.sentences_supported.n) == (0.5, 2)
    assert (summary.first_sentence_ms_median, summary.first_sentence_ms_p95) == (40, 900)


def test_a_summary_of_nothing():
    summary = summarise([])
    assert (summary.written.value, summary.sentences_removed, summary.first_sentence_ms_median) == (None, 0, None)
    assert summary.sentences_supported.value is None


def run_of(answers, *, name="extractive", machine=None):
    cases = (ASKED, NOT_THERE)
    return Run(
        name=name,
        scores=tuple(score(case, answer, DOCUMENTS) for case, answer in zip(cases, answers, strict=False)),
        circumstances=Circumstances(
            questions="questions.jsonl",
            questions_sha256="ab" * 32,
            measured=datetime(2026, 11, 21, 12, 0, tzinfo=UTC),
            made_with=made_with(answers),
            machine=machine,
        ),
    )


QUOTED_RUN = run_of([GOOD, REFUSAL])
WRITTEN_RUN = run_of([WRITTEN, GOOD], name="generated")


def columns(markdown, label):
    """The cells of the row that begins so; there is one."""
    (row,) = [line for line in markdown.splitlines() if line.startswith(f"| {label} |")]
    return [cell.strip() for cell in row.strip("|").split("|")][1:]


def test_the_page_says_what_the_figures_rest_on():
    markdown = render_markdown([run_of([GOOD, REFUSAL], machine=Machine(cores=2, load=(0.5, 1.25, 2.0)))])
    for said in (
        "2026-11-21 12:00",
        "abababababababab…",
        "fake-1",
        "2 cores, load 0.5, 1.2, 2.0",
        "| nugget recall (vital) | 0.50 (n=1) |",
        "| forbidden string found | n/a | n/a | n/a |",
        "| unanswerable | 1 | n/a |",
        "- not refused although unanswerable: none",
    ):
        assert said in markdown
    rows = [line for line in markdown.splitlines() if line.startswith(("| nugget", "|---|---|---|---|"))]
    assert {row.count("|") for row in rows[:3]} == {5}


def test_the_page_of_one_run_has_no_name_of_it():
    markdown = render_markdown([QUOTED_RUN])
    assert "| | |\n|---|---|\n| measured |" in markdown
    assert re.search(r"^\| \| all \(2\) \| tuning \(\d\) \| held back \(\d\) \|$", markdown, re.MULTILINE)
    assert "###" not in markdown


def test_runs_stand_side_by_side():
    markdown = render_markdown([QUOTED_RUN, WRITTEN_RUN])
    assert "| | extractive | generated |\n|---|---|---|\n| measured | 2026-11-21 12:00+00:00 | 2026-" in markdown
    assert columns(markdown, "mode") == ["extractive", "extractive, generated"]
    assert "| language model | none | a\\|model |" in markdown
    assert re.search(
        r"^\| \| extractive, all \(2\) \| extractive, tuning \(\d\) \| extractive, held back \(\d\) "
        r"\| generated, all \(2\) \|.*\|\n(\|---){7}\|$",
        markdown,
        re.MULTILINE,
    )
    for label, quoted, written in (
        ("right refusals", "1.00 [0.21–1.00] (1 of 1)", "0.00 [0.00–0.79] (0 of 1)"),
        ("answers with written sentences", "0.00 [0.00–0.66] (0 of 2)", "0.50 [0.09–0.91] (1 of 2)"),
        ("sentences removed from drafts", "0", "3"),
        ("sentences whose support is supported, pooled", "1.00 (n=1)", "0.50 (n=2)"),
        ("time to the first verified sentence, median / p95", "0.04 s / 0.04 s", "0.04 s / 0.90 s"),
    ):
        assert columns(markdown, label)[::3] == [quoted, written]


def test_types_and_cases_have_a_part_for_each_run():
    _, types, cases = re.split(
        r"^## (?:By type of question|Cases to look at)$", render_markdown([QUOTED_RUN, WRITTEN_RUN]), flags=re.MULTILINE
    )
    for part in (types, cases):
        assert re.findall(r"^### (.*)$", part, re.MULTILINE) == ["extractive", "generated"]
    assert re.findall(r"^\| unanswerable .* \| (\d of 1) \|", types, re.MULTILINE) == ["1 of 1", "0 of 1"]
    assert re.findall(r"^- not refused although unanswerable: (.*)$", cases, re.MULTILINE) == ["none", "c2"]


def test_several_runs_are_a_list_of_the_objects_that_one_run_is():
    several = json.loads(json.dumps(to_json([QUOTED_RUN, WRITTEN_RUN])))
    assert [run.pop("name") for run in several["runs"]] == ["extractive", "generated"]
    assert several == {"runs": [json.loads(json.dumps(to_json([run]))) for run in (QUOTED_RUN, WRITTEN_RUN)]}


def test_a_run_is_generated_if_any_of_its_answers_is():
    assert mode_of([GOOD, WRITTEN, REFUSAL]) == "generated"
    assert mode_of([GOOD, REFUSAL]) == "extractive"


@pytest.mark.parametrize(
    ("modes", "files", "names"),
    [
        (["extractive"], [], ["extractive"]),
        (["extractive", "generated"], ["a/x.jsonl", "b/x.jsonl"], ["extractive", "generated"]),
        (["generated", "generated"], ["a/old.jsonl", "a/new.jsonl"], ["old.jsonl", "new.jsonl"]),
        (
            ["generated", "extractive", "generated"],
            ["a.jsonl", "b.jsonl", "c.jsonl"],
            ["a.jsonl", "b.jsonl", "c.jsonl"],
        ),
        (["generated", "generated"], ["old/x.jsonl", "new/x.jsonl"], ["old/x.jsonl", "new/x.jsonl"]),
    ],
)
def test_runs_have_names_of_their_own(modes, files, names):
    assert list(run_names(modes, [Path(file) for file in files])) == names


def test_the_page_names_the_cases_behind_a_broken_promise():
    lost = dataclasses.replace(GOOD, citations=(make_citation(1, QUOTE, start=3),))
    markdown = render_markdown([run_of([lost, GOOD])])
    assert "- citation not located: c1" in markdown
    assert "- not refused although unanswerable: c2" in markdown


def test_the_json_has_every_case_and_both_parts():
    again = json.loads(json.dumps(to_json([QUOTED_RUN])))
    assert [case["id"] for case in again["cases"]] == ["c1", "c2"]
    assert again["tuning"]["cases"] + again["held_back"]["cases"] == again["all"]["cases"] == 2
    assert set(again["types"]) == {"fact", "unanswerable"}


def test_evaluation_loads_no_part_of_the_pipeline():
    code = (
        "import sys, assistant.evaluation.report, assistant.evaluation.answers;"
        "heavy = {'torch', 'langchain', 'langchain_core', 'chromadb', 'sentence_transformers'} & set(sys.modules);"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
