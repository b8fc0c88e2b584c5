"""``cases new``, ``check``, ``convert`` and ``schema``, as people use them: with a keyboard, or through a pipe."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from typer.main import get_command

from assistant.errors import AssistantError
from assistant.evaluation.authoring.proposing import propose, read_library
from assistant.evaluation.authoring.review import Review
from assistant.evaluation.case_files import load_cases
from assistant.evaluation.case_schema import file_schema
from assistant.evaluation.errors import CaseFileError
from assistant.settings import Settings, load_settings
from ui.cli.backend import LocalBackend
from ui.cli.cases import cases
from ui.errors import UsageError

HANDBOOK = """\
# Staff handbook

The Riverside Trust is a charitable foundation that runs libraries. The Riverside Trust was founded in 1987.

The Riverside Trust has 310 employees in four towns. The notice period is three months.
"""


class BackendWithout(LocalBackend):
    """Settings without a language model."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def settings(self) -> Settings:
        return load_settings({"PICUM_HOME": str(self._home), "PICUM_LLM": "none"})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "handbook.md").write_text(HANDBOOK, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str, keys: str = "") -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(keys))
    return int(get_command(cases)(args=list(arguments), standalone_mode=False, obj=BackendWithout(folder)) or 0)


NEW = ("new", "docs", "--output", "x.picum.yaml")


def test_what_is_accepted_is_kept_and_nothing_is_asked_twice(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = "a\nx\ns\ne\n\n1987|teachers\na\nq\n"
    assert run(folder, monkeypatch, *NEW, keys=keys) == 0
    shown = capsys.readouterr().out
    assert "Write a, e, s or q." in shown
    assert "2 cases were added to x.picum.yaml." in shown
    file = load_cases(folder / "x.picum.yaml")
    assert [case.question for case in file.cases] == [
        "What is the Riverside Trust?",
        "When was the Riverside Trust founded?",
    ]
    assert [fact.name for fact in file.cases[1].facts] == ["1987", "teachers"]
    assert file.corpus == folder / "docs"
    assert file.cases[0].sources[0].quote == "The Riverside Trust is a charitable foundation that runs libraries."
    assert (folder / "x.picum.yaml").read_text().startswith("# yaml-language-server: $schema=cases.schema.json\n")

    assert run(folder, monkeypatch, *NEW, keys="a\n") == 0
    shown = capsys.readouterr().out
    assert "How many employees" not in shown
    assert "How long is the notice period?" in shown
    assert len(load_cases(folder / "x.picum.yaml").cases) == 3
    assert run(folder, monkeypatch, *NEW, keys="") == 0
    assert "There is nothing more to propose." in capsys.readouterr().out


def test_an_end_of_the_input_keeps_what_was_accepted(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, monkeypatch, *NEW, "--count", "1", keys="a\na\n") == 0
    assert "1 case was added" in capsys.readouterr().out
    assert run(folder, monkeypatch, "new", "docs/handbook.md", "--output", "y.picum.jsonl", keys="a\ne\n") == 0
    [case] = load_cases(folder / "y.picum.jsonl").cases
    assert case.sources[0].doc == "handbook.md"


def test_a_question_that_makes_no_case_can_be_edited_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    docs = folder / "docs"
    assert run(folder, monkeypatch, *NEW, keys="a\nq\n") == 0
    with (folder / "x.picum.yaml").open("a") as file:
        file.write("\ndefaults: {kind: x}\n")
    before = (folder / "x.picum.yaml").read_text()
    assert run(folder, monkeypatch, *NEW, keys="a\nq\n") == 0
    output = capsys.readouterr()
    assert "this is not valid YAML" in output.err
    assert "No case was added." in output.out
    assert (folder / "x.picum.yaml").read_text() == before
    assert docs.is_dir()


def test_files_of_other_names_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"\.picum\.yaml"):
        run(folder, monkeypatch, "new", "docs", "--output", "x.yaml")
    with pytest.raises(UsageError, match="No language model is set"):
        run(folder, monkeypatch, *NEW, "--with-model", keys="a\n")


def test_a_language_model_that_is_not_here_is_one_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = BackendWithout(folder)
    backend.settings = lambda: load_settings({"PICUM_HOME": str(folder), "PICUM_LLM": "local"})  # type: ignore[method-assign]
    with pytest.raises(AssistantError, match="models fetch"):
        get_command(cases)(args=[*NEW, "--with-model"], standalone_mode=False, obj=backend)


