"""The cases that refusals are measured on: their documents are there and say what the cases quote."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.evaluation.case_files import load_cases
from assistant.evaluation.cases import Case
from ingest import corpus
from ingest.text import words

FOLDER = Path(__file__).parents[1] / "evals" / "corpora"
NAMES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


def cases(name: str) -> tuple[Case, ...]:
    return load_cases(FOLDER / f"{name}.picum.jsonl").cases


@pytest.mark.parametrize("name", NAMES)
def test_what_a_case_quotes_stands_in_its_document(name: str) -> None:
    scan = corpus.scan([FOLDER / name])
    assert not scan.problems
    texts = {source.id: words(corpus.read_document(source, scan.organisation).text) for source in scan.sources}
    for case in cases(name):
        for source in case.sources:
            assert source.quote
            wanted, text = words(source.quote), texts[source.doc]
            assert any(text[at : at + len(wanted)] == wanted for at in range(len(text))), (case.id, source.quote)


@pytest.mark.parametrize("name", NAMES)
def test_about_half_of_the_cases_have_an_answer(name: str) -> None:
    expected = [case.expect for case in cases(name)]
    assert set(expected) == {"answer", "refuse"}
    assert 0.4 <= expected.count("answer") / len(expected) <= 0.6
    for case in cases(name):
        assert bool(case.sources) == bool(case.facts) == (case.expect == "answer"), case.id
        assert case.kind in {"unanswerable", "out_of_scope"} or case.expect == "answer", case.id


def test_ids_are_unique_and_both_parts_have_cases_of_both_sorts() -> None:
    everything = [case for name in NAMES for case in cases(name)]
    assert len({case.id for case in everything}) == len(everything) >= 100
    sorts = {(case.part, case.expect) for case in everything}
    assert len(sorts) == 4
