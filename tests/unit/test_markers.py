"""Drafts as language models write them → sentences and the evidence that they point at."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.markers import DraftReader, DraftSentence

EVIDENCE = 9
Sentence = tuple[str, tuple[int, ...]] | tuple[str, tuple[int, ...], tuple[int, ...]]

# (raw draft, sentences as (text, markers) or (text, markers, dangling))
DRAFTS: list[tuple[str, list[Sentence]]] = [
    # where a marker stands
    ("The club has members [1].", [("The club has members.", (1,))]),
    ("The club has members.[1]", [("The club has members.", (1,))]),
    ("The club has members. [1]", [("The club has members.", (1,))]),
    ("[3] The club has members.", [("The club has members.", (3,))]),
    ("[3]: The club has members.", [("The club has members.", (3,))]),
    ("[3] - The club has members.", [("The club has members.", (3,))]),
    ("The club [2] has members.", [("The club has members.", (2,))]),
    ("The club has members [1], boats [2] and a hall [3].", [("The club has members, boats and a hall.", (1, 2, 3))]),
    ("The club has members", [("The club has members", ())]),
    ("It has members. [1] It has boats. [2]", [("It has members.", (1,)), ("It has boats.", (2,))]),
    ("It has members [1]. It has boats [2].", [("It has members.", (1,)), ("It has boats.", (2,))]),
    ("It has members.[1] It has boats.[2]", [("It has members.", (1,)), ("It has boats.", (2,))]),
    ("[1] It has members. [2] It has boats.", [("It has members.", (1,)), ("It has boats.", (2,))]),
    ("[1] It has members.\n[2] It has boats.", [("It has members.", (1,)), ("It has boats.", (2,))]),
    ("It has members.\n[1]\nIt has boats.\n[2] [3]", [("It has members.", (1,)), ("It has boats.", (2, 3))]),
    ("It has members. It has boats. [2]", [("It has members.", ()), ("It has boats.", (2,))]),
    # several
    ("It has members [1, 2].", [("It has members.", (1, 2))]),
    ("It has members [1,2,5].", [("It has members.", (1, 2, 5))]),
    ("It has members [1][2].", [("It has members.", (1, 2))]),
    ("It has members [1], [2] and [4].", [("It has members.", (1, 2, 4))]),
    ("It has members [1-3].", [("It has members.", (1, 2, 3))]),
    ("It has members [1–3, 6].", [("It has members.", (1, 2, 3, 6))]),
    ("It has members [2]-[4].", [("It has members.", (2, 3, 4))]),
    ("It has members [1 and 2].", [("It has members.", (1, 2))]),
    ("It has members [1; 2].", [("It has members.", (1, 2))]),
    ("It has members [2][2] [2].", [("It has members.", (2,))]),
    ("It has members [2] and boats [2].", [("It has members and boats.", (2,))]),
    # invented
    ("It has members [12].", [("It has members.", (), (12,))]),
    ("It has members [0].", [("It has members.", (), (0,))]),
    ("It has members [1, 44].", [("It has members.", (1,), (44,))]),
    ("It has members [8-10].", [("It has members.", (8, 9), (10,))]),
    ("It has members [1-400].", [("It has members.", (1,), (400,))]),
    ("It has members (Source 14).", [("It has members.", (), (14,))]),
    # nested and other brackets
    ("It has members [[1]].", [("It has members.", (1,))]),
    ("It has members [[1], [2]].", [("It has members.", (1, 2))]),
    ("It has members ([1]).", [("It has members.", (1,))]),
    ("It has members ([1], [2]).", [("It has members.", (1, 2))]),
    ("It has members 【1】.", [("It has members.", (1,))]),
    ("It has members 【1†source】.", [("It has members.", (1,))]),
    ("It has members {1}.", [("It has members.", (1,))]),
    ("It has members (1).", [("It has members.", (1,))]),
    ("It has members (1, 2). It has boats.", [("It has members.", (1, 2)), ("It has boats.", ())]),
    ("It has members. (2) It has boats. (3)", [("It has members.", (2,)), ("It has boats.", (3,))]),
    ("It has members ^1.", [("It has members.", (1,))]),
    ("It has members.^1^ It has boats^[2].", [("It has members.", (1,)), ("It has boats.", (2,))]),
    ("It has members¹ and boats².", [("It has members and boats.", (1, 2))]),
    ("It has members.¹²", [("It has members.", (1, 2))]),
    ("It has members.<sup>1</sup>", [("It has members.", (1,))]),
    ("It has boats<sup>2, 3</sup>.", [("It has boats.", (2, 3))]),
    ("It has members [^1].\n\n[^1]: The club has members.", [("It has members.", (1,))]),
    ("It has members [1](#source-1).", [("It has members.", (1,))]),
    ("It has members [#1].", [("It has members.", (1,))]),
    # named
    ("It has members [Sentence 2].", [("It has members.", (2,))]),
    ("It has members [Source: 2].", [("It has members.", (2,))]),
    ("It has members (see [2]).", [("It has members.", (2,))]),
    ("It has members (Sources 2 and 3).", [("It has members.", (2, 3))]),
    ("It has members, as stated in sentence [2].", [("It has members.", (2,))]),
    ("According to sentence [2], the club has members.", [("The club has members.", (2,))]),
    ("According to source 3, the club has members.", [("The club has members.", (3,))]),
    ("Sentence 3 states that the club has members.", [("The club has members.", (3,))]),
    ("It has members. Source 3.", [("It has members.", (3,))]),
    ("Il a des membres [phrase 2].", [("Il a des membres.", (2,))]),
    ("Er hat Mitglieder (Satz 2).", [("Er hat Mitglieder.", (2,))]),
    ("Tiene socios (fuente 4).", [("Tiene socios.", (4,))]),
    ("It has members [1, p. 12].", [("It has members.", (1,))]),
    # no markers
    ("Article 15(3) applies.", [("Article 15(3) applies.", ())]),
    ("Article 13(2)(c) of Act (EU) 2019 applies [1].", [("Article 13(2)(c) of Act (EU) 2019 applies.", (1,))]),
    ("The plan (2019) ended.", [("The plan (2019) ended.", ())]),
    ("The plan [2019] ended.", [("The plan [2019] ended.", ())]),
    ("It wants (1) housing and (2) health.", [("It wants (1) housing and (2) health.", ())]),
    ("The hall has 120 m² and 3 km² of land.", [("The hall has 120 m² and 3 km² of land.", ())]),
    ("It quotes “[w]e agree” and […] more.", [("It quotes “[w]e agree” and […] more.", ())]),
    ("It says \\[12\\] in the text [1].", [("It says \\[12\\] in the text.", (1,))]),
    ("There are 10^6 stars (15).", [("There are 10^6 stars (15).", ())]),
    # lists, headings, Markdown
    ("It works on:\n- health [1]\n- housing [2]", [("It works on:", ()), ("health", (1,)), ("housing", (2,))]),
    ("1. It has members [1].\n2. It has boats [2].", [("It has members.", (1,)), ("It has boats.", (2,))]),
    ("(1) It has members.\n(2) It has boats [2].", [("It has members.", ()), ("It has boats.", (2,))]),
    ("a) members [1]\nb) boats [2]", [("members", (1,)), ("boats", (2,))]),
    ("* **Health**: It helps [1].", [("Health: It helps.", (1,))]),
    ("## Members\n\nIt has members [1].", [("It has members.", (1,))]),
    ("**Members**\nIt has members [1].", [("It has members.", (1,))]),
    ("It has **160** *paying* `members` [1].", [("It has 160 paying members.", (1,))]),
    ("**It has members. [1] It has boats.** [2]", [("It has members.", (1,)), ("It has boats.", (2,))]),
    ("> It has members [1].", [("It has members.", (1,))]),
    ("```\nIt has members [1].\n```", [("It has members.", (1,))]),
    ("It has members\nin all towns [1].", [("It has members in all towns.", (1,))]),
    ("See [the site](https://a.example/x) [1].", [("See the site.", (1,))]),
    ("![chart](https://a.example/x.png) It has members [1].", [("It has members.", (1,))]),
    # what is not the answer
    ("Answer: It has members [1].", [("It has members.", (1,))]),
    ("**Answer:** It has members [1].", [("It has members.", (1,))]),
    ("Réponse : Il a des membres [1].", [("Il a des membres.", (1,))]),
    ("Antwort: Er hat Mitglieder [1].", [("Er hat Mitglieder.", (1,))]),
    ("<think>Which one? It is two.</think>It has members [2].", [("It has members.", (2,))]),
    ("It has members [1].<|im_end|>", [("It has members.", (1,))]),
    ("Evidence:\n[1] It has members.\n[2] It has boats.\n\nAnswer: It has both [1][2].", [("It has both.", (1, 2))]),
    ("Evidence:\n[1] It has members.\n[2] It has boats.", [("It has members.", (1,)), ("It has boats.", (2,))]),
    ("It has members [1].\n\nSources:\n[1] It has members.", [("It has members.", (1,))]),
    ("It has members [1].\nSources: [1], [2]", [("It has members.", (1,))]),
    # where sentences end
    ("Dr. Berg came at 5 p.m. [1]. She left.", [("Dr. Berg came at 5 p.m.", (1,)), ("She left.", ())]),
    ("It (so Ann. Bo agreed) holds [1]. It works.", [("It (so Ann. Bo agreed) holds.", (1,)), ("It works.", ())]),
    ("Is it so? [1] It is! [2]", [("Is it so?", (1,)), ("It is!", (2,))]),
    ("", []),
    (" \n ", []),
    ("[1]", []),
    ("...", []),
]  # fmt: skip


def read(draft: str, *sizes: int, language: str = "en") -> list[DraftSentence]:
    """The sentences of a draft fed in pieces of these sizes in turn, at once without any."""
    reader = DraftReader(evidence=EVIDENCE, language=language)
    sentences: list[DraftSentence] = []
    at, turn = 0, 0
    while at < len(draft):
        size = sizes[turn % len(sizes)] if sizes else len(draft)
        sentences += reader.feed(draft[at : at + size])
        at, turn = at + size, turn + 1
    return sentences + reader.finish()


def expected(sentences: list[Sentence]) -> list[DraftSentence]:
    return [
        DraftSentence(text=found[0], markers=found[1], dangling=found[2] if len(found) == 3 else ())
        for found in sentences
    ]


@pytest.mark.parametrize(("draft", "sentences"), DRAFTS)
@pytest.mark.parametrize("size", [None, 1, 5])
def test_a_draft_is_read_the_same_however_it_is_cut(draft: str, sentences: list[Sentence], size: int | None) -> None:
    assert read(draft, *([size] if size else [])) == expected(sentences)


RAW = st.sampled_from([draft for draft, _ in DRAFTS])


@given(RAW, RAW, st.lists(st.integers(1, 9), min_size=1))
def test_the_cut_makes_no_difference_to_two_drafts_in_a_row(draft: str, more: str, sizes: list[int]) -> None:
    both = f"{draft}\n\n{more}"
    assert read(both, *sizes) == read(both)


@given(st.text(max_size=200) | st.text(alphabet="[]()【】^1290¹.,-– \n#*`aA:Source", max_size=120), st.integers(1, 7))
def test_any_text_can_be_read(draft: str, size: int) -> None:
    for sentence in read(draft, size):
        assert any(character.isalnum() for character in sentence.text)
        assert all(1 <= marker <= EVIDENCE for marker in sentence.markers)
        assert not any(1 <= marker <= EVIDENCE for marker in sentence.dangling)
        assert len(set(sentence.markers)) == len(sentence.markers)


def test_a_sentence_comes_as_soon_as_the_next_one_has_begun() -> None:
    reader = DraftReader(evidence=EVIDENCE, language="en")
    assert reader.feed("The club has 40 members. [1]") == []
    assert reader.feed(" It also owns ") == expected([("The club has 40 members.", (1,))])
    assert reader.feed("boats [2].") == []
    assert reader.finish() == expected([("It also owns boats.", (2,))])


def test_a_line_that_has_ended_is_complete_when_the_next_one_begins() -> None:
    reader = DraftReader(evidence=EVIDENCE, language="en")
    assert reader.feed("- members [1]\n") == []
    assert reader.feed("- b") == expected([("members", (1,))])


@pytest.mark.parametrize("piece", ["a b. ", "e.g. ", "[1] ", "[", "(a ", "\n- a", "<sup>1", "**a", "It is so [1]. "])
def test_a_stream_without_an_end_takes_linear_time(piece: str) -> None:
    def seconds(length: int) -> float:
        draft = (piece * length)[:length]
        began = time.process_time()
        read(draft, 40)
        return time.process_time() - began

    seconds(1_000)
    short, long = min(seconds(4_000) for _ in range(2)), seconds(16_000)
    assert long < 12 * short + 0.2
