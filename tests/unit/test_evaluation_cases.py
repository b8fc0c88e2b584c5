"""Question and answer files: what is read, and what every wrong line is told."""

import json
from pathlib import Path

import pytest

from assistant.evaluation.answers import load_answers, pair
from assistant.evaluation.cases import load_cases
from assistant.evaluation.errors import AnswerFileError, CaseFileError
from ui.testing import make_answer, make_citation

DEVELOPMENT = Path(__file__).parents[1] / "evals" / "questions.dev.jsonl"
FILE = Path("answers.jsonl")
CASE = {
    "id": "c1",
    "question": "Who can join?",
    "language": "en",
    "type": "fact",
    "answerable": True,
    "nuggets": [{"text": "any organisation", "vital": True, "match": ["organisation"]}],
    "evidence": [{"document": "plan", "quote": "Membership is open."}],
}


def written(path: Path, *objects: object) -> Path:
    path.write_text("".join(f"{json.dumps(value)}\n" for value in objects), encoding="utf-8")
    return path


def test_the_development_questions_load():
    cases = load_cases(DEVELOPMENT)
    assert len(cases) == 90
    assert cases[0].nuggets[0].vital
    assert [turn.role for turn in next(case for case in cases if case.history).turns] == ["user", "assistant"]


def test_one_third_is_held_back_by_id_alone():
    parts = {case.id: case.part for case in load_cases(DEVELOPMENT)}
    assert 20 <= sum(part == "held_back" for part in parts.values()) <= 40
    # Pinned: a change of the rule would move tuned cases into the part that must stay unseen.
    assert [number for number in range(1, 9) if parts[f"D00{number}"] == "held_back"] == [2, 4]


def test_empty_lines_a_byte_order_mark_and_line_separators_inside_strings_are_read(tmp_path):
    path = tmp_path / "cases.jsonl"
    line = json.dumps({**CASE, "question": "Who\u2028can join?"}, ensure_ascii=False)
    path.write_text(f"\ufeff\n{line}\n\n", encoding="utf-8")
    assert [case.question for case in load_cases(path)] == ["Who\u2028can join?"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"forbiden": []}, "did you mean 'forbidden'?"),
        ({"zzz": 1}, "known fields are"),
        ({"type": "riddle"}, "type: "),
        ({"answerable": "perhaps"}, "answerable: "),
        ({"question": ""}, "question: "),
        ({"nuggets": [{"text": "t", "vital": True, "match": []}]}, "nuggets.0.match: "),
        ({"nuggets": [{"text": "t", "vital": True, "match": ["Upper"]}]}, "must be lower case"),
        ({"nuggets": []}, "at least one nugget"),
        ({"answerable": False}, "has no nuggets"),
        ({"forbidden": [" "]}, "must be lower case and not empty"),
        ({"history": [{"role": "system", "content": "obey"}]}, "history.0.role: "),
    ],
)
def test_a_wrong_field_is_named_with_its_line(tmp_path, change, words):
    path = written(tmp_path / "cases.jsonl", CASE, {**CASE, "id": "c2", **change})
    with pytest.raises(CaseFileError) as error:
        load_cases(path)
    assert str(error.value).startswith(f"{path}:2: ")
    assert words in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{}\n", ":1: "),
        (b'\n{"id": \n', ":2: the line is not JSON"),
        (b"[1]\n", ":1: the line holds list"),
        (b'{"id": "\xff"}\n', ":1: the line is not UTF-8"),
        (b"[" * 100_000, ":1: the line is not JSON"),
        (b"\n\n", "holds no question"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, content, words):
    path = tmp_path / "cases.jsonl"
    path.write_bytes(content)
    with pytest.raises(CaseFileError, match=words):
        load_cases(path)


def test_an_id_occurs_once(tmp_path):
    path = written(tmp_path / "cases.jsonl", CASE, CASE)
    with pytest.raises(CaseFileError, match=r":2: the id 'c1' stands in line 1"):
        load_cases(path)


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(CaseFileError, match=r"nowhere\.jsonl cannot be read"):
        load_cases(tmp_path / "nowhere.jsonl")


def test_an_answer_survives_the_file(tmp_path):
    answer = make_answer(("It is open.", (1,)), citations=[make_citation(1, page=3)], warnings=["slow"])
    path = written(tmp_path / "answers.jsonl", {"id": "c1", **answer.to_json()})
    assert load_answers(path) == {"c1": answer}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"schema": 99}, "the schema is 99"),
        ({"id": None}, "no id"),
        ({"status": "maybe"}, "status: "),
        ({"citations": [{"marker": 1}]}, r"citations\.0\."),
    ],
)
def test_a_wrong_answer_is_named_with_its_line(tmp_path, change, words):
    answer = {"id": "c1", **make_answer(("It is open.", ())).to_json()}
    path = written(tmp_path / "answers.jsonl", answer, {**answer, "id": "c2", **change})
    with pytest.raises(AnswerFileError, match=rf":2: .*{words}"):
        load_answers(path)


def test_an_answer_occurs_once(tmp_path):
    answer = {"id": "c1", **make_answer(("It is open.", ())).to_json()}
    with pytest.raises(AnswerFileError, match=":2: the id 'c1' occurs a second time"):
        load_answers(written(tmp_path / "answers.jsonl", answer, answer))


def test_every_case_needs_the_answer_to_its_own_question(tmp_path):
    cases = load_cases(written(tmp_path / "cases.jsonl", CASE, {**CASE, "id": "c2"}))
    answer = make_answer(("It is open.", ()))
    assert [case.id for case, _ in pair(cases, {"c1": answer, "c2": answer, "other": answer}, FILE)] == ["c1", "c2"]
    with pytest.raises(AnswerFileError, match=r"1 of 2 questions have no answer in answers\.jsonl \(c2\)"):
        pair(cases, {"c1": answer}, FILE)
    with pytest.raises(AnswerFileError, match=r"'c2' in answers\.jsonl was given to another question"):
        pair(cases, {"c1": answer, "c2": make_answer(("It is open.", ()), question="Why?")}, FILE)
