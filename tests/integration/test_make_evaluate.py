"""`make evaluate` over commands that only write down how they were called."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CASES = "tests/evals/questions.picum.jsonl"
BASELINE = "python:tests/evals/baseline/chain.py:answer"
PARALLEL = "tests/evals/parallel.picum.yaml"
QUOTED, WRITTEN = "build/evaluation/extractive.jsonl", "build/evaluation/generated.jsonl"
IN_MANY_LANGUAGES = "build/evaluation/parallel.jsonl"
REPORTS = "--report docs/evaluation.md --report build/evaluation.html --printed 20"
ANSWERING_IN_MANY = f"answer {PARALLEL} --mode extractive --output {IN_MANY_LANGUAGES}"
SCORING_IN_MANY = f"evaluate {PARALLEL} --answers {IN_MANY_LANGUAGES} --report docs/languages.md"
STUB = """#!/bin/sh
echo "$@" >> calls
case "$*" in "$(cat failing 2>/dev/null || echo nothing)"*) exit 1 ;; esac
if [ "$1" = answer ]; then echo answered >> "$6"; fi
"""


class Place:
    """A folder with the Makefile and a program that writes its calls into a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copy(ROOT / "Makefile", folder)
        (folder / "bin").mkdir()
        stub = folder / "bin" / "picum-assistant"
        stub.write_text(STUB, encoding="utf-8")
        stub.chmod(0o755)

    def evaluate(self, modes: str = "extractive generated", failing: str = "") -> tuple[int, list[str]]:
        """Exit code and calls of one run; calls that begin with ``failing`` fail. Nothing is set up or fetched."""
        calls = self.folder / "calls"
        calls.unlink(missing_ok=True)
        (self.folder / "failing").write_text(failing or "nothing", encoding="utf-8")
        outer = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MODES"}
        done = subprocess.run(
            ["make", "--old-file=embedding", "evaluate", "RUN=bin", "PYTHON=false", f"MODES={modes}"],
            cwd=self.folder,
            env={name: value for name, value in os.environ.items() if name not in outer},
            capture_output=True,
            text=True,
            check=False,
        )
        assert calls.exists(), done.stderr
        return done.returncode, calls.read_text(encoding="utf-8").splitlines()

    @property
    def kept(self) -> list[str]:
        """The answers that are there."""
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.glob("build/evaluation/*"))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def answering(mode: str) -> str:
    return f"answer {CASES} --mode {mode} --output build/evaluation/{mode}.jsonl"


def test_both_modes_are_answered_and_scored_and_the_answers_removed(place: Place) -> None:
    scoring = f"evaluate {CASES} --answers {QUOTED} --answers {WRITTEN} {REPORTS}"
    answered = [answering("extractive"), answering("generated"), ANSWERING_IN_MANY]
    assert place.evaluate() == (0, [*answered, scoring, SCORING_IN_MANY])
    assert place.kept == []


@pytest.mark.parametrize("failing", ["answer", answering("generated"), ANSWERING_IN_MANY, "evaluate", SCORING_IN_MANY])
def test_what_is_answered_is_kept_for_the_next_run(place: Place, failing: str) -> None:
    code, calls = place.evaluate(failing=failing)
    assert code != 0
    assert calls[-1].startswith(failing)
    assert place.kept == [QUOTED, WRITTEN, IN_MANY_LANGUAGES][: len(calls) - 1]
    code, calls = place.evaluate()
    assert (code, len(calls), place.kept) == (0, 5, [])


def test_one_mode_alone(place: Place) -> None:
    scoring = f"evaluate {CASES} --answers {QUOTED} {REPORTS}"
    assert place.evaluate("extractive") == (0, [answering("extractive"), ANSWERING_IN_MANY, scoring, SCORING_IN_MANY])


def test_the_plain_chain_is_a_target_and_no_mode(place: Place) -> None:
    asked = f"answer {CASES} --target {BASELINE} --output build/evaluation/baseline.jsonl"
    scoring = f"evaluate {CASES} --answers build/evaluation/baseline.jsonl {REPORTS}"
    assert place.evaluate("baseline") == (0, [asked, ANSWERING_IN_MANY, scoring, SCORING_IN_MANY])
