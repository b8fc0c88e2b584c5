"""What is said to readers, in their language: tables of texts, the language chosen, the direction of writing."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from typing import Literal

DEFAULT_LANGUAGE = "en"

Direction = Literal["ltr", "rtl"]

_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "syr", "ug", "ur", "yi"})
_MOST_WISHES = 20
"""Entries of an Accept-Language header that are looked at."""
_WISH = re.compile(r"\s*([A-Za-z]{2,8})(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?")


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts in one language; ``words`` are those without their variables filled in."""

    language: str
    words: Mapping[str, str]

    @property
    def direction(self) -> Direction:
        """The direction in which this language is written."""
        return direction(self.language)

    @property
    def attributes(self) -> str:
        """Language and direction for the HTML element around texts: Gradio says "ltr" around everything."""
        return f'lang="{self.language}" dir="{self.direction}"'

    def say(self, name: str, **variables: object) -> str:
        """A text with its variables filled in. Values are never read as templates. Raises KeyError."""
        return Template(self.words[name]).substitute(variables)


@cache
def table_of_texts(package: str) -> Mapping[str, Mapping[str, str]]:
    """The texts in ``texts.toml`` of a package, or in all files of its folder ``words``, by language; each language has
    the same keys. Raises ValueError where two files have the same key.
    """
    folder = files(package) / "words"
    found = sorted(folder.iterdir(), key=lambda file: file.name) if folder.is_dir() else [files(package) / "texts.toml"]
    table: dict[str, dict[str, str]] = {}
    for file in found:
        for language, words in tomllib.loads(file.read_text(encoding="utf-8")).items():
            known = table.setdefault(language, {})
            if twice := known.keys() & words.keys():
                raise ValueError(f"{file.name} says {', '.join(sorted(twice))} again")
            known |= words
    return table


def texts_in(package: str, language: str) -> Texts:
    """The texts of a package in a language, or in English where there are none."""
    table = table_of_texts(package)
    chosen = language if language in table else DEFAULT_LANGUAGE
    return Texts(chosen, table[chosen])


def choose_language(asked: str | None, accepted: str | None, have: Collection[str]) -> str:
    """The language of ``?lang=`` where there is such a one, else that of the Accept-Language header, else English."""
    if asked in have:
        return str(asked)
    parts = (accepted or "").split(",", _MOST_WISHES)[:_MOST_WISHES]
    wishes = [
        (float(wish[2] or 1), wish[1].lower())
        for part in parts
        if (wish := _WISH.fullmatch(part)) and wish[1].lower() in have
    ]
    # max() takes the first of equals: the order of the header decides.
    weight, language = max(wishes, key=lambda wish: wish[0], default=(0.0, DEFAULT_LANGUAGE))
    return language if weight > 0 else DEFAULT_LANGUAGE


def direction_of(text: str) -> Direction:
    """The direction in which most letters of a text are written."""
    ways = [unicodedata.bidirectional(sign) for sign in text if sign.isalpha()]
    backward = sum(way in {"R", "AL"} for way in ways)
    return "rtl" if backward > len(ways) - backward else "ltr"


def direction(language: str) -> Direction:
    """The direction in which a language (ISO 639) is written."""
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"
