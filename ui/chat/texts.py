"""The words of the page in the reader's language: one table, the language chosen, the direction of writing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
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


def texts(language: str) -> Texts:
    """The texts in a language, or in English where there are none."""
    table = _table()
    chosen = language if language in table else DEFAULT_LANGUAGE
    return Texts(chosen, table[chosen])


def languages() -> Mapping[str, str]:
    """Every language of the page with its own name, in the order of the table."""
    return {language: words["name"] for language, words in _table().items()}


def choose_language(asked: str | None, accepted: str | None) -> str:
    """The language of ``?lang=`` where the page has it, else the one of the Accept-Language header, else English."""
    have = languages()
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


def direction(language: str) -> Direction:
    """The direction in which a language (ISO 639) is written."""
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    table: dict[str, dict[str, str]] = tomllib.loads((files("ui.chat") / "texts.toml").read_text(encoding="utf-8"))
    return table
