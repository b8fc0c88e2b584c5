"""Files of cases as files of tests, and cases as tests."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from typing import Any, cast

import pytest

from assistant.evaluation.case_files import load_cases
from assistant.evaluation.cases import Case
from assistant.evaluation.errors import CaseFileError
from assistant.evaluation.testing.failing import CaseFailed, NotAsked
from assistant.evaluation.testing.judging import ask_case
from assistant.evaluation.testing.suite import suite_of

_OF_PYTEST = {"filterwarnings", "parametrize", "skip", "skipif", "usefixtures", "xfail"}
"""Marks that mean something to pytest; as a tag such a word is only a tag."""


class CaseFileCollector(pytest.File):
    """A file of cases; each is a test that is called by its id."""

    def collect(self) -> Iterator[pytest.Item]:
        """The cases in the order of the file."""
        try:
            file = load_cases(self.path)
        except CaseFileError as error:
            raise self.CollectError(str(error)) from None
        for case in file.cases:
            self._register(case.tags)
            item = CaseItem.from_parent(self, name=case.id, callobj=_test, case=case, line=file.lines[case.id])
            yield cast(pytest.Item, item)

    def _register(self, tags: tuple[str, ...]) -> None:
        """Tags need no entry in the settings, also where markers do: a tag is made by being written."""
        known = {line.partition(":")[0].partition("(")[0].strip() for line in self.config.getini("markers")}
        for tag in set(tags) - known:
            self.config.addinivalue_line("markers", f"{tag}: a tag of a case file")


def _test(request: pytest.FixtureRequest) -> None:
    __tracebackhide__ = True
    item = cast(CaseItem, request.node)
    ask_case(item.case, item.line, request)


class CaseItem(pytest.Function):
    """A case. As a function it has fixtures, marks and selection by public means of pytest."""

    def __init__(self, *, case: Case, line: int, **given: Any) -> None:
        super().__init__(**given)
        self.case = case
        self.line = line
        options = suite_of(self.config).options
        self.add_marker(
            pytest.mark.picum(
                kind=case.kind, language=case.language or "", expect=case.expect, part=case.part, id=case.id
            )
        )
        for name in dict.fromkeys([*case.marks, *(tag for tag in case.tags if tag not in _OF_PYTEST)]):
            self.add_marker(getattr(pytest.mark, name))
        if options.asks:
            self.add_marker(pytest.mark.picum_live)
        if options.judge != "off":
            self.add_marker(pytest.mark.picum_judge)
        if case.skip:
            self.add_marker(pytest.mark.skip(reason=case.skip if isinstance(case.skip, str) else "skipped in its file"))
        if case.xfail:
            # That no answer came at all is not the failure that was foreseen.
            self.add_marker(pytest.mark.xfail(reason=case.xfail.reason, strict=case.xfail.strict, raises=CaseFailed))

    def reportinfo(self) -> tuple[PathLike[str] | str, int | None, str]:
        """Where the case stands; the line counts from 0."""
        return self.path, self.line - 1, self.name

    def repr_failure(  # type: ignore[override]  # as that of pytest.Function
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> Any:
        """The explanation of a case that failed, at its line of the file; a traceback for a crash."""
        if not isinstance(excinfo.value, CaseFailed | NotAsked):
            return super().repr_failure(excinfo)
        shown = excinfo.getrepr(style="value", tbfilter=False)
        if crash := shown.reprcrash:
            crash.path, crash.lineno = str(self.path), self.line
            crash.message = str(excinfo.value).partition("\n")[0]
        return shown
