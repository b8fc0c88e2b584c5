"""What a short answer quotes of the evidence: the best sentences, whole lists, and who says otherwise."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from assistant.evidence import Evidence
from assistant.passages import Passage, ScoredSentence
from assistant.shortening import shortened
from assistant.testing import read
from ingest.cut import CutDocument
from ingest.document import Authority
from vectorstore.testing import HashEmbedder, memory_index

BEDS = "The shelter has 40 beds. They are free. Nobody is turned away. Bread is baked daily."


def passage(cut: CutDocument, scores: Mapping[int, float]) -> Passage:
    """A passage of the whole document whose sentences have these scores, the others none."""
    chunks = memory_index([cut], HashEmbedder(8)).chunks
    sentences = tuple(
        ScoredSentence(cut=cut, ordinal=at, score=scores.get(at, 0.0), similarity=0.5)
        for at in range(len(cut.sentences))
    )
    return Passage(cut=cut, chunk=chunks[0], chunks=tuple(chunks), score=1, rank=1, similarity=0.5, sentences=sentences)


def evidence(cut: CutDocument, first: int = 0, last: int | None = None, *, main: bool = True) -> Evidence:
    end = len(cut.sentences) - 1 if last is None else last
    return Evidence(cut=cut, first=first, last=end, score=1, main=main)


def spans(found: tuple[Evidence, ...]) -> list[tuple[str, int, int]]:
    return [(piece.document, piece.first, piece.last) for piece in found]


def test_nothing_stays_nothing() -> None:
    assert shortened([], []) == ()


@pytest.mark.parametrize(
    ("scores", "first", "last"), [({0: 2, 1: 1}, 0, 1), ({2: 2, 3: 1}, 2, 3), ({2: 2, 1: 1}, 1, 2), ({3: 2}, 2, 3)]
)
def test_the_best_sentence_with_the_better_of_its_neighbours(scores: dict[int, float], first: int, last: int) -> None:
    plan = read("plan", BEDS)
    assert spans(shortened([evidence(plan)], [passage(plan, scores)])) == [("plan", first, last)]


def test_a_list_stays_whole_with_what_leads_it_in() -> None:
    plan = read("plan", "Nobody is turned away.\n\nThe shelter offers:\n\n- beds\n- bread\n- showers\n\nIt is free.")
    items = [at for at, sentence in enumerate(plan.sentences) if sentence.list_id is not None]
    assert len(items) == 3
    (piece,) = shortened([evidence(plan)], [passage(plan, {items[1]: 1})])
    assert (piece.first, piece.last) == (items[0] - 1, items[-1])
    assert (piece,) == shortened([evidence(plan)], [passage(plan, {items[0] - 1: 1})])


def test_the_newest_version_is_heard_beside_an_older_one() -> None:
    old, new = read("old", "Nobody is turned away."), read("new", "Everybody is let in.")
    found = [evidence(old), evidence(new, main=False)]
    scored = [passage(old, {0: 2}), passage(new, {0: 1})]
    assert spans(shortened(found, scored)) == [("old", 0, 0)]
    assert spans(shortened(found, scored, {"old": "new"})) == [("old", 0, 0), ("new", 0, 0)]


def test_who_counts_otherwise_is_heard() -> None:
    plan, news = (
        read("plan", BEDS),
        read("news", "We saw it. The shelter has 30 beds. It rained.", authority="third_party"),
    )
    known = [passage(plan, {0: 1}), passage(news, {1: 1})]
    assert spans(shortened([evidence(plan), evidence(news, main=False)], known)) == [("plan", 0, 0), ("news", 1, 1)]


@pytest.mark.parametrize(("authority", "documents"), [("own", ["news", "plan"]), ("third_party", ["news"])])
def test_the_organisation_is_heard_beside_others(authority: Authority, documents: list[str]) -> None:
    plan = read("plan", "Nobody is turned away.", authority=authority)
    news = read("news", "The shelter is open.", authority="third_party")
    found = shortened([evidence(news), evidence(plan)], [passage(news, {0: 2}), passage(plan, {0: 1})])
    assert [piece.document for piece in found] == documents


def test_what_leans_back_brings_what_it_leans_on() -> None:
    plan = read("plan", "The city pays for the beds. However, this was never confirmed. Bread is baked daily.")
    assert spans(shortened([evidence(plan)], [passage(plan, {1: 1})])) == [("plan", 0, 1)]
