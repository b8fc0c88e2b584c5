"""One case as a test: asked, scored, kept for the report, and passed or failed."""

from __future__ import annotations

import pytest

from assistant.evaluation.cases import Case
from assistant.evaluation.errors import EvaluationError
from assistant.evaluation.reply import Reply
from assistant.evaluation.results import CaseResult
from assistant.evaluation.scoring import score
from assistant.evaluation.targets.protocol import Query
from assistant.evaluation.testing.asking import reply_to
from assistant.evaluation.testing.failing import CaseFailed, give_up
from assistant.evaluation.testing.failure_text import failure_text
from assistant.evaluation.testing.suite import suite_of


def ask_case(case: Case, line: int, request: pytest.FixtureRequest) -> None:
    """Ask as often as the case says, and raise CaseFailed if too few of the replies pass."""
    __tracebackhide__ = True
    times = case.repeat if case.repeat > 1 else suite_of(request.config).options.repeat
    results = [
        kept(case, reply_to(Query.of(case), request), line, case.id if times == 1 else f"{case.id}#{number}", request)
        for number in range(1, times + 1)
    ]
    request.node.user_properties.extend(_properties(results))
    needed = times if case.min_pass is None else case.min_pass
    if sum(result.passed for result in results) < needed:
        raise CaseFailed(failure_text(results, needed))


def kept(case: Case, reply: Reply, line: int, id: str, request: pytest.FixtureRequest) -> CaseResult:
    """The reply scored, judged if that is asked for, and kept for the report of the session."""
    suite = suite_of(request.config)
    result = score(case, reply, id=id, file=suite.name_of(request.node.path), line=line)
    try:
        result = suite.judged(result)
    except EvaluationError as error:
        give_up(error)
    suite.keep(request.node, result)
    return result


def _properties(results: list[CaseResult]) -> list[tuple[str, object]]:
    """Every score that applies, as the mean of the repetitions; they stand in JUnit XML."""
    found = list[tuple[str, object]]()
    for metric in results[0].scores:
        shares = [known.share for result in results if (known := result.scores[metric]) is not None]
        if shares:
            found.append((f"picum_{metric}", round(sum(shares) / len(shares), 4)))
    return found
