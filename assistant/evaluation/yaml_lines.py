"""Values that know their line: what stands in a YAML file or a line of JSON, before it is held against the schema.

YAML makes numbers, dates and truth values of unquoted words. Here a scalar keeps what was written beside its kind, so
that whoever knows what is expected at its place can decide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, NoReturn

import yaml  # type: ignore[import-untyped]

from assistant.evaluation.errors import CaseFileError

Kind = Literal["text", "number", "boolean", "date", "nothing", "unclear", "list", "table"]

MAX_VALUES = 500_000
"""Values of one file, each alias counted with all that it repeats: a thousand cases have some fifty thousand."""
_MAX_DEPTH = 30

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d{1,2})?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAB_INDENT = re.compile(r"[ ]*\t")
_TAG = "tag:yaml.org,2002:"
# libyaml is ten times as fast; the nodes are the same.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A value and where it stands. ``line`` is 1-based; of a value in a table it is that of its key.

    ``scalar`` is the value of a text, number (Decimal) or boolean; ``written`` its characters in the file. Unclear is
    what YAML reads in a way that its writer may not have meant (010, 1_000, 1:30). ``twice`` are keys that stand there
    again, with the lines of both.
    """

    kind: Kind
    line: int
    scalar: str | Decimal | bool | None = None
    written: str = ""
    items: Sequence[Located] = ()
    entries: Mapping[str, Located] = field(default_factory=dict)
    twice: Sequence[tuple[str, int, int]] = ()

    def at(self, place: Sequence[object]) -> Located:
        """What stands at a path of keys and 0-based indices, or as far along it as there is something."""
        found = self
        for step in place:
            if isinstance(step, int) and found.kind == "list" and step < len(found.items):
                found = found.items[step]
            elif isinstance(step, str) and step in found.entries:
                found = found.entries[step]
            else:
                break
        return found


def read_yaml(path: Path) -> Located:
    """The values of a YAML file; no tag in it makes an object. Raises CaseFileError where it cannot be read as YAML."""
    text = _text(path)
    lines = text.splitlines()
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        _fail(path, line, _why_no_yaml(str(error.problem), lines[line - 1] if line <= len(lines) else ""))
    except RecursionError:
        _fail(path, 1, "the file nests its values too deeply; it needs a list of cases with keys")
    if root is None:
        _fail(path, 1, "the file is empty; it needs 'version: 1' and a list of 'cases'")
    return _Reading(path).located(root, int(root.start_mark.line) + 1, 0)


def located_json(value: Any, line: int) -> Located:
    """The values of a line of JSON (``jsonl.parse_line``), which all stand on this line."""
    if isinstance(value, Mapping):
        entries = {str(key): located_json(inner, line) for key, inner in value.items()}
        return Located(kind="table", line=line, entries=entries)
    if isinstance(value, list):
        return Located(kind="list", line=line, items=[located_json(inner, line) for inner in value])
    if value is None:
        return Located(kind="nothing", line=line)
    if isinstance(value, bool):
        return Located(kind="boolean", line=line, scalar=value, written=str(value).lower())
    if isinstance(value, str):
        return Located(kind="text", line=line, scalar=value, written=value)
    return Located(kind="number", line=line, scalar=Decimal(str(value)), written=str(value))


def _fail(path: Path, line: int, problem: str) -> NoReturn:
    raise CaseFileError(f"{path}:{line}: {problem}.")


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as failure:
        raise CaseFileError(f"{path} cannot be read ({failure.strerror}): give the path of a case file.") from failure
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        line = content.count(b"\n", 0, failure.start) + 1
        _fail(path, line, "the file is not UTF-8 text; save it as UTF-8")
    if found := _FORBIDDEN.search(text):
        line = text.count("\n", 0, found.start()) + 1
        _fail(path, line, f"the file holds the control character U+{ord(found[0]):04X}; remove it")
    return text


def _why_no_yaml(problem: str, line: str) -> str:
    if _TAB_INDENT.match(line):
        return "the line is set in with a tab; use spaces"
    if "another document" in problem:
        return "a second document begins here; remove the line '---'"
    return f"this is not valid YAML ({problem}); look at indentation, colons and quotation marks here"


class _Reading:
    """One file at work; counts its values, since aliases can repeat each other without end."""

    def __init__(self, path: Path) -> None:
        self._path, self._values = path, 0

    def located(self, node: yaml.Node, line: int, depth: int) -> Located:
        self._values += 1
        if self._values > MAX_VALUES or depth > _MAX_DEPTH:
            _fail(self._path, line, "the values nest too deeply or repeat each other by aliases; write them out")
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node, line)
        if node.tag not in (f"{_TAG}seq", f"{_TAG}map"):
            return Located(kind="unclear", line=line, written=str(node.tag))
        if isinstance(node, yaml.SequenceNode):
            items = [self.located(item, _line(item), depth + 1) for item in node.value]
            return Located(kind="list", line=line, items=items)
        return self._table(node, line, depth)

    def _table(self, node: yaml.MappingNode, line: int, depth: int) -> Located:
        entries: dict[str, Located] = {}
        twice = []
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                _fail(self._path, _line(key), "a key must be a word and not a list or a table")
            if key.value in entries:
                twice.append((key.value, entries[key.value].line, _line(key)))
            else:
                entries[key.value] = self.located(value, _line(key), depth + 1)
        return Located(kind="table", line=line, entries=entries, twice=twice)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _scalar(node: yaml.ScalarNode, line: int) -> Located:
    written: str = node.value
    tag = node.tag.removeprefix(_TAG)
    scalar: str | Decimal | bool | None = written
    kind: Kind = "text"
    if tag == "null":
        kind, scalar = "nothing", None
    elif tag == "bool":
        kind, scalar = "boolean", written.lower() in ("true", "yes", "on")
    elif tag == "timestamp" and _DAY.fullmatch(written):
        kind = "date"
    elif not node.style and _NUMBER.fullmatch(written):
        kind, scalar = "number", Decimal(written)
    elif tag != "str":
        kind = "unclear"
    return Located(kind=kind, line=line, scalar=scalar, written=written)
