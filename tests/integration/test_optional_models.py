"""The settings of the optional models, from the environment to the sentence that somebody reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import ModelFileError, SettingsError
from assistant.settings import load_settings
from assistant.wiring import build_entailment, build_reranker, ingest
from ui.cli.app import run
from ui.cli.backend import LocalBackend
from ui.cli.exits import Exit
from vectorstore.errors import PairModelRefused
from vectorstore.pair_models import CrossEncoderEntailment, CrossEncoderReranker

LABELS = {"reranker": ["LABEL_0"], "entailment": ["contradiction", "entailment", "neutral"]}
BUILD = {"reranker": build_reranker, "entailment": build_entailment}
KINDS = pytest.mark.parametrize("kind", LABELS)


class BackendWith(LocalBackend):
    """The real one, with settings of the test's own."""

    def __init__(self, home: Path, **variables: str) -> None:
        self._settings = load_settings({"PICUM_HOME": str(home), "PICUM_LLM": "none", **variables})

    def settings(self):
        return self._settings


def folder_of(kind: str, tmp_path: Path) -> Path:
    """A folder of which everything but the weights is right, which is enough until the first pair."""
    folder = tmp_path / kind
    folder.mkdir()
    config = {"architectures": ["BertForSequenceClassification"], "id2label": dict(enumerate(LABELS[kind]))}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


def with_folder(kind: str, folder: str) -> dict[str, str]:
    return {f"PICUM_{kind.upper()}": folder}


@KINDS
def test_none_is_the_default(kind: str) -> None:
    assert BUILD[kind](load_settings({})) is None
    assert BUILD[kind](load_settings(with_folder(kind, "none"))) is None


@KINDS
def test_a_folder_is_a_model_that_is_not_loaded_yet(kind: str, tmp_path: Path) -> None:
    built = BUILD[kind](load_settings(with_folder(kind, str(folder_of(kind, tmp_path)))))
    assert isinstance(built, CrossEncoderReranker if kind == "reranker" else CrossEncoderEntailment)


@KINDS
def test_a_relative_folder_starts_at_the_settings_file(kind: str, tmp_path: Path) -> None:
    folder_of(kind, tmp_path)
    (tmp_path / "picum.toml").write_text(f'{kind} = "./{kind}"\n')
    settings = load_settings({"PICUM_HOME": str(tmp_path)})
    assert Path(getattr(settings, kind)) == tmp_path / kind
    assert BUILD[kind](settings)


@KINDS
def test_no_folder_is_said_in_one_sentence(kind: str, tmp_path: Path) -> None:
    for name in ("ms-marco-MiniLM-L6", str(tmp_path / "nowhere")):
        with pytest.raises(ModelFileError, match=rf"{name} is not the folder.*set PICUM_{kind.upper()} to"):
            BUILD[kind](load_settings(with_folder(kind, name)))


@KINDS
def test_another_kind_of_model_is_said_in_one_sentence_at_the_start(
    kind: str, tmp_path: Path, model_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = folder_of(next(one for one in LABELS if one != kind), tmp_path)
    with pytest.raises(PairModelRefused, match=other.name):
        BUILD[kind](load_settings(with_folder(kind, str(other))))
    (tmp_path / "models").symlink_to(model_home / "models")
    (tmp_path / "plan.txt").write_text("The plan\n\nThe shelter has 40 beds.\n")
    backend = BackendWith(tmp_path, PICUM_CORPUS=str(tmp_path / "plan.txt"), **with_folder(kind, str(other)))
    assert run(["ask", "How many beds?"], backend) == Exit.FAILED
    shown = capsys.readouterr()
    assert shown.out == ""
    (first, complaint) = shown.err.splitlines()
    assert first == "There is no index of the documents yet, so they are read first."
    assert str(other) in complaint


@KINDS
def test_doctor_says_which_is_set_and_what_is_wrong_with_it(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    about = {"reranker": "reranker", "entailment": "entailment model"}[kind]
    folder = folder_of(kind, tmp_path)
    for value, line in (
        ("none", f"OK     {about}: none is set"),
        (str(folder), f"OK     {about}: the folder {folder}"),
        (str(tmp_path), f"TO DO  {about}: {tmp_path} is not the folder"),
    ):
        run(["doctor"], BackendWith(tmp_path / "home", **with_folder(kind, value)))
        assert any(shown.startswith(line) for shown in capsys.readouterr().out.splitlines())


def test_questions_about_chunks_need_a_language_model(tmp_path: Path, model_home: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "models").symlink_to(model_home / "models")
    settings = load_settings({"PICUM_HOME": str(home), "PICUM_LLM": "none", "PICUM_CHUNK_QUESTIONS": "true"})
    with pytest.raises(SettingsError, match=r"set PICUM_LLM to one, or PICUM_CHUNK_QUESTIONS=false"):
        ingest(settings, [tmp_path], False, lambda _: None)
    assert [path.name for path in home.iterdir()] == ["models"]


def test_doctor_says_that_documents_go_to_a_model_elsewhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    elsewhere = {"PICUM_LLM": "https://models.test/v1#m"}
    run(["doctor"], BackendWith(tmp_path, **elsewhere))
    assert "none while documents are read" in capsys.readouterr().out
    run(["doctor"], BackendWith(tmp_path, PICUM_CHUNK_QUESTIONS="true", **elsewhere))
    shown = capsys.readouterr().out
    assert "outgoing connections: documents, while they are read, and questions" in shown
    assert "none while documents are read" not in shown
