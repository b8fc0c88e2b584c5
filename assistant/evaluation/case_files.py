"""Case files: ``*.picum.yaml`` and ``*.picum.jsonl`` → cases, each with its line.

A file is read as a whole or not at all: every fault is named with its line, up to ``MAX_FAULTS`` of them, because a
case that is half understood is easier to pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from assistant.evaluation.case_corpus import Corpus, open_corpus
from assistant.evaluation.case_schema import file_schema
from assistant.evaluation.case_shape import Fault, shape
from assistant.evaluation.cases import Case, merged
from assistant.evaluation.errors import CaseFileError
from assistant.evaluation.jsonl import parse_line, read_lines
from assistant.evaluation.yaml_lines import Located, located_json, read_yaml

SUFFIXES = (".picum.yaml", ".picum.yml", ".picum.jsonl")
"""What the names of case files end in."""
MAX_FAULTS = 10

_CASE = {"$ref": "#/$defs/case"}
_HEAD = file_schema()
# The cases are looked at one by one, so that a fault in one leaves the others to be looked at.
_HEAD = {**_HEAD, "properties": {**_HEAD["properties"], "cases": {"type": "array", "items": {}, "minItems": 1}}}
_NOTHING = Located(kind="table", line=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """The cases of a file in its order, variants in place of the case that has them, as ``id[variant]``.

    ``corpus`` is the folder of the documents, None where the file names none; ``lines`` the 1-based line of each case
    by id.
    """

    path: Path
    corpus: Path | None
    cases: tuple[Case, ...]
    lines: Mapping[str, int]


def is_case_file(path: Path) -> bool:
    """Whether a file is one of cases by its name."""
    return path.name.lower().endswith(SUFFIXES)


def load_cases(path: Path) -> CaseFile:
    """Read a case file; ``.yaml`` and ``.yml`` are YAML, anything else is JSON Lines.

    Raises CaseFileError, whose message has a line ``path:line: …`` for each fault.
    """
    reading = _Reading()
    corpus: Path | None = None
    if path.suffix.lower() in (".yaml", ".yml"):
        corpus = reading.read_table(path, read_yaml(path))
    else:
        reading.read_lines(path)
    if not reading.faults and not reading.cases:
        raise CaseFileError(f"{path} holds no case; write at least one.")
    _raise(path, reading.faults)
    return CaseFile(path=path, corpus=corpus, cases=tuple(reading.cases), lines=reading.lines)


@dataclass(slots=True)
class _Reading:
    """What has been read of a file so far."""

    cases: list[Case] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    corpus: Corpus | None = None

    def read_table(self, path: Path, top: Located) -> Path | None:
        """Read a YAML file; the folder of its corpus."""
        if top.kind != "table":
            _raise(path, [Fault(top.line, "a case file begins with 'version: 1' and has a list of 'cases'")])
        head, self.faults = shape(top, _HEAD, "the file")
        folder = path.parent / head["corpus"] if head.get("corpus") else None
        if folder:
            self._open_corpus(folder, top.entries["corpus"])
        defaults = top.entries.get("defaults", _NOTHING)
        for case in top.at(("cases",)).items:
            self._add(case, defaults, head.get("defaults") or {})
        return folder

    def _open_corpus(self, folder: Path, at: Located) -> None:
        try:
            self.corpus = open_corpus(folder)
        except CaseFileError as error:
            self.faults.append(Fault(at.line, str(error)))

    def read_lines(self, path: Path) -> None:
        """Read JSON Lines."""
        for number, raw in read_lines(path, CaseFileError):
            try:
                line = located_json(parse_line(path, number, raw, CaseFileError), number)
            except CaseFileError as error:
                self.faults.append(Fault(number, str(error).removeprefix(f"{path}:{number}: ").removesuffix(".")))
                continue
            self._add(line, _NOTHING, {})

    def _add(self, case: Located, defaults: Located, default_values: Mapping[str, Any]) -> None:
        """Add a case, or its variants."""
        values, faults = shape(case, _CASE, "a case")
        self.faults += faults
        if faults:
            return
        id, variants = values["id"], values.pop("variants", {})
        values = merged(default_values, values)
        entries = {**defaults.entries, **case.entries}
        if not variants:
            self._add_one(id, values, Located(kind="table", line=case.line, entries=entries))
        for name, others in variants.items():
            variant = case.at(("variants", name))
            at = Located(kind="table", line=variant.line, entries={**entries, **variant.entries})
            self._add_one(f"{id}[{name}]", merged(values, others), at)

    def _add_one(self, id: str, values: Mapping[str, Any], at: Located) -> None:
        try:
            case = Case.model_validate({**values, "id": id})
        except ValidationError as failure:
            self.faults += [_explained(error, at) for error in failure.errors(include_url=False)]
            return
        if id in self.lines:
            message = f"the id {id!r} is already that of line {self.lines[id]}; each case needs its own"
            self.faults.append(Fault(at.line, message))
            return
        self.lines[id] = at.line
        self.cases.append(case)
        if self.corpus:
            self.faults += self.corpus.faults(case, at)


def _explained(error: ErrorDetails, case: Located) -> Fault:
    place = error["loc"]
    at = case.at(place)
    message = error["msg"].removeprefix("Value error, ")
    if error["type"] == "missing":
        return Fault(at.line, f"the case lacks {str(place[-1])!r}; add '{place[-1]}: …'")
    if not place:
        # About several fields together; the line of the first that it names is nearer than that of the case.
        named = [case.entries[word].line for word in message.replace(",", " ").split() if word in case.entries]
        return Fault(min(named, default=case.line), message)
    name = ".".join(str(step) for step in place if isinstance(step, str))
    return Fault(at.line, f"{name}: {message[0].lower()}{message[1:]}" + _written(at))


def _written(at: Located) -> str:
    return f", and is {at.written!r}" if at.kind in ("text", "number") and at.written else ""


def _raise(path: Path, faults: Iterable[Fault]) -> None:
    """Raise CaseFileError if there are faults. One that is found in several cases, because it stands in ``defaults``,
    is told once.
    """
    found = sorted(dict.fromkeys(faults))
    if not found:
        return
    told = [f"{path}:{fault.line}: {fault.message}{'' if fault.message.endswith('?') else '.'}" for fault in found]
    if len(told) > MAX_FAULTS:
        told[MAX_FAULTS:] = [f"{path}: {len(told) - MAX_FAULTS} more faults are not listed; mend these first."]
    raise CaseFileError("\n".join(told))
