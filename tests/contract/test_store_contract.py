"""What every vector store promises, and what Chroma must promise besides."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.chroma import DATABASE, ChromaStore
from vectorstore.errors import IndexDamaged, InvalidVector, StoreFailure
from vectorstore.memory import MemoryStore
from vectorstore.store import Row, RowKind, Scope, VectorStore

PUBLIC, PRIVATE = Scope.of("public"), Scope.of("private")
BOTH = Scope.of("public", "private")
DIMENSIONS = 8


@pytest.fixture(params=["memory", "chroma"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorStore]:
    if request.param == "memory":
        yield MemoryStore()
    else:
        with ChromaStore(tmp_path, create=True) as chroma:
            yield chroma


def vectors(count: int, seed: int = 0) -> np.ndarray:
    found = np.random.default_rng(seed).standard_normal((count, DIMENSIONS)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def rows(
    count: int,
    *,
    kind: RowKind = "chunk",
    collection: str = "public",
    document: str = "d",
    seed: int = 0,
    prefix: str = "",
) -> list[Row]:
    return [
        Row(id=f"{prefix or collection}-{kind}-{n}", kind=kind, collection=collection, document=document, vector=vector)
        for n, vector in enumerate(vectors(count, seed))
    ]


def test_every_row_finds_itself_first(store: VectorStore) -> None:
    kept = rows(50)
    store.add(kept)
    for row in kept:
        best = store.search(row.vector, kind="chunk", scope=PUBLIC, limit=1)[0]
        assert best.id == row.id
        assert best.score == pytest.approx(1.0, abs=1e-5)


def test_scores_are_cosines_and_descend_without_duplicates(store: VectorStore) -> None:
    kept = rows(60) + rows(60, collection="private", seed=1)
    store.add(kept)
    question = vectors(1, seed=9)[0]
    hits = store.search(question * 7, kind="chunk", scope=BOTH, limit=120)
    exact = {row.id: float(row.vector @ question) for row in kept}
    assert {hit.id for hit in hits} == set(exact)
    assert len(hits) == 120
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(hit.score == pytest.approx(exact[hit.id], abs=1e-5) for hit in hits)


def test_nothing_outside_the_scope_is_found_or_counted(store: VectorStore) -> None:
    secret = rows(5, collection="private", seed=1)
    store.add(rows(5) + secret)
    hits = store.search(secret[0].vector, kind="chunk", scope=PUBLIC, limit=100)
    assert {hit.id for hit in hits} == {f"public-chunk-{n}" for n in range(5)}
    assert store.count("chunk", PUBLIC) == 5
    assert store.count("chunk", BOTH) == 10
    assert store.search(secret[0].vector, kind="chunk", scope=Scope.of("elsewhere"), limit=5) == []
    assert store.count("chunk", Scope.of("elsewhere")) == 0


def test_rows_outside_the_scope_do_not_use_up_the_limit(store: VectorStore) -> None:
    near = rows(40, collection="private")
    store.add(near + rows(3, seed=5))
    assert len(store.search(near[0].vector, kind="chunk", scope=PUBLIC, limit=3)) == 3


def test_a_scope_narrowed_to_documents_finds_and_counts_only_theirs(store: VectorStore) -> None:
    first = rows(4, document="first", prefix="first")
    second = rows(3, document="second", prefix="second", seed=1)
    store.add(first + second + rows(5, document="third", prefix="third", seed=2))
    narrow = PUBLIC.narrowed(documents={"first", "second", "unknown"})
    hits = store.search(first[0].vector, kind="chunk", scope=narrow, limit=100)
    assert {hit.id for hit in hits} == {row.id for row in first + second}
    exact = {row.id: float(row.vector @ first[0].vector) for row in first + second}
    assert all(hit.score == pytest.approx(exact[hit.id], abs=1e-5) for hit in hits)
    assert store.count("chunk", narrow) == 7
    assert store.count("sentence", narrow) == 0
    for nothing in ({"unknown"}, set[str]()):
        assert store.search(first[0].vector, kind="chunk", scope=PUBLIC.narrowed(documents=nothing), limit=9) == []
        assert store.count("chunk", PUBLIC.narrowed(documents=nothing)) == 0


def test_a_document_outside_the_collections_stays_unseen(store: VectorStore) -> None:
    secret = rows(3, collection="private", document="secret", seed=1)
    store.add(rows(3, document="open") + secret)
    for scope in (
        PUBLIC.narrowed(documents={"secret"}),
        PUBLIC.narrowed(collections={"private"}),
        PUBLIC.narrowed(documents={"secret"}, collections={"private", "public"}),
        BOTH.narrowed(collections={"public"}).narrowed(documents={"secret"}),
    ):
        assert store.search(secret[0].vector, kind="chunk", scope=scope, limit=9) == []
        assert store.count("chunk", scope) == 0


def test_a_document_of_two_collections_is_seen_as_far_as_the_scope_reaches(store: VectorStore) -> None:
    here, there = rows(2, document="shared"), rows(2, collection="private", document="shared", seed=1)
    store.add(here + there)
    hits = store.search(there[0].vector, kind="chunk", scope=PUBLIC.narrowed(documents={"shared"}), limit=9)
    assert {hit.id for hit in hits} == {row.id for row in here}


@pytest.mark.parametrize("count", [60, 3_000])
def test_rows_of_other_documents_do_not_use_up_the_limit(store: VectorStore, count: int) -> None:
    """Neither few of them, which a store may compare one by one, nor so many that it goes through a graph."""
    question = vectors(1, seed=9)[0]
    noise = vectors(count, seed=3)
    near = [
        Row(id=f"near-{n}", kind="chunk", collection="public", document="near", vector=question + 0.2 * noise[n])
        for n in range(count)
    ]
    far = [
        Row(id=f"far-{n}", kind="chunk", collection="public", document="far", vector=0.2 * noise[n] - question)
        for n in range(10)
    ]
    store.add(near + far)
    hits = store.search(question, kind="chunk", scope=PUBLIC.narrowed(documents={"far"}), limit=10)
    assert {hit.id for hit in hits} == {row.id for row in far}
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_kinds_are_kept_apart(store: VectorStore) -> None:
    store.add(rows(3) + rows(4, kind="sentence"))
    assert store.count("chunk", PUBLIC) == 3
    assert store.count("sentence", PUBLIC) == 4
    hits = store.search(vectors(1)[0], kind="sentence", scope=PUBLIC, limit=10)
    assert {hit.id for hit in hits} == {f"public-sentence-{n}" for n in range(4)}


@pytest.mark.parametrize("limit", [0, 1, 7, 500])
def test_limit_is_an_upper_bound(store: VectorStore, limit: int) -> None:
    store.add(rows(20))
    assert len(store.search(vectors(1)[0], kind="chunk", scope=PUBLIC, limit=limit)) == min(limit, 20)


def test_equal_scores_are_ordered_by_id(store: VectorStore) -> None:
    vector = vectors(1)[0]
    store.add([Row(id=id, kind="chunk", collection="public", document="d", vector=vector) for id in "cab"])
    hits = store.search(vector, kind="chunk", scope=PUBLIC, limit=3)
    assert [hit.id for hit in hits] == ["a", "b", "c"]


def test_a_known_id_is_replaced(store: VectorStore) -> None:
    store.add(rows(3))
    store.add(rows(3, seed=4))
    assert store.count("chunk", PUBLIC) == 3
    np.testing.assert_allclose(store.vectors(["public-chunk-1"])["public-chunk-1"], vectors(3, 4)[1], atol=1e-6)


def test_of_one_id_twice_in_one_call_the_last_counts(store: VectorStore) -> None:
    first, second = rows(1)[0], rows(1, seed=4)[0]
    store.add([first, second])
    assert store.count("chunk", PUBLIC) == 1
    np.testing.assert_allclose(store.vectors([first.id])[first.id], second.vector, atol=1e-6)


def test_vectors_are_given_back_with_unit_length_and_unknown_ids_left_out(store: VectorStore) -> None:
    (row,) = rows(1)
    store.add([Row(id=row.id, kind="chunk", collection="public", document="d", vector=row.vector * 5)])
    found = store.vectors([row.id, "unknown", row.id])
    assert set(found) == {row.id}
    assert found[row.id].dtype == np.float32
    np.testing.assert_allclose(found[row.id], row.vector, atol=1e-6)
    assert store.vectors([]) == {}


def test_an_empty_store_finds_nothing(store: VectorStore) -> None:
    store.add([])
    assert store.search(vectors(1)[0], kind="chunk", scope=PUBLIC, limit=3) == []
    assert store.count("sentence", BOTH) == 0
    assert store.vectors(["a"]) == {}


@pytest.mark.parametrize(
    "vector",
    [
        pytest.param(np.ones(DIMENSIONS + 1, dtype=np.float32), id="too long"),
        pytest.param(np.full(DIMENSIONS, np.nan, dtype=np.float32), id="not a number"),
        pytest.param(np.full(DIMENSIONS, np.inf, dtype=np.float32), id="infinite"),
        pytest.param(np.zeros(DIMENSIONS, dtype=np.float32), id="no direction"),
    ],
)
def test_a_vector_that_cannot_be_compared_is_refused_whole(store: VectorStore, vector: np.ndarray) -> None:
    store.add(rows(2))
    bad = Row(id="bad", kind="sentence", collection="other", document="d", vector=vector)
    with pytest.raises(InvalidVector):
        store.add([*rows(3, prefix="new"), bad])
    assert store.count("chunk", PUBLIC) == 2
    with pytest.raises(InvalidVector):
        store.search(vector, kind="chunk", scope=PUBLIC, limit=1)


def test_more_rows_than_chroma_takes_in_one_call(store: VectorStore) -> None:
    many = rows(5_600)
    store.add(many)
    assert store.count("chunk", PUBLIC) == 5_600
    sample = many[::280]
    found = [store.search(row.vector, kind="chunk", scope=PUBLIC, limit=1)[0].id for row in sample]
    assert found == [row.id for row in sample]
    assert len(store.vectors([row.id for row in many])) == 5_600


@given(
    *[st.frozensets(st.sampled_from("abc")) for _ in range(2)],
    *[st.none() | st.frozensets(st.sampled_from("abc")) for _ in range(3)],
)
def test_narrowing_never_widens(
    own: frozenset[str],
    asked: frozenset[str],
    documents: frozenset[str] | None,
    fewer: frozenset[str] | None,
    collections: frozenset[str] | None,
) -> None:
    scope = Scope(own | {"a"}, documents)
    narrow = scope.narrowed(documents=fewer, collections=collections).narrowed(documents=asked)
    for collection in "abc":
        for document in "abc":
            wanted = (
                scope.holds(collection, document)
                and (fewer is None or document in fewer)
                and (collections is None or collection in collections)
                and document in asked
            )
            assert narrow.holds(collection, document) == wanted


def test_a_scope_is_never_empty() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Scope(frozenset())


@pytest.mark.parametrize("count", [1, 3, 350])
def test_chroma_gives_everything_back_when_opened_again(tmp_path: Path, count: int) -> None:
    names = ["public", "Übersicht / интранет", "a" * 700]
    kept = [row for seed, name in enumerate(names) for row in rows(count, collection=name, seed=seed)]
    with ChromaStore(tmp_path, create=True) as store:
        store.add(kept)
    with ChromaStore(tmp_path) as store:
        for name in names:
            assert store.count("chunk", Scope.of(name)) == count
        for row in kept[:: max(1, count // 7)]:
            assert store.search(row.vector, kind="chunk", scope=Scope.of(row.collection), limit=1)[0].id == row.id
        with pytest.raises(InvalidVector):
            store.add([Row(id="x", kind="chunk", collection="new", document="d", vector=np.ones(3, dtype=np.float32))])


def test_chroma_never_makes_a_new_database_where_one_is_missing(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="ingest"):
        ChromaStore(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_chroma_refuses_a_database_that_names_code_to_run(tmp_path: Path) -> None:
    with ChromaStore(tmp_path, create=True) as store:
        store.add(rows(2))
    function = '{"name": "sentence_transformer", "type": "known", "config": {"kwargs": {"trust_remote_code": true}}}'
    with sqlite3.connect(tmp_path / DATABASE) as database:
        changed = database.execute(
            "UPDATE collections SET schema_str = NULL, config_json_str = "
            "json_set(config_json_str, '$.embedding_function', json(?))",
            [function],
        )
        assert changed.rowcount == 1
    database.close()
    with pytest.raises(IndexDamaged, match="not written by this program"):
        ChromaStore(tmp_path)


def test_chroma_errors_are_said_as_what_they_mean(tmp_path: Path) -> None:
    with ChromaStore(tmp_path, create=True) as store:
        store.add(rows(300))
    for file in tmp_path.glob("*/header.bin"):
        file.write_bytes(b"")
    with pytest.raises(StoreFailure, match="ingest"), ChromaStore(tmp_path) as store:
        store.search(vectors(1)[0], kind="chunk", scope=PUBLIC, limit=1)
