"""What the fixtures ``picum_ask`` and ``picum_check`` are, for tests that are written in Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from assistant.evaluation.cases import Case, Turn
from assistant.evaluation.jsonl import describe
from assistant.evaluation.reply import Reply
from assistant.evaluation.results import CaseResult
from assistant.evaluation.targets.protocol import Query
from assistant.evaluation.targets.reading import reply_of
from assistant.evaluation.testing.asking import reply_to
from assistant.evaluation.testing.failing import CaseFailed
from assistant.evaluation.testing.failure_text import failure_text
from assistant.evaluation.testing.judging import kept


class Ask:
    """Asks the assistant under test."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._request = request

    def __call__(self, question: str | Case, history: Sequence[Turn | Mapping[str, str]] = ()) -> Reply:
        """Its reply to a question after earlier messages (``{"user": …}``, ``{"assistant": …}``), or to a case."""
        __tracebackhide__ = True
        if isinstance(question, Case):
            query = Query.of(question)
        else:
            query = Query(question=question, history=tuple(Turn.model_validate(turn) for turn in history))
        reply = reply_to(query, self._request)
        return reply if reply.question else replace(reply, question=query.question)


class Check:
    """Holds an answer against expectations."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._request = request
        self._calls = 0

    def __call__(self, answer: object, case: Case | None = None, /, **expected: Any) -> CaseResult:
        """Fail as a case does if the answer is not what is expected: ``facts``, ``sources``, ``must_not``, ``expect``
        and any other field of a case, or a whole case. Returns what was found out.

        An answer is a reply, a text, or whatever else ``reply_of`` reads. Raises ValueError for what is no answer and
        for expectations that no case can have.
        """
        __tracebackhide__ = True
        reply = reply_of(answer)
        self._calls += 1
        node = self._request.node
        name = node.name if self._calls == 1 else f"{node.name}:{self._calls}"
        try:
            case = case or Case.model_validate({"id": name, "question": reply.question or name, **expected})
        except ValidationError as failure:
            raise ValueError(f"picum_check cannot expect that ({describe(failure)}).") from None
        result = kept(case, reply, (node.location[1] or 0) + 1, name, self._request)
        if not result.passed:
            raise CaseFailed(failure_text([result], 1))
        return result
