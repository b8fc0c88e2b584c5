"""The words of the page in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from ui import languages as of_readers
from ui.languages import DEFAULT_LANGUAGE, Direction, Texts, direction

__all__ = ["DEFAULT_LANGUAGE", "Direction", "Texts", "choose_language", "direction", "languages", "texts"]

_HERE = "ui.chat"


def texts(language: str) -> Texts:
    """The texts in a language, or in English where there are none."""
    return of_readers.texts_in(_HERE, language)


def languages() -> Mapping[str, str]:
    """Every language of the page with its own name, in the order of the table."""
    return {language: words["name"] for language, words in of_readers.table_of_texts(_HERE).items()}


def choose_language(asked: str | None, accepted: str | None) -> str:
    """The language of ``?lang=`` where the page has it, else the one of the Accept-Language header, else English."""
    return of_readers.choose_language(asked, accepted, of_readers.table_of_texts(_HERE))
