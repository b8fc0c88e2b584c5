"""Case files: what is read, and that every slip is found at its line."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from assistant.evaluation import case_files, yaml_lines
from assistant.evaluation.case_files import is_case_file, load_cases
from assistant.evaluation.case_schema import file_schema, line_schema, schema_text
from assistant.evaluation.cases import Case
from assistant.evaluation.errors import CaseFileError

PUBLISHED = Path(case_files.__file__).parent / "cases.schema.json"

WHOLE = """\
# yaml-language-server: $schema=cases.schema.json
version: 1
corpus: docs
defaults: {max_citations: 6, tags: [hr]}
cases:
  - id: notice
    question: How long is the notice period?
    facts:
      - {any: ["3 months", three months], text: the period}
      - {number: 1234.50, unit: days, tolerance: 2, vital: false}
      - {date: 2019-06-12}
      - {date: 2019}
      - {regex: 'three\\s+months'}
      - 2019
      - 2019-06-12
    must_not: ["6 months"]
    sources:
      - {doc: handbook.md, quote: three months}
      - handbook.md#page=4
      - fees
    xfail: not yet
  - id: 12
    history: [{user: "How long?"}, {assistant: "Three months [1]."}, {role: user, content: "Really?"}]
    question: And then?
    max_citations: 2
    skip: later
    variants:
      de: {question: "Und dann?", language: de, facts: [zwei Wochen]}
      fr: {question: "Et après ?", language: fr}
  - id: canteen
    question: What is on the menu?
    expect: refuse
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "handbook.md").write_text("# Handbook\n\nThe notice period is three months.\n")
    (docs / "fees.txt").write_text("The fee is 40 euros.\n")
    (docs / "documents.yaml").write_text("documents:\n  - {file: fees.txt, id: fees, collection: money}\n")
    return tmp_path


