"""Whatever a run holds, a report of it reads back as the same run, and the JSON is of the published schema."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import jsonschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.evaluation.cases import Case
from assistant.evaluation.catalogue import METRIC_BY_ID
from assistant.evaluation.comparison import compare
from assistant.evaluation.reply import CitedSource, Reply, Retrieved, Statement, Times
from assistant.evaluation.report.reading import read_run
from assistant.evaluation.report.report_file import report_schema
from assistant.evaluation.report.writing import write_report
from assistant.evaluation.results import (
    CaseResult,
    Check,
    FactFinding,
    JudgeFinding,
    Score,
    SentenceFinding,
    SourceFinding,
)
from assistant.evaluation.runs import CaseFileVersion, Circumstances, Machine, Run

# Every character but halves of surrogate pairs, which no text of a file can hold.
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
words = text.filter(str.strip)
small = st.integers(0, 9)
number = st.floats(-1e6, 1e6)


def some(strategy):
    return st.lists(strategy, max_size=2).map(tuple)


facts = st.one_of(
    st.fixed_dictionaries(
        {"any": st.lists(words, min_size=1, max_size=2)}, optional={"text": text, "vital": st.booleans()}
    ),
    st.fixed_dictionaries({"number": st.decimals(-1000, 1000)}, optional={"unit": words, "tolerance": st.just("0.10")}),
    st.fixed_dictionaries({"date": st.sampled_from(["2019", "2019-06", "2019-06-12"])}),
    words,
)
cases = st.fixed_dictionaries(
    {"id": words, "question": words},
    optional={
        "facts": st.lists(facts, max_size=2),
        "must_not": st.lists(facts, max_size=1),
        "sources": st.lists(st.sampled_from(["a.pdf", "a.pdf#page=3", {"doc": "b", "quote": "c"}]), max_size=2),
        "history": st.lists(st.builds(lambda said: {"user": said}, text), max_size=2),
        "filters": st.just({"documents": ["a"]}),
        "xfail": words,
        "skip": words,
        "kind": text,
        "weight": st.floats(0.1, 10),
        "canary": words,
        "repeat": st.integers(1, 5),
    },
).map(Case.model_validate)
replies = st.builds(
    Reply,
    answer=text,
    status=st.sampled_from([None, "answered", "declined"]),
    citations=some(st.builds(CitedSource, marker=small, quote=text, page=st.none() | small, url=text)),
    sentences=some(st.builds(Statement, text=text, start=small, end=small, markers=some(small))),
    passages=st.none() | some(st.builds(Retrieved, text=text)),
    timings=st.builds(Times, total_ms=st.none() | number),
    made_with=st.dictionaries(text, text, max_size=2),
    tokens=st.none() | small,
    cost=st.none() | number,
)
results = st.builds(
    CaseResult,
    id=words,
    case=cases,
    reply=replies,
    checks=some(
        st.builds(Check, id=words, passed=st.sampled_from([True, False, None]), expected=text, found=text, reason=text)
    ),
    scores=st.dictionaries(
        st.sampled_from(sorted(METRIC_BY_ID)), st.none() | st.builds(Score, st.floats(0, 1), st.just(1.0))
    ),
    facts=some(st.builds(FactFinding, name=text, vital=st.booleans(), weight=number, whereabouts=st.just("later"))),
    sources=some(
        st.builds(
            SourceFinding, name=text, vital=st.booleans(), marker=st.none() | small, page_off=st.none() | small,
            retrieved_rank=st.none() | small,
        )
    ),
    sentences=some(
        st.builds(
            SentenceFinding, text=text, markers=some(small), dangling=some(small),
            support=st.sampled_from([None, "partial"]), missing=text,
        )
    ),
    judged=some(st.builds(JudgeFinding, question=text, verdict=st.sampled_from(["yes", "skipped"]), reason=text)),
    file=text,
    line=small,
)  # fmt: skip
circumstances = st.builds(
    Circumstances,
    target=text,
    case_files=some(st.builds(CaseFileVersion, path=text, sha256=text)),
    measured=st.datetimes(
        datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.sampled_from([UTC, timezone(timedelta(hours=5.5))])
    ),
    made_with=st.dictionaries(text, some(text), max_size=2),
    machine=st.none() | st.builds(Machine, cores=small, load=st.none() | st.tuples(number, number, number)),
    metrics_version=small,
)
runs = st.builds(Run, name=text, results=some(results), circumstances=circumstances)
quick = settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@quick
@given(run=runs)
def test_a_run_reads_back_from_both_forms(tmp_path, run):
    for name in ("report.json", "report.jsonl"):
        write_report(tmp_path / name, [run])
        assert read_run(tmp_path / name) == run


@quick
@given(run=runs)
def test_json_is_of_the_published_schema(tmp_path, run):
    path = tmp_path / "report.json"
    write_report(path, [run, replace(run, name=f"{run.name} again")], compare(run, run))
    jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), report_schema())
    assert read_run(path, f"{run.name} again").results == run.results


@quick
@given(run=runs)
def test_any_run_can_be_shown(tmp_path, run):
    for name in ("report.html", "report.md"):
        write_report(tmp_path / name, [run], compare(run, run))
        assert (tmp_path / name).read_text(encoding="utf-8").strip()
