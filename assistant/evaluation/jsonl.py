"""JSON Lines: numbered objects with errors that name the file and the line, and lines that any program can read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from assistant.evaluation.errors import EvaluationError

# Control characters that JSON lets through bare, direction overrides and halves of surrogate pairs (no UTF-8).
_ESCAPED = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class NumberedObject(NamedTuple):
    """One JSON object of a file; ``line`` is 1-based."""

    line: int
    value: dict[str, Any]


def read_objects(path: Path, error: type[EvaluationError]) -> Iterator[NumberedObject]:
    """The objects of ``path`` in file order, one a line; empty lines are passed over.

    Raises ``error`` for a file that cannot be read, is not UTF-8, or holds a line that is not a JSON object.
    """
    for number, raw in read_lines(path, error):
        yield NumberedObject(number, parse_line(path, number, raw, error))


def read_lines(path: Path, error: type[EvaluationError]) -> Iterator[tuple[int, bytes]]:
    """The lines of ``path`` that are not empty, with their 1-based numbers. Raises ``error`` for one that cannot be
    read.
    """
    try:
        content = path.read_bytes()
    except OSError as failure:
        raise error(f"{path} cannot be read ({failure.strerror}): give the path of a JSON Lines file.") from failure
    # Split on the line feed alone: str.splitlines would also cut at characters that JSON strings may hold bare.
    for number, raw in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if raw.strip():
            yield number, raw


def parse_line(path: Path, number: int, raw: bytes, error: type[EvaluationError]) -> dict[str, Any]:
    """The JSON object of one line. Raises ``error`` where there is none, or where a key stands in it twice."""
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except UnicodeDecodeError as failure:
        raise error(f"{path}:{number}: the line is not UTF-8; save the file as UTF-8.") from failure
    except (ValueError, RecursionError) as failure:
        raise error(f"{path}:{number}: the line is not JSON ({failure}); write one object a line.") from failure
    if not isinstance(value, dict):
        raise error(f"{path}:{number}: the line holds {_NAMES[type(value)]}, not a JSON object.")
    return value


_NAMES: Mapping[type, str] = {
    list: "a list",
    str: "a text",
    int: "a number",
    float: "a number",
    bool: "a truth value",
    type(None): "null",
}


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} is given twice")
        found[key] = value
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def describe(failure: ValidationError) -> str:
    """The first thing that a validation found wrong, as ``field: reason``."""
    first = failure.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "line"
    return f"{place}: {first['msg'].removeprefix('Value error, ')}"


def json_text(value: object, indent: int | None = None) -> str:
    """``value`` as JSON that keeps letters readable, is always valid UTF-8 and can be shown on any terminal.

    Without ``indent`` it is one line. Characters that could steer a terminal or break a line are written as escapes, so
    parsing gives back exactly what went in.
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
