"""The words of abbreviations.toml: whose full stop does not end a sentence, and which do begin one, by language."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

_SHARED = "shared"
_CLASSES = ("joining", "numbered", "naming", "closing")
"""A word is in one of these at most: what a language says of it takes the place of what is shared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Abbreviations:
    """The words of one language and the shared ones; abbreviations.toml says what each field means.

    Words are case-folded and without their last full stop, but for those of ``joining`` that hold only with capitals.
    """

    joining: frozenset[str]
    numbered: frozenset[str]
    naming: frozenset[str]
    dating: frozenset[str]
    closing: frozenset[str]
    counting: frozenset[str]
    starters: frozenset[str]
    ordinals: bool


@cache
def abbreviations(language: str) -> Abbreviations:
    """What is known of ``language``: ISO 639-1, a region after a hyphen is ignored.

    A language without a table has the shared words only: no starters, no ordinals.
    """
    tables = _tables()
    shared, own = tables[_SHARED], tables.get(language.casefold().replace("_", "-").partition("-")[0], {})

    ruled = frozenset[str]().union(*(_words(own, field) for field in _CLASSES))

    def words(field: str) -> frozenset[str]:
        return (_words(shared, field) - ruled) | _words(own, field)

    return Abbreviations(
        joining=words("joining"),
        numbered=words("numbered"),
        naming=words("naming"),
        dating=words("dating"),
        closing=words("closing"),
        counting=words("counting"),
        starters=words("starters"),
        ordinals=own.get("ordinals", False),
    )


def _words(table: dict[str, Any], field: str) -> frozenset[str]:
    """Case-folded, which is more than small letters ("ß", "ς"), but for a word that is to hold with capitals only."""
    return frozenset(word.casefold() if word.islower() else word for word in table.get(field, "").split())


@cache
def _tables() -> dict[str, dict[str, Any]]:
    """The file's tables, and each again under every language that uses the same one."""
    tables = tomllib.loads(resources.files("ingest").joinpath("abbreviations.toml").read_text(encoding="utf-8"))
    return tables | {code: table for table in tables.values() for code in table.get("also", "").split()}
