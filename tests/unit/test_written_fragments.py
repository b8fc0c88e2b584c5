"""Pieces of text that small models copy from the evidence and that say nothing by themselves."""

from __future__ import annotations

import pytest

from assistant.evidence import Evidence
from assistant.testing import read
from assistant.written import Bench

ADDRESS = "https://shelter.test/reports/2024."
PLAN = read("plan", f"The plan counts 40 beds.\n\nOutcomes after four years:\n\nSee {ADDRESS}\n\n5.")
NUMBERED = [Evidence(cut=PLAN, first=n, last=n, score=1.0) for n in range(len(PLAN.sentences))]


@pytest.mark.parametrize("said", ["5.", "2024", ADDRESS, f"See {ADDRESS}", "Outcomes after four years:"])
def test_a_fragment_is_no_sentence_of_an_answer(said: str) -> None:
    assert Bench(NUMBERED, "en").judged(said, list(range(1, len(NUMBERED) + 1))) is None


def test_a_short_sentence_is_one() -> None:
    found = Bench(NUMBERED, "en").judged("It counts 40 beds.", [1])
    assert found
    assert found.text == "It counts 40 beds."