def written(folder: Path, text: str | bytes, name: str = "x.picum.yaml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def faults(folder: Path, text: str | bytes, name: str = "x.picum.yaml") -> list[str]:
    """The faults of a file, without its path."""
    path = written(folder, text, name)
    with pytest.raises(CaseFileError) as caught:
        load_cases(path)
    lines = str(caught.value).split("\n")
    assert all(line.startswith(str(path)) and line.endswith((".", "?")) for line in lines), lines
    return [line.removeprefix(f"{path}:") for line in lines]


def one_case(fields: str) -> str:
    return "version: 1\ncases:\n  - id: a\n    question: b\n" + "".join(f"    {line}\n" for line in fields.split("\n"))


def test_a_whole_file_is_read(folder: Path) -> None:
    file = load_cases(written(folder, WHOLE))
    assert file.corpus == folder / "docs"
    assert file.lines == {"notice": 6, "12[de]": 28, "12[fr]": 29, "canteen": 30}
    notice, german, french, canteen = file.cases
    assert [fact.name for fact in notice.facts] == [
        "the period",
        "1234.50 days",
        "2019-06-12",
        "2019",
        "three\\s+months",
        "2019",
        "2019-06-12",
    ]
    assert notice.facts[1].number == Decimal("1234.50")
    assert [(source.doc, source.page) for source in notice.sources] == [
        ("handbook.md", None),
        ("handbook.md", 4),
        ("fees", None),
    ]
    assert (notice.max_citations, german.max_citations, canteen.max_citations) == (6, 2, 6)
    assert (german.question, german.language, german.skip) == ("Und dann?", "de", "later")
    assert german.history == french.history
    assert [turn.role for turn in german.history] == ["user", "assistant", "user"]
    assert (german.facts[0].any, french.facts) == (("zwei Wochen",), ())
    assert canteen.expect == "refuse"


def test_json_lines_have_the_same_schema(folder: Path) -> None:
    lines = [
        {"id": "a", "question": "b", "facts": ["c", {"number": 0.1}, 2019]},
        {"id": "d", "variants": {"x": {"question": "e"}, "y": {"question": "f"}}},
    ]
    path = written(folder, "\n\n".join(json.dumps(line) for line in lines) + "\n", "x.picum.jsonl")
    file = load_cases(path)
    assert file.lines == {"a": 1, "d[x]": 3, "d[y]": 3}
    assert file.corpus is None
    assert file.cases[0].facts[1].number == Decimal("0.1")
    assert file.cases[0].facts[2].any == ("2019",)


def test_files_of_cases_are_known_by_their_names() -> None:
    assert is_case_file(Path("a/test_x.picum.yaml"))
    assert is_case_file(Path("A.PICUM.JSONL"))
    assert not is_case_file(Path("picum.yaml"))
    assert not is_case_file(Path("x.yaml"))


# Fields of a case that begin in line 5 → line and words of the fault.
SLIPS = [
    ("fact: [c]", 5, "unknown key 'fact' in a case; did you mean 'facts'?"),
    ("lang: de", 5, "did you mean 'language'?"),
    ("ground_truth: c", 5, "did you mean 'reference'?"),
    ("kind: c\nfacts:\n  - any: [c]\n    vitl: false", 8, "unknown key 'vitl' in a fact; did you mean 'vital'?"),
    ("facts:\n  - c\n  - {number: 3, units: m}", 7, "did you mean 'unit'?"),
    ("sources:\n  - c\n  - document: d", 7, "did you mean 'doc'?"),
    ("filters:\n  document: d", 6, "did you mean 'documents'?"),
    ("history:\n  - {usr: c}", 6, "did you mean 'user'?"),
    ("zzz: 1", 5, "known are id, question,"),
    ("<<: {facts: [c]}", 5, "write what cases share under 'defaults'"),
    ("expect: refuze", 5, "expect is 'refuze'; did you mean 'refuse'?"),
    ("expect: Refuse", 5, "did you mean 'refuse'?"),
    ("kind: c\nkind: d", 6, "'kind' is given twice, first in line 5"),
    ("facts:\n  - no", 6, 'write "no" in quotation marks'),
    ("facts:\n  - any: [c,\n      on]", 7, 'write "on" in quotation marks'),
    ("facts:\n  - 010", 6, 'write "010" in quotation marks'),
    ("facts:\n  - 1_000", 6, 'write "1_000" in quotation marks'),
    ("facts:\n  - 1:30", 6, 'write "1:30" in quotation marks'),
    ("facts:\n  - 2019-06-12 10:00:00", 6, "in quotation marks"),
    ("language: no", 5, 'write "no" in quotation marks'),
    ("language: German", 5, "language: should be a language code such as 'de'"),
    ("facts:", 5, "facts is empty"),
    ("facts: [c, ~]", 5, "a fact is empty"),
    ("facts: c", 5, "facts should be a list, and is the text 'c'"),
    ("facts:\n  any: c", 5, "facts should be a list, and is keys with values"),
    ("facts:\n  - [c]", 6, "a fact should be text or keys with values, and is a list"),
    ("facts:\n  - {}", 6, "give exactly one of any, regex, number, date"),
    ("facts:\n  - {vital: true}", 6, "give exactly one of"),
    ("facts:\n  - any: [c]\n    date: 2019", 6, "give exactly one of"),
    ("facts:\n  - any: []", 6, "any is an empty list"),
    ("facts:\n  - any: [c]\n    unit: m", 6, "unit and tolerance belong to a number"),
    ("facts:\n  - ' '", 6, "should not be empty"),
    ("facts:\n  - text: c\n    regex: '(c'", 7, "is no regular expression"),
    ("facts:\n  - number: 1,000", 6, "number should be a number, and is the text '1,000'"),
    ("facts:\n  - number: '5'", 6, "number should be a number, and is the text '5'"),
    ("facts:\n  - number: 0x1F", 6, "can be read in several ways"),
    ("facts:\n  - number: 5\n    tolerance: -1", 7, "greater than or equal to 0"),
    ("facts:\n  - date: 2019-13", 6, "should be a date like 2019-06-12"),
    ("facts:\n  - any: [c]\n    vital: maybe", 7, "vital should be true or false, and is the text 'maybe'"),
    ("facts:\n  - any: [c]\n    weight: 0", 7, "greater than 0"),
    ("sources:\n  - doc: c\n    page: 0", 7, "greater than or equal to 1"),
    ("sources:\n  - doc: c\n    page: four", 7, "page should be a whole number, and is the text 'four'"),
    ("sources:\n  - doc: c\n    page: 4.5", 7, "page should be a whole number, and is the number '4.5'"),
    ("sources:\n  - quote: c", 6, "a source lacks 'doc'"),
    ("kind: c\nexpect: refuse\nfacts: [c]", 7, "a case that expects to refuse has no vital facts"),
    ("kind: c\nrepeat: 2\nmin_pass: 3", 6, "min_pass is more than repeat"),
    ("repeat: 0", 5, "greater than or equal to 1"),
    ("xfail: {}", 5, "xfail lacks 'reason'"),
    ("variants: {}", 5, "variants is empty"),
    ("variants:\n  de:\n    languag: de", 7, "in the variant 'de'; did you mean 'language'?"),
    ("variants:\n  de:\n    id: c", 7, "unknown key 'id' in the variant 'de'"),
    ("tags: [c, !x d]", 5, "tags should be text"),
    ("facts: !!python/object:os.system [c]", 5, "several ways"),
    ("note: c: d", 5, "this is not valid YAML"),
    ("\tnote: c", 5, "the line is set in with a tab; use spaces"),
    ("  note: c", 5, "this is not valid YAML"),
    ("facts: *c", 5, "this is not valid YAML"),
]


@pytest.mark.parametrize(("fields", "line", "words"), SLIPS, ids=[slip[0].replace("\n", "|") for slip in SLIPS])
def test_a_slip_is_found_at_its_line(fields: str, line: int, words: str, tmp_path: Path) -> None:
    found = faults(tmp_path, one_case(fields))
    assert len(found) == 1
    assert found[0].startswith(f"{line}: "), found
    assert words in found[0]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "the file is empty"),
        ("# nothing\n", 1, "the file is empty"),
        ("- id: a\n", 1, "a case file begins with 'version: 1'"),
        ("version: 1\n", 1, "the file lacks 'cases'"),
        ("cases: [{id: a, question: b}]\n", 1, "the file lacks 'version'"),
        ("version: 1\ncase:\n  - {id: a, question: b}\n", 2, "unknown key 'case' in the file; did you mean 'cases'?"),
        ("version: 2\ncases: [{id: a, question: b}]\n", 1, "version 2 is not known to this program"),
        ("version: 1\ncases: []\n", 2, "cases is an empty list"),
        ("version: 1\ncases: a\n", 2, "cases should be a list"),
        ("version: 1\ncases: [a]\n", 2, "a case should be keys with values"),
        ("version: 1\ncases: [{question: b}]\n", 2, "a case lacks 'id'"),
        ("version: 1\ncases:\n- id: a\n", 3, "the case lacks 'question'"),
        ("version: 1\ndefaults: {id: a}\ncases: [{id: a, question: b}]\n", 2, "unknown key 'id' in defaults"),
        ("version: 1\ndefaults: {repeat: 0}\ncases:\n- {id: a, question: b}\n- {id: c, question: b}\n", 2, "repeat"),
        ("version: 1\ncases:\n- {id: a, question: b}\n---\n", 4, "a second document"),
        ("version: 1\ncorpus: nowhere\ncases:\n- {id: a, question: b}\n", 2, "is no folder"),
        (b"version: 1\ncases:\n- id: \xe4\n", 3, "the file is not UTF-8 text; save it as UTF-8"),
        ("version: 1\n".encode("utf-16"), 1, "the file is not UTF-8"),
        ("version: 1\ncases:\n- id: a\x00\n", 3, "control character U+0000"),
        ("version: 1\ncases:\n- {[a]: b}\n", 3, "a key must be a word"),
        ("version: 1\ncases: " + "[" * 20_000 + "\n", 3, "this is not valid YAML"),
        ("version: 1\ncases: " + "[" * 100 + "]" * 100 + "\n", 2, "nest too deeply"),
        ("version: 1\ncases: &a [*a]\n", 2, "nest too deeply or repeat each other"),
    ],
)
def test_a_file_that_is_none_is_refused(text: str | bytes, line: int, words: str, tmp_path: Path) -> None:
    found = faults(tmp_path, text)
    assert len(found) == 1
    assert found[0].startswith(f"{line}: "), found
    assert words in found[0]


