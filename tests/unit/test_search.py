"""Hybrid retrieval over a small index: order, scope, and what speaks for and against a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.passages import Passage
from assistant.question import Question
from assistant.quotability import holds_number, poor_quotation
from assistant.search import search
from assistant.testing import read
from ingest.cut import CutDocument, Sentence
from ingest.document import BlockKind
from vectorstore.joined import JoinedEmbedder
from vectorstore.memory import MemoryStore
from vectorstore.store import Hit, Scope, Vector
from vectorstore.testing import HashEmbedder, memory_index

ROPES = read("ropes", "Ropes are dried in the loft.\n\nOars are painted in spring.", title="Ropes")
NETS = read("nets", "Nets are mended in the yard by 12 volunteers.", title="Nets")
SECRET = read("secret", "Ropes are sold in secret.", title="Ropes again", collection="board")
EMBEDDER = HashEmbedder(64)


def question(text: str, *, topic: str = "", wants=(), documents=None) -> Question:
    return Question(text=text, language="en", topic=topic or text, wants=frozenset(wants), documents=documents or {})


def find(asked: Question, *documents: CutDocument, scope: str = "default") -> list[Passage]:
    return search(asked, memory_index(documents or (ROPES, NETS, SECRET), EMBEDDER), EMBEDDER, Scope.of(scope))


def test_the_passage_that_is_asked_for_comes_first() -> None:
    first, *_ = find(question("How are ropes dried in the loft?"))
    assert first.text.startswith("Ropes are dried in the loft.")
    assert (first.rank, first.section) == (1, "")
    assert max(first.sentences, key=lambda s: s.score).wording == "Ropes are dried in the loft."
    assert max(s.similarity for s in first.sentences) <= 1.0


def test_a_passage_scores_like_its_best_sentence_and_holds_them_in_reading_order() -> None:
    for passage in find(question("How are oars painted?")):
        assert passage.score == max(s.score for s in passage.sentences)
        assert [s.ordinal for s in passage.sentences] == list(
            range(passage.chunks[0].chunk.first, passage.chunks[-1].chunk.last)
        )
        assert all(s.sentence is passage.cut.sentences[s.ordinal] for s in passage.sentences)


def test_a_question_that_asks_one_of_two_joined_models_is_as_near_as_with_that_model_alone() -> None:
    """In the corpus's own unit, by which answers are refused."""
    things = ["pier", "crab", "sail", "ferry", "gull", "buoy", "crane", "tide", "oar", "fog", "lamp", "salt", "rope"]
    harbour = read("harbour", " ".join(f"The {thing} is old." for thing in things))
    second = HashEmbedder(48, name="second")
    joined = JoinedEmbedder(HashEmbedder(16, name="first"), second, weight=4, first_knows=["en"])
    asked, scope, nearness = question("Warum ist der pier so old und wer hat ihn gebaut?"), Scope.of("default"), []
    for embedder in (second, joined):
        index = memory_index([harbour], embedder)
        unit = index.likeness(scope)
        assert unit
        passages = search(asked, index, embedder, scope)
        nearness.append(unit.standard(max(s.similarity for passage in passages for s in passage.sentences)))
    assert nearness[0] == pytest.approx(nearness[1], abs=1e-3)


@pytest.mark.parametrize(("scope", "seen"), [("default", {"ropes", "nets"}), ("board", {"secret"}), ("none", set())])
def test_only_the_scope_is_searched(scope: str, seen: set[str]) -> None:
    assert {passage.cut.document.id for passage in find(question("Ropes?"), scope=scope)} == seen


def test_a_document_that_the_question_means_is_raised() -> None:
    asked = "Are ropes and nets dried?"
    plain = {passage.cut.document.id: passage.score for passage in find(question(asked))}
    meant = {passage.cut.document.id: passage.score for passage in find(question(asked, documents={"nets": 2.0}))}
    assert meant["nets"] > plain["nets"]
    assert meant["ropes"] == plain["ropes"]


@pytest.mark.parametrize(
    ("wants", "text", "raised"),
    [
        ("number", "Nets are mended by 12 volunteers in the yard.", True),
        ("number", "Nets are mended by twelve volunteers in the yard.", True),
        ("number", "Nets are mended by many volunteers in the yard.", False),
        ("date", "Nets are mended in the yard since 2012 by volunteers.", True),
        ("date", "Nets are mended in the yard by volunteers.", False),
        ("person", "Nets in the yard are mended by the Harbour Guild.", True),
        ("person", "Nets in the yard are mended by the guild.", False),
        ("place", "Nets are mended in Ostend, Bruges and Ghent by volunteers.", True),
        ("place", "Nets are mended in the yard by volunteers.", False),
    ],
)
def test_the_kind_of_answer_that_is_wanted_raises_a_sentence(wants: str, text: str, raised: bool) -> None:
    document = read("d", text)
    asked = "Where are nets mended?"
    (plain,) = find(question(asked), document)
    (wanted,) = find(question(asked, wants={wants}), document)
    assert (wanted.score > plain.score) is raised


