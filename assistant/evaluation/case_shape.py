"""Values with lines, held against the schema of case files: known keys, right types, one of the words that are allowed.

What a model of pydantic says about a value (``cases``) comes after; here every fault has its line and says what may
have been meant.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from assistant.evaluation.case_schema import Schema, file_schema, resolve
from assistant.evaluation.yaml_lines import Located

# What other tools call it → what it is called here.
_OTHER_NAMES: Mapping[str, str] = {
    "input": "question",
    "query": "question",
    "user_input": "question",
    "prompt": "question",
    "expected_output": "reference",
    "ground_truth": "reference",
    "answer": "reference",
    "lang": "language",
    "locale": "language",
    "type": "kind",
    "category": "kind",
    "contains": "facts",
    "not_contains": "must_not",
    "forbidden": "must_not",
    "document": "doc",
    "file": "doc",
    "citations": "sources",
    "evidence": "sources",
    "text": "quote",
}
_TYPES = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "keys with values",
}
_KINDS = {
    "text": "the text",
    "number": "the number",
    "boolean": "a truth value:",
    "unclear": "something that can be read in several ways:",
    "date": "the date",
    "list": "a list",
    "table": "keys with values",
}
_LONGEST = 40


class Fault(NamedTuple):
    """What is wrong, as the rest of a sentence without its full stop, and the 1-based line of it."""

    line: int
    message: str


def shape(value: Located, schema: Schema, name: str) -> tuple[Any, list[Fault]]:
    """The value as Python types, and all that does not fit ``schema``, a part of ``file_schema()``.

    ``name`` says in messages what it is. Numbers are Decimal, or int where they are whole; a number or a date where a
    text belongs is the text as written. Where there are faults, the value is not to be used.
    """
    walk = _Walk()
    return walk.value(value, schema, name), walk.faults


def near(wrong: str, known: Sequence[str]) -> str:
    """``did you mean 'x'?``, or what is known where nothing comes near."""
    close = difflib.get_close_matches(wrong, known, n=1) or [word for word in known if word.lower() == wrong.lower()]
    if close:
        return f"did you mean {close[0]!r}?"
    listed = ", ".join(known[:_LONGEST]) + (", …" if len(known) > _LONGEST else "")
    return f"known are {listed}"


class _Walk:
    """One value at work."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def value(self, at: Located, schema: Schema, name: str) -> Any:
        if not schema:
            return None
        options = list(_options(schema))
        if at.kind == "nothing":
            return self._fault(at.line, f"{name} is empty; give it a value or leave it out")
        wanted = {"table": "object", "list": "array"}.get(at.kind)
        if wanted is None:
            return self._scalar(at, options, name)
        fitting = [option for option in options if wanted in _types(option)]
        if not fitting:
            return self._type(at, options, name)
        return self._table(at, fitting, name) if at.kind == "table" else self._list(at, fitting[0], name)

    def _fault(self, line: int, message: str) -> None:
        self.faults.append(Fault(line, message))

    def _type(self, at: Located, options: Sequence[Schema], name: str) -> None:
        wanted = dict.fromkeys(type for option in options for type in _types(option))
        if "integer" in wanted or "string" in wanted:
            wanted.pop("number", None)
        said = f"{_KINDS.get(at.kind, at.kind)} {_cut(at.written)}".rstrip()
        self._fault(at.line, f"{name} should be {' or '.join(_TYPES[type] for type in wanted)}, and is {said}")

    def _list(self, at: Located, schema: Schema, name: str) -> list[Any]:
        if len(at.items) < schema.get("minItems", 0):
            self._fault(at.line, f"{name} is an empty list; put something in it")
        return [self.value(item, schema["items"], _one_of(name)) for item in at.items]

    def _table(self, at: Located, tables: Sequence[Schema], name: str) -> dict[str, Any]:
        schema = _fitting(tables, at.entries)
        known = schema.get("properties", {})
        free = schema.get("additionalProperties")
        for key, first, second in at.twice:
            self._fault(second, f"{key!r} is given twice, first in line {first}; keep one of them")
        if len(at.entries) < schema.get("minProperties", 0):
            self._fault(at.line, f"{name} is empty; put something in it or leave it out")
        values = {}
        for key, inner in at.entries.items():
            if key in known:
                values[key] = self.value(inner, known[key], key)
            elif isinstance(free, dict):
                values[key] = self.value(inner, free, f"{_one_of(name)} {key!r}")
            else:
                names = list(dict.fromkeys(word for table in tables for word in table.get("properties", {})))
                self._fault(inner.line, f"unknown key {key!r} in {name}; {_meant(key, names)}")
        if not any(key not in known and not isinstance(free, dict) for key in at.entries):
            for key in schema.get("required", ()):
                if key not in at.entries:
                    self._fault(at.line, f"{name} lacks {key!r}; add '{key}: …'")
        return values

    def _scalar(self, at: Located, options: Sequence[Schema], name: str) -> Any:
        types = {type: option for option in options for type in _types(option)}
        if at.kind == "boolean" and "boolean" in types:
            return at.scalar
        if "string" in types:
            return self._string(at, types["string"], name)
        if at.kind == "number" and isinstance(at.scalar, Decimal):
            if "const" in options[0]:
                return self._constant(at, options[0]["const"], name)
            if "number" in types:
                return at.scalar
            if "integer" in types and at.scalar == at.scalar.to_integral_value():
                return int(at.scalar)
        return self._type(at, options, name)

    def _constant(self, at: Located, constant: int, name: str) -> Any:
        if at.scalar != constant:
            self._fault(at.line, f"{name} {at.written} is not known to this program, which reads version {constant}")
        return constant

    def _string(self, at: Located, schema: Schema, name: str) -> Any:
        numbers_too = {"number", "integer"} & set(_types(schema))
        if at.kind in ("boolean", "unclear") or (at.kind == "number" and not numbers_too):
            message = f"{name} should be text, and {at.written} can be read as something else; write"
            return self._fault(at.line, f'{message} "{at.written}" in quotation marks')
        if "enum" in schema and at.written not in schema["enum"]:
            return self._fault(at.line, f"{name} is {_cut(at.written)}; {near(at.written, schema['enum'])}")
        return at.written


def _options(schema: Schema) -> Iterator[Schema]:
    """The alternatives of a schema, with references followed."""
    schema = resolve(schema, file_schema())
    if "anyOf" in schema and "type" not in schema:
        for option in schema["anyOf"]:
            yield from _options(option)
    else:
        yield schema


def _types(schema: Schema) -> Sequence[str]:
    if "const" in schema:
        return ("number",)
    types = schema.get("type", ())
    return (types,) if isinstance(types, str) else tuple(types)


def _fitting(tables: Sequence[Schema], keys: Mapping[str, object]) -> Schema:
    """The table that knows most of the keys; the first of those that do."""
    return max(tables, key=lambda table: sum(key in table.get("properties", {}) for key in keys))


def _meant(key: str, known: Sequence[str]) -> str:
    if key == "<<":
        return "write what cases share under 'defaults'"
    other = _OTHER_NAMES.get(key.lower())
    return f"did you mean {other!r}?" if other in known else near(key, known)


def _one_of(name: str) -> str:
    """What one entry of a list or table is called."""
    return {
        "cases": "a case",
        "facts": "a fact",
        "must_not": "a fact of must_not",
        "sources": "a source",
        "history": "a turn of history",
        "variants": "the variant",
    }.get(name, name)


def _cut(text: str) -> str:
    return repr(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…") if text else ""
