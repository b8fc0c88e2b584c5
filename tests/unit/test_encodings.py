"""Texts that do not say their encoding: the one is taken in whose letters their language is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.readers.alphabets import fit
from ingest.readers.registry import read_bytes

TEXTS = {
    "fr": "Où que l’on naisse, être soigné n’est pas une faveur : c’est un droit.",
    "de": "Größe zählt nicht, und „Papiere“ verlangt hier niemand an der Tür.",
    "pl": "Wszyscy ludzie rodzą się wolni i równi w godności i prawach.",
    "cs": "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv.",
    "hu": "Minden emberi lény szabadon születik és egyenlő méltósága és joga van.",
    "tr": "Barınakta kırk yatak vardır ve ücretsizdir. Işık, çığ ve İstanbul.",
    "lt": "Visi žmonės gimsta laisvi ir lygūs savo orumu ir teisėmis.",
    "hr": "Sva ljudska bića rađaju se slobodna i jednaka u dostojanstvu i pravima.",
}


@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        ("fr", "cp1252"),
        ("fr", "mac_roman"),
        ("de", "cp1252"),
        ("de", "mac_roman"),
        ("pl", "cp1250"),
        ("pl", "iso8859_2"),
        ("cs", "cp1250"),
        ("cs", "iso8859_2"),
        ("hu", "cp1250"),
        ("tr", "cp1254"),
        ("lt", "cp1257"),
        ("hr", "iso8859_2"),
    ],
)
def test_one_sentence_tells_its_encoding(language: str, encoding: str) -> None:
    result = read_bytes(TEXTS[language].encode(encoding), Path("a.txt"))
    assert (result.text, result.notes) == (TEXTS[language], ())


@pytest.mark.parametrize("language", TEXTS)
def test_a_language_fits_its_own_letters(language: str) -> None:
    assert fit(TEXTS[language], language) == 1


@pytest.mark.parametrize(
    "text", ["gođno¶ci", "syntyvŠt vapaina", "la sant‚ et l'‚ducation", "njer§zit", "Oů que l’on naisse"]
)
def test_signs_and_capitals_within_words_and_letters_of_others_do_not_fit(text: str) -> None:
    assert all((fit(text, language) or 0) < 1 for language in ("fi", "fr", "pl", "sq"))


def test_without_letters_to_judge_by_nothing_is_said() -> None:
    assert fit("plain", "en") is None
    assert fit("Права", "ru") is None
