"""Drafted sentences that keep their evidence, get better evidence, or go."""

from __future__ import annotations

import pytest

from assistant.repair import repair
from assistant.support import EvidenceText

EVIDENCE = [
    EvidenceText(words=words, language=language, authority="own")
    for words, language in (
        ("The club owns 40 boats.", "en"),
        ("It was founded in 1950 in Ghent.", "en"),
        ("The hall does not open on Mondays.", "en"),
        ("Der Verein hat 300 Mitglieder.", "de"),
        ("The club owns 40 boats and two halls.", "en"),
        ("Members pay 20 euros a year.", "en"),
    )
]


@pytest.mark.parametrize(
    ("sentence", "cited", "markers", "support", "moved"),
    [
        # stands on what it cites, and on no more than is needed
        ("The club owns 40 boats.", (1,), (1,), "supported", False),
        ("The club owns 40 boats.", (5,), (5,), "supported", False),
        ("The club owns 40 boats.", (6, 1), (1,), "supported", False),
        ("The club owns 40 boats, and members pay 20 euros a year.", (1, 6), (1, 6), "supported", False),
        # better evidence
        ("The club owns 40 boats.", (3,), (1,), "supported", True),
        ("The club owns 40 boats.", (), (1,), "supported", True),
        ("The hall does not open on Mondays.", (1, 2), (3,), "supported", True),
        ("The club owns 40 boats, and members pay 20 euros a year.", (6,), (6, 1), "supported", True),
        # markers of no evidence are passed over
        ("The club owns 40 boats.", (0, 99), (1,), "supported", True),
        # in part, and in another language
        ("The club owns 40 boats and lends oars to schools nearby.", (1,), (1,), "partial", False),
        ("The club has 300 members.", (4,), (4,), "not_assessable", False),
    ],
)
def test_a_sentence_stays_on_evidence_that_holds_it(
    sentence: str, cited: tuple[int, ...], markers: tuple[int, ...], support: str, moved: bool
) -> None:
    repaired = repair(sentence, cited, EVIDENCE, "en")
    assert repaired is not None
    assert (repaired.markers, repaired.judgement.support, repaired.moved) == (markers, support, moved)


@pytest.mark.parametrize(
    ("sentence", "cited"),
    [
        ("The club owns 41 boats.", (1,)),
        ("The hall opens on Mondays.", (3,)),
        ("The club was founded in 1951 in Ghent.", (2,)),
        ("Penguins swim well.", (1,)),
        # nobody cited the German sentence, and that it speaks against nothing is no reason to
        ("The club has 300 members.", (1,)),
        ("The club has 300 members.", ()),
        ("The club has 301 members.", (4,)),
        ("", (1,)),
    ],
)
def test_a_sentence_that_nothing_holds_goes(sentence: str, cited: tuple[int, ...]) -> None:
    assert repair(sentence, cited, EVIDENCE, "en") is None


def test_without_evidence_every_sentence_goes() -> None:
    assert repair("The club owns 40 boats.", (1,), [], "en") is None
