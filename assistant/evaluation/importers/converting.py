"""A file of questions in another form → a case file, and a file of stored answers where it has some."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.evaluation.case_files import CaseFile
from assistant.evaluation.case_writing import create, write_cases
from assistant.evaluation.errors import CaseFileError
from assistant.evaluation.importers import development, ragas
from assistant.evaluation.importers.imported import Imported
from assistant.evaluation.importers.tables import read_rows, read_table
from assistant.evaluation.jsonl import json_text, read_lines

Form = Literal["dev", "csv", "ragas"]

_READERS: Mapping[Form, Callable[[Path], Imported]] = {
    "dev": development.read_development,
    "csv": read_table,
    "ragas": ragas.read_ragas,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """What was written. ``unchecked`` are the ids of cases that nothing can fail: they have neither facts nor sources,
    nor do they expect a refusal.
    """

    file: CaseFile
    form: Form
    answers: Path | None
    left_out: tuple[str, ...]
    unchecked: tuple[str, ...]


def convert(source: Path, target: Path, form: Form | None = None) -> Converted:
    """Write the questions of ``source`` as the case file ``target``; ``form`` is guessed where it is not given.

    Answers go into a file beside it that ends in ``.answers.jsonl``. Nothing is written over. Raises CaseFileError
    where the source cannot be read or a file is there already.
    """
    form = form or guess(source)
    imported = _READERS[form](source)
    answers = target.parent / f"{_stem(target)}.answers.jsonl" if imported.answers else None
    if answers and answers.exists():
        raise CaseFileError(f"{answers} is there already: give another name for {target}, or move it away first.")
    file = write_cases(target, imported.cases)
    if answers:
        create(answers, "".join(json_text(answer) + "\n" for answer in imported.answers))
    unchecked = (c.id for c in file.cases if c.expect == "answer" and not (c.facts or c.sources or c.must_not))
    return Converted(
        file=file, form=form, answers=answers, left_out=tuple(imported.left_out), unchecked=tuple(unchecked)
    )


def guess(source: Path) -> Form:
    """The form of a file by its keys or columns. Raises CaseFileError where it is none of those known."""
    if source.suffix.lower() in (".csv", ".tsv"):
        columns = set(read_rows(source).rows[0].cells)
        return "ragas" if columns & ragas.MARKS else "csv"
    if source.suffix.lower() == ".json":
        return "ragas"
    keys = _first_keys(source)
    if keys >= development.MARKS:
        return "dev"
    if keys & ragas.MARKS or {"question", "ground_truth"} <= keys:
        return "ragas"
    raise CaseFileError(f"{source} has no form that is known; say which with --from dev, csv or ragas.")


def _first_keys(source: Path) -> set[str]:
    for _, raw in read_lines(source, CaseFileError):
        try:
            value = json.loads(raw)
        except ValueError:
            break
        return set(value) if isinstance(value, dict) else set()
    return set()


def _stem(path: Path) -> str:
    """The name without ``.picum.yaml`` or another ending."""
    return path.name.removesuffix(path.suffix).removesuffix(".picum")
