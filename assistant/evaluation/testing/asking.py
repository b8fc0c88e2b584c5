"""Where the replies of a session come from: an assistant, with or without keeping what it says, or what was kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from assistant.evaluation.cassette import Cassette, NotRecorded, RecordingTarget, ReplayTarget
from assistant.evaluation.errors import EvaluationError, TargetError
from assistant.evaluation.reply import Reply
from assistant.evaluation.targets.opening import as_target, open_target
from assistant.evaluation.targets.protocol import Query, Target
from assistant.evaluation.targets.python_callable import FunctionRaised
from assistant.evaluation.testing.failing import NotAsked, give_up
from assistant.evaluation.testing.suite import Suite, suite_of
from assistant.installation import why_missing


@contextmanager
def opened_target(config: pytest.Config) -> Iterator[Target]:
    """The assistant that --picum-target names, closed at the end."""
    options = suite_of(config).options
    if not options.target:
        raise NotAsked(
            "No assistant is named: give --picum-target, such as answers:FILE.jsonl for stored answers, or define the "
            "fixture picum_target in a conftest.py."
        )
    try:
        target = open_target(options.target)
    except EvaluationError as error:
        give_up(error)
    except ModuleNotFoundError as error:
        if (sentence := why_missing(error)) is None:
            raise
        raise NotAsked(sentence) from None
    try:
        yield target
    finally:
        target.close()


def reply_to(query: Query, request: pytest.FixtureRequest) -> Reply:
    """The reply of the assistant of this session. The test fails with one sentence where there is none; what a function
    of the project raises goes through.
    """
    __tracebackhide__ = True
    suite = suite_of(request.config)
    try:
        target = _target(suite, request)
        suite.asked(target.name)
        return target.ask(query)
    except NotRecorded as error:
        raise NotAsked(f"{str(error).removesuffix('.')}: pytest --picum-answers record.") from None
    except FunctionRaised as error:
        # Code of the project that is tested: its traceback is what helps.
        raise (error.__cause__ or error) from None
    except TargetError as error:
        give_up(error)


def _target(suite: Suite, request: pytest.FixtureRequest) -> Target:
    cassette = Cassette(suite.options.cassette)
    if suite.options.answers == "replay":
        return ReplayTarget(cassette)
    target = as_target(request.getfixturevalue("picum_target"))
    return RecordingTarget(target, cassette) if suite.options.answers == "record" else target
