"""What works without the extra `assistant`: evaluation does, and what needs the extra says so in one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

WITHOUT_THE_EXTRA = """
import sys
from assistant.installation import OF_THE_EXTRA
# What belongs to the packages of the extra and is imported by none of ours.
FORBIDDEN = OF_THE_EXTRA | {"huggingface_hub", "langchain_text_splitters", "onnxruntime", "openai", "scipy", "sklearn"}
class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in FORBIDDEN:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Nothing())
"""
COMMAND = WITHOUT_THE_EXTRA + "from ui.__main__ import main\nsys.exit(main())\n"
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "assistant" / "evaluation").rglob("*.py")
    if path.name != "__init__.py"
)


def run(program: str, *arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PICUM_HOME": str(home), "PICUM_LLM": "none"}
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, check=False)


def test_every_module_of_evaluation_can_be_imported(tmp_path: Path) -> None:
    lines = "\n".join(f"import {name}" for name in MODULES)
    done = run(WITHOUT_THE_EXTRA + lines, home=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("arguments", [["--help"], ["evaluate", "--help"], ["models", "list"]], ids=" ".join)
def test_commands_that_need_no_model_work(arguments: list[str], tmp_path: Path) -> None:
    done = run(COMMAND, *arguments, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout


@pytest.mark.parametrize("arguments", [["ask", "Who are you?"], ["ingest"], ["serve"], ["documents"]], ids=" ".join)
def test_commands_that_answer_say_what_to_install(arguments: list[str], tmp_path: Path) -> None:
    done = run(COMMAND, *arguments, home=tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "pip install 'picum-assistant[assistant]'" in done.stderr


def test_the_lock_on_imports_holds(tmp_path: Path) -> None:
    """Else the tests above could not fail."""
    done = run(WITHOUT_THE_EXTRA + "import torch", home=tmp_path)
    assert "No module named 'torch'" in done.stderr