def sentence(kind: BlockKind = BlockKind.PARAGRAPH) -> Sentence:
    return Sentence(start=0, end=1, kind=kind, section=0, block=0)


@pytest.mark.parametrize(
    ("wording", "kind", "poor"),
    [
        ("The club mends nets in the yard.", BlockKind.PARAGRAPH, False),
        ("The club mends nets in the yard.", BlockKind.LIST_ITEM, False),
        ("In the yard.", BlockKind.PARAGRAPH, True),
        ("12 2019 3.5 7 8 9 10", BlockKind.PARAGRAPH, True),
        ("The club mends nets in the yard", BlockKind.HEADING, True),
        ("See the club (2016), Mending Nets in the Yard.", BlockKind.FOOTNOTE, True),
        ("The club\tmends nets\tin the yard", BlockKind.TABLE_ROW, True),
        ("The club mends in the yard:", BlockKind.PARAGRAPH, True),
        ("See https://club.example/nets for the nets in the yard.", BlockKind.PARAGRAPH, True),
        (f"{'The club mends nets in the yard, ' * 4} see www.club.example.", BlockKind.PARAGRAPH, False),
        ("", BlockKind.PARAGRAPH, True),
    ],
)
def test_what_says_little_by_itself_is_a_poor_quotation(wording: str, kind: BlockKind, poor: bool) -> None:
    assert (poor_quotation(sentence(kind), wording) > 0) is poor


@pytest.mark.parametrize(
    ("wording", "language", "holds"),
    [
        ("It has 12 boats.", "en", True),
        ("It has twelve boats.", "en", True),
        ("It has boats.", "en", False),
        ("Elle a douze bateaux.", "fr", True),
        ("Er hat zwölf Boote.", "de", True),
        ("It has twelve boats.", "de", False),
    ],
)
def test_numbers_in_digits_and_in_words(wording: str, language: str, holds: bool) -> None:
    assert holds_number(wording, language) is holds


@pytest.mark.parametrize("text", ["", "...", "####", "\n\n"])
def test_documents_without_a_sentence_are_no_obstacle(text: str) -> None:
    passages = find(question("How are ropes dried?"), read("empty", text), ROPES)
    assert passages[0].cut.document.id == "ropes"


class _Rounding:
    """A store whose cosines differ in the last digit that float32 has, as they do between shapes of a matrix."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def search(self, *arguments: object, **named: object) -> list[Hit]:
        hits = self._store.search(*arguments, **named)
        return [Hit(hit.id, hit.score + n * 6e-8) for n, hit in enumerate(hits)]

    def vectors(self, ids: Sequence[str]) -> Mapping[str, Vector]:
        return self._store.vectors(ids)


def test_the_last_digit_of_a_cosine_decides_nothing() -> None:
    alike = [read(f"alike-{n}", "Ropes are dried in the loft by day.", title="Alike") for n in range(4)]
    asked = question("How are ropes dried?")
    index = memory_index(alike, EMBEDDER)
    index._store = _Rounding(index._store)
    assert {passage.score for passage in search(asked, index, EMBEDDER, Scope.of("default"))} == {0.0}


@given(st.permutations([ROPES, NETS, SECRET]), st.sampled_from(["ropes dried", "nets yard", "oars", "12", "?"]))
def test_the_order_of_the_documents_does_not_matter(documents: list[CutDocument], text: str) -> None:
    def scores(*some: CutDocument) -> dict[tuple[str, int], float]:
        return {(p.cut.document.id, p.chunk.ordinal): p.score for p in find(question(text), *some)}

    here, sorted_ = scores(*documents), scores(ROPES, NETS, SECRET)
    assert here.keys() == sorted_.keys()
    assert np.allclose([here[key] for key in sorted_], list(sorted_.values()))


@given(st.text(max_size=30))
def test_scores_descend_and_no_chunk_comes_twice(text: str) -> None:
    passages = find(question(text))
    assert [passage.score for passage in passages] == sorted((p.score for p in passages), reverse=True)
    assert [passage.rank for passage in passages] == list(range(1, len(passages) + 1))
    chunks = [(passage.cut.document.id, chunk.ordinal) for passage in passages for chunk in passage.chunks]
    assert len(chunks) == len(set(chunks))
    assert all(np.isfinite(passage.score) for passage in passages)


def test_what_the_best_sentences_speak_of_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [
        read("best", "Ropes are dried in the warm loft above the boathouse.", title="A"),
        read("akin", "Above the boathouse a warm loft was built for cables.", title="B"),
        read("else", "Bread and honey are sold to everybody on Sundays.", title="C"),
    ]

    def lead() -> float:
        scores = {passage.cut.document.id: passage.score for passage in find(question("ropes dried"), *documents)}
        return scores["akin"] - scores["else"]

    with_feedback = lead()
    monkeypatch.setattr("assistant.search.FEEDBACK", 0.0)
    assert with_feedback > lead()
