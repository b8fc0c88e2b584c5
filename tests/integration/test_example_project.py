"""The example project, as somebody runs it who has nothing but the wheel and pytest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "evaluate-an-assistant"
SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
NOT_THERE = {"chromadb", "fastapi", "gradio", "langchain", "langchain-core", "sentence-transformers", "torch"}


def run(command: list[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    """A program in ``folder`` that knows nothing of this project's tree."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
    environment |= {"PICUM_HOME": str(folder / "home"), "COLUMNS": "120"}
    return subprocess.run(
        [str(part) for part in command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def pip(*arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return run([sys.executable, "-m", "pip", *arguments, "--quiet", "--disable-pip-version-check"], folder)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this project, built beside the tree, in which a build would leave folders behind."""
    folder = tmp_path_factory.mktemp("build")
    for name in [
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "NOTICE",
        *(f"{name}.py" for name in SETUPTOOLS["py-modules"]),
    ]:
        shutil.copy(ROOT / name, folder)
    for name in {name.partition(".")[0] for name in SETUPTOOLS["packages"]}:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    built = pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", "dist", ".", folder=folder)
    assert built.returncode == 0, built.stderr
    (found,) = (folder / "dist").glob("*.whl")
    return found


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment with the wheel and what it needs, from the index that pip is set to."""
    folder = tmp_path_factory.mktemp("environment")
    made = run([sys.executable, "-m", "venv", "--without-pip", "venv"], folder)
    assert made.returncode == 0, made.stderr
    interpreter = folder / "venv" / "bin" / "python"
    # pytest first: if even that cannot be had, there is no index, and it is not the wheel that asks for too much.
    reached = pip("--python", interpreter, "install", "pytest>=9,<10", folder=folder)
    if reached.returncode != 0:
        why = f"pip cannot bring pytest from its index: {reached.stderr.strip()[-200:]}"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    installed = pip("--python", interpreter, "install", wheel, folder=folder)
    assert installed.returncode == 0, installed.stderr
    return interpreter


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the example."""
    return shutil.copytree(EXAMPLE, tmp_path / "example")


def test_nothing_that_answers_is_installed(python: Path, tmp_path: Path) -> None:
    program = "import importlib.metadata as m; print(*(d.name.lower().replace('_', '-') for d in m.distributions()))"
    names = set(run([python, "-c", program], tmp_path).stdout.split())
    assert "picum-assistant" in names
    assert names & NOT_THERE == set()


def test_the_command_evaluates_there(python: Path, example: Path) -> None:
    command = python.with_name("picum-assistant")
    done = run([command, "evaluate", "library.picum.yaml", "--answers", "answers.jsonl"], example)
    assert done.returncode == 0, done.stderr
    assert "facts said" in done.stdout


def test_a_command_that_answers_says_what_to_install(python: Path, example: Path) -> None:
    done = run([python.with_name("picum-assistant"), "ask", "Who are you?"], example)
    assert done.returncode == 1
    assert "pip install 'picum-assistant[assistant]'" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("release", ["pytest>=9,<10", "pytest>=8,<9"])
def test_the_example_is_green_and_a_changed_fact_explains_itself(release: str, python: Path, example: Path) -> None:
    installed = pip("--python", python, "install", release, folder=example)
    assert installed.returncode == 0, installed.stderr
    done = run([python, "-m", "pytest"], example)
    assert done.returncode == 0, done.stdout
    assert f"pytest-{release[8]}." in done.stdout
    assert "6 passed" in done.stdout

    cases = example / "library.picum.yaml"
    text = cases.read_text(encoding="utf-8")
    changed = text.replace("12 euros a year, number: 12", "13 euros a year, number: 13")
    assert changed != text
    cases.write_text(changed, encoding="utf-8")
    done = run([python, "-m", "pytest", "--picum-report", "report.html"], example)
    assert done.returncode == 1
    for part in (
        "1 failed, 5 passed",
        "What does a library card cost for an adult?",
        "A library card for adults costs 12 euros a year [1].",
        '"it costs 13 euros a year (13 euros)": retrieval missed it',
        "FAILED library.picum.yaml::card-price - 1 of 6 checks failed: facts",
    ):
        assert part in done.stdout, done.stdout
    assert "Traceback" not in done.stdout
    assert (example / "report.html").stat().st_size > 1000
