"""When an answer is given, when the nearest passages are offered, and when nothing is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.confidence import Verdict, judge
from assistant.question import Question
from assistant.search import Passage, search
from assistant.testing import read
from ingest.cut import CutDocument
from vectorstore.store import Scope
from vectorstore.testing import HashEmbedder, memory_index

EMBEDDER = HashEmbedder(64)
SCOPE = Scope.of("default")
YARD = read("yard", "The club mends fishing nets in the yard behind the harbour office.", title="Yard")
LOFT = read("loft", "Ropes are dried in the loft above the boathouse.", title="Loft")
SECRET = read("secret", "Pirates bury golden treasure under the lighthouse.", title="Treasure", collection="board")
ORDER = [Verdict.NOTHING, Verdict.NEAREST, Verdict.ANSWER]


def verdict(
    text: str, *documents: CutDocument, wants=(), scope: Scope = SCOPE, similarity: float | None = None
) -> Verdict:
    """What is judged of a question; ``similarity`` overrides that of all sentences and passages found."""
    asked = Question(text=text, language="en", topic=text, wants=frozenset(wants))
    index = memory_index(documents or (YARD, LOFT, SECRET), EMBEDDER)
    passages: list[Passage] = search(asked, index, EMBEDDER, scope)
    if similarity is not None:
        passages = [
            replace(
                passage,
                similarity=similarity,
                sentences=tuple(replace(s, similarity=similarity) for s in passage.sentences),
            )
            for passage in passages
        ]
    return judge(asked, passages, index, scope)


def test_what_stands_there_is_answered() -> None:
    assert verdict("Where does the club mend fishing nets?") is Verdict.ANSWER


def test_what_is_about_something_else_is_not() -> None:
    assert verdict("Which glaciers melted quickest during Pliocene warming?") is Verdict.NOTHING


def test_without_passages_nothing_is_said() -> None:
    assert verdict("Where are nets mended?", scope=Scope.of("elsewhere")) is Verdict.NOTHING


def test_words_that_only_hidden_documents_use_are_unknown() -> None:
    asked = "Where do pirates bury golden treasure?"
    assert verdict(asked, scope=Scope.of("board")) is Verdict.ANSWER
    assert verdict(asked) is verdict(asked, YARD, LOFT) is Verdict.NOTHING


def test_the_nearer_the_surer() -> None:
    verdicts = [verdict("Are fishing nets mended with lava and magma?", similarity=n / 20) for n in range(-20, 21)]
    assert verdicts == sorted(verdicts, key=ORDER.index)
    assert set(verdicts) == set(ORDER)


@pytest.mark.parametrize("similarity", [0.3, 0.4, 0.5, 0.6])
def test_unknown_words_never_make_it_surer(similarity: float) -> None:
    unknown = ["glaciers", "tectonics", "basalt", "magma", "gneiss", "lava"]
    verdicts = [
        verdict(f"Are fishing nets mended {' '.join(unknown[:count])}?", similarity=similarity)
        for count in range(len(unknown) + 1)
    ]
    assert verdicts == sorted(verdicts, key=ORDER.index, reverse=True)


def test_a_number_that_is_asked_for_and_nowhere_given_makes_it_less_sure() -> None:
    def surest(text: str) -> float:
        """The lowest similarity at which an answer is given."""
        asked = "How many nets does the club mend?"
        return next(
            n / 50
            for n in range(51)
            if verdict(asked, read("d", text), wants={"number"}, similarity=n / 50) is Verdict.ANSWER
        )

    assert surest("The club mends 40 nets in the yard.") < surest("The club mends its nets in the yard.")


def test_documents_in_other_languages_make_no_word_unknown() -> None:
    others = [
        read("de", "Gulaschsuppe kostet drei Taler.", language="de"),
        read("fr", "La soupe coûte trois écus.", language="fr"),
        read("pl", "Zupa kosztuje trzy talary.", language="pl"),
    ]

    def surest(*documents: CutDocument) -> float:
        asked = "Which organisations publish policies and activities regularly?"
        text = "The organisations publish their policies and activities regularly."
        return next(
            n / 50
            for n in range(51)
            if verdict(asked, read("en", text), *documents, similarity=n / 50) is Verdict.ANSWER
        )

    assert surest() == surest(*others)


@pytest.mark.parametrize("text", ["?", "the of and", "…"])
def test_a_question_without_content_words_is_judged(text: str) -> None:
    assert verdict(text) in ORDER
