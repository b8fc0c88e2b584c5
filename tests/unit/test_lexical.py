from __future__ import annotations

import math
import pickle
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from vectorstore.errors import IndexDamaged
from vectorstore.lexical import LexicalIndex
from vectorstore.store import Scope
from vectorstore.testing import cut_document

A, B = Scope.of("a"), Scope.of("b")
BOTH = Scope.of("a", "b")
CHUNKS: list[tuple[str, str, Sequence[str]]] = [
    ("a", "a-1", ["health", "care", "for", "children"]),
    ("b", "b-1", ["health", "police"]),
    ("a", "a-2", ["police", "report", "police"]),
    ("a", "a-2", ["children"]),
    ("b", "b-2", ["work", "permit", "work"]),
]


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    LexicalIndex.build(CHUNKS).save(tmp_path / "lexical")
    return LexicalIndex.load(tmp_path / "lexical")


def bm25(question: Sequence[str], texts: Sequence[Sequence[str]]) -> list[float]:
    """The formula written out: Robertson and Zaragoza (2009), with the rarity of Lucene."""
    mean = sum(map(len, texts)) / len(texts)
    scores = []
    for text in texts:
        score = 0.0
        for stem in question:
            holding = sum(stem in other for other in texts)
            rarity = math.log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))
            times = Counter(text)[stem]
            score += rarity * times / (times + 1.5 * (1 - 0.75 + 0.75 * len(text) / mean))
        scores.append(score)
    return scores


@pytest.mark.parametrize("question", [["police"], ["children", "health"], ["police", "police"], ["nothing", "care"]])
def test_scores_are_bm25_over_the_scope(index: LexicalIndex, question: list[str]) -> None:
    found = index.scores(question, A)
    assert found.chunks.tolist() == [0, 2, 3]
    np.testing.assert_allclose(
        found.scores, bm25(question, [text for name, _, text in CHUNKS if name == "a"]), rtol=1e-5
    )


def test_other_collections_do_not_change_a_score(index: LexicalIndex) -> None:
    alone = LexicalIndex.build([chunk for chunk in CHUNKS if chunk[0] == "a"])
    np.testing.assert_array_equal(
        index.scores(["police", "care"], A).scores, alone.scores(["police", "care"], A).scores
    )


def test_documents_leave_out_the_others_and_change_no_score(index: LexicalIndex) -> None:
    whole = index.scores(["police", "health"], BOTH)
    narrow = index.scores(["police", "health"], BOTH.narrowed(documents={"a-2", "b-1", "unknown"}))
    assert narrow.chunks.tolist() == [1, 2, 3]
    np.testing.assert_array_equal(narrow.scores, whole.scores[[1, 2, 3]])
    assert len(index.scores(["police"], BOTH.narrowed(documents=set())).chunks) == 0
    assert len(index.scores(["police"], A.narrowed(documents={"b-1"})).chunks) == 0


def test_chunks_of_other_documents_do_not_use_up_the_limit(index: LexicalIndex) -> None:
    best, second = index.keyword_search(["police", "health"], BOTH, 2)
    assert best[0] != second[0]
    of_second = {number: document for number, (_, document, _) in enumerate(CHUNKS)}[second[0]]
    assert index.keyword_search(["police", "health"], BOTH.narrowed(documents={of_second}), 1) == [second]


def test_a_wide_scope_weighs_words_by_all_its_chunks() -> None:
    same_length: list[tuple[str, str, Sequence[str]]] = [
        ("a", "d", ["x", "y"]),
        ("b", "e", ["x", "z"]),
        ("b", "e", ["y", "z"]),
        ("b", "f", ["u", "v"]),
    ]
    found = LexicalIndex.build(same_length).scores(["x", "z"], BOTH)
    np.testing.assert_allclose(found.scores, bm25(["x", "z"], [text for _, _, text in same_length]), rtol=1e-5)