def test_aliases_repeat_within_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = "version: 1\ncases:\n- {id: a, question: b, facts: &f [c]}\n- {id: d, question: b, facts: *f}\n"
    assert load_cases(written(tmp_path, shared)).cases[1].facts[0].any == ("c",)
    bomb = "version: 1\ncases:\n" + "".join(
        f"- &a{n} [{', '.join(['x' if not n else f'*a{n - 1}'] * 10)}]\n" for n in range(9)
    )
    assert "repeat each other by aliases" in faults(tmp_path, bomb)[0]


def test_the_same_id_names_both_lines(tmp_path: Path) -> None:
    text = "version: 1\ncases:\n- {id: a, question: b}\n- {id: c, question: b}\n- {id: a, question: d}\n"
    assert faults(tmp_path, text) == ["5: the id 'a' is already that of line 3; each case needs its own."]
    text = 'version: 1\ncases:\n- {id: a, variants: {x: {question: b}}}\n- {id: "a[x]", question: d}\n'
    assert faults(tmp_path, text) == ["4: the id 'a[x]' is already that of line 3; each case needs its own."]


def test_faults_of_a_file_are_told_together_up_to_ten(tmp_path: Path) -> None:
    def cases(count: int) -> str:
        return "version: 1\ncases:\n" + "".join(f"- {{id: c{n}, question: a, fcts: [b]}}\n" for n in range(count))

    assert len(faults(tmp_path, cases(10))) == 10
    found = faults(tmp_path, cases(14))
    assert len(found) == 11
    assert [line.partition(":")[0] for line in found[:10]] == [str(n) for n in range(3, 13)]
    assert found[10] == " 4 more faults are not listed; mend these first."


