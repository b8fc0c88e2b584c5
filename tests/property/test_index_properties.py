from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.cut import Chunk, CutDocument, Section, Sentence
from ingest.document import BlockKind, Document, Mark, Metadata, Page, Span
from vectorstore import catalogue
from vectorstore.corpora import corpus_key
from vectorstore.lexical import LexicalIndex
from vectorstore.rows import ID_LENGTH, text_rows
from vectorstore.store import Scope
from vectorstore.testing import HashEmbedder, cut_document, memory_index

_numbers = st.integers(min_value=0, max_value=10**6)
_spans = st.builds(Span, _numbers, _numbers)
_optional_text = st.none() | st.text(max_size=10)
_cut_documents = st.builds(
    CutDocument,
    document=st.builds(
        Document,
        id=st.text(min_size=1),
        path=st.text(),
        sha256=st.text(max_size=8),
        text=st.text(),
        metadata=st.builds(
            Metadata,
            title=st.text(),
            language=st.text(max_size=3),
            published=_optional_text,
            supersedes=_optional_text,
            derived=st.frozensets(st.sampled_from(["title", "language", "published"])),
        ),
        pages=st.tuples(st.builds(Page, number=_numbers, start=_numbers, end=_numbers)),
        marks=st.tuples(st.builds(Mark, kind=st.sampled_from(BlockKind), start=_numbers, end=_numbers)),
    ),
    sections=st.tuples(st.builds(Section, path=st.tuples(st.text()), start=_numbers, end=_numbers)),
    sentences=st.tuples(
        st.builds(
            Sentence,
            start=_numbers,
            end=_numbers,
            kind=st.sampled_from(BlockKind),
            section=_numbers,
            block=_numbers,
            gaps=st.lists(_spans, max_size=2).map(tuple),
            list_id=st.none() | _numbers,
            lead_in=st.none() | _numbers,
        )
    ),
    chunks=st.tuples(
        st.builds(Chunk, start=_numbers, end=_numbers, section=_numbers, first=_numbers, last=_numbers),
    ),
)
_words = st.sampled_from(["work", "permit", "health", "care", "child", "school", "police", "home"])
_sentences = st.lists(_words, max_size=5).map(" ".join)
_paragraphs = st.lists(st.lists(_sentences, min_size=1, max_size=3), max_size=4)
_corpora = st.lists(st.tuples(st.sampled_from("abc"), _paragraphs), max_size=4).map(
    lambda found: [cut_document(f"d{n}", *paragraphs, collection=c) for n, (c, paragraphs) in enumerate(found)]
)


@given(st.lists(_cut_documents, max_size=3))
def test_a_catalogue_gives_back_exactly_what_was_saved(documents: list[CutDocument]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "documents.jsonl"
        catalogue.save(documents, path)
        assert list(catalogue.load(path)) == documents


@given(_corpora)
def test_row_ids_are_unique_and_stay(documents: list[CutDocument]) -> None:
    rows = [row for document in documents for row in text_rows(document)]
    assert len({row.id for row in rows}) == len(rows)
    assert all(len(row.id) == ID_LENGTH and row.id.isascii() for row in rows)
    assert rows == [row for document in documents for row in text_rows(document)]


@given(_paragraphs, st.lists(_sentences, min_size=1, max_size=2))
def test_a_paragraph_more_at_the_end_keeps_the_ids_of_all_before(paragraphs: list[list[str]], more: list[str]) -> None:
    before = [row.id for row in text_rows(cut_document("d", *paragraphs)) if row.kind == "chunk"]
    after = [row.id for row in text_rows(cut_document("d", *paragraphs, more)) if row.kind == "chunk"]
    assert after[: len(before)] == before


@settings(max_examples=50)
@given(_corpora, st.frozensets(st.sampled_from("abcd"), min_size=1), st.lists(_words, max_size=4))
def test_an_index_answers_as_if_nothing_else_existed(
    documents: list[CutDocument], collections: frozenset[str], question: list[str]
) -> None:
    """Rule 8: what lies outside the scope influences no result, no score and no count."""
    scope, embedder = Scope(collections), HashEmbedder(8)
    whole = memory_index(documents, embedder)
    alone = memory_index([d for d in documents if d.document.metadata.collection in collections], embedder)
    vector = embedder.embed_question(" ".join(question))
    for kind in ("chunk", "sentence"):
        ours = whole.vector_search(vector, kind=kind, scope=scope, limit=5)
        theirs = alone.vector_search(vector, kind=kind, scope=scope, limit=5)
        assert [hit.id for hit in ours] == [hit.id for hit in theirs]
    ours = whole.keyword_search(question, scope=scope, limit=5)
    assert ours == alone.keyword_search(question, scope=scope, limit=5)
    scores = whole.keyword_scores(question, scope)
    np.testing.assert_array_equal(scores.scores, alone.keyword_scores(question, scope).scores)
    assert [whole.chunks[number].collection in collections for number in scores.chunks] == [True] * len(alone.chunks)


@given(_corpora)
def test_an_index_finds_every_row_at_its_place(documents: list[CutDocument]) -> None:
    index = memory_index(documents, HashEmbedder(8))
    assert [chunk.number for chunk in index.chunks] == list(range(len(index.chunks)))
    for chunk in index.chunks:
        cut = index.cut_documents[chunk.document_id]
        assert index.chunk(chunk.row_id) is chunk
        assert cut.chunks[chunk.ordinal] is chunk.chunk
        for row_id in chunk.sentences:
            sentence = index.sentence(row_id)
            assert (sentence.document_id, sentence.chunk) == (chunk.document_id, chunk.number)
            assert chunk.chunk.first <= sentence.ordinal < chunk.chunk.last
            assert cut.sentences[sentence.ordinal] is sentence.sentence


@given(st.lists(st.lists(_words, max_size=6), max_size=6), st.lists(_words, max_size=3))
def test_a_saved_keyword_index_scores_like_the_one_that_was_built(texts: list[list[str]], question: list[str]) -> None:
    built = LexicalIndex.build([("a", f"d{n % 3}", text) for n, text in enumerate(texts)])
    with tempfile.TemporaryDirectory() as folder:
        built.save(Path(folder) / "lexical")
        loaded = LexicalIndex.load(Path(folder) / "lexical")
    for scope in (Scope.of("a"), Scope.of("a").narrowed(documents={"d0", "d2"})):
        np.testing.assert_array_equal(built.scores(question, scope).scores, loaded.scores(question, scope).scores)
        np.testing.assert_array_equal(built.scores(question, scope).chunks, loaded.scores(question, scope).chunks)


@given(st.permutations([Path("/x/a"), Path("/x/b"), Path("/x/c")]))
def test_the_order_of_paths_does_not_matter(paths: list[Path]) -> None:
    assert corpus_key(paths) == corpus_key([Path("/x/a"), Path("/x/b"), Path("/x/c")])
