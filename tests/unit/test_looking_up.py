"""Words as somebody types them: what they stand for, where they are marked, and that only the scope counts."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library import find_source, list_documents
from assistant.looking_up import LONGEST_TEXT, LookUps
from assistant.testing import read
from ingest.typed_words import holds_all, places, stands_for, typed_words, words_of
from vectorstore.store import Scope
from vectorstore.testing import HashEmbedder, memory_index

SCOPE = Scope.of("default")
TODAY = date(2026, 11, 1)
DOCUMENTS = [
    read("plan", "The shelter has 40 beds.\n\nFamilies of migrants sleep there in the winter.", title="Plan"),
    read("note", "Le centre d’hébergement accueille des familles. Ils ont été reçus.", title="Note", language="fr"),
    read("arabic", "تحتاج الوثيقة إلى توقيع. المهاجرون لهم حقوق.", title="وثيقة", language="ar"),
    read("greek", "Οι μετανάστες έχουν δικαιώματα. Ο λόγος είναι απλός.", title="Έκθεση", language="el"),
    read("secret", "The shelter of the board is in Zanzibar.", title="Shelter of the board", collection="board"),
]


def indexed(documents):
    return memory_index(documents, HashEmbedder())


ALL, OPEN, PLAN = indexed(DOCUMENTS), indexed(DOCUMENTS[:-1]), indexed(DOCUMENTS[:1])


@pytest.fixture
def index():
    return ALL


def found(index, text, scope=SCOPE, most=20):
    return LookUps().find(index, scope, text, most, TODAY)


@pytest.mark.parametrize(
    ("typed", "document", "marks"),
    [
        ("shelter", "plan", ["shelter"]),
        ("SHELT", "plan", ["shelter"]),
        ("migrant families", "plan", ["Families", "migrants"]),
        ("40", "plan", ["40"]),
        ("ete recu", "note", ["été", "reçus"]),
        ("hébergement", "note", ["hébergement"]),
        ("he\u0301berg", "note", ["hébergement"]),
        ("وثيق", "arabic", ["الوثيقة"]),
        ("وَثِيقَة", "arabic", ["الوثيقة"]),
        ("المهاجر", "arabic", ["المهاجرون"]),
        ("μεταναστ", "greek", ["μετανάστες"]),
        ("ΛΟΓΟΣ", "greek", ["λόγος"]),
    ],
)
def test_words_are_found_whatever_their_case_and_accents(index, typed, document, marks):
    [passage] = found(index, typed).passages
    assert passage.document == document
    assert [passage.text[mark.start : mark.end] for mark in passage.marks] == marks


def test_only_the_last_word_may_be_short_and_unfinished(index):
    def marks(typed):
        [passage] = found(index, typed).passages
        return [passage.text[mark.start : mark.end] for mark in passage.marks]

    assert marks("th shelter") == ["shelter"]
    assert marks("shelter th") == ["The", "shelter", "there", "the"]


def test_what_holds_more_of_the_words_comes_alone_and_half_of_them_are_needed(index):
    assert {each.document for each in found(index, "families winter").passages} == {"plan"}
    assert found(index, "shelter xylophone quark").passages == ()
    assert found(index, "shelter xylophone").passages_found == 1


@pytest.mark.parametrize("text", ["", "  ", "…!?", "_", "\u0301", "\u0640"])
def test_nothing_is_found_for_no_words(index, text):
    assert found(index, text) == found(index, "")
    assert found(index, text).documents_found == 0


def test_documents_are_found_by_title_and_publisher():
    index = indexed(
        [read("a", "Nothing.", title="Annual report", publisher="The Shelter Watch"), read("b", "x", title="Menu")]
    )
    assert [each.id for each in found(index, "shelter annual rep").documents] == ["a"]
    assert found(index, "annual menu").documents == ()


def test_a_sentence_that_is_too_long_is_shown_around_its_words():
    text = "Word " * 200 + "needle " + "more " * 200 + "end."
    [passage] = found(indexed([read("long", text)]), "needle").passages[:1]
    assert len(passage.text) <= LONGEST_TEXT + 4
    assert passage.text.startswith("… ")
    assert passage.text.endswith(" …")
    assert [passage.text[mark.start : mark.end] for mark in passage.marks] == ["needle"]
    assert "needle" in passage.quote


def test_one_word_without_an_end_is_shown_too():
    [passage] = found(indexed([read("long", "a" * 5000 + " and more.")]), "aaa").passages[:1]
    assert passage.marks
    assert len(passage.text) <= LONGEST_TEXT + 4


WORDS = st.sampled_from(["shelter", "Zanzibar", "the", "fam", "مهاجر", "δικ", "ete", "40", "board", "report"])


@given(st.lists(WORDS, min_size=1, max_size=4).map(" ".join))
def test_marked_words_are_words_of_the_passage_and_passages_of_their_document(text):
    typed = typed_words(text)
    for passage in found(ALL, text).passages:
        source = ALL.cut_documents[passage.document].document.text
        assert source[passage.start : passage.end] == passage.quote
        assert passage.marks
        for mark in passage.marks:
            word = passage.text[mark.start : mark.end]
            assert word in words_of(passage.text)
            assert word in words_of(source)
            assert any(stands_for(each, word) for each in typed)


@given(st.lists(WORDS, min_size=1, max_size=4).map(" ".join))
def test_nothing_outside_the_scope_changes_what_is_found(text):
    assert found(ALL, text) == found(OPEN, text)
    narrowed = SCOPE.narrowed(documents={"plan"})
    assert found(ALL, text, narrowed) == found(PLAN, text)


@given(st.text(max_size=60), st.text(max_size=200))
def test_any_text_may_be_typed(typed, text):
    words = typed_words(typed)
    spans = [span for span, _ in places(text, words)]
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert not holds_all(text, words) or spans


def test_a_document_that_is_replaced_says_so_only_to_those_who_see_the_other():
    old = read("old", "One.", superseded_by="new")
    new = read("new", "Two.", collection="board")
    linked = indexed([old, new])
    assert [each.superseded_by for each in list_documents(linked, SCOPE, TODAY)] == [None]
    both = {each.id: each for each in list_documents(linked, Scope.of("default", "board"), TODAY)}
    assert (both["old"].superseded_by, both["new"].supersedes) == ("new", "old")


def test_the_text_of_a_document_knows_what_replaced_it_though_only_the_other_says_so():
    linked = indexed([read("old", "One."), read("new", "Two.", supersedes="old", collection="board")])
    both = Scope.of("default", "board")
    assert [find_source(linked, scope, "old", TODAY).superseded_by for scope in (SCOPE, both)] == [None, "new"]
    assert find_source(linked, both, "new", TODAY).superseded_by is None


@pytest.mark.parametrize(("today", "newer"), [(date(2026, 12, 31), None), (date(2027, 1, 1), "new")])
def test_a_version_that_begins_later_replaces_nothing_yet(today, newer):
    linked = indexed([read("old", "One."), read("new", "Two.", supersedes="old", valid_from="2027")])
    assert find_source(linked, SCOPE, "old", today).superseded_by == newer
    both = {each.id: each for each in list_documents(linked, SCOPE, today)}
    assert (both["old"].superseded_by, both["new"].supersedes) == (newer, newer and "old")


def test_one_that_says_itself_that_it_was_replaced_is_believed_though_the_other_is_not_seen():
    linked = indexed([read("old", "One.", superseded_by="new"), read("new", "Two.", collection="board")])
    assert find_source(linked, SCOPE, "old", TODAY).superseded_by == "new"


def test_what_is_found_within_a_very_long_word_is_shown():
    long = f"See https://example.org/{'path-' * 60}harbour-{'end-' * 100} and more."
    (passage,) = found(indexed([read("long", long)]), "harbour").passages
    assert "harbour" in passage.text
    assert passage.marks