def test_faults_of_different_sorts_are_told_together(folder: Path) -> None:
    text = (
        "version: 1\ncorpus: docs\ncases:\n- {id: a, question: b, fcts: [b]}\n- {id: c, question: b, repeat: 0}\n"
        "- {id: d, question: b, sources: [fee]}\n"
    )
    assert [line[:2] for line in faults(folder, text)] == ["4:", "5:", "6:"]


@pytest.mark.parametrize(
    ("fields", "line", "words"),
    [
        ("sources: [handbok.md]", 6, "the source 'handbok.md' is not in the corpus"),
        ("sources:\n      - doc: fees\n      - doc: fee.txt", 8, "did you mean 'fees.txt'?"),
        ("sources: [handbok.md#page=3]", 6, "did you mean 'handbook.md'?"),
        ("filters: {documents: fes}", 6, "the document 'fes' is not in the corpus"),
        ("filters:\n      collections: [default, mony]", 7, "did you mean 'money'?"),
    ],
)
def test_what_a_case_names_is_in_the_corpus(fields: str, line: int, words: str, folder: Path) -> None:
    head = "version: 1\ncorpus: docs\ncases:\n  - id: a\n    question: b\n    "
    found = faults(folder, head + fields + "\n")
    assert len(found) == 1
    assert found[0].startswith(f"{line}: "), found
    assert words in found[0]


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ('{"id": "c"}', "the case lacks 'question'"),
        ('{"id": "c", "question": "b", "id": "d"}', "the key 'id' is given twice"),
        ('{"id": "c", "question": null}', "question is empty"),
        ('{"id": "c", "question": "b", "fact": []}', "did you mean 'facts'?"),
        ('{"id": "c", "question": "b", "facts": [{"number": NaN}]}', "NaN is no number"),
        ('{"id": "c", "question": "b", "facts": [true]}', 'write "true" in quotation marks'),
        ('{"id": "a", "question": "b"}', "already that of line 1"),
        ("[1]", "the line holds a list"),
        ("{", "the line is not JSON"),
        ("\udcff", "the line is not UTF-8"),
    ],
)
def test_a_slip_in_json_lines_is_found_at_its_line(second: str, words: str, tmp_path: Path) -> None:
    text = ('{"id": "a", "question": "b"}\n' + second + "\n").encode("utf-8", "surrogateescape")
    found = faults(tmp_path, text, "x.picum.jsonl")
    assert len(found) == 1
    assert found[0].startswith("2: "), found
    assert words in found[0]


