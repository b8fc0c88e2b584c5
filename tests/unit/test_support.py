"""The rules of support on a table of sentences judged by reading, and how far they agree with it.

``pytest tests/unit/test_support.py -s`` prints the confusion tables.
"""

from __future__ import annotations

import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.support import EvidenceText, judge

LABELS = ("supported", "partial", "not", "not_assessable")
TURNING = {"number", "date", "name", "negation", "modality", "speaker", "quotation", "address"}
"""Rules on which no sentence that is not supported may pass for supported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    label: str
    rule: str
    sentence: str
    language: str
    evidence: tuple[EvidenceText, ...]
    held_back: bool


def pairs() -> Iterator[Pair]:
    table = tomllib.loads((Path(__file__).parent / "support_pairs.toml").read_text(encoding="utf-8"))
    for text in table["text"]:
        language = text.get("language", "en")
        evidence = tuple(
            EvidenceText(
                words=words,
                language=text.get("evidence_language", language),
                authority=text.get("authority", "own"),
                speaker=text.get("speaker", ""),
                context=text.get("context", ""),
            )
            for words in text["evidence"]
        )
        for label, rule, sentence in text["pairs"]:
            yield Pair(
                label=label,
                rule=rule,
                sentence=sentence,
                language=language,
                evidence=evidence,
                held_back=text.get("held_back", False),
            )


PAIRS = tuple(pairs())
CALIBRATION = [pair for pair in PAIRS if not pair.held_back]
HELD_BACK = [pair for pair in PAIRS if pair.held_back]


def judged(pair: Pair) -> str:
    return judge(pair.sentence, pair.evidence, pair.language).support


def confusion(pairs: Sequence[Pair]) -> Counter[tuple[str, str]]:
    """(label, judgement) → pairs."""
    return Counter((pair.label, judged(pair)) for pair in pairs)


def table(pairs: Sequence[Pair]) -> str:
    """The confusion of labels (rows) and judgements (columns), and what was judged wrongly by rule."""
    counted = confusion(pairs)
    lines = [f"{'label / judged':16}" + "".join(f"{name:>16}" for name in LABELS)]
    lines += [f"{label:16}" + "".join(f"{counted[label, found]:>16}" for found in LABELS) for label in LABELS]
    wrong = Counter(f"{pair.label} judged {judged(pair)}: {pair.rule}" for pair in pairs if judged(pair) != pair.label)
    lines += [f"{count} × {what}" for what, count in wrong.most_common()]
    return "\n".join([f"{len(pairs) - wrong.total()} of {len(pairs)} agree", *lines])


def passed_wrongly(pairs: Sequence[Pair]) -> list[str]:
    return [f"[{p.rule}] {p.sentence}" for p in pairs if p.label != "supported" and judged(p) == "supported"]


@pytest.mark.parametrize(
    ("name", "pairs", "agreement", "passing"),
    [("calibration", CALIBRATION, 0.97, 0), ("held back", HELD_BACK, 0.94, 0)],
)
def test_judgements_agree_with_readers(name: str, pairs: list[Pair], agreement: float, passing: int) -> None:
    shown = f"{name}: {table(pairs)}"
    print(shown)  # noqa: T201 (seen with -s, and where the floor is missed)
    assert sum(judged(pair) == pair.label for pair in pairs) >= agreement * len(pairs), shown
    assert len(passed_wrongly(pairs)) <= passing, passed_wrongly(pairs)


def test_nothing_that_turns_a_meaning_round_passes() -> None:
    assert passed_wrongly([pair for pair in PAIRS if pair.rule in TURNING]) == []


def test_the_table_covers_every_rule_and_language() -> None:
    assert len(PAIRS) >= 300
    assert {pair.rule for pair in PAIRS} >= TURNING | {
        "degree",
        "opposite",
        "invented",
        "together",
        "across",
        "paraphrase",
    }
    assert {pair.language for pair in PAIRS} == {"en", "fr", "es", "de", "it", "nl", "pt", "pl"}
    assert sum(pair.language != "en" for pair in PAIRS) >= 30
    assert {pair.label for pair in PAIRS} == set(LABELS)


def own(*texts: str, language: str = "en", context: str = "") -> list[EvidenceText]:
    return [EvidenceText(words=text, language=language, authority="own", context=context) for text in texts]


def missing(sentence: str, evidence: Sequence[EvidenceText], language: str = "en") -> set[tuple[str, str]]:
    return {(gone.kind, gone.text) for gone in judge(sentence, evidence, language).missing}


@pytest.mark.parametrize(
    ("sentence", "evidence", "expected"),
    [
        ("The club owns 41 boats.", "The club owns 40 boats.", ("number", "41")),
        ("The club met on 3 May 2020.", "The club met on 4 May 2020.", ("date", "3 May 2020")),
        ("Write to a@club.example now.", "Write to b@club.example now.", ("address", "a@club.example")),
        ("The hall lies in Ghent.", "The hall lies in Bruges.", ("name", "Ghent")),
        (
            "The club is “open to all who row”.",
            "The club is “open to all who sail”.",
            ("quotation", "open to all who row"),
        ),
        ("The club owns boats.", "The club does not own boats.", ("negation", "The club owns boats")),
        ("The club owns boats.", "The club will own boats.", ("modality", "The club owns boats")),
        ("The club owns boats.", "The mayor claims that the club owns boats.", ("speaker", "claims")),
        ("All boats leak.", "Boats leak.", ("degree", "all")),
        ("The fee rose in spring.", "The fee fell in spring.", ("opposite", "rose")),
        ("Boats leak in spring.", "Most boats leak in spring.", ("qualifier", "most")),
        ("The club owns green boats.", "The club owns boats.", ("word", "green")),
    ],
)
def test_what_is_missing_is_told_in_the_words_of_the_sentence(
    sentence: str, evidence: str, expected: tuple[str, str]
) -> None:
    assert expected in missing(sentence, own(evidence))
    assert judge(sentence, own(evidence), "en").support != "supported"


def test_a_third_party_is_named() -> None:
    evidence = [EvidenceText(words="The club leaks.", language="en", authority="third_party", speaker="Boat Weekly")]
    assert missing("The club leaks.", evidence) == {("speaker", "Boat Weekly")}
    assert judge("According to Boat Weekly, the club leaks.", evidence, "en").support == "supported"
    assert judge("According to Sail Monthly, the club leaks.", evidence, "en").support == "not"


def test_the_organisations_own_words_need_no_speaker_beside_a_third_partys() -> None:
    other = EvidenceText(words="The club owns boats.", language="en", authority="third_party", speaker="Boat Weekly")
    judgement = judge("The club owns boats.", [other, *own("The club owns boats.")], "en")
    assert (judgement.support, judgement.used) == ("supported", (1,))


def test_a_title_names_the_source_and_is_no_content() -> None:
    evidence = own("It owns boats.", context="Rowing Club: Report on swimming, 2019")
    assert judge("The Rowing Club owns boats.", evidence, "en").support == "supported"
    assert judge("According to the 2019 report, it owns boats.", evidence, "en").missing == ()
    assert judge("The Rowing Club owns boats for swimming.", evidence, "en").support != "supported"
    assert judge("The Rowing Club owned boats in 2019.", evidence, "en").support == "not"


def test_what_was_used_is_told() -> None:
    evidence = own("The hall is old.", "The club owns 40 boats.", "It was founded in 1950.")
    assert judge("The club owns 40 boats.", evidence, "en").used == (1,)
    assert judge("The club owns 40 boats, and the hall is old.", evidence, "en").used == (1, 0)


@pytest.mark.parametrize(("sentence", "evidence"), [("", []), ("", own("")), ("Yes.", own("Yes.")), ("…", own("…"))])
def test_what_says_nothing_is_supported_by_its_own_words_at_most(sentence: str, evidence: list[EvidenceText]) -> None:
    assert judge(sentence, evidence, "en").support == ("supported" if sentence == "Yes." else "not")


def test_an_unknown_language_is_compared_and_another_one_is_not() -> None:
    evidence = own("The club owns 40 boats.")
    assert judge("The club owns 40 boats.", evidence, "und").support == "supported"
    assert judge("Der Verein besitzt 40 Boote.", evidence, "de").support == "not_assessable"
    assert judge("Der Verein besitzt 50 Boote.", evidence, "de").support == "not"


def test_a_sentence_is_judged_in_three_milliseconds() -> None:
    texts = [pair.evidence[0] for pair in PAIRS if pair.language == "en"]
    evidence = list(dict.fromkeys(texts))[:12]
    sentences = [pair.sentence for pair in PAIRS if pair.language == "en"][:60]
    for sentence in sentences:
        judge(sentence, evidence, "en")

    def milliseconds() -> float:
        began = time.process_time()
        for sentence in sentences:
            judge(sentence, evidence, "en")
        return (time.process_time() - began) * 1000 / len(sentences)

    assert min(milliseconds() for _ in range(3)) < 3
