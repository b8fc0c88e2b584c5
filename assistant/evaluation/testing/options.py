"""What the options and settings of pytest say, checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import pytest

from assistant.evaluation.errors import EvaluationError
from assistant.evaluation.gates import Gate, parse_gate

JudgeMode = Literal["off", "cached", "live"]
AnswersMode = Literal["live", "record", "replay"]

_CASSETTE = "picum-answers"
_JUDGE_CACHE = "picum-judge.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Paths are absolute: those on the command line are relative to where pytest was started, those of the settings to
    the file of the settings. ``target`` is "" where none is named.
    """

    target: str
    reports: tuple[Path, ...]
    baseline: Path | None
    gates: tuple[Gate, ...]
    judge: JudgeMode
    judge_cache: Path
    judge_model: str
    answers: AnswersMode
    cassette: Path
    repeat: int

    @property
    def asks(self) -> bool:
        """Whether an assistant is asked, and not only what is stored."""
        return self.answers != "replay" and not self.target.startswith("answers:")


def options_of(config: pytest.Config) -> Options:
    """The options of a session. Raises pytest.UsageError for a value that cannot be used."""
    given = _Given(config)
    repeat = 1 if given.value("repeat") is None else int(given.value("repeat"))
    if repeat < 1:
        raise pytest.UsageError(f"--picum-repeat is {repeat}: give how often each case is asked, 1 or more.")
    try:
        gates = tuple(parse_gate(text) for text in given.texts("min"))
    except EvaluationError as error:
        raise pytest.UsageError(f"--picum-min: {error}") from error
    return Options(
        target=_found_from(given.base("target"), given.value("target") or ""),
        reports=tuple(given.base("report") / path for path in given.texts("report")),
        baseline=given.path("baseline"),
        gates=gates,
        judge=cast(JudgeMode, given.choice("judge", ("off", "cached", "live"))),
        judge_cache=given.path("judge_cache") or config.rootpath / _JUDGE_CACHE,
        judge_model=given.value("judge_model") or "",
        answers=cast(AnswersMode, given.choice("answers", ("live", "record", "replay"))),
        cassette=given.path("cassette") or config.rootpath / _CASSETTE,
        repeat=repeat,
    )


def _found_from(folder: Path, target: str) -> str:
    """The target with the file that it names, if any, looked for in ``folder``."""
    kind, _, file = target.partition(":")
    names_a_file = kind == "answers" or (kind == "python" and ".py:" in file)
    return f"{kind}:{folder / file}" if names_a_file and folder != Path.cwd() else target


class _Given:
    """The command line first, then the settings."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def value(self, name: str) -> Any:
        given = self._config.getoption(f"picum_{name}")
        return self._config.getini(f"picum_{name}") if given is None else given

    def texts(self, name: str) -> list[str]:
        return cast(list[str], self.value(name))

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        found = str(self.value(name) or allowed[0])
        if found not in allowed:
            raise pytest.UsageError(f"picum_{name} is {found!r}: it is one of {', '.join(allowed)}.")
        return found

    def base(self, name: str) -> Path:
        if self._config.getoption(f"picum_{name}") is not None or self._config.inipath is None:
            return self._config.invocation_params.dir
        return self._config.inipath.parent

    def path(self, name: str) -> Path | None:
        found = self.value(name)
        return self.base(name) / found if found else None
