"""The assistant that ``answer`` and ``evaluate`` ask."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from assistant.errors import LanguageModelNotSetUp
from assistant.evaluation.targets.in_process import InProcess
from assistant.evaluation.targets.opening import open_target
from assistant.evaluation.targets.protocol import Target
from assistant.language_models import why_nothing_is_written
from assistant.settings import Settings
from ui.cli.answers import THIS_ONE, AskedMode
from ui.cli.backend import Backend, ensure_index, opened
from ui.cli.console import complain
from ui.errors import UsageError


@contextmanager
def assistant_under_test(backend: Backend, target: str, mode: AskedMode | None) -> Iterator[Target]:
    """The assistant that ``target`` names, closed at the end; this one is made as ``mode`` asks.

    Raises UsageError for a mode of another assistant, TargetError for what names none.
    """
    if target == THIS_ONE:
        settings = _with_mode(backend.settings(), mode)
        ensure_index(backend, settings)
        chosen: Target = InProcess(lambda: opened(backend, settings))
    elif mode is not None:
        raise UsageError("--mode says how this assistant answers; leave it out with --target.")
    else:
        chosen = open_target(target)
    with closing(chosen):
        yield chosen


def _with_mode(settings: Settings, mode: AskedMode | None) -> Settings:
    """The settings that make such answers, generated ones by the model of this machine where none is set; what is known
    to stand in the way of written ones is said before any.
    """
    if mode is AskedMode.GENERATED and settings.llm == "none":
        settings = settings.model_copy(update={"llm": "local"})
    if mode is AskedMode.EXTRACTIVE:
        return settings.model_copy(update={"llm": "none"})
    if why := why_nothing_is_written(settings):
        if mode is AskedMode.GENERATED:
            raise LanguageModelNotSetUp(why)
        complain(why)
    return settings
