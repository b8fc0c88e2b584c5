"""What the verbs of the Makefile fetch: `serve` what is set, the others no language model unless they are told to."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STUB = '#!/bin/sh\necho "$PICUM_LLM" "$(basename "$0")" "$@"\n'


@pytest.fixture
def environment_folder(tmp_path: Path) -> Path:
    """A virtual environment whose programs only say the language model that is set and what they were called with."""
    programs = tmp_path / "venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("picum-assistant", "pytest", "python"):
        (programs / name).write_text(STUB, encoding="utf-8")
        (programs / name).chmod(0o755)
    return tmp_path / "venv"


def calls(verb: str, folder: Path, llm: str = "", *told: str) -> list[str]:
    """What a verb calls after the set-up, in order; the set-up itself is only printed."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "PICUM_"))
    }
    if llm:
        environment["PICUM_LLM"] = llm
    command = ["make", "--dry-run", f"VENV={folder}", "PYTHON=python3", verb, *told]
    shown = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    lines = [
        line
        for line in re.sub(r"\\\n\s*", "", shown).splitlines()
        if re.search(r"/bin/(picum-assistant|pytest|python (-m )?tests)", line)
    ]
    script = "\n".join(lines)
    done = subprocess.run(["sh", "-ec", script], env=environment, capture_output=True, text=True, check=True)
    return [line.strip() for line in done.stdout.splitlines()]


@pytest.mark.parametrize("llm", ["", "none", "local"])
def test_serve_fetches_the_models_that_are_set(llm: str, environment_folder: Path) -> None:
    assert calls("serve", environment_folder, llm) == [
        f"{llm} picum-assistant models fetch --for-serving".strip(),
        f"{llm} picum-assistant serve".strip(),
    ]


@pytest.mark.parametrize(
    ("verb", "then"),
    [("test", "pytest -q -n auto --maxprocesses 4 --dist loadfile"), ("bench", "python -m tests.bench")],
)
@pytest.mark.parametrize("llm", ["", "local"])
def test_tests_and_speed_need_no_language_model(llm: str, verb: str, then: str, environment_folder: Path) -> None:
    fetched, called = calls(verb, environment_folder, llm)
    assert fetched == "none picum-assistant models fetch"
    assert called == f"{llm} {then}".strip()


@pytest.mark.parametrize("modes", ["extractive", "extractive generated"])
def test_evaluate_takes_a_language_model_only_when_told_to(modes: str, environment_folder: Path) -> None:
    told = () if modes == "extractive" else (f"MODES={modes}",)
    fetched, *answered, scored, scored_by_language = calls("evaluate", environment_folder, "local", *told)
    assert fetched == "none picum-assistant models fetch"
    questions = "tests/evals/questions.picum.jsonl"
    files = {mode: f"build/evaluation/{mode}.jsonl" for mode in modes.split()}
    parallel, in_many_languages = "tests/evals/parallel.picum.yaml", "build/evaluation/parallel.jsonl"
    assert answered == [
        *(f"local picum-assistant answer {questions} --mode {mode} --output {file}" for mode, file in files.items()),
        f"local picum-assistant answer {parallel} --mode extractive --output {in_many_languages}",
    ]
    given = " ".join(f"--answers {file}" for file in files.values())
    reports = "--report docs/evaluation.md --report build/evaluation.html --printed 20"
    assert scored == f"local picum-assistant evaluate {questions} {given} {reports}"
    assert scored_by_language == (
        f"local picum-assistant evaluate {parallel} --answers {in_many_languages} --report docs/languages.md"
    )


def test_continuous_integration_serves_nothing_and_sets_no_language_model() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.findall(r"^make (\w+)", script, flags=re.MULTILINE) == ["setup", "check", "hadolint", "test"]
    assert "PICUM_LLM" not in script
