"""What holds of scores whatever an assistant says."""

from __future__ import annotations

import dataclasses
import math
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.evaluation.cases import Case
from assistant.evaluation.catalogue import CATALOGUE, METRIC_BY_ID
from assistant.evaluation.markup import blanked, marker_numbers, visible
from assistant.evaluation.normalise import fold, wording
from assistant.evaluation.reply import CitedSource, Reply, Retrieved, Statement, Times
from assistant.evaluation.results import CaseResult, Score
from assistant.evaluation.scoring import score
from assistant.evaluation.sentences import sentences
from assistant.evaluation.statistics import summarise, wilson

PHRASES = (
    "The club owns 48 boats",
    "Boats are not lent to visitors",
    "I could not find that in the documents",
    "membership costs 90 euros a year",
    "Der Verein wurde am 12. Juni 1950 gegründet",
    "“Boats are lent to members only”",
    "Is that what you mean?",
    "## Fees",
    "**Sources:**",
    "- a list item",
    "图书馆有 48 本书。",
    "يملك النادي 48 قاربا",
    "| a | b |",
    "…",
)
MARKS = ("", " [1]", "[2]", " [1, 3]", " [1-2]", "【1】", " [7]", "[0]", " [^2]")
ENDS = (".", "?", ":", "\n\n", ". ", "! ")

texts = st.one_of(
    st.lists(st.tuples(*map(st.sampled_from, (PHRASES, MARKS, ENDS))), max_size=6).map(
        lambda parts: " ".join(phrase + mark + end for phrase, mark, end in parts)
    ),
    st.text(max_size=120),
)
citations = st.lists(
    st.builds(
        CitedSource,
        marker=st.integers(0, 4),
        document=st.sampled_from(["statutes.md", "docs/statutes", "rules.pdf", ""]),
        title=st.sampled_from(["", "Statutes"]),
        section=st.sampled_from(["", "Fees and boats"]),
        page=st.sampled_from([None, 1, 2, 3]),
        start=st.sampled_from([None, 0, -1, 4]),
        end=st.sampled_from([None, 4, 900]),
        quote=st.one_of(st.sampled_from([*PHRASES, ""]), st.text(max_size=40)),
    ),
    max_size=5,
    unique_by=lambda citation: citation.marker,
).map(tuple)
replies = st.builds(
    Reply,
    answer=texts,
    question=st.sampled_from(["", "What?"]),
    status=st.sampled_from([None, "answered", "partial", "not_in_documents", "declined", "failed"]),
    language=st.sampled_from([None, "en", "de", "xx"]),
    citations=citations,
    sentences=st.lists(
        st.builds(Statement, text=st.sampled_from(["", "The"]), start=st.integers(-1, 5), end=st.integers(-1, 9)),
        max_size=2,
    ).map(tuple),
    passages=st.one_of(
        st.none(),
        st.lists(st.builds(Retrieved, text=st.sampled_from(PHRASES), document=st.just("statutes.md")), max_size=3).map(
            tuple
        ),
    ),
    mode=st.sampled_from(["", "generated", "extractive"]),
    removed=st.integers(0, 3),
    timings=st.builds(Times, total_ms=st.one_of(st.none(), st.floats(0, 1e6))),
)
CASES = (
    Case(
        id="a",
        question="What does it cost?",
        facts=({"number": 48, "unit": "boats"}, {"any": "90 euros", "vital": False}, {"date": "1950-06"}),
        must_not=("60 euros",),
        sources=("statutes.md", "rules#page=2", {"doc": "statutes", "section": "fees", "quote": PHRASES[3]}),
        answer_language="en",
        canary=("BANANA",),
        reference="Membership costs 90 euros.",
        within_words=12,
        max_citations=2,
        weight=2.5,
    ),
    Case(id="b", question="What is for lunch?", expect="refuse"),
    Case(id="c", question="Is it open?", expect="clarify"),
)
cases = st.sampled_from(CASES)
BOUNDED = {metric.id for metric in CATALOGUE if metric.unit in {"verdict", "share"}}
quick = settings(max_examples=120, deadline=None)


def shares(result: CaseResult) -> dict[str, float]:
    return {name: value.share for name, value in result.scores.items() if value is not None}


@quick
@given(cases, replies)
def test_every_metric_is_there_and_a_share_or_nothing(case, reply):
    result = score(case, reply, {"statutes.md": "text"})
    assert list(result.scores) == [metric.id for metric in CATALOGUE]
    for name, value in shares(result).items():
        assert math.isfinite(value), name
        if name in BOUNDED:
            assert 0 <= value <= 1, name
        if METRIC_BY_ID[name].unit == "verdict":
            assert value in {0, 1}, name
    assert all(value.whole > 0 for value in result.scores.values() if value is not None)
    assert -1 <= shares(result).get("truthfulness", 0) <= 1
    assert bool(shares(result)["passed"]) == result.passed
    assert all(check.passed is not None and bool(check.reason) is (not check.passed) for check in result.checks)
    assert len({check.id for check in result.checks}) == len(result.checks)


