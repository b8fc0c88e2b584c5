"""What readers said → cases: whole ones where a right answer was sent, drafts otherwise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.evaluation.case_files import load_cases
from ui.cli.app import run
from ui.cli.exits import Exit
from ui.feedback_cases import cases_of, read_feedback
from ui.feedback_form import Kept

CITED = {"document": "plan", "start": 0, "end": 19, "quote": "Membership is open: “to\nall”."}


def kept(verdict: str = "right", **more: Any) -> dict[str, Any]:
    return {"day": "2026-01-31", "verdict": verdict, "question": "Who can join?", **more}


def file_of(folder: Path, *lines: object) -> Path:
    path = folder / "feedback.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return path


def made(*lines: dict[str, Any]) -> Any:
    return cases_of(map(Kept.model_validate, lines))


def test_a_right_answer_with_its_citations_is_a_case() -> None:
    cases = made(kept(citations=[CITED, {"document": "menu", "start": 1, "end": 2}], comment="Well said."))
    [case] = cases.whole
    assert cases.drafts == ()
    assert case["question"] == "Who can join?"
    assert case["sources"] == [{"doc": "plan", "quote": CITED["quote"]}, {"doc": "menu"}]
    assert "skip" not in case
    assert "Well said." in case["note"]


@pytest.mark.parametrize("verdict", ["wrong", "wrong_source", "missing", "right"])
def test_anything_else_is_a_draft_that_is_not_asked(verdict: str) -> None:
    more = {} if verdict == "right" else {"citations": [CITED], "answer": "Nobody. [1]", "comment": "In section 4."}
    [case] = made(kept(verdict, **more)).drafts
    assert case["skip"].startswith("draft: ")
    assert case["tags"] == ["feedback", "draft"]
    assert "sources" not in case
    assert all(words in case["note"] for words in ("In section 4.", "Nobody. [1]", "plan (0–19)") if more)


def test_the_same_said_again_is_one_case_with_all_comments() -> None:
    again = kept(citations=[CITED], question="  who can JOIN? ", comment="Yes.", day="2026-02-01")
    cases = made(kept(citations=[CITED], comment="Yes."), again, kept(citations=[CITED], comment="Indeed."))
    [case] = cases.whole
    assert (cases.merged, cases.verdicts) == (2, {"right": 3})
    assert case["note"].splitlines() == [
        "Readers' feedback of 2026-01-31, 2026-02-01.",
        "Comment: Yes.",
        "Comment: Indeed.",
    ]


def test_other_verdicts_and_other_citations_are_other_cases() -> None:
    cases = made(kept(citations=[CITED]), kept(citations=[{**CITED, "start": 1}]), kept("wrong"), kept("missing"))
    ids = [case["id"] for case in (*cases.whole, *cases.drafts)]
    assert len(set(ids)) == 4
    assert ids == [case["id"] for each in (cases.whole, cases.drafts) for case in each]


def test_without_a_question_there_is_no_case() -> None:
    assert made(kept(question=None), kept(question=" ")).without_question == 2


def test_broken_lines_are_named_by_their_number(tmp_path: Path) -> None:
    path = file_of(tmp_path, kept(), "nonsense", "", {"day": "x"}, [1], kept("good"), kept("wrong"))
    read = read_feedback(path)
    assert [line for line, _ in read.lines] == [1, 7]
    assert read.broken == (2, 4, 5, 6)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = file_of(
        tmp_path, kept(citations=[CITED]), kept(citations=[CITED]), "nonsense", kept("wrong"), kept(question="")
    )
    target = tmp_path / "readers.picum.yaml"
    command = ["feedback", "export", str(target), "--from", str(source)]
    assert run(command) == Exit.FINE
    said = capsys.readouterr()
    assert said.out == (
        f"Written to {target}: cases 1, drafts to complete 1.\nThey are made of right 2, wrong 1; said again: 1.\n"
    )
    assert "lines that are no feedback were left out: 1 (line 3)" in said.err
    assert "without their question: 1" in said.err
    whole, draft = load_cases(target).cases
    assert [source.quote for source in whole.sources] == [CITED["quote"]]
    assert (whole.skip, bool(draft.skip)) == (False, True)


def test_a_file_is_overwritten_only_when_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = file_of(tmp_path, kept("wrong"))
    target = tmp_path / "readers.picum.jsonl"
    target.write_text("mine\n", encoding="utf-8")
    command = ["feedback", "export", str(target), "--from", str(source)]
    assert run(command) == Exit.FAILED
    assert target.read_text(encoding="utf-8") == "mine\n"
    assert "is there already" in capsys.readouterr().err
    another = tmp_path / "new-readers.picum.jsonl"
    another.write_text("mine too\n", encoding="utf-8")
    assert run([*command, "--overwrite"]) == Exit.FINE
    assert len(load_cases(target).cases) == 1
    assert another.read_text(encoding="utf-8") == "mine too\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feedback.jsonl", another.name, target.name]


def test_nothing_to_export_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "readers.picum.yaml"
    assert run(["feedback", "export", str(target), "--from", str(file_of(tmp_path))]) == Exit.FINE
    assert not target.exists()
    assert "nothing was written" in capsys.readouterr().out
    assert run(["feedback", "export", str(target), "--from", str(tmp_path / "none")]) == Exit.WRONG_USE
    assert run(["feedback", "export", str(tmp_path / "x.txt"), "--from", str(file_of(tmp_path))]) == Exit.WRONG_USE


def test_the_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["feedback", "list", "--from", str(file_of(tmp_path, kept("missing", comment="The\x1b[31m fee")))]) == 0
    words = capsys.readouterr().out.splitlines()[1].split()
    assert " ".join(words) == "2026-01-31 missing Who can join? The fee"
