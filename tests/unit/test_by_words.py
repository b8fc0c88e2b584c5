from __future__ import annotations

import gc

import numpy as np
import pytest

from assistant.testing import assistant_over, read
from vectorstore.by_words import WordSearch, by_words
from vectorstore.store import Scope
from vectorstore.testing import HashEmbedder, memory_index

RULES = read(
    "rules",
    "Work\n\nWorkers without papers have rights at work. They may claim unpaid wages in court.\n\n"
    "Health\n\nEvery child has a right to health care. Doctors report nobody.\n",
)
REGELN = read("regeln", "Schule\n\nKeine Schule fragt nach einer Aufenthaltserlaubnis.\n", language="de")
STAFF = read("staff", "Staff\n\nThe wages of the staff are paid on Fridays.\n", collection="staff")
DEFAULT = Scope.of("default")


def best(question: str, scope: Scope = DEFAULT) -> str:
    found = by_words(memory_index([RULES, REGELN, STAFF], HashEmbedder()))
    vector = found.embedder.embed_question(question)
    hit = found.searched.vector_search(vector, kind="sentence", scope=scope, limit=3)[0]
    row = found.searched.sentence(hit.id)
    return found.searched.cut_documents[row.document_id].wording(row.sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who may claim an unpaid wage?", "They may claim unpaid wages in court."),
        ("Do doctors report anybody?", "Doctors report nobody."),
        ("Fragen Schulen nach der Aufenthaltserlaubnis?", "Keine Schule fragt nach einer Aufenthaltserlaubnis."),
    ],
)
def test_sentences_are_found_by_the_stems_of_their_language(question: str, sentence: str) -> None:
    assert best(question) == sentence


def test_nothing_outside_the_scope_is_found() -> None:
    assert best("When are the wages of the staff paid?", Scope.of("staff")).startswith("The wages of the staff")
    assert "staff" not in best("When are the wages of the staff paid?")
    found = by_words(memory_index([RULES, REGELN], HashEmbedder()))
    vector = found.embedder.embed_question("Schule")
    for kind in ("chunk", "sentence"):
        hits = found.searched.vector_search(vector, kind=kind, scope=DEFAULT.narrowed(documents={"rules"}), limit=50)
        ids = {
            (found.searched.chunk if kind == "chunk" else found.searched.sentence)(hit.id).document_id for hit in hits
        }
        assert ids == {"rules"}
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert found.searched.vector_search(vector, kind="question", scope=DEFAULT, limit=5) == []


def test_vectors_have_unit_length_also_of_texts_without_words() -> None:
    embedder = by_words(memory_index([RULES], HashEmbedder())).embedder
    vectors = embedder.embed_passages(["", "the of and", "wages wages wages", "Xylophonquartz"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert embedder.embed_passages([]).shape == (0, embedder.dimensions)


def test_an_index_is_made_searchable_once_and_forgotten_with_it() -> None:
    search = WordSearch()
    index = memory_index([RULES], HashEmbedder())
    assert search.over(index) is search.over(index)
    del index
    gc.collect()
    assert len(search._made) == 0


def test_what_the_documents_do_not_hold_is_refused_by_words_too() -> None:
    used = by_words(memory_index([RULES, REGELN], HashEmbedder())).embedder
    answer = assistant_over([RULES, REGELN], embedder=used).answer("Which glaciers melted during the Pliocene?")
    assert answer.status == "not_in_documents"