@quick
@given(cases, replies)
def test_scoring_twice_gives_the_same(case, reply):
    assert score(case, reply) == score(case, reply)


@quick
@given(cases, replies, st.randoms(use_true_random=False))
def test_the_order_in_which_sources_are_expected_or_listed_is_irrelevant(case, reply, random):
    expected, listed = list(case.sources), list(reply.citations)
    random.shuffle(expected)
    random.shuffle(listed)
    turned = score(
        case.model_copy(update={"sources": tuple(expected)}), dataclasses.replace(reply, citations=tuple(listed))
    )
    ordered = {name: value for name, value in shares(score(case, reply)).items() if name != "markers_in_order"}
    assert {name: value for name, value in shares(turned).items() if name != "markers_in_order"} == ordered


LOWER = {metric.id for metric in CATALOGUE if metric.better == "lower"}


@quick
@given(cases, replies)
def test_a_dangling_marker_never_raises_a_score(case, reply):
    before = score(case, reply)
    worse = score(case, dataclasses.replace(reply, answer=reply.answer.rstrip() + " [99]", sentences=()))
    plain = score(case, dataclasses.replace(reply, sentences=()))
    assert "citation_validity" in {check.id for check in worse.failed_checks}
    assert before.scores.keys() == worse.scores.keys()
    for name, value in shares(worse).items():
        known = shares(plain).get(name)
        if known is not None and METRIC_BY_ID[name].better == "higher":
            assert value <= known + 1e-9, name
        elif known is not None and name in LOWER:
            assert value >= known - 1e-9, name


@quick
@given(cases, replies)
def test_what_applies_to_a_refusal_says_nothing_of_its_sentences(case, reply):
    result = score(case, reply)
    if reply.status in {"not_in_documents", "declined"}:
        assert result.sentences == ()
        assert result.scores["citation_coverage"] is None


@given(texts)
def test_blanking_keeps_every_place(text):
    assert len(blanked(text)) == len(text)
    assert all(one in {other, " "} for one, other in zip(blanked(text), text, strict=True))
    assert marker_numbers(blanked(text)) == ()


@given(texts)
def test_sentences_ascend_apart_and_are_in_the_answer(text):
    found = sentences(Reply(answer=text), "en")
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(visible(text[one.start : one.end]) == one.text for one in found)
    assert {marker for one in found for marker in one.markers} <= set(marker_numbers(text))


@given(texts)
def test_folding_is_done_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="abc 1-é", min_size=1, max_size=12))
def test_a_wording_is_found_in_itself(text):
    found = wording(text)
    assert found is None or found.find(fold(f"x {text} x")) is not None or found.find(fold(text)) is not None


@given(st.floats(0, 1), st.floats(0.5, 1e5))
def test_an_interval_holds_its_share(share, n):
    low, high = wilson(share, n)
    assert 0 <= low <= share <= high <= 1


def result(name: str, weight: float, values: dict[str, Score | None]) -> CaseResult:
    case = Case(id=name, question="?", weight=weight)
    every = {metric.id: values.get(metric.id) for metric in CATALOGUE}
    return CaseResult(id=name, case=case, reply=Reply(answer=""), checks=(), scores=every)


counts = st.one_of(st.none(), st.tuples(st.integers(0, 5), st.integers(5, 9)).map(lambda pair: Score(*pair)))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0.1, 10), counts, st.sampled_from([None, Score(0.0), Score(1.0)])), max_size=12))
def test_figures_hold_their_values_whatever_the_order(rows):
    results = [
        result(f"c{n}", weight, {"source_recall": share, "passed": verdict})
        for n, (weight, share, verdict) in enumerate(rows)
    ]
    figures = summarise(results)
    assert figures == summarise(results[::-1])
    assert list(figures) == [metric.id for metric in CATALOGUE]
    for metric, column in (("source_recall", 1), ("passed", 2)):
        figure, known = figures[metric], [row[column] for row in rows if row[column] is not None]
        assert figure.n == len(known)
        assert (figure.value is None) is (not known)
        if known:
            assert min(s.share for s in known) <= figure.value <= max(s.share for s in known)
        if figure.low is not None:
            assert figure.low <= figure.value + 1e-9
            assert figure.value <= figure.high + 1e-9
