"""Questions in other forms become case files that say the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.evaluation.case_files import load_cases
from assistant.evaluation.cases import Case
from assistant.evaluation.errors import CaseFileError
from assistant.evaluation.importers.converting import Converted, Form, convert, guess

EVALS = Path(__file__).parents[1] / "evals"

DEVELOPMENT = {
    "id": "q1",
    "question": "And the fee?",
    "language": "en",
    "type": "list",
    "answerable": True,
    "reference": "It is 40 euros.",
    "history": [{"role": "user", "content": "What is there?"}, {"role": "assistant", "content": "A club."}],
    "nuggets": [
        {"text": "40 euros", "vital": True, "match": ["40 euros", "eur 40 (net)"]},
        {"text": "yearly", "vital": False, "match": ["year"]},
    ],
    "evidence": [{"document": "fees.txt", "quote": "The fee is 40 euros."}],
    "forbidden": ["50.00"],
    "note": "easy",
}


def converted(folder: Path, content: str | bytes, name: str, form: Form | None = None) -> Converted:
    source = folder / name
    source.write_bytes(content if isinstance(content, bytes) else content.encode())
    return convert(source, folder / "out.picum.yaml", form)


def test_development_questions_keep_their_meaning(tmp_path: Path) -> None:
    refusal = {"id": "q2", "question": "Who won?", "language": "en", "type": "out_of_scope", "answerable": False}
    other = {**DEVELOPMENT, "id": "q3", "type": "temporal"}
    lines = "\n".join(map(json.dumps, [DEVELOPMENT, refusal, other]))
    made = converted(tmp_path, lines, "x.jsonl")
    assert (made.form, made.left_out, made.unchecked, made.answers) == ("dev", (), (), None)
    first, second, third = made.file.cases
    assert (first.kind, first.within_words, first.max_citations, first.expect) == ("list", 220, 8, "answer")
    assert third.within_words == 160
    assert [turn.content for turn in first.history] == ["What is there?", "A club."]
    assert [(fact.text, fact.regex, fact.vital) for fact in first.facts] == [
        ("40 euros", r"40 euros|eur 40 \(net\)", True),
        ("yearly", "year", False),
    ]
    assert first.must_not[0].regex == r"50\.00"
    assert [(source.doc, source.quote, source.vital) for source in first.sources] == [
        ("fees.txt", "The fee is 40 euros.", False)
    ]
    assert (first.reference, first.note) == ("It is 40 euros.", "easy")
    assert (second.expect, second.facts, second.max_citations) == ("refuse", (), 8)


@pytest.mark.parametrize(("change", "words"), [({"nugets": []}, "nugets"), ({"nuggets": [{"text": "a"}]}, "nuggets")])
def test_a_slip_in_development_questions_names_its_line(change: dict[str, object], words: str, tmp_path: Path) -> None:
    lines = "\n".join(map(json.dumps, [DEVELOPMENT, {**DEVELOPMENT, **change}]))
    with pytest.raises(CaseFileError, match=rf"x\.jsonl:2: .*{words}"):
        converted(tmp_path, lines, "x.jsonl")
    assert not (tmp_path / "out.picum.yaml").exists()


@pytest.mark.parametrize(("name", "count"), [("questions", 90), ("refusals", 70)])
def test_the_cases_of_the_project_are_whole(name: str, count: int) -> None:
    cases = load_cases(EVALS / f"{name}.picum.jsonl").cases
    assert len(cases) == count
    assert all(case.max_citations == 8 for case in cases)
    assert all(case.facts and case.within_words in (120, 160, 220) for case in cases if case.expect == "answer")
    assert not any(source.vital for case in cases for source in case.sources)


TABLE = "ID{s}Question{s}Expected{s}Facts{s}Sources{s}Colour\n{rows}"


@pytest.mark.parametrize("divider", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_is_read_whatever_wrote_it(divider: str, encoding: str, tmp_path: Path) -> None:
    quoted = f'"Wie hoch ist{divider} ""netto""{divider} der Beitrag für Ältere?"'
    row = divider.join(["a", quoted, "40 €", "40 € | jährlich", "fees.pdf#page=4|minutes", "red"])
    text = TABLE.format(s=divider, rows=f"{row}\r\n{divider * 5}\r\n{divider}Und wann?{divider * 4}\r\n")
    made = converted(tmp_path, text.encode(encoding), "x.csv")
    first, second = made.file.cases
    assert first.question == f'Wie hoch ist{divider} "netto"{divider} der Beitrag für Ältere?'
    assert [fact.any for fact in first.facts] == [("40 €",), ("jährlich",)]
    assert [(source.doc, source.page) for source in first.sources] == [("fees.pdf", 4), ("minutes", None)]
    assert (first.id, first.reference) == ("a", "40 €")
    assert (second.id, second.question) == ("case-002", "Und wann?")
    assert made.left_out == ("The column 'colour' is not known and is left out.",)
    assert made.unchecked == ("case-002",)


def test_a_table_that_is_not_utf_8_is_read_and_said_to_be_guessed(tmp_path: Path) -> None:
    rows = "".join(f"Wie hoch ist der jährliche Beitrag für Ältere und Schüler in Köln ({n})?;40 €\n" for n in range(9))
    made = converted(tmp_path, f"question;facts\n{rows}".encode("cp1252"), "x.csv")
    assert made.file.cases[0].question == "Wie hoch ist der jährliche Beitrag für Ältere und Schüler in Köln (0)?"
    assert "encoding was guessed" in made.left_out[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,facts\na,b\n", "no column is called 'question'"),
        ("question\n", "has no row"),
        ("", "has no row"),
        ("question,id\nb,a\nc,a\n", "the id 'a' belongs to entry 1 and to entry 2"),
        ("question,answer,expected\na,b,c\n", "both mean 'reference'"),
        ("question,id\n,a\n", ":2: the row has no question"),
        ("question,id\na,b,c\n", ":2: the row has 3 cells and the head 2"),
        ('question,id\n"a"b,c\n', "this is no CSV"),
        ("question,expect\na,refuze\n", "did you mean 'refuse'?"),
    ],
)
def test_a_table_that_is_none_is_refused(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(CaseFileError) as caught:
        converted(tmp_path, text, "x.csv")
    assert words in str(caught.value)
    assert not (tmp_path / "out.picum.yaml").exists()


def test_an_id_of_a_table_that_looks_like_a_number_stays_text(tmp_path: Path) -> None:
    case = converted(tmp_path, "id,question,facts\n010,no,yes|2019\n", "x.csv").file.cases[0]
    assert (case.id, case.question, [fact.any for fact in case.facts]) == ("010", "no", [("yes",), ("2019",)])


OLD = {"question": "How?", "answer": "So [1].", "contexts": ["It is so."], "ground_truths": ["So.", "Or so."]}
NEW = {
    "user_input": [
        {"content": "Hello", "type": "human"},
        {"content": "Hi", "type": "ai"},
        {"content": "How?", "type": "human"},
    ],
    "response": "So.",
    "reference": "So.",
    "retrieved_contexts": ["It is so.", "Not so."],
    "reference_contexts": ["It is so."],
    "reference_context_ids": ["a.txt"],
    "synthesizer_name": "single_hop",
    "rubrics": {"1": "bad"},
}


def test_a_data_set_of_ragas_becomes_cases_and_answers(tmp_path: Path) -> None:
    made = converted(tmp_path, json.dumps(NEW) + "\n" + json.dumps({"user_input": "Why?"}), "x.jsonl")
    first, second = made.file.cases
    assert made.form == "ragas"
    assert [turn.content for turn in first.history] == ["Hello", "Hi"]
    assert (first.question, first.reference, first.kind) == ("How?", "So.", "single_hop")
    assert [(source.doc, source.quote) for source in first.sources] == [("a.txt", "It is so.")]
    assert made.left_out == ("The column 'rubrics' is not known and is left out.",)
    assert made.answers == tmp_path / "out.answers.jsonl"
    assert [json.loads(line) for line in made.answers.read_text().splitlines()] == [
        {
            "id": first.id,
            "question": "How?",
            "answer": "So.",
            "passages": [{"text": "It is so."}, {"text": "Not so."}],
        }
    ]
    assert made.unchecked == (second.id,)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.json", json.dumps([OLD])),
        ("x.json", json.dumps({"samples": [OLD]})),
        ("x.json", json.dumps({key: {"0": value} for key, value in OLD.items()})),
        ("x.jsonl", json.dumps(OLD)),
        ("x.csv", "question,answer,contexts,ground_truths\nHow?,So [1].,\"['It is so.']\",\"['So.', 'Or so.']\"\n"),
    ],
)
def test_older_forms_of_ragas_are_read(name: str, content: str, tmp_path: Path) -> None:
    made = converted(tmp_path, content, name)
    assert made.form == "ragas"
    assert (made.file.cases[0].question, made.file.cases[0].reference) == ("How?", "So. Or so.")
    assert made.answers
    assert json.loads(made.answers.read_text())["passages"] == [{"text": "It is so."}]


def test_contexts_without_ids_are_said_to_be_left_out(tmp_path: Path) -> None:
    made = converted(tmp_path, json.dumps({"user_input": "How?", "reference_contexts": ["It is so."]}), "x.jsonl")
    assert made.file.cases[0].sources == ()
    assert "reference contexts are left out" in made.left_out[0]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.json", "{", "is not JSON"),
        ("x.json", "[1]", "is no list of samples"),
        ("x.json", "[]", "holds no sample"),
        ("x.json", '[{"reference": "a"}]', "sample 1 has no question"),
        ("x.jsonl", '{"a": 1}', "say which with --from"),
        ("x.jsonl", "", "say which with --from"),
    ],
)
def test_what_is_no_data_set_is_refused(name: str, content: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(CaseFileError, match=words):
        converted(tmp_path, content, name)


def test_nothing_is_written_over(tmp_path: Path) -> None:
    converted(tmp_path, json.dumps(OLD), "x.jsonl")
    before = (tmp_path / "out.picum.yaml").read_text()
    with pytest.raises(CaseFileError, match="is there already"):
        converted(tmp_path, json.dumps(NEW), "x.jsonl")
    (tmp_path / "out.picum.yaml").unlink()
    with pytest.raises(CaseFileError, match=r"out\.answers\.jsonl is there already"):
        converted(tmp_path, json.dumps(NEW), "x.jsonl")
    assert not (tmp_path / "out.picum.yaml").exists()
    assert "How?" in before


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    for name in ("x.csv", "x.jsonl", "x.json"):
        with pytest.raises(CaseFileError, match="cannot be read"):
            convert(tmp_path / name, tmp_path / "out.picum.yaml")


@pytest.mark.parametrize("suffix", ["yaml", "jsonl"])
def test_both_forms_of_files_are_written(suffix: str, tmp_path: Path) -> None:
    source = tmp_path / "x.jsonl"
    source.write_text(json.dumps(DEVELOPMENT))
    made = convert(source, tmp_path / f"out.picum.{suffix}")
    assert isinstance(made.file.cases[0], Case)
    assert load_cases(tmp_path / f"out.picum.{suffix}").cases == made.file.cases
    assert guess(source) == "dev"
