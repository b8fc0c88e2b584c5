"""The plugin of pytest: files of cases are tests, and fixtures ask an assistant and check what it says.

pytest loads this module in every session of an environment that has the distribution. So it imports pytest and the
standard library alone, and stands by itself: ``assistant`` is a name that other projects give to packages of their own.
All else is imported from ``assistant.evaluation.testing`` by the first file of cases, fixture or option that needs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from assistant.evaluation.testing.fixtures import Ask, Check

FILES = ("*.picum.yaml", "*.picum.yml", "*.picum.jsonl")

_MARKERS = (
    "picum(kind, language, expect, part): a case of a case file; selected by -m \"picum(kind='…')\"",
    "picum_live: a case that asks an assistant, and not stored or recorded answers",
    "picum_judge: a case that a language model judges as well",
)

_OPTIONS: dict[str, str] = {
    "target": "the assistant to ask: assistant, http(s)://…, openai:URL#MODEL, python:MODULE:NAME, answers:FILE",
    "baseline": "compare with this report (.json or .jsonl)",
    "judge": "off, cached or live: a language model judges as well, and decides nothing",
    "judge_cache": "the file of the judge's verdicts",
    "judge_model": "the language model that judges",
    "answers": "live: ask; record: ask, and keep what is said; replay: ask nobody, take what was recorded",
    "cassette": "the folder of recorded answers",
    "repeat": "ask each case this often that does not say how often itself",
}
_LISTS: dict[str, str] = {
    "report": "write a report; its suffix says which: .html, .md, .json or .jsonl; repeatable",
    "min": "METRIC=VALUE: fail the session if the suite has less, or more where less is better; repeatable",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Each option is a setting of the same name as well. What they hold is looked at when it is first needed."""
    group = parser.getgroup("picum", "answers of assistants")
    choices = {"judge": ["off", "cached", "live"], "answers": ["live", "record", "replay"]}
    for name, text in _OPTIONS.items():
        kind: dict[str, Any] = {"choices": choices[name]} if name in choices else {}
        kind |= {"type": int} if name == "repeat" else {}
        group.addoption(_flag(name), dest=f"picum_{name}", default=None, help=text, **kind)
        # TOML has whole numbers, which older releases of pytest turn into text by themselves.
        ini: Any = "int" if name == "repeat" and pytest.version_tuple >= (8, 4) else "string"
        parser.addini(f"picum_{name}", text, type=ini, default=None)
    for name, text in _LISTS.items():
        group.addoption(_flag(name), dest=f"picum_{name}", action="append", default=None, help=text)
        parser.addini(f"picum_{name}", text, type="linelist", default=[])
    parser.addini("picum_files", "names of the files that hold cases", type="args", default=list(FILES))


def _flag(name: str) -> str:
    return f"--picum-{name.replace('_', '-')}"


def pytest_configure(config: pytest.Config) -> None:
    """Markers; and what was asked for in a setting is checked before an hour of answers, not after."""
    for line in _MARKERS:
        config.addinivalue_line("markers", line)
    names = [f"picum_{name}" for name in (*_OPTIONS, *_LISTS)]
    if any(value not in (None, []) for name in names for value in (config.getoption(name), config.getini(name))):
        from assistant.evaluation.testing.suite import suite_of  # noqa: PLC0415 (see the docstring of the module)

        suite_of(config)
    config.pluginmanager.register(_Reports(config), "picum-reports")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A file of cases."""
    if not any(file_path.match(pattern) for pattern in parent.config.getini("picum_files")):
        return None
    try:
        from assistant.evaluation.testing.collecting import CaseFileCollector  # noqa: PLC0415
    except ModuleNotFoundError as error:
        return _Unusable.from_parent(parent, path=file_path, error=error)
    return CaseFileCollector.from_parent(parent, path=file_path)


class _Unusable(pytest.File):
    """A file of cases in a project with a package of its own that is called ``assistant``."""

    def __init__(self, *, error: ModuleNotFoundError, **given: Any) -> None:
        super().__init__(**given)
        self._error = error

    def collect(self) -> Iterator[pytest.Item]:
        """Say so."""
        raise self.CollectError(
            f"{self.path.name} cannot be tested here ({self._error}): if this project has a package `assistant` of its "
            "own, run the case files by themselves, from a folder without it."
        )


class _Reports:
    """Hears of every test, in whichever process it ran: results travel with the report of their test."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Hand on what the test found out about answers, if anything."""
        if results := getattr(report, "picum_results", None):
            from assistant.evaluation.testing.suite import suite_of  # noqa: PLC0415 (see the docstring of the module)

            suite_of(self._config).add(results)


@pytest.fixture(scope="session")
def picum_target(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The assistant under test, by --picum-target. Override it in a conftest.py: a callable that takes a question, an
    object with `ask(question, history)`, or a Target.
    """
    from assistant.evaluation.testing.asking import opened_target  # noqa: PLC0415

    with opened_target(request.config) as target:
        yield target


@pytest.fixture
def picum_ask(request: pytest.FixtureRequest) -> Ask:
    """`picum_ask(question, history=())`: what the assistant under test says; live, recorded or replayed."""
    from assistant.evaluation.testing.fixtures import Ask  # noqa: PLC0415

    return Ask(request)


@pytest.fixture
def picum_check(request: pytest.FixtureRequest) -> Check:
    """`picum_check(answer, facts=[…], sources=[…], must_not=[…], expect="answer")`, or `picum_check(answer, case)`:
    fails as a case of a case file does, and counts in the same figures and reports.
    """
    from assistant.evaluation.testing.fixtures import Check  # noqa: PLC0415

    return Check(request)
