"""Means, rates, summaries and the page."""

import dataclasses
import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.cases import Case, GoldEvidence, Nugget
from assistant.evaluation.report import Circumstances, Machine, made_with, render_markdown, to_json
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


def page(*scores, machine=None):
    circumstances = Circumstances(
        questions="questions.jsonl",
        questions_sha256="ab" * 32,
        measured=datetime(2026, 11, 21, 12, 0, tzinfo=UTC),
        made_with=made_with([GOOD]),
        machine=machine,
    )
    return render_markdown(scores, circumstances), to_json(scores, circumstances)


def test_the_page_says_what_the_figures_rest_on():
    scores = [score(ASKED, GOOD, DOCUMENTS), score(NOT_THERE, REFUSAL, DOCUMENTS)]
    markdown, _ = page(*scores, machine=Machine(cores=2, load=(0.5, 1.25, 2.0)))
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


def test_the_page_names_the_cases_behind_a_broken_promise():
    lost = dataclasses.replace(GOOD, citations=(make_citation(1, QUOTE, start=3),))
    markdown, _ = page(score(ASKED, lost, DOCUMENTS), score(NOT_THERE, GOOD, DOCUMENTS))
    assert "- citation not located: c1" in markdown
    assert "- not refused although unanswerable: c2" in markdown


def test_the_json_has_every_case_and_both_parts():
    _, value = page(score(ASKED, GOOD, DOCUMENTS), score(NOT_THERE, REFUSAL, DOCUMENTS))
    again = json.loads(json.dumps(value))
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
