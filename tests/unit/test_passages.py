"""Passages around the chunks that were found: whole neighbours, each once, no longer than a chunk may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.passages import PASSAGE_WORDS, FoundChunk, Passage, ScoredSentence, grown
from ingest.cut import CutDocument
from vectorstore.index import Index
from vectorstore.testing import HashEmbedder, cut_document, memory_index

EMBEDDER = HashEmbedder(8)


def words(count: int) -> list[str]:
    """A paragraph of so many words, one sentence."""
    return [" ".join(["rope"] * count)]


def index_of(*documents: CutDocument) -> Index:
    return memory_index(documents, EMBEDDER)


def found(index: Index, numbers: Sequence[int]) -> list[FoundChunk]:
    """These chunks as they would be found, the best first."""
    chunks = []
    for n, number in enumerate(numbers):
        chunk, score = index.chunks[number], float(len(numbers) - n)
        cut = index.cut_documents[chunk.document_id]
        sentences = tuple(
            ScoredSentence(cut=cut, ordinal=at, score=score, similarity=score / 10)
            for at in range(chunk.chunk.first, chunk.chunk.last)
        )
        chunks.append(FoundChunk(chunk=chunk, score=score, similarity=score / 10, sentences=sentences))
    return chunks


def runs(passages: Sequence[Passage]) -> list[list[int]]:
    return [[chunk.number for chunk in passage.chunks] for passage in passages]


@pytest.mark.parametrize(
    ("lengths", "hit", "run"),
    [
        ([30, 30, 30, 30, 30], 2, [1, 2, 3, 4]),  # what follows before what went before
        ([30, 30, 90], 2, [1, 2]),
        ([90, 90, 90], 1, [1]),
        ([200, 10], 0, [0]),  # a chunk that is too long by itself stays as it is
        ([40, 100, 30], 2, [2]),  # whole neighbours only, none skipped
        ([119, 1], 0, [0, 1]),
        ([120, 1], 0, [0]),
    ],
)
def test_a_chunk_brings_the_whole_neighbours_that_fit(lengths: list[int], hit: int, run: list[int]) -> None:
    index = index_of(cut_document("ropes", *map(words, lengths)))
    (passage,) = grown(found(index, [hit]), index)
    assert runs([passage]) == [run]
    assert passage.chunk.number == hit


def test_a_chunk_that_another_passage_holds_gives_none_of_its_own() -> None:
    index = index_of(cut_document("ropes", *map(words, [50, 50, 50, 50])))
    passages = grown(found(index, [1, 2, 3, 0]), index)
    assert runs(passages) == [[1, 2], [3], [0]]
    assert [passage.rank for passage in passages] == [1, 2, 3]
    assert [passage.score for passage in passages] == [4.0, 2.0, 1.0]


def test_neighbours_of_the_same_section_come_first() -> None:
    document = cut_document("ropes", *map(words, [50, 50, 50]))
    halves = [replace(document.sections[0], path=(name,)) for name in ("Boats", "Paint")]
    chunks = tuple(replace(chunk, section=n // 2) for n, chunk in enumerate(document.chunks))
    index = index_of(replace(document, sections=tuple(halves), chunks=chunks))
    (passage,) = grown(found(index, [1]), index)
    assert runs([passage]) == [[0, 1]]
    assert passage.section == "Boats"
    (passage,) = grown(found(index, [2]), index)
    assert runs([passage]) == [[1, 2]]
    assert passage.section == "Paint"


def test_documents_stay_apart() -> None:
    index = index_of(cut_document("a", words(10)), cut_document("b", words(10)))
    assert runs(grown(found(index, [1, 0]), index)) == [[1], [0]]


def test_a_neighbour_that_was_not_found_has_text_but_no_scored_sentences() -> None:
    index = index_of(cut_document("ropes", ["Ropes dry."], ["Oars shine."]))
    (passage,) = grown(found(index, [1]), index)
    assert passage.text == "Ropes dry.\n\nOars shine."
    assert [sentence.wording for sentence in passage.sentences] == ["Oars shine."]
    assert passage.similarity == 0.1


def test_a_footnote_in_the_middle_of_a_section_is_not_joined_to_the_end_of_it() -> None:
    document = cut_document("ropes", *map(words, [10, 10, 10]))
    first, note, last = document.chunks
    moved = (replace(first, first=0, last=1), replace(last, first=1, last=2), replace(note, first=2, last=3))
    index = index_of(replace(document, chunks=moved))
    assert runs(grown(found(index, [1, 2]), index)) == [[0, 1], [2]]


@given(st.lists(st.lists(st.integers(1, 150), min_size=1, max_size=8), min_size=1, max_size=3), st.randoms())
def test_passages_hold_every_chunk_once_and_stay_short(lengths: list[list[int]], random) -> None:
    index = index_of(*(cut_document(f"d{n}", *map(words, some)) for n, some in enumerate(lengths)))
    numbers = [chunk.number for chunk in index.chunks]
    random.shuffle(numbers)
    passages = grown(found(index, numbers), index)
    assert sorted(number for run in runs(passages) for number in run) == sorted(numbers)
    assert [passage.score for passage in passages] == sorted((p.score for p in passages), reverse=True)
    for passage in passages:
        assert passage.text == passage.cut.document.text[passage.start : passage.end]
        assert len(passage.chunks) == 1 or len(passage.text.split()) <= PASSAGE_WORDS
        assert passage.score == max(sentence.score for sentence in passage.sentences)
        run = [chunk.number for chunk in passage.chunks]
        assert run == list(range(run[0], run[-1] + 1))
