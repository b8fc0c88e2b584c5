"""Which language a document or a question is in, without a network and without keeping the text.

The script decides where one language alone is written in it; among languages of one script the naive Bayes model over
byte n-grams that py3langid ships (Lui and Baldwin 2012, "langid.py: An Off-the-shelf Language Identification Tool").
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

UNDETERMINED = "und"
"""ISO 639-2 for text whose language cannot be told."""

_SAMPLE = 20_000
"""Code points looked at, from the middle of a longer text: covers and contents are often in several languages."""

_FEWEST_LETTERS = 3
_TOLD = 0.35
"""Probability from which the language of a text in Latin letters counts as told; a paragraph reaches 0.99."""

_CLEAR = 0.4
_TIMES_DEFAULT = 4.0
"""What makes the language of a question clear: this probability, and this many times that of the default. Chosen on
short questions, where foreign names and keywords seldom reach 0.4 and whole questions seldom stay below 0.6."""

_ONE_LANGUAGE = {
    "GREEK": "el",
    "HEBREW": "he",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
    "THAI": "th",
    "LAO": "lo",
    "KHMER": "km",
    "MYANMAR": "my",
    "BENGALI": "bn",
    "GURMUKHI": "pa",
    "GUJARATI": "gu",
    "TAMIL": "ta",
    "TELUGU": "te",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "SINHALA": "si",
}
"""By the first word of the Unicode names of the script's letters."""

_LATIN = "LATIN"
_ETHIOPIC = "ETHIOPIC"
_SEVERAL_LANGUAGES = {
    _LATIN: "az ca cs cy da de en es et eu fi fr ga gl hr hu is it ku lb lt lv mt nl no pl pt ro sk sl so sq sv sw"
    " tl tr vi",
    "CYRILLIC": "be bg mk ru sr uk",
    "ARABIC": "ar fa ps ur",
    "DEVANAGARI": "hi ne",
}
"""Languages of Europe and of people who come to it. Bosnian and Serbian in Latin script count as "hr": what is written
in them differs too little to tell from a question."""

_TIGRINYA = re.compile(r"[ኣቐቑቒቓቔቕ]|\b(?:እዩ|እያ|እዮም|እንታይ|ናይ|ድማ|ኢዩ)\b")
_AMHARIC = re.compile(r"[አ]|\b(?:ነው|ናቸው|ምንድን|እና|ነበር|ላይ)\b")
_NOT_A_WORD = re.compile(r"//|@|www\.|\d")
"""What addresses and numbers hold."""

_ACRONYM = re.compile(r"(?<![A-ZÀ-Þa-zà-ÿ])[A-ZÀ-Þ]{2,}(?![a-zà-ÿ])")
"""Written in Latin letters in many scripts, and says nothing of the language."""


def detect_language(text: str) -> str:
    """The language that most of ``text`` is in (ISO 639-1), or ``UNDETERMINED`` where it is too short or not letters.

    The first call loads the model (about half a second); later ones take a millisecond.
    """
    script, text = _script_and_words(text)
    if script not in _SEVERAL_LANGUAGES:
        return _of_script(script, text)
    language, probability = max(_probabilities(text, script).items(), key=lambda item: item[1])
    return language if probability >= _TOLD or script != _LATIN else UNDETERMINED


def question_language(text: str, *, default: str) -> str:
    """The language of a question where the evidence is clear, else ``default``.

    Keywords, misspellings and names of foreign bodies stay in the default language: in Latin letters the words without
    capitals must speak for the same language as all words do, and no single word decides.
    """
    script, words = _script_and_words(text)
    if script != _LATIN:
        language = detect_language(text)
        return default if language == UNDETERMINED else language
    count = len(words.split())
    if count < 2:
        return default
    everything = _probabilities(words, script)
    language = max(everything, key=everything.__getitem__)
    for probabilities in (everything, _probabilities(_without_names(words), script)):
        if probabilities[language] < max(_CLEAR, _TIMES_DEFAULT * probabilities.get(default, 0.0)):
            return default
    if count > 2:
        others = _probabilities(_without_longest(words), script)
        if others[language] < others.get(default, 0.0):
            return default
    return language


def _script_and_words(text: str) -> tuple[str, str]:
    """The script of most letters ("" for too few) and the text that counts: no addresses, no numbers."""
    if len(text) > _SAMPLE:
        middle = len(text) // 2
        text = text[middle - _SAMPLE // 2 : middle + _SAMPLE // 2]
    words = unicodedata.normalize("NFC", text).split()
    text = " ".join(word for word in words if not _NOT_A_WORD.search(word))
    if any(character.isalpha() and not character.isupper() for character in text):
        text = _ACRONYM.sub(" ", text)
    text = " ".join(word for word in text.split() if any(character.isalpha() for character in word))
    letters = Counter(character for character in text if character.isalpha())
    scripts: Counter[str] = Counter()
    for character, count in letters.items():
        scripts[unicodedata.name(character, "").partition(" ")[0]] += count
    if scripts.total() < _FEWEST_LETTERS and scripts.keys() <= {_LATIN}:
        return "", text
    if scripts["CJK"] and scripts["HIRAGANA"] + scripts["KATAKANA"] > 0:
        return "HIRAGANA", text
    return max(scripts, key=lambda script: (scripts[script], script)), text


def _of_script(script: str, text: str) -> str:
    if script == _ETHIOPIC:
        tigrinya, amharic = len(_TIGRINYA.findall(text)), len(_AMHARIC.findall(text))
        return "ti" if tigrinya > amharic else "am"
    return _ONE_LANGUAGE.get(script, UNDETERMINED)


def _without_names(text: str) -> str:
    """``text`` without the words that begin with a capital, but for its first."""
    if text.isupper():
        return text
    first, *others = text.split()
    return " ".join([first, *(word for word in others if not word.lstrip("\"'“‘«„(¿¡").istitle())])


def _without_longest(text: str) -> str:
    words = text.split()
    words.remove(max(words, key=len))
    return " ".join(words)


def _probabilities(text: str, script: str) -> dict[str, float]:
    """How likely each language of ``script`` is; they sum to 1."""
    languages = _SEVERAL_LANGUAGES[script].split()
    ranked = {language: score for language, score in _model().rank(text) if language in languages}
    total = sum(ranked.values())
    return {language: score / total for language, score in ranked.items()}


@cache
def _model() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  numpy would slow every start

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(" ".join(_SEVERAL_LANGUAGES.values()).split())
    return model
