"""Support by words, numbers and negation: what it says of single sentences, and how far it agrees with readers."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from assistant.evaluation.support import judge

TABLE = tomllib.loads((Path(__file__).parent / "support_pairs.toml").read_text(encoding="utf-8"))
SEEN = {"verbatim", "number", "date", "negation", "part", "paraphrase", "unrelated"}
"""Rules of the table that words, numbers and negation can show; the others need somebody who understands."""


def agreement(*, held_back: bool, labels: set[str], rules: set[str] | None = None) -> tuple[int, int]:
    agree = whole = 0
    for text in TABLE["text"]:
        if text.get("held_back", False) is not held_back:
            continue
        context = f"{text.get('speaker', '')} {text.get('context', '')}"
        for label, rule, sentence in text["pairs"]:
            if label in labels and (rules is None or rule in rules):
                found = judge(sentence, text["evidence"], text.get("language", "en"), context=context).support
                agree += found == {"not": "unsupported"}.get(label, label)
                whole += 1
    return agree, whole


@pytest.mark.parametrize("held_back", [False, True])
def test_what_readers_found_supported_is_supported(held_back):
    agree, whole = agreement(held_back=held_back, labels={"supported"})
    assert whole >= 30
    assert agree >= 0.85 * whole


@pytest.mark.parametrize("held_back", [False, True])
def test_changed_numbers_dates_and_negations_are_seen(held_back):
    agree, whole = agreement(held_back=held_back, labels={"not"}, rules=SEEN)
    assert whole >= 30
    assert agree >= 0.85 * whole


@pytest.mark.parametrize(
    ("sentence", "source", "support", "missing"),
    [
        ("The club owns 41 boats.", "The club owns 40 boats.", "unsupported", "the number 41 is not in the source"),
        ("It met on 3 May 2020.", "It met on 4 May 2020.", "unsupported", "the date 3 may 2020 is not in the source"),
        (
            "It met on 3 May 2020.",
            "It met on 4 May 2020 and on 3 May 2020.",
            "supported",
            "",
        ),
        (
            "The club gave $40 to boats.",
            "The club gave €40 to boats.",
            "unsupported",
            "the number 40 has another currency in the source",
        ),
        ("The club gave €40 to boats.", "The club gave 40 EUR to boats.", "supported", ""),
        ("The club gave 40 to boats.", "The club gave €40 to boats.", "supported", ""),
        ("It was in 2020.", "It met on 4 May 2020.", "supported", ""),
        (
            "The club owns 12 boats and 48 oars.",
            "The club owns 48 boats and 12 oars.",
            "unsupported",
            "the source counts 48 where the sentence counts 12",
        ),
        ("The club owns 12 boats.", "The club owned 8 boats in spring and owns 12 boats now.", "supported", ""),
        (
            "In winter the choir sings for 48 hours.",
            "The club owns 48 boats by the old bridge over the river. The choir sings in winter for hours.",
            "unsupported",
            "the number 48 stands for something else in the source",
        ),
        (
            "The club sails to Ghent.",
            "The club sails to Bruges.",
            "unsupported",
            "the name ghent is not in the source",
        ),
        (
            "The club joined the IRU.",
            "The club joined the International Rowing Union.",
            "partial",
            "the source has no words like iru",
        ),
        (
            "The club does not lend boats.",
            "The club lends boats.",
            "unsupported",
            "the sentence denies what the source says",
        ),
        ("The club lends boats.", "The club doesn’t lend boats.", "unsupported", "the source denies it"),
        ("The club lends boats.", "The club lends boats, but it does not lend oars.", "supported", ""),
        ("The club doesn't lend oars.", "The club lends boats, but it does not lend oars.", "supported", ""),
        (
            "The club sings and dances in winter.",
            "The choir practises on Mondays.",
            "unsupported",
            "the source has no words like club, sing, danc, winter",
        ),
        (
            "The old club owns boats and sings loudly.",
            "The old club owns boats.",
            "partial",
            "the source has no words like sing, loud",
        ),
        ("It is so.", "It is so.", "unsupported", "nothing in it can be compared"),
        ("It is 48.", "It is 48.", "supported", ""),
    ],
)
def test_what_the_source_lacks_is_said(sentence, source, support, missing):
    found = judge(sentence, [source], "en")
    assert (found.support, found.missing) == (support, missing)


def test_sources_are_read_together():
    sentence = "The club owns 48 boats and opens in April."
    assert judge(sentence, ["The club opens in April.", "The club owns 48 boats."], "en").support == "supported"
    assert judge(sentence, ["The club opens in April."], "en").support == "unsupported"


@pytest.mark.parametrize(
    ("sentence", "quotes", "support"),
    [
        ("Der Verein verleiht seine Boote gern.", ["The club lends its boats to everybody."], "not_assessable"),
        ("Der Verein verleiht 48 Boote.", ["The club lends its 47 boats to everybody."], "unsupported"),
        (
            "Der Verein verleiht seine Boote gern.",
            ["The club lends its boats to everybody.", "Der Chor singt montags in der alten Halle."],
            "unsupported",
        ),
        ("Der Verein verleiht seine Boote.", ["Der Verein verleiht seine Boote."], "supported"),
        ("Der Verein verleiht seine Boote gern.", ["…"], "unsupported"),
    ],
)
def test_other_languages_are_beyond_comparison_but_for_numbers(sentence, quotes, support):
    assert judge(sentence, quotes, "de").support == support
