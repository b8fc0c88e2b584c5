"""When an answer is given, when the nearest passages are offered, and when nothing is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from assistant.confidence import Verdict, confidence, judge
from assistant.passages import Passage
from assistant.question import Question
from assistant.search import search
from assistant.testing import read
from ingest.cut import CutDocument
from vectorstore.embeddings import Embedder
from vectorstore.store import Matrix, Scope, Vector
from vectorstore.testing import HashEmbedder, memory_index

EMBEDDER = HashEmbedder(64)
SCOPE = Scope.of("default")
YARD = read("yard", "The club mends fishing nets in the yard behind the harbour office.", title="Yard")
LOFT = read("loft", "Ropes are dried in the loft above the boathouse.", title="Loft")
SECRET = read("secret", "Pirates bury golden treasure under the lighthouse.", title="Treasure", collection="board")
LOG = read(
    "log",
    "The pier was painted in spring. Crabs are sold on Fridays. Sails hang in the shed. The ferry leaves at noon. "
    "Gulls steal bread. Buoys mark the channel. A crane lifts the boats. The tide turns twice a day. "
    "Children learn to row. Fog hides the rocks. The lamp burns all night. Salt dries on the decks.",
    title="Log",
)
HARBOUR = (YARD, LOFT, LOG)
ORDER = [Verdict.NOTHING, Verdict.NEAREST, Verdict.ANSWER]


def verdict(
    text: str,
    *documents: CutDocument,
    language: str = "en",
    scope: Scope = SCOPE,
    similarity: float | None = None,
    embedder: Embedder = EMBEDDER,
) -> Verdict:
    """What is judged of a question; ``similarity`` overrides that of all sentences found."""
    asked = Question(text=text, language=language, topic=text, wants=frozenset())
    index = memory_index(documents or (YARD, LOFT, SECRET), embedder)
    passages: list[Passage] = search(asked, index, embedder, scope)
    if similarity is not None:
        passages = [
            replace(passage, sentences=tuple(replace(s, similarity=similarity) for s in passage.sentences))
            for passage in passages
        ]
    return judge(asked, passages, index, scope).verdict


def test_what_stands_there_is_answered() -> None:
    assert verdict("Where does the club mend fishing nets?") is Verdict.ANSWER
    assert verdict("Where does the club mend fishing nets?", *HARBOUR) is Verdict.ANSWER


@pytest.mark.parametrize("documents", [(), HARBOUR])
def test_what_is_about_something_else_is_not(documents: tuple[CutDocument, ...]) -> None:
    assert verdict("Which glaciers melted quickest during pliocene warming?", *documents) is Verdict.NOTHING


def test_without_passages_nothing_is_said() -> None:
    assert verdict("Where are nets mended?", scope=Scope.of("elsewhere")) is Verdict.NOTHING


def test_words_that_only_hidden_documents_use_are_unknown() -> None:
    asked = "Where do pirates bury golden treasure?"
    assert verdict(asked, scope=Scope.of("board")) is Verdict.ANSWER
    assert verdict(asked) is verdict(asked, YARD, LOFT) is Verdict.NOTHING


def test_what_is_plainly_lacking_is_refused_however_near_the_passages_are() -> None:
    asked = "Does the club mend fishing nets in {}?"
    assert verdict(asked.format("the yard"), *HARBOUR, similarity=1.0) is Verdict.ANSWER
    assert verdict(asked.format("Lisbon"), *HARBOUR, similarity=1.0) is Verdict.NEAREST


def test_the_nearer_the_surer() -> None:
    verdicts = [
        verdict("Are fishing nets mended with lava?", *HARBOUR, similarity=n / 100) for n in range(-100, 101, 2)
    ]
    assert verdicts == sorted(verdicts, key=ORDER.index)
    assert set(verdicts) == set(ORDER)


@pytest.mark.parametrize("similarity", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
def test_unknown_words_never_make_it_surer(similarity: float) -> None:
    unknown = ["glaciers", "tectonics", "basalt", "magma", "gneiss", "lava"]
    verdicts = [
        verdict(f"Are fishing nets mended {' '.join(unknown[:count])}?", *HARBOUR, similarity=similarity)
        for count in range(len(unknown) + 1)
    ]
    assert verdicts == sorted(verdicts, key=ORDER.index, reverse=True)


def test_documents_in_other_languages_make_no_word_unknown() -> None:
    others = [
        read("de", "Gulaschsuppe kostet drei Taler.", language="de"),
        read("fr", "La soupe coûte trois écus.", language="fr"),
    ]
    asked = "Which organisations publish policies and activities regularly?"
    own = read("en", "The organisations publish their policies and activities regularly.")
    assert verdict(asked, own) is verdict(asked, own, *others) is Verdict.ANSWER


def test_words_in_a_language_of_no_document_are_not_unknown() -> None:
    asked = "Où répare-t-on les filets ?"
    assert verdict(asked, *HARBOUR, language="fr", similarity=0.9) is Verdict.ANSWER


@pytest.mark.parametrize("text", ["?", "the of and", "…"])
def test_a_question_without_content_words_is_judged(text: str) -> None:
    assert verdict(text) in ORDER


class _Squeezed:
    """Another model's scale: every cosine c becomes ``floor`` + (1 - ``floor``) * c."""

    def __init__(self, floor: float) -> None:
        self._floor, self._inner = floor, HashEmbedder(64)
        self.dimensions, self.fingerprint = self._inner.dimensions + 1, f"squeezed:{floor}"

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """See ``Embedder.embed_passages``."""
        vectors = [self.embed_question(text) for text in texts]
        return np.array(vectors, dtype=np.float32).reshape(-1, self.dimensions)

    def embed_question(self, text: str) -> Vector:
        """See ``Embedder.embed_question``."""
        inner = (1 - self._floor) ** 0.5 * self._inner.embed_question(text)
        return np.append(inner, np.float32(self._floor**0.5)).astype(np.float32)


@pytest.mark.parametrize("floor", [0.3, 0.7, 0.85])
@pytest.mark.parametrize(
    "text", ["Where does the club mend nets?", "When does the ferry leave?", "Which glaciers melted?", "Is bread sold?"]
)
def test_the_scale_of_a_models_cosines_does_not_matter(text: str, floor: float) -> None:
    asked = Question(text=text, language="en", topic=text, wants=frozenset())

    def score(embedder: Embedder) -> float:
        index = memory_index(HARBOUR, embedder)
        return confidence(asked, search(asked, index, embedder, SCOPE), index, SCOPE)

    assert score(_Squeezed(floor)) == pytest.approx(score(EMBEDDER), abs=0.01)
