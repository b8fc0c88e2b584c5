"""In a project without cases the plugin of pytest is not noticed: with it and without it, all is the same."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# No plugin of those that happen to be installed, this one included.
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}

# A project that has packages with the names of ours, hooks of its own, and YAML files.
PROJECT = {
    "assistant/__init__.py": "NAME = 'theirs'\n",
    "prompts.py": "NAME = 'theirs'\n",
    "cases.yaml": "version: 1\ncases: nothing\n",
    "conftest.py": """
import json, sys
import pytest

def pytest_addoption(parser):
    for name in ("--target", "--report", "--baseline", "--min", "--judge", "--answers", "--repeat", "--cassette"):
        parser.addoption(name)

def pytest_collect_file(file_path, parent):
    if file_path.suffix == ".yaml":
        return Theirs.from_parent(parent, path=file_path)

class Theirs(pytest.File):
    def collect(self):
        yield Item.from_parent(self, name="theirs")

class Item(pytest.Item):
    def runtest(self):
        assert "cases" in self.path.read_text()

def pytest_unconfigure(config):
    names = sorted(name for name in sys.modules if name != "picum_pytest")
    with open(config.getoption("--report"), "w") as file:
        json.dump(names, file)
""",
    "test_theirs.py": """
import assistant, prompts, pytest

def test_names():
    assert (assistant.NAME, prompts.NAME) == ("theirs", "theirs")

@pytest.mark.parametrize("number", [1, 2])
def test_fails_once(number):
    print("printed")
    assert number == 1

@pytest.mark.skip(reason="not now")
def test_skipped(): pass

@pytest.fixture
def target(): return 3

def test_fixture(target, record_property):
    record_property("target", target)
""",
}


def make(folder: Path) -> Path:
    for name, content in PROJECT.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def session(folder: Path, *arguments: str) -> tuple[int, str, list[str], list[str]]:
    """Exit code, what was written to the terminal without times, modules that were loaded, files that are there."""
    modules = folder.parent / "modules.json"
    command = [sys.executable, "-B", "-m", "pytest", "-ra", f"--report={modules}", *arguments]
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    shown = re.sub(r"in \d+\.\d+s( =+)?", "", done.stdout + done.stderr)
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    return done.returncode, shown, json.loads(modules.read_bytes()), files


@pytest.mark.parametrize(
    "arguments", [[], ["--collect-only"], ["-k", "names", "-q"], ["-p", "xdist", "-n", "1"]], ids=" ".join
)
def test_a_foreign_suite_does_not_notice_the_plugin(arguments: list[str], tmp_path: Path) -> None:
    folder = make(tmp_path / "project")
    without = session(folder, *arguments)
    with_it = session(folder, "-p", "picum_pytest", *arguments)
    assert without[1]
    assert with_it == without
    assert with_it[0] == (1 if arguments in ([], ["-p", "xdist", "-n", "1"]) else 0)
    assert not {name for name in with_it[2] if name.startswith(("assistant.", "pydantic", "yaml", "numpy"))}


def test_cases_in_a_project_with_such_a_package_say_why_they_cannot_be_tested(tmp_path: Path) -> None:
    folder = make(tmp_path / "project")
    (folder / "library.picum.yaml").write_text("version: 1\n", encoding="utf-8")
    with (folder / "conftest.py").open("a", encoding="utf-8") as conftest:
        # An editable installation would find our parts of the package inside theirs.
        conftest.write("sys.meta_path[:] = [each for each in sys.meta_path if '__editable__' not in each.__module__]\n")
    code, shown, *_ = session(folder, "-p", "picum_pytest", "library.picum.yaml")
    assert code == pytest.ExitCode.INTERRUPTED
    assert "has a package `assistant` of its own" in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize(
    ("option", "pattern"),
    [
        ("--help", r"^  (--?[a-z-]+|[a-z_]+(?= \())"),
        ("--markers", r"^@pytest\.mark\.(\w+)"),
        ("--fixtures", r"^(\w+).* -- "),
    ],
)
def test_all_names_of_the_plugin_are_its_own(option: str, pattern: str, tmp_path: Path) -> None:
    def names(*arguments: str) -> set[str]:
        command = [sys.executable, "-m", "pytest", "--rootdir", str(tmp_path), option, *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=False)
        return set(re.findall(pattern, done.stdout, flags=re.MULTILINE))

    new = names("-p", "picum_pytest") - names()
    assert len(new) >= 3
    assert {name for name in new if not name.startswith(("--picum-", "picum"))} == set()


def test_the_plugin_module_imports_pytest_and_the_standard_library_alone() -> None:
    program = (
        "import pytest, sys; before = set(sys.modules); import picum_pytest; "
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["picum_pytest"]
