"""Tables in text files (CSV): one question a row, with or without an expected answer, facts and sources."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from assistant.evaluation.errors import CaseFileError
from assistant.evaluation.importers.imported import Imported, filled, numbered
from ingest.errors import UnreadableFile

COLUMNS: Mapping[str, str] = {
    "id": "id",
    "question": "question",
    "query": "question",
    "input": "question",
    "expected": "reference",
    "expected_output": "reference",
    "expected_answer": "reference",
    "ground_truth": "reference",
    "reference": "reference",
    "answer": "reference",
    "facts": "facts",
    "must_not": "must_not",
    "source": "sources",
    "sources": "sources",
    "language": "language",
    "lang": "language",
    "kind": "kind",
    "type": "kind",
    "category": "kind",
    "tags": "tags",
    "expect": "expect",
    "note": "note",
}
"""What a column may be called → the field of the case."""
_LISTS = ("facts", "must_not", "sources", "tags")
_BETWEEN = "|"
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_MAX_FIELD = 1_000_000


class Row(NamedTuple):
    """A row by the names of its columns, lower case; ``line`` is where it ends, 1-based."""

    line: int
    cells: Mapping[str, str]


def read_table(path: Path) -> Imported:
    """Read a table with a column ``question``. Facts, sources and tags of a cell stand between ``|``.

    Raises CaseFileError where it is no table, has no questions, or gives two columns for one field.
    """
    rows, warnings = read_rows(path)
    columns = list(rows[0].cells)
    fields = {column: COLUMNS[column] for column in columns if column in COLUMNS}
    for field in COLUMNS.values():
        named = [column for column in columns if fields.get(column) == field]
        if len(named) > 1:
            raise CaseFileError(f"{path}: the columns {' and '.join(named)} both mean {field!r}; remove one of them.")
    if "question" not in fields.values():
        raise CaseFileError(f"{path}: no column is called 'question'; the columns are {', '.join(columns)}.")
    cases = [_case(path, row, fields) for row in rows]
    ids = numbered(path, [case.get("id", "") for case in cases])
    return Imported(
        cases=[{**case, "id": id} for id, case in zip(ids, cases, strict=True)],
        left_out=[*warnings, *left_out(column for column in columns if column not in fields)],
    )


def left_out(columns: Iterable[str]) -> list[str]:
    """A sentence about each column that is not known."""
    return [f"The column {column!r} is not known and is left out." for column in columns if column]


class Table(NamedTuple):
    """The rows of a table; ``warnings`` is a sentence where its encoding was guessed."""

    rows: Sequence[Row]
    warnings: Sequence[str]


def read_rows(path: Path) -> Table:
    """The rows of a table under its head, cells without white space around them, empty rows left out.

    Cells are divided by comma, semicolon or tab, whichever makes most columns of the head. Raises CaseFileError.
    """
    text, guessed = _decoded(path)
    first = next(iter(text.splitlines()), "")
    divider = max(",;\t", key=first.count)
    csv.field_size_limit(_MAX_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=divider, strict=True)
    rows: list[Row] = []
    head: list[str] | None = None
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if not any(stripped):
                continue
            if head is None:
                head = [cell.casefold().replace(" ", "_") for cell in stripped]
                continue
            if len(stripped) > len(head):
                raise CaseFileError(
                    f"{path}:{reader.line_num}: the row has {len(stripped)} cells and the head {len(head)}; "
                    f"put cells that hold {divider!r} in quotation marks."
                )
            rows.append(Row(reader.line_num, dict(zip(head, stripped, strict=False))))
    except csv.Error as failure:
        raise CaseFileError(f"{path}:{reader.line_num}: this is no CSV ({failure}); save the table again.") from failure
    if not rows:
        raise CaseFileError(f"{path} has no row under its head; write one question a row.")
    warning = f"{path} is not UTF-8 and its encoding was guessed: look at the accented letters of the cases."
    return Table(rows, [warning] if guessed else [])


def _decoded(path: Path) -> tuple[str, bool]:
    """The text of a table, and whether its encoding had to be guessed."""
    try:
        data = path.read_bytes()
    except OSError as failure:
        raise CaseFileError(f"{path} cannot be read ({failure.strerror}): give the path of a table.") from failure
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace"), False
    try:
        return data.decode("utf-8"), False
    except UnicodeDecodeError as failure:
        line = data.count(b"\n", 0, failure.start) + 1
        try:
            # Absent from the light installation.
            from ingest.readers.encoding import decode  # noqa: PLC0415

            return decode(data, path).text, True
        except (ImportError, UnreadableFile) as none:
            raise CaseFileError(f"{path}:{line}: the table is not UTF-8; save it as 'CSV UTF-8'.") from none


def _case(path: Path, row: Row, fields: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {fields[column]: cell for column, cell in row.cells.items() if column in fields}
    if not values.get("question"):
        raise CaseFileError(f"{path}:{row.line}: the row has no question; give it one or remove it.")
    for field in _LISTS:
        if field in values:
            values[field] = [part.strip() for part in values[field].split(_BETWEEN) if part.strip()]
    return filled(values)