def test_a_file_that_is_not_there_or_empty_is_one_sentence(tmp_path: Path) -> None:
    for name in ("x.picum.yaml", "x.picum.jsonl"):
        with pytest.raises(CaseFileError, match="cannot be read"):
            load_cases(tmp_path / name)
    with pytest.raises(CaseFileError, match="holds no case"):
        load_cases(written(tmp_path, "\n", "x.jsonl"))


def test_the_published_schema_is_the_one_of_the_code() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text(file_schema()), (
        "run: picum-assistant cases schema > assistant/evaluation/cases.schema.json"
    )


@pytest.mark.parametrize("schema", [file_schema(), line_schema()], ids=["file", "line"])
def test_the_schemas_are_valid_and_every_field_is_described(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    for name in ("case", "ExpectedFailure", "Filters"):
        for field, inner in schema["$defs"][name]["properties"].items():
            assert inner.get("description"), f"{name}.{field}"
    for name in ("Fact", "Source"):
        for field, inner in schema["$defs"][name]["anyOf"][1]["properties"].items():
            assert inner.get("description"), f"{name}.{field}"
    assert set(schema["$defs"]["case"]["properties"]) == {*Case.model_fields, "variants"}


# What a schema does not see: what several values say together, and what YAML alone reads in another way.
BEYOND_A_SCHEMA = (
    "min_pass is more",
    "no vital facts",
    "is no regular expression",
    "given twice",
    "quotation marks",
    "several ways",
    "under 'defaults'",
    "tags should",
    "is a list",
    "YAML",
    "with a tab",
)


@pytest.mark.parametrize(
    "fields", [slip[0] for slip in SLIPS if not any(words in slip[2] for words in BEYOND_A_SCHEMA)]
)
def test_the_schema_refuses_what_the_loader_refuses(fields: str) -> None:
    assert not jsonschema.Draft202012Validator(file_schema()).is_valid(as_an_editor_reads(one_case(fields)))


@pytest.mark.parametrize(
    "fields",
    [
        "facts: [c, 2019, 1.5, {any: c}, {any: [c, 3]}, {regex: c}, {number: 5, unit: m, tolerance: 1}, {date: 2019}]",
        "facts: [{date: 2019-06, vital: false, weight: 2}, {number: -1.5}]\nexpect: answer",
        "sources: [c, c#page=3, {doc: d, page: 4, section: e, quote: f, vital: false}]",
        "history: [{user: c}, {assistant: d}, {role: user, content: e}]",
        "filters: {documents: c, collections: [d]}\ncanary: c\ntags: c\nmarks: [c]",
        "skip: true\nxfail: c\nrepeat: 3\nmin_pass: 2\nweight: 0.5\nwithin_words: 3",
        "skip: c\nxfail: {reason: c, strict: false}\nlanguage: pt-BR\nanswer_language: el",
        "variants: {de: {question: c}, '2': {expect: clarify}}\nexpect: refuse\nmust_not: [d]",
    ],
)
def test_the_schema_takes_what_the_loader_takes(fields: str, tmp_path: Path) -> None:
    text = one_case(fields)
    assert load_cases(written(tmp_path, text)).cases
    value = as_an_editor_reads(text)
    jsonschema.Draft202012Validator(file_schema()).validate(value)
    jsonschema.Draft202012Validator(line_schema()).validate(value["cases"][0])


def as_an_editor_reads(text: str) -> Any:
    """YAML 1.2, in which there are no dates."""

    loader = type("Loader", (yaml.SafeLoader,), {})
    loader.yaml_implicit_resolvers = {
        letter: [(tag, expression) for tag, expression in resolvers if "timestamp" not in tag]
        for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return yaml.load(text, Loader=loader)


def test_a_file_without_libyaml_is_read_alike(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(folder, WHOLE)
    fast = load_cases(path)
    monkeypatch.setattr(yaml_lines, "_LOADER", yaml.SafeLoader)
    assert load_cases(path) == fast
