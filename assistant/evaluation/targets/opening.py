"""The assistant under test from what a person writes: ``assistant``, an address, a function, a file of answers."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from assistant.evaluation.errors import TargetError
from assistant.evaluation.targets.address import Address, parse_address
from assistant.evaluation.targets.protocol import Target
from assistant.evaluation.targets.python_callable import PythonTarget
from assistant.evaluation.targets.stored_answers import StoredAnswers

FORMS = (
    "assistant, http://host:7860, openai:http://host/v1#model, python:package.module:function, "
    "python:file.py:function or answers:FILE.jsonl"
)
_OPENAI_KEY = "OPENAI_API_KEY"


def open_target(spec: str, environ: Mapping[str, str] = os.environ) -> Target:
    """The target that ``spec`` names (one of FORMS); nothing is asked yet.

    An address may say more behind a ``#``: ``timeout=SECONDS``, ``key=NAME`` for the environment variable with its key,
    and for an OpenAI-compatible one the model first and then what goes into each request, like ``temperature=0``.
    Without ``key=``, OPENAI_API_KEY goes along to an OpenAI-compatible address where nobody can read it on the way.
    Raises TargetError.
    """
    kind, _, rest = spec.partition(":")
    if spec == "assistant":
        from assistant.evaluation.targets.in_process import InProcess  # noqa: PLC0415 (only where it is meant)

        return InProcess()
    if kind in ("http", "https"):
        from assistant.evaluation.targets.picum_http import PicumHttp  # noqa: PLC0415 (the HTTP client)

        address = parse_address(spec)
        return PicumHttp(address, _key(address, environ))
    if kind == "openai" and rest:
        from assistant.evaluation.targets.openai_compatible import OpenAICompatible  # noqa: PLC0415

        address = parse_address(rest)
        return OpenAICompatible(address, _key(address, environ, _OPENAI_KEY))
    if kind == "python" and rest:
        return PythonTarget(_function(rest), name=rest)
    if kind == "answers" and rest:
        return StoredAnswers(Path(rest))
    raise TargetError(f"{spec!r} names no assistant to ask; write {FORMS}.")


def as_target(value: object) -> Target:
    """A target from a function, from an object with ``ask(question, history)``, or from a target itself.

    Of an assistant like this project's, whose ``ask`` gives events, ``answer`` is used. Raises TargetError.
    """
    ask = getattr(value, "ask", None)
    name = getattr(value, "name", None) or getattr(value, "__qualname__", type(value).__name__)
    if callable(ask):
        if _takes_query(ask) and hasattr(value, "close"):
            return cast(Target, value)
        answer = getattr(value, "answer", None)
        streams = inspect.isgeneratorfunction(ask)
        return PythonTarget(cast(Callable[..., Any], answer if streams and callable(answer) else ask), name=str(name))
    if callable(value):
        return PythonTarget(value, name=str(name))
    raise TargetError(
        f"{type(value).__name__} is no assistant; give a function that takes a question, or an object with "
        "`ask(question, history)`."
    )


def _takes_query(ask: Callable[..., Any]) -> bool:
    return list(inspect.signature(ask).parameters) == ["query"]


def _key(address: Address, environ: Mapping[str, str], default: str = "") -> str:
    if address.key_variable:
        if key := environ.get(address.key_variable, "").strip():
            return key
        raise TargetError(
            f"The environment variable {address.key_variable} for {address.shown} is not set; set it to the key."
        )
    return environ.get(default, "").strip() if default and address.is_private else ""


def _function(spec: str) -> Callable[..., Any]:
    place, _, names = spec.rpartition(":")
    if not place or not names:
        raise TargetError(f"python:{spec} names no function; write python:package.module:function.")
    found: Any = _module_of_file(Path(place)) if place.endswith(".py") else _module(place)
    for name in names.split("."):
        if not hasattr(found, name):
            raise TargetError(f"{place} has no {names}; correct the name of the function.")
        found = getattr(found, name)
    if not callable(found):
        raise TargetError(f"{names} in {place} is no function, but {type(found).__name__}; name one that is.")
    return cast(Callable[..., Any], found)


def _module(name: str) -> object:
    _look_in(Path.cwd())
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise TargetError(
            f"The module {name} cannot be imported, there is no {error.name} here; correct the name, or install it."
        ) from error
    except Exception as error:
        raise _failed(name, error) from error


def _module_of_file(path: Path) -> object:
    path = path.absolute()
    if not path.is_file():
        raise TargetError(f"{path} does not exist; give the path of a Python file.")
    _look_in(path.parent)
    name = f"picum_target_{path.stem}"
    found = importlib.util.spec_from_file_location(name, path)
    if found is None or found.loader is None:
        raise TargetError(f"{path} is no Python file; give one that ends with .py.")
    module = importlib.util.module_from_spec(found)
    sys.modules[name] = module  # dataclasses and pydantic look their module up
    try:
        found.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise _failed(str(path), error) from error
    return module


def _failed(what: str, error: Exception) -> TargetError:
    said = " ".join(str(error).split())[:200]
    return TargetError(f"{what} cannot be imported ({type(error).__name__}: {said}); mend it and run again.")


def _look_in(folder: Path) -> None:
    """Have imports look into a folder too, after all others: what a program beside it could import, it can."""
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
