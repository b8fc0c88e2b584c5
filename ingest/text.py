"""Words as everybody in the project compares them: folded, tokenised, stemmed."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import Stemmer

_LOOKALIKES = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛ʼ′`´", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "…": "...",
        "ı": "i",
    }
)
_TOKEN = re.compile(r"\d+(?:[.,:/-]\d+)*|[^\W\d_]+")
_NUMBER = re.compile(r"\d{1,3}(?: \d{3})+(?!\d)|\d+(?:[.,:/-]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:([., ])\d{3})(?:\1\d{3})*")
_NUMBER_PARTS = re.compile(r"\d+")

# ISO 639-1 → name of the Snowball stemmer; languages without one are compared by folded words.
_STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hu": "hungarian",
    "hy": "armenian",
    "it": "italian",
    "lt": "lithuanian",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "tr": "turkish",
}
# ISO 639-1 → the stop list of bm25s (Snowball's lists); elsewhere the weight of a word alone says how common it is.
_STOP_LISTS = {
    "da": "DANISH",
    "de": "GERMAN",
    "en": "EN_PLUS",
    "es": "SPANISH",
    "fr": "FRENCH",
    "it": "ITALIAN",
    "nl": "DUTCH",
    "no": "NORWEGIAN",
    "pt": "PORTUGUESE",
    "ru": "RUSSIAN",
    "sv": "SWEDISH",
    "tr": "TURKISH",
}


def fold(text: str) -> str:
    """The same letters for the same word: NFKC, quotes and dashes unified, no case, no accents, single spaces."""
    if text.isascii():
        return " ".join(text.replace("`", "'").lower().split())
    text = unicodedata.normalize("NFKC", text.translate(_LOOKALIKES)).translate(_LOOKALIKES)
    letters = unicodedata.normalize("NFD", text.casefold())
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())


def words(text: str) -> list[str]:
    """The words and numbers of a text in order, lower case, accents kept. ``2012/29`` stays one number."""
    text = unicodedata.normalize("NFKC", text.translate(_LOOKALIKES))
    return [token.casefold() for token in _TOKEN.findall(text)]


def stems(text: str, language: str) -> list[str]:
    """The content words of a text in order, folded and stemmed; a compound number is followed by its parts.

    ``language`` is an ISO 639-1 code; an unknown one drops no stop words and stems nothing.
    """
    stop = stop_words(language)
    found: list[str] = []
    for word in words(text):
        if word in stop:
            continue
        if word[0].isdigit():
            found.append(word)
            parts = _NUMBER_PARTS.findall(word)
            if len(parts) > 1:
                found.extend(parts)
        elif len(word) > 1 or not word.isascii():
            found.append(_stem(word, language))
    return found


@cache
def stop_words(language: str) -> frozenset[str]:
    """The function words of a language, lower case; empty where none are known."""
    if language not in _STOP_LISTS:
        return frozenset()
    from bm25s import stopwords  # noqa: PLC0415 (loads numerical libraries)

    return frozenset(getattr(stopwords, f"STOPWORDS_{_STOP_LISTS[language]}"))


@lru_cache(maxsize=65_536)
def _stem(word: str, language: str) -> str:
    stemmer = _stemmer(language)
    return fold(stemmer.stemWord(word) if stemmer else word)


@cache
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    import Stemmer  # noqa: PLC0415 (a compiled library, needed only for languages that have a stemmer)

    return Stemmer.Stemmer(_STEMMERS[language]) if language in _STEMMERS else None


def numbers(text: str) -> frozenset[str]:
    """Every number of a text in one notation: ``1,234``, ``1.234`` and ``1 234`` are ``1234``; ``3,5`` is ``3.5``.

    Compounds such as ``2012/29`` or ``2016-2020`` count whole and by their parts.
    """
    text = unicodedata.normalize("NFKC", text.translate(_LOOKALIKES))
    found: set[str] = set()
    for match in _NUMBER.finditer(text):
        token = match.group()
        if _GROUPED.fullmatch(token):
            found.add(re.sub(r"\D", "", token))
            continue
        found.add(token.replace(",", ".") if token.count(",") == 1 and "." not in token else token)
        found.update(_NUMBER_PARTS.findall(token))
    return frozenset(found)
