"""The table of cue phrases is complete in every language, and phrases are found as whole words only."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.cues import Cues, Heard, cues
from ingest.text import fold
from prompts.loader import languages

TABLE = tomllib.loads((files("assistant") / "cues.toml").read_text(encoding="utf-8"))


def test_every_language_that_answers_are_worded_in_has_cues() -> None:
    assert set(TABLE) == set(languages())


@pytest.mark.parametrize("language", sorted(TABLE))
def test_every_list_is_filled_with_phrases_that_can_be_heard(language: str) -> None:
    known = cues(language)
    for field in fields(Cues):
        phrases = getattr(known, field.name)
        assert phrases, field.name
        for phrase in frozenset().union(*phrases.values()) if field.name == "kinds" else phrases:
            assert Heard(phrase).holds(frozenset({phrase})), (field.name, phrase)
    assert known.kinds.keys() == cues("en").kinds.keys()


@pytest.mark.parametrize("language", sorted(TABLE))
def test_no_phrase_is_listed_twice(language: str) -> None:
    for name, phrases in TABLE[language].items():
        for listed in phrases.values() if name == "kinds" else [phrases]:
            folded = [fold(phrase) for phrase in listed]
            assert len(folded) == len(set(folded)), name


def test_an_unknown_language_is_read_with_english() -> None:
    assert cues("xx") is not None
    assert cues("xx").number == cues("en").number


@pytest.mark.parametrize(
    ("text", "phrase", "heard"),
    [
        ("How many members?", "how many", True),
        ("HOW  MANY\nmembers", "how many", True),
        ("Show many members", "how many", False),
        ("how manyfold", "how many", False),
        ("members (how many)?", "how many", True),
        ("À quelle date ?", "quelle date", True),
        ("Qu’est-ce que d’après lui…", "apres", False),
        ("… d’après lui", "d'apres lui", True),
        ("third-party view", "third-party", True),
        ("third–party view", "third-party", True),
        ("", "how many", False),
        ("'quoted'", "quoted", True),
    ],
)
def test_phrases_are_whole_words(text: str, phrase: str, heard: bool) -> None:
    assert bool(Heard(text).holds(frozenset({phrase}))) is heard


@given(st.text())
def test_any_text_can_be_listened_to(text: str) -> None:
    heard = Heard(text)
    assert heard.holds(frozenset(heard.words)) == frozenset(heard.words)
