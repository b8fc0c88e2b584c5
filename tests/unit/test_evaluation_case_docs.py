"""What docs/evaluate-cases.md says of case files is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.evaluation.case_files import load_cases
from assistant.evaluation.case_schema import file_schema
from assistant.evaluation.errors import CaseFileError
from assistant.evaluation.importers.converting import Form
from assistant.evaluation.importers.tables import COLUMNS

PAGE = (Path(__file__).parents[2] / "docs" / "evaluate-cases.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```(yaml|jsonl)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SCHEMA = file_schema()


@pytest.mark.parametrize(("suffix", "text"), EXAMPLES, ids=[f"{n}-{suffix}" for n, (suffix, _) in enumerate(EXAMPLES)])
def test_the_examples_are_case_files(suffix: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.picum.{suffix}"
    path.write_text(text, encoding="utf-8")
    assert len(load_cases(path).cases) >= 2


def test_the_two_first_files_say_the_same(tmp_path: Path) -> None:
    questions = []
    for suffix, text in EXAMPLES[:2]:
        path = tmp_path / f"x.picum.{suffix}"
        path.write_text(text, encoding="utf-8")
        questions.append([(case.id, case.question, case.expect) for case in load_cases(path).cases])
    assert questions[0] == questions[1]


def fields_of(heading: str) -> set[str]:
    section = re.split(r"^#", PAGE.split(f"# {heading}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]
    return set(re.findall(r"^\| `(\w+)`", section, re.MULTILINE))


def test_the_tables_name_every_field_and_no_other() -> None:
    definitions = SCHEMA["$defs"]
    assert fields_of("The file") == set(SCHEMA["properties"])
    assert fields_of("A case") == set(definitions["case"]["properties"])
    assert fields_of("Sources") == set(definitions["Source"]["anyOf"][1]["properties"])
    assert fields_of("Facts") | {"unit", "tolerance"} == set(definitions["Fact"]["anyOf"][1]["properties"])


def test_the_forms_and_columns_are_those_that_are_read() -> None:
    assert fields_of("Take over what you have") == set(Form.__args__)
    row = next(line for line in PAGE.splitlines() if line.startswith("| `csv`"))
    assert set(re.findall(r"`(\w+)`", row)) - {"csv"} <= set(COLUMNS)
    assert set(COLUMNS.values()) - {"sources", "reference"} <= set(re.findall(r"`(\w+)`", row))


def test_the_faults_shown_are_those_that_are_told(tmp_path: Path) -> None:
    shown = re.search(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert shown
    path = tmp_path / "fees.picum.yaml"
    path.write_text(
        "version: 1\ncases:\n  - id: a\n    question: b\n    kind: c\n    note: d\n    facts:\n      - any: [e]\n"
        "        vitl: false\n  - id: f\n    question: g\n    expect: refuze\n"
    )
    with pytest.raises(CaseFileError) as caught:
        load_cases(path)
    assert str(caught.value).replace(f"{tmp_path}/", "") == shown[1].strip()