def test_cases_that_went_stale_are_listed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "x.picum.yaml").write_text(
        "version: 1\ncorpus: docs\ncases:\n"
        "  - id: same\n    question: a\n    sources: [{doc: handbook.md, quote: founded in 1987}, handbook.md]\n"
        "  - id: other\n    question: a\n    sources: [{doc: handbook.md, quote: Riverside Trust has 300 employees.}]\n"
        "  - id: nothing\n    question: a\n    sources: [{doc: handbook.md, quote: Cats and dogs stay outside.}]\n"
        "  - id: page\n    question: a\n    sources: [{doc: handbook.md, page: 2, quote: founded in 1987}]\n"
        "  - id: place\n    question: a\n    sources: [{doc: handbook.md, page: 2}]\n"
        "  - id: heading\n    question: a\n    sources: [{doc: handbook.md, section: Fees}]\n"
        "  - id: under\n    question: a\n    sources: [{doc: handbook.md, section: staff, quote: founded in 1987}]\n"
        "  - id: not-under\n    question: a\n    sources: [{doc: handbook.md, section: Fees, quote: founded in 1987}]\n"
    )
    assert run(folder, monkeypatch, "check", "x.picum.yaml") == 1
    assert capsys.readouterr().out.splitlines() == [
        "x.picum.yaml:7: other: the quotation stands no more in 'handbook.md'.",
        "    now: The Riverside Trust has 310 employees in four towns.",
        "x.picum.yaml:10: nothing: the quotation stands no more in 'handbook.md'.",
        "x.picum.yaml:13: page: the quotation is expected on page 2, and 'handbook.md' has no pages.",
        "x.picum.yaml:16: place: page 2 is expected, and 'handbook.md' has 0 pages.",
        "x.picum.yaml:19: heading: a section 'Fees' is expected, and 'handbook.md' has none.",
        "x.picum.yaml:25: not-under: the quotation is expected under 'Fees', and stands under 'Staff handbook'.",
        "x.picum.yaml: 8 cases, 6 of them stale.",
    ]


def test_check_goes_on_after_a_file_that_is_wrong(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.picum.yaml").write_text("version: 1\ncases:\n  - id: a\n    qestion: b\n")
    (folder / "b.picum.jsonl").write_text(json.dumps({"id": "a", "question": "b", "sources": ["gone.md"]}) + "\n")
    assert run(folder, monkeypatch, "check", "a.picum.yaml", "b.picum.jsonl") == 1
    output = capsys.readouterr()
    assert output.err == "a.picum.yaml:4: unknown key 'qestion' in a case; did you mean 'question'?\n"
    assert output.out == "b.picum.jsonl: 1 case; it names no corpus, so their sources were not looked at.\n"
    assert run(folder, monkeypatch, "check", "b.picum.jsonl") == 0
    capsys.readouterr()
    assert run(folder, monkeypatch, "check", "b.picum.jsonl", "--documents", "docs") == 1
    assert "b.picum.jsonl:1: a: the document 'gone.md' is gone." in capsys.readouterr().out


def test_a_table_is_converted(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "x.csv").write_text("question;facts;colour\nHow?;so;red\nWhy?;;blue\n")
    assert run(folder, monkeypatch, "convert", "x.csv", "x.picum.jsonl") == 0
    output = capsys.readouterr()
    assert output.out == "Written to x.picum.jsonl: 2 cases (from: csv).\n"
    assert "The column 'colour' is not known" in output.err
    assert "1 case has neither facts nor sources" in output.err
    assert len(load_cases(folder / "x.picum.jsonl").cases) == 2
    with pytest.raises(CaseFileError, match=r"x\.csv:1: the line is not JSON"):
        run(folder, monkeypatch, "convert", "x.csv", "y.picum.jsonl", "--from", "dev")


def test_the_schemas_are_printed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, monkeypatch, "schema") == 0
    assert json.loads(capsys.readouterr().out) == file_schema()
    assert run(folder, monkeypatch, "schema", "--line") == 0
    assert json.loads(capsys.readouterr().out)["$ref"] == "#/$defs/case"


def test_proposals_keep_their_keys_when_a_document_grows(folder: Path) -> None:
    before = {proposal.key for proposal in propose(read_library([folder / "docs"]))}
    with (folder / "docs" / "handbook.md").open("a") as file:
        file.write("\nThe trial period lasts six months.\n")
    after = {proposal.key for proposal in propose(read_library([folder / "docs"]))}
    assert before < after


def test_ids_are_words_of_the_question_and_unique(folder: Path) -> None:
    review = Review(folder / "x.picum.yaml", "docs")
    proposals = list(propose(read_library([folder / "docs"])))
    ids = [review.accept(proposal, proposals[0].draft) for proposal in proposals[:3]]
    assert ids == ["riverside-trust", "riverside-trust-2", "riverside-trust-3"]
