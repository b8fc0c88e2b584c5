"""Cases → the text of a case file, which ``case_files`` reads back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from assistant.evaluation.case_files import CaseFile, load_cases
from assistant.evaluation.case_schema import FILE_VERSION
from assistant.evaluation.errors import CaseFileError
from assistant.evaluation.jsonl import json_text

Fields = Mapping[str, Any]
"""A case as it stands in a file."""

SCHEMA_FILE = "cases.schema.json"
"""What the schema is called where it stands beside case files."""
_WIDTH = 110


def is_yaml(path: Path) -> bool:
    """Whether a file of cases is YAML by its name; else it is JSON Lines."""
    return path.suffix.lower() in (".yaml", ".yml")


def head(corpus: str = "") -> str:
    """The beginning of a YAML file, to which cases are appended; the first line makes editors complete the rest."""
    named = yaml_text({"corpus": corpus}) if corpus else ""
    return f"# yaml-language-server: $schema={SCHEMA_FILE}\nversion: {FILE_VERSION}\n{named}cases:\n"


def entry(case: Fields) -> str:
    """A case as an item of the list of cases, after an empty line."""
    return "\n" + "".join(f"  {line}\n" if line else "\n" for line in yaml_text([case]).splitlines())


def yaml_text(value: object) -> str:
    """A value as YAML: keys in their order, letters as they are, strings quoted where YAML would make them other."""
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)
    return text


def write_cases(path: Path, cases: Sequence[Fields], corpus: str = "") -> CaseFile:
    """Write a case file whole and read it back. A file that is there is never written over.

    Raises CaseFileError where there is a file, or where the cases do not make one; then nothing stays there.
    """
    if is_yaml(path):
        text = head(corpus) + "".join(map(entry, cases))
    else:
        text = "".join(json_text(case) + "\n" for case in cases)
    create(path, text)
    try:
        return load_cases(path)
    except CaseFileError:
        path.unlink()
        raise


def create(path: Path, text: str) -> None:
    """Write a new file. Raises CaseFileError where there is one already, or none can be written."""
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as failure:
        raise CaseFileError(f"{path} is there already: give another name, or move it away first.") from failure
    except OSError as failure:
        raise CaseFileError(f"{path} cannot be written ({failure.strerror}): give another path.") from failure


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]
    """Writes lists set in under their key, and repeated values out."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 (PyYAML's own)
        super().increase_indent(flow, False)

    def ignore_aliases(self, _data: object) -> bool:
        return True
