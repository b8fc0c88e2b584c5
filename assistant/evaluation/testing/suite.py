"""All results of a session: kept by the process that reports, then figures, reports, gates and the change since a
baseline.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import TypeAdapter

from assistant.evaluation.comparison import Comparison, compare
from assistant.evaluation.errors import EvaluationError
from assistant.evaluation.gates import GateVerdict, check_gates
from assistant.evaluation.report.reading import read_run
from assistant.evaluation.report.writing import check_suffix, write_report
from assistant.evaluation.results import CaseResult
from assistant.evaluation.runs import CaseFileVersion, Circumstances, Machine, Run, merged
from assistant.evaluation.testing.options import Options, options_of
from assistant.evaluation.testing.summary import summary_lines

if TYPE_CHECKING:
    from assistant.evaluation.judge.judging import Judge

_SUITE = pytest.StashKey["Suite"]()
_UNREPORTED = pytest.StashKey[list[str]]()
_RUN = TypeAdapter(Run)


def suite_of(config: pytest.Config) -> Suite:
    """The suite of the session; the first call makes it and lets it take part in the session.

    Raises pytest.UsageError for an option that cannot be used.
    """
    if _SUITE not in config.stash:
        config.stash[_SUITE] = Suite(config)
        config.pluginmanager.register(config.stash[_SUITE], "picum-suite")
    return config.stash[_SUITE]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A finished run with all that was held against it. ``complaints`` are sentences about reports not written."""

    run: Run
    comparison: Comparison | None
    gates: tuple[GateVerdict, ...]
    reports: tuple[Path, ...]
    complaints: tuple[str, ...]

    @property
    def failed(self) -> bool:
        """Whether the session fails by it, whatever its tests did."""
        return bool(self.complaints) or not all(gate.passed for gate in self.gates)


class Suite:
    """One for each process; where tests run in several, the one that started the others hears of all results."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self.options: Options = options_of(config)
        self._baseline: Run | None = None
        self._parts: list[Run] = []
        self._versions: dict[str, CaseFileVersion] = {}
        self._target = ""
        self._judge: Judge | None = None
        self._outcome: Outcome | None = None
        try:
            for path in self.options.reports:
                check_suffix(path)
            if self.options.baseline is not None:
                self._baseline = read_run(self.options.baseline)
        except EvaluationError as error:
            raise pytest.UsageError(str(error)) from error

    def name_of(self, path: Path) -> str:
        """A file as reports call it: the same on every machine, if it lies in the project."""
        try:
            return path.relative_to(self._config.rootpath).as_posix()
        except ValueError:
            return path.as_posix()

    def asked(self, target: str) -> None:
        """Take note of the assistant that is asked."""
        self._target = target

    def judged(self, result: CaseResult) -> CaseResult:
        """With the findings of the judge, if there is one. Raises JudgeError where it cannot be used at all."""
        if self.options.judge == "off":
            return result
        if self._judge is None:
            from assistant.evaluation.judge.judging import open_judge  # noqa: PLC0415 (only sessions that judge)

            model = self.options.judge_model or "local"
            self._judge = open_judge(self.options.judge, self.options.judge_cache, model)
        return self._judge.judge(result)

    def keep(self, node: pytest.Item, result: CaseResult) -> None:
        """Let the report of the test take a result along, to whichever process reports."""
        path = node.path
        name = self.name_of(path)
        if name not in self._versions:
            version = CaseFileVersion.of(path)
            self._versions[name] = CaseFileVersion(path=name, sha256=version.sha256)
        target = self._target or "no assistant"
        part = Run(
            name=target,
            results=(result,),
            circumstances=Circumstances(
                target=target,
                case_files=(self._versions[name],),
                measured=datetime.now().astimezone(),
                made_with={what: (value,) for what, value in self._judge.made_with.items()} if self._judge else {},
                machine=Machine.now() if self.options.asks else None,
            ),
        )
        node.stash.setdefault(_UNREPORTED, []).append(_to_text(part))

    def add(self, parts: Iterable[str]) -> None:
        """Results that arrived with the report of a test."""
        if not hasattr(self._config, "workerinput"):
            self._parts.extend(_RUN.validate_json(part) for part in parts)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Attach what the test kept since its last report."""
        report = yield
        if kept := item.stash.get(_UNREPORTED, None):
            report.picum_results = list(kept)
            kept.clear()
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the reports and hold the gates against the run."""
        if self._judge is not None:
            self._judge.close()
        if not self._parts:
            return
        run = merged(self._parts)
        judge = {what: value for part in self._parts for what, value in part.circumstances.made_with.items()}
        circumstances = replace(run.circumstances, made_with={**run.circumstances.made_with, **judge})
        self._outcome = self._finished(replace(run, circumstances=circumstances))
        if self._outcome.failed and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """What the run came to; nothing where no answer was judged."""
        if self._outcome is None:
            return
        terminalreporter.section("answers")
        for line in summary_lines(self._outcome.run, self._outcome.comparison):
            terminalreporter.write_line(line)
        for path in self._outcome.reports:
            terminalreporter.write_line(f"report: {path}")
        for gate in self._outcome.gates:
            terminalreporter.write_line(f"gate: {gate.message}", red=not gate.passed, green=gate.passed)
        for sentence in self._outcome.complaints:
            terminalreporter.write_line(sentence, red=True)

    def _finished(self, run: Run) -> Outcome:
        comparison = compare(self._baseline, run) if self._baseline is not None else None
        written, complaints = list[Path](), list[str]()
        for path in self.options.reports:
            try:
                write_report(path, [run], comparison)
            except EvaluationError as error:
                complaints.append(str(error))
            else:
                written.append(path)
        return Outcome(
            run=run,
            comparison=comparison,
            gates=check_gates(self.options.gates, run),
            reports=tuple(written),
            complaints=tuple(complaints),
        )


def _to_text(run: Run) -> str:
    """As JSON in ASCII, which any way between two processes can carry, half a pair of surrogates included."""
    circumstances = _RUN.dump_python(run, mode="json", include={"name", "circumstances"})
    return json.dumps({**circumstances, "results": [result.to_json() for result in run.results]})
