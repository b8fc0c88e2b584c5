"""The JSON Schema of case files, made of the models: for a whole YAML file, and for one line of JSON Lines.

It is published as ``cases.schema.json``, and the loader walks along it (``case_shape``), so both accept the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from assistant.evaluation.cases import Case

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
FILE_VERSION = 1
"""Raised when files of an older version would be read in another way."""

_WORDS: Schema = {"type": ["string", "number"], "minLength": 1, "pattern": r"\S"}
_WAYS = ("any", "regex", "number", "date")


@cache
def file_schema() -> Schema:
    """The schema of a YAML file; ``#/$defs/case`` in it is that of one line of JSON Lines."""
    definitions = _definitions()
    return {
        "$schema": DRAFT,
        "title": "Case file",
        "type": "object",
        "properties": {
            "version": {"const": FILE_VERSION, "description": "The version of this format."},
            "corpus": _WORDS
            | {
                "description": "The folder of the documents, relative to this file; "
                "every expected source must then be in it."
            },
            "defaults": {"$ref": "#/$defs/defaults"},
            "cases": {
                "type": "array",
                "items": {"$ref": "#/$defs/case"},
                "minItems": 1,
                "description": "The cases; the id of each is its own.",
            },
        },
        "required": ["version", "cases"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def line_schema() -> Schema:
    """The schema of one line of a JSON Lines file."""
    return {"$schema": DRAFT, "$ref": "#/$defs/case", "$defs": _definitions()}


def schema_text(schema: Schema) -> str:
    """A schema as it is published."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def resolve(schema: Schema, root: Schema) -> Schema:
    """``schema`` with its reference into ``root`` followed; what stands beside the reference wins."""
    found = schema
    while "$ref" in found:
        target: Any = root
        for step in found["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        found = {**target, **{key: value for key, value in found.items() if key != "$ref"}}
    return found


class _FileSchema(GenerateJsonSchema):
    """What may stand in a file: no nulls, numbers as such, and numbers where a text is meant."""

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        return {**super().str_schema(schema), "type": ["string", "number"]}

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        return {"type": "number"} | ({"minimum": int(schema["ge"])} if "ge" in schema else {})

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def _definitions() -> Schema:
    made = _tidy(Case.model_json_schema(schema_generator=_FileSchema))
    definitions: Schema = made.pop("$defs")
    fact, source, turn = (definitions[name] for name in ("Fact", "Source", "Turn"))
    fact["properties"]["any"]["anyOf"][1]["minItems"] = 1
    fact["oneOf"] = [{"required": [way]} for way in _WAYS]
    fact["dependentRequired"] = {"unit": ["number"], "tolerance": ["number"]}
    for name, model in (("Fact", fact), ("Source", source)):
        definitions[name] = {"description": model.pop("description"), "anyOf": [_WORDS, model]}
    definitions["Turn"] = {
        "description": turn.pop("description"),
        "anyOf": [*(_said(role) for role in ("user", "assistant")), turn],
    }
    fields = made["properties"]
    fields["variants"] = {
        "type": "object",
        "additionalProperties": {"$ref": "#/$defs/variant"},
        "minProperties": 1,
        "description": "The same case in other languages or circumstances: each has a name and the fields that are "
        "other there, and becomes a case id[name] in place of this one.",
    }
    asked = {"type": "object", "additionalProperties": {"required": ["question"]}}
    made["required"] = ["id"]
    made["anyOf"] = [
        {"required": ["question"]},
        {"required": ["variants"], "properties": {"variants": asked}},
    ]
    definitions["case"] = made
    definitions["variant"] = _some_of(fields, ("id", "variants"), "The fields that are other in this variant.")
    definitions["defaults"] = _some_of(
        fields, ("id", "question", "variants"), "Fields that every case has unless it says otherwise."
    )
    return definitions


def _said(role: str) -> Schema:
    said = {"type": ["string", "number"], "description": f"What the {role} said."}
    return {"type": "object", "properties": {role: said}, "required": [role], "additionalProperties": False}


def _some_of(fields: Mapping[str, Any], without: Sequence[str], description: str) -> Schema:
    return {
        "type": "object",
        "description": description,
        "properties": {name: {"$ref": f"#/$defs/case/properties/{name}"} for name in fields if name not in without},
        "additionalProperties": False,
    }


def _tidy(schema: Any) -> Any:
    """Without the titles, which repeat the names, and the defaults that say "nothing"."""
    if isinstance(schema, list):
        return [_tidy(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: " ".join(value.split()) if key == "description" and isinstance(value, str) else _tidy(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str))
        and not (key == "default" and not isinstance(value, bool | int | float) and value != "answer")
    }
