"""Any assistant that can be called from Python."""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from assistant.evaluation.errors import TargetError
from assistant.evaluation.reply import Reply, Times
from assistant.evaluation.targets.protocol import Query, without_filters
from assistant.evaluation.targets.reading import reply_of

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class FunctionRaised(TargetError):
    """The function raised something, which is the cause of this error."""


class PythonTarget:
    """Calls ``function(question)`` with what else it takes: a parameter ``history``, or a second one without a default,
    gets the earlier messages as ``{"role": …, "content": …}``; a parameter ``filters`` gets ``{"documents": [ids],
    "collections": [names]}``. Coroutines are run to their end, all in one event loop of their own: whoever asks may be
    inside of another.
    """

    def __init__(self, function: Callable[..., Any], *, name: str) -> None:
        self.name = name
        self._function = function
        self._history, self._filters = _parameters(function)
        self._loop: _Loop | None = None

    def ask(self, query: Query) -> Reply:
        """See Target."""
        arguments: list[Any] = [query.question]
        named: dict[str, Any] = {}
        history = [turn.model_dump() for turn in query.history]
        if self._history == "second":
            arguments.append(history)
        elif self._history == "named":
            named["history"] = history
        elif history:
            raise TargetError(f"{self.name} takes no history; give its function a parameter `history`.")
        if self._filters:
            named["filters"] = query.filters.model_dump(mode="json")
        else:
            without_filters(query, self.name)
        began = time.perf_counter()
        given = self._call(arguments, named)
        took_ms = (time.perf_counter() - began) * 1000
        try:
            reply = reply_of(given)
        except ValueError as error:
            raise TargetError(f"{self.name} returned something that is no answer: {error}; return its text.") from error
        if reply.timings == Times():
            reply = replace(reply, timings=Times(total_ms=took_ms))
        return reply if reply.question else replace(reply, question=query.question)

    def close(self) -> None:
        """See Target."""
        if self._loop is not None:
            self._loop.close()
            self._loop = None

    def _call(self, arguments: list[Any], named: dict[str, Any]) -> Any:
        try:
            given = self._function(*arguments, **named)
            if not inspect.iscoroutine(given):
                return given
            if self._loop is None:
                self._loop = _Loop()
            return self._loop.run(given)
        except TargetError:
            raise
        except Exception as error:
            said = " ".join(str(error).split())[:200]
            raise FunctionRaised(
                f"{self.name} raised {type(error).__name__}{f' ({said})' if said else ''}; mend it and run again."
            ) from error


class _Loop:
    """An event loop in a thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """What the coroutine returns or raises; one that is interrupted is cancelled."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result()
        finally:
            future.cancel()

    def close(self) -> None:
        """End it."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _parameters(function: Callable[..., Any]) -> tuple[str, bool]:
    """How the history is handed over ("named", "second" or ""), and whether filters are taken."""
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):  # some functions written in C do not say
        return "", False
    positional = [parameter for parameter in parameters.values() if parameter.kind in _POSITIONAL]
    required = [parameter for parameter in positional if parameter.default is parameter.empty]
    named = "history" in parameters and parameters["history"].kind is not inspect.Parameter.POSITIONAL_ONLY
    return "named" if named else "second" if len(required) > 1 else "", "filters" in parameters
