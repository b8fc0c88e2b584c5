"""Answer files that survive every kind of stop."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.answer_log import AnswerLog
from assistant.evaluation.errors import AnswerFileError
from assistant.evaluation.jsonl import json_text, read_objects
from assistant.evaluation.reply import reply_from_json
from ui.testing import make_answer, make_citation

ANSWER = make_answer(("Ça oui — “tout”.", (1,)), citations=[make_citation(1, "tout\u2028 \x9b31m \ud800")]).to_json()


def ids(path):
    return [found.value["id"] for found in read_objects(path, AnswerFileError)]


def whole(path):
    with AnswerLog(path) as log:
        log.append("a", ANSWER)
        log.append("b", ANSWER)
    return path.read_bytes()


def test_a_run_is_taken_up_where_it_stopped(tmp_path):
    path = tmp_path / "answers.jsonl"
    content = whole(path)
    with AnswerLog(path) as log:
        assert log.done == {"a", "b"}
        log.append("c", ANSWER)
    assert path.read_bytes().startswith(content)
    assert ids(path) == ["a", "b", "c"]


def test_each_answer_is_in_the_file_before_the_next_question(tmp_path):
    path = tmp_path / "answers.jsonl"
    with AnswerLog(path) as log:
        log.append("a", ANSWER)
        assert ids(path) == ["a"]


def test_an_answer_is_one_line_of_valid_utf_8_that_gives_back_what_went_in(tmp_path):
    line = whole(tmp_path / "answers.jsonl").split(b"\n")[0]
    assert json.loads(line.decode("utf-8"))["citations"][0]["quote"] == ANSWER["citations"][0]["quote"]
    assert "Ça oui — “tout”." in line.decode("utf-8")
    assert b"\xc2\x9b" not in line


def test_a_torn_last_line_is_repaired_wherever_it_was_torn(tmp_path):
    content = whole(tmp_path / "whole.jsonl")
    first = content.index(b"\n") + 1
    path = tmp_path / "torn.jsonl"
    for length in (*range(first, first + 40), len(content) - 2):
        path.write_bytes(content[:length])
        with AnswerLog(path) as log:
            assert log.done == {"a"}
            log.append("b", ANSWER)
        assert path.read_bytes() == content


def test_a_last_line_without_its_end_is_kept(tmp_path):
    content = whole(tmp_path / "whole.jsonl")
    path = tmp_path / "torn.jsonl"
    path.write_bytes(content[:-1])
    with AnswerLog(path) as log:
        assert log.done == {"a", "b"}
        log.append("c", ANSWER)
    assert ids(path) == ["a", "b", "c"]


def test_zeros_after_a_power_cut_are_removed(tmp_path):
    path = tmp_path / "answers.jsonl"
    content = whole(path)
    path.write_bytes(content + b"\0" * 100)
    with AnswerLog(path) as log:
        assert log.done == {"a", "b"}
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "content", [b"my shopping list", b'{"id": "a"}\n', b'{"id": 1, "answer": ""}\n', b'{"x": \n{}\n', b"\xff\xfe\n"]
)
def test_a_file_that_is_something_else_is_left_as_it_is(tmp_path, content):
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(AnswerFileError, match=r"notes\.txt:1: the line is no answer"):
        AnswerLog(path)
    assert path.read_bytes() == content


def test_a_path_that_cannot_be_written_is_one_sentence(tmp_path):
    with pytest.raises(AnswerFileError, match=r"cannot be written .*--output"):
        AnswerLog(tmp_path / "nowhere" / "answers.jsonl")


def test_a_reply_is_kept_like_an_answer(tmp_path):
    path = tmp_path / "answers.jsonl"
    reply = reply_from_json(ANSWER)
    with AnswerLog(path) as log:
        log.append("a", reply.to_json())
    ((_, value),) = read_objects(path, AnswerFileError)
    assert (value["id"], reply_from_json(value)) == ("a", reply)


@given(st.text(st.characters(codec=None)))
def test_json_text_is_one_harmless_line_for_any_text(text):
    line = json_text({"text": text})
    assert json.loads(line)["text"] == text
    assert len(line.encode("utf-8").decode("utf-8").splitlines()) == 1
