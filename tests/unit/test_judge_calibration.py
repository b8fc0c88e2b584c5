"""Labelled statements and what is made of a judge's verdicts on them."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from assistant.evaluation.errors import CaseFileError
from assistant.evaluation.judge.calibration import calibrate, compare_with_people, sample
from assistant.evaluation.judge.judging import Ruling, open_judge
from assistant.evaluation.judge.labels import LabelledStatement, read_labelled

TESTS = Path(__file__).parents[1]


def row(statement: str = "x", **fields: object) -> LabelledStatement:
    return LabelledStatement.model_validate({"statement": statement, "evidence": "y", **fields})


def file_with(folder: Path, *lines: object) -> Path:
    path = folder / "labelled.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("fields", "value", "verdict"),
    [
        ({"label": "supported"}, 1.0, "yes"),
        ({"label": "partial"}, 0.5, "partial"),
        ({"label": "unsupported"}, 0.0, "no"),
        ({"rating": 4}, 1.0, "yes"),
        ({"rating": 3.3}, 2.3 / 3, "yes"),
        ({"rating": 3.25}, 0.75, "partial"),
        ({"rating": 2}, 1 / 3, "partial"),
        ({"rating": 1.5}, 0.5 / 3, "no"),
        ({"rating": 1}, 0.0, "no"),
        ({}, None, None),
    ],
)
def test_a_label_or_a_rating_is_a_value_and_a_verdict(fields: dict, value: float | None, verdict: str | None) -> None:
    assert row(**fields).value == (None if value is None else pytest.approx(value))
    assert row(**fields).verdict == verdict


def test_evidence_is_a_text_or_several_with_their_origin(tmp_path: Path) -> None:
    path = file_with(
        tmp_path,
        {"statement": "s", "evidence": "one"},
        {"statement": "s", "evidence": ["one", {"words": "two", "origin": "Trust, 2019"}], "rating": 2.5},
        {"statement": "s", "evidence": {"words": "one"}},
    )
    shown = [labelled.question().user() for labelled in read_labelled(path)]
    assert shown[0] == shown[2] == "[source 1] one\n[statement] s"
    assert shown[1] == "[source 1] one\n[source 2] Trust, 2019: two\n[statement] s"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({"statement": "s"}, "evidence"),
        ({"statement": "s", "evidence": []}, "evidence"),
        ({"statement": "s", "evidence": [""]}, "words"),
        ({"statement": "", "evidence": "e"}, "statement"),
        ({"statement": "s", "evidence": "e", "lable": "supported"}, "lable"),
        ({"statement": "s", "evidence": "e", "label": "true"}, "label"),
        ({"statement": "s", "evidence": "e", "rating": 5}, "rating"),
        ({"statement": "s", "evidence": "e", "rating": 4, "label": "supported"}, "not both"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: dict, problem: str) -> None:
    path = file_with(tmp_path, {"statement": "s", "evidence": "e"}, line)
    with pytest.raises(CaseFileError, match=problem) as caught:
        read_labelled(path)
    assert str(caught.value).startswith(f"{path}:2: ")


def test_an_empty_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CaseFileError, match="holds no statements"):
        read_labelled(file_with(tmp_path))


def test_figures_by_hand() -> None:
    rows = [
        row(label="supported"),
        row(label="supported"),
        row(label="unsupported"),
        row(label="unsupported"),
        row(rating=2.5),
        row(label="partial"),
        row(),
        row(),
        row(),
    ]
    verdicts = ["yes", "yes", "no", "yes", "partial", "inconclusive", "yes", "no", "skipped"]
    found = compare_with_people(rows, [Ruling(verdict=v, reason="why" * (len(v) > 7)) for v in verdicts])
    assert (found.statements, found.labelled, found.compared) == (9, 6, 5)
    assert (found.inconclusive, found.skipped, found.why_undecided) == (1, 1, "whywhywhy"[:3])
    assert found.inconclusive_share == 1 / 9
    assert found.table == ((2, 0, 0), (0, 1, 0), (1, 0, 1))
    assert found.accuracy is not None
    assert found.accuracy.value == 0.8
    assert found.kappa is not None
    assert found.kappa.value == pytest.approx((0.8 - 0.36) / (1 - 0.36))  # p_e = (2·3 + 1·1 + 2·1) / 25
    assert found.judge_mean == pytest.approx(4.5 / 7)
    assert found.people_mean == pytest.approx(3 / 6)
    assert found.corrected_mean is not None
    assert found.corrected_mean.value == pytest.approx(0.5 - 1 / 5)
    assert json.loads(json.dumps(found.to_json()))["kappa"].keys() == {"value", "low", "high"}


def test_nothing_decided_is_no_figure() -> None:
    found = compare_with_people([row(label="supported"), row()], [Ruling(verdict="inconclusive", reason="why")] * 2)
    assert (found.accuracy, found.kappa, found.rank_correlation, found.corrected_mean) == (None, None, None, None)
    assert (found.judge_mean, found.people_mean, found.compared) == (None, 1.0, 0)
    assert found.to_json()["accuracy"] is None


def test_a_stopped_calibration_goes_on_from_what_is_stored(tmp_path: Path) -> None:
    rows = [row(f"statement {n}", label="supported" if n % 2 else "unsupported") for n in range(6)]
    asked: list[str] = []

    def stops_at_four(prompt: str) -> str:
        if len(asked) == 4:
            raise KeyboardInterrupt
        asked.append(prompt)
        return "yes"

    def goes_on(prompt: str) -> str:
        asked.append(prompt)
        return "no"

    steps: list[int] = []
    cache = tmp_path / "v.jsonl"
    with pytest.raises(KeyboardInterrupt), open_judge("live", cache, stops_at_four, name="j") as judge:
        calibrate(judge, rows, lambda done, _ruling: steps.append(done))
    assert steps == [1, 2, 3, 4]
    with open_judge("live", cache, goes_on, name="j") as judge:
        found = calibrate(judge, rows)
    assert len(asked) == len(set(asked)) == 6
    assert found.table == ((2, 0, 1), (0, 0, 0), (2, 0, 1))


def test_a_sample_is_always_the_same_and_in_order() -> None:
    rows = [row(str(n)) for n in range(50)]
    drawn = sample(rows, 10)
    assert drawn == sample(rows, 10)
    assert [int(r.statement) for r in drawn] == sorted({int(r.statement) for r in drawn})
    assert len(drawn) == 10
    assert sample(rows, None) == sample(rows, 50) == rows


def test_the_labelled_file_says_what_the_table_of_pairs_says() -> None:
    """``tests/evals/judge_support.jsonl`` holds these pairs in the form that a judge is calibrated with."""
    table = tomllib.loads((TESTS / "unit" / "support_pairs.toml").read_text(encoding="utf-8"))
    labels = {"supported": "supported", "partial": "partial", "not": "unsupported"}
    expected = [
        (f"{text_number:02}-{number:02}", sentence, labels[label], text["evidence"])
        for text_number, text in enumerate(table["text"], start=1)
        for number, (label, _, sentence) in enumerate(text["pairs"], start=1)
        if label in labels
    ]
    rows = read_labelled(TESTS / "evals" / "judge_support.jsonl")
    assert [(r.id, r.statement, r.label, [text.words for text in r.evidence]) for r in rows] == expected
