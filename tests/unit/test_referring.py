"""Which documents a follow-up means."""

from __future__ import annotations

import pytest

from assistant.events import Turn
from assistant.question import analyse
from assistant.referring import refer
from ingest.document import Metadata


def plan(year: int, **fields: str) -> Metadata:
    return Metadata(title=f"Harbour Aid Plan {year}", language="en", kind="strategy", published=str(year), **fields)


DOCUMENTS = {
    "p1": plan(2010),
    "p2": plan(2015),
    "p3": plan(2020),
    "site": Metadata(title="Harbour Aid website", language="en", kind="web page"),
    "view": Metadata(title="A view", language="en", kind="profile", publisher="Watch", authority="third_party"),
}
ASKED = Turn(role="user", content="How many beds does the 2015 plan promise?")
QUOTED = Turn(
    role="assistant", content="**Harbour Aid Plan 2015** (2015; superseded by Harbour Aid Plan 2020):\n\n> Beds."
)


def meant(
    asked: str, *history: Turn, language: str = "en", documents: dict[str, Metadata] = DOCUMENTS
) -> dict[str, float]:
    earlier = " ".join(turn.content for turn in history if turn.role == "user")
    question = analyse(f"{earlier} {asked}", language, documents, ("Harbour Aid",))
    return dict(refer(question, asked, history, documents, ("Harbour Aid",)).documents)


@pytest.mark.parametrize(
    ("asked", "language", "expected"),
    [
        ("and the earlier one?", "en", {"p1": 2.0, "p2": -1.0}),
        ("And what does the next plan say?", "en", {"p2": -1.0, "p3": 2.0}),
        ("no, I meant the older plan", "en", {"p1": 2.0, "p2": -1.0}),
        ("and by the time of the plan after that?", "en", {"p2": -1.0, "p3": 2.0}),
        ("What else does that plan say?", "en", {"p2": 2.0}),
        ("What does that document say about food?", "en", {"p2": 2.0}),
        ("And their website?", "en", {"p2": -1.0, "site": 1.0}),
        ("And what do outsiders say?", "en", {"p2": -1.0, "view": 1.0}),
        ("How does that differ from the earlier one?", "en", {"p1": 2.0, "p2": 2.0}),
        ("Et le plan précédent ?", "fr", {"p1": 2.0, "p2": -1.0}),
        ("Und der frühere?", "de", {"p1": 2.0, "p2": -1.0}),
        ("¿Y el plan siguiente?", "es", {"p2": -1.0, "p3": 2.0}),
        ("E quello precedente?", "it", {"p1": 2.0, "p2": -1.0}),
        ("En het volgende plan?", "nl", {"p2": -1.0, "p3": 2.0}),
        ("E o anterior?", "pt", {"p1": 2.0, "p2": -1.0}),
        ("A poprzedni?", "pl", {"p1": 2.0, "p2": -1.0}),
        ("Και το προηγούμενο;", "el", {"p1": 2.0, "p2": -1.0}),
        ("والسابق؟ أقصد السابق", "ar", {"p1": 2.0, "p2": -1.0}),
        ("Peki ya önceki?", "tr", {"p1": 2.0, "p2": -1.0}),
    ],
)
def test_a_follow_up_points_at_documents_beside_the_one_spoken_of(
    asked: str, language: str, expected: dict[str, float]
) -> None:
    assert meant(asked, ASKED, QUOTED, language=language) == expected


def test_what_is_pointed_at_is_read_from_the_labels_of_an_answer_too() -> None:
    asked = Turn(role="user", content="How many beds?")
    assert meant("and the earlier one?", asked, QUOTED) == {"p1": 2.0, "p2": -1.0}
    profile = Turn(role="assistant", content="According to Watch, a third party (A view):\n\n> Beds.")
    assert meant("What does that document say on food?", asked, profile) == {"view": 2.0}


def test_of_two_spoken_of_the_earlier_one_is_the_earlier_of_them() -> None:
    both = Turn(
        role="assistant", content="**Harbour Aid Plan 2020**:\n\n> Beds.\n\n**Harbour Aid Plan 2010**:\n\n> Food."
    )
    asked = Turn(role="user", content="How many beds?")
    assert meant("and the earlier one?", asked, both) == {"p1": 2.0, "p3": -1.0}
    assert meant("and the later one?", asked, both) == {"p1": -1.0, "p3": 2.0}


def test_links_between_documents_go_before_dates() -> None:
    documents = {**DOCUMENTS, "p2": plan(2015, supersedes="old"), "old": plan(2005)}
    assert meant("and the earlier one?", ASKED, QUOTED, documents=documents) == {"old": 2.0, "p2": -1.0}


def test_without_a_pointer_documents_spoken_of_weigh_a_little() -> None:
    asked = Turn(role="user", content="How many beds?")
    assert meant("And in winter?", asked, QUOTED) == {"p2": 0.5}
    assert meant("And in winter?", asked, Turn(role="assistant", content="Forty.")) == {}
