"""What holds of support for any sentence: built ones, those of the shipped corpus, and any text at all."""

from __future__ import annotations

import re
import time
from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.repair import repair
from assistant.support import EvidenceText, judge
from ingest.sentences import split_sentences

CORPUS = Path(__file__).parents[2] / "ingest" / "corpus"
LANGUAGES = st.sampled_from(["en", "fr", "es", "de", "it", "nl", "pt", "pl", "cs", "und", ""])

SUBJECTS = ["The Rowing Club", "The network", "PICUM", "Each member group", "The city of Ghent", "She"]
VERBS = ["owns", "should repair", "will publish", "has closed", "calls for", "did not sell", "supports", "may rent"]
OBJECTS = [
    "{} boats in {}",
    "a hall with {} rooms built in {}",
    "{} reports by {}",
    "{} % of the grant of {}",
    "{} euros since {}",
]
TAILS = [
    "",
    ", and members pay a fee",
    " without asking the mayor",
    ", which “nobody had seen coming”",
    " if the court agrees",
]


@st.composite
def built(draw: st.DrawFn) -> str:
    """A sentence with two numbers, put together from parts."""
    first, second = draw(st.integers(2, 900)), draw(st.integers(1950, 2030))
    said = draw(st.sampled_from(OBJECTS)).format(first, second)
    return f"{draw(st.sampled_from(SUBJECTS))} {draw(st.sampled_from(VERBS))} {said}{draw(st.sampled_from(TAILS))}."


@cache
def corpus_sentences() -> tuple[str, ...]:
    found = []
    for file in sorted(CORPUS.glob("*.txt")):
        for paragraph in re.split(r"\n\s*\n", file.read_text(encoding="utf-8")):
            text = " ".join(paragraph.split())
            found += [text[a:b] for a, b in split_sentences(text, "en") if 6 <= len(text[a:b].split()) <= 45]
    return tuple(found)


REAL = st.deferred(lambda: st.sampled_from(corpus_sentences()))


def own(text: str, language: str = "en") -> EvidenceText:
    return EvidenceText(words=text, language=language, authority="own", context="Some Report 2021-2025, 2022-01")


@given(built() | REAL | st.text(max_size=120), LANGUAGES)
def test_evidence_supports_itself(text: str, language: str) -> None:
    assume(any(character.isalnum() for character in text))
    assert judge(text, [own(text, language)], language).support == "supported"


@given(built() | REAL, st.lists(built() | REAL, max_size=4))
def test_more_evidence_takes_no_support_away(text: str, others: list[str]) -> None:
    assert judge(text, [*map(own, others), own(text)], "en").support == "supported"


@given(built() | REAL, st.data())
def test_another_number_is_not_supported(text: str, data: st.DataObject) -> None:
    stand = list(re.finditer(r"(?<![^\W_])\d+(?![^\W_])", text))
    assume(stand)
    number = data.draw(st.sampled_from(stand))
    other = str(data.draw(st.integers(1, 3000)))
    assume(int(other) != int(number[0]))
    changed = text[: number.start()] + other + text[number.end() :]
    assert judge(changed, [own(text)], "en").support != "supported"


@given(built() | REAL, st.data())
def test_with_a_not_nothing_is_supported(text: str, data: st.DataObject) -> None:
    words = text.split()
    at = data.draw(st.integers(1, len(words) - 1))
    assert judge(" ".join([*words[:at], "not", *words[at:]]), [own(text)], "en").support != "supported"


@pytest.mark.parametrize(
    ("language", "no", "text"),
    [
        ("fr", "ne", "L'association possède 40 bateaux et deux salles à Gand."),
        ("es", "no", "La asociación posee 40 barcos y dos salas en Gante."),
        ("de", "nicht", "Der Verein besitzt 40 Boote und zwei Hallen in Gent."),
        ("it", "non", "L'associazione possiede 40 barche e due sale a Gand."),
        ("nl", "niet", "De vereniging bezit 40 boten en twee zalen in Gent."),
        ("pt", "não", "A associação possui 40 barcos e duas salas em Gand."),
        ("pl", "nie", "Stowarzyszenie posiada 40 łodzi i dwie sale w Gandawie."),
    ],
)
def test_with_a_not_nothing_is_supported_in_any_language(language: str, no: str, text: str) -> None:
    words = text.split()
    for at in range(1, len(words)):
        changed = " ".join([*words[:at], no, *words[at:]])
        assert judge(changed, [own(text, language)], language).support == "not", changed


@given(built() | REAL, st.data())
def test_an_unknown_name_or_word_is_not_supported(text: str, data: st.DataObject) -> None:
    words = text.split()
    at = data.draw(st.integers(1, len(words)))
    added = data.draw(st.sampled_from(["Ruritania", "unicorns", "17491", "x@y.example"]))
    assert judge(" ".join([*words[:at], added, *words[at:]]), [own(text)], "en").support != "supported"


@given(built() | REAL)
def test_a_third_partys_words_are_never_told_as_ones_own(text: str) -> None:
    assume(
        not re.search(
            r"\b(says?|said|claims?|note[ds]?|according|argu|sta?te|writ|describ|critic)", text, re.IGNORECASE
        )
    )
    evidence = EvidenceText(words=text, language="en", authority="third_party", speaker="Zyx Review")
    assert judge(text, [evidence], "en").support == "not"


@given(st.text(max_size=200), st.lists(st.text(max_size=120), max_size=3), LANGUAGES, LANGUAGES)
def test_judging_never_fails_and_is_the_same_each_time(
    sentence: str, texts: list[str], language: str, other: str
) -> None:
    evidence = [EvidenceText(words=text, language=other, authority="unstated", speaker=text[:5]) for text in texts]
    judgement = judge(sentence, evidence, language)
    assert judgement == judge(sentence, evidence, language)
    assert 0 <= judgement.score <= 1
    assert all(0 <= n < len(evidence) for n in judgement.used)
    repaired = repair(sentence, (1, 2), evidence, language)
    assert repaired is None or (repaired.judgement.support != "not" and repaired.markers)


@pytest.mark.parametrize(
    "piece",
    [
        "The members pay fees in 2019, and PICUM does not help. ",
        "2019 ",
        "(a",
        "“q ",
        "A",
        "1.",
        "no ",
        "+3 ",
        "a@",
        "twenty-",
    ],
)
def test_judging_takes_linear_time(piece: str) -> None:
    def once(length: int) -> float:
        text = (piece * length)[:length]
        began = time.process_time()
        judge(text, [EvidenceText(words=f"{text}{n}", language="en", authority="own") for n in range(3)], "en")
        return time.process_time() - began

    def seconds(length: int) -> float:
        # Processor time too grows while other programs take the caches: the least of three is nearest to its own.
        return min(once(length) for _ in range(3))

    once(1_000)
    assert seconds(64_000) < 16 * seconds(8_000) + 0.2