def test_search_gives_the_best_first_and_only_matches(index: LexicalIndex) -> None:
    found = index.keyword_search(["police", "report"], BOTH, 10)
    assert [number for number, _ in found] == [2, 1]
    assert found[0][1] > found[1][1] > 0
    assert index.keyword_search(["police", "report"], BOTH, 1) == found[:1]
    assert index.keyword_search(["police"], BOTH, 0) == []


@pytest.mark.parametrize("question", [[], ["unheard"], [""]])
def test_a_question_without_known_words_matches_nothing(index: LexicalIndex, question: list[str]) -> None:
    assert not index.scores(question, BOTH).scores.any()
    assert index.keyword_search(question, BOTH, 5) == []


def test_a_collection_that_is_not_there_is_no_error(index: LexicalIndex) -> None:
    assert len(index.scores(["police"], Scope.of("c")).chunks) == 0
    assert index.scores(["police"], Scope.of("c", "b")).chunks.tolist() == [1, 4]


@pytest.mark.parametrize("chunks", [[], [("a", "d", [])], [("a", "d", []), ("b", "e", ["word"]), ("a", "d", [])]])
def test_empty_texts_and_an_empty_corpus(tmp_path: Path, chunks: list[tuple[str, str, list[str]]]) -> None:
    LexicalIndex.build(chunks).save(tmp_path / "lexical")
    index = LexicalIndex.load(tmp_path / "lexical")
    assert not index.scores(["word"], A).scores.any()
    assert len(index.scores(["word"], BOTH).chunks) == len(chunks)


def test_documents_are_stemmed_in_their_own_language() -> None:
    german = cut_document("de", ["Die Kinder wurden gemeldet."], language="de", collection="a")
    english = cut_document("en", ["The children were reported."], language="en", collection="a")
    index = LexicalIndex.of_documents([german, english])
    assert index.keyword_search(["report"], A, 5)[0][0] == 1
    assert index.keyword_search(["kind"], A, 5)[0][0] == 0


def test_the_same_chunks_give_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        LexicalIndex.build(CHUNKS).save(tmp_path / name)
    one = {path.relative_to(tmp_path / "one"): path.read_bytes() for path in (tmp_path / "one").rglob("*.*")}
    two = {path.relative_to(tmp_path / "two"): path.read_bytes() for path in (tmp_path / "two").rglob("*.*")}
    assert one == two


class _Trap:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (_Trap.mark,)

    mark: Path


@pytest.mark.parametrize("name", ["data.csc.index.npy", "numbers.npy", "owners.npy"])
def test_pickled_objects_are_refused_and_not_run(tmp_path: Path, name: str) -> None:
    LexicalIndex.build(CHUNKS).save(tmp_path / "lexical")
    _Trap.mark = tmp_path / "it-ran"
    for target in (tmp_path / "lexical").glob(f"*/{name}"):
        np.save(target, np.array([_Trap()], dtype=object), allow_pickle=True)
        pickle.loads(target.read_bytes()[128:])  # the trap itself works
    assert _Trap.mark.exists()
    _Trap.mark.unlink()
    with pytest.raises(IndexDamaged, match="ingest"):
        LexicalIndex.load(tmp_path / "lexical")
    assert not _Trap.mark.exists()


@pytest.mark.parametrize("change", ["remove", "cut", "not json"])
def test_damaged_files_are_named(tmp_path: Path, change: str) -> None:
    LexicalIndex.build(CHUNKS).save(tmp_path / "lexical")
    victim = next((tmp_path / "lexical").glob("*/indices.csc.index.npy"))
    if change == "remove":
        victim.unlink()
    elif change == "cut":
        victim.write_bytes(victim.read_bytes()[:20])
    else:
        (tmp_path / "lexical" / "lexical.json").write_text("[")
    with pytest.raises(IndexDamaged, match="keyword index"):
        LexicalIndex.load(tmp_path / "lexical")
