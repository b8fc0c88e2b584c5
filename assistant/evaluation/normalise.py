"""How a reply is compared with what is expected: letters and words made alike, and nothing that changes a meaning.

Kept apart from the judgements of the pipeline on purpose: an instrument that shares the rules of what it measures
cannot see their mistakes.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛ʼ′`´", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", None),
        **dict(zip("ıłŁøØđĐ", "ilLoOdD", strict=True)),
        "٫": ".",
        "٬": ",",
    }
)
_DIGITS = {
    ord(digit): str(value)
    for zero in "٠۰०০੦૦௦౦೦൦๐໐"
    for value, digit in enumerate(chr(ord(zero) + offset) for offset in range(10))
}
_HYPHENATED = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad][^\S\n]*\n[^\S\n]*(?=[^\W\d_])(?![A-ZÀ-Þ])")
# Accents of Latin, Greek and Cyrillic letters, points of Hebrew, vowel signs and the stretching of Arabic. The vowels
# of Indic and Thai letters are letters.
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0640\u064b-\u0655\u0670]")
_WORD = re.compile(r"\w+")

# Scripts that put no space between words: there a word is compared by its characters.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_PIECE = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")
_UNSPACED_SIGN = re.compile(f"[{UNSPACED}]")
_SPACED_HYPHEN = re.compile(" ?- ?")
_ARABIC = re.compile("[\u0621-\u064a]")
_CLITICS = re.compile(r"(?<!\w)[وف]?[بكل]?(?:ال|ل)?\Z")
"""What Arabic writes together with the word behind it: and, so; by, as, for; the."""


@lru_cache(maxsize=4096)
def unify(text: str) -> str:
    """A text with plain quotation marks, dashes and digits, words joined that a line end divides, single spaces.

    Unicode compatibility forms are resolved (NFKC); case and accents stay.
    """
    if "\n" in text:
        text = _HYPHENATED.sub("", text)
    text = unicodedata.normalize("NFKC", text.translate(_PLAIN)).translate(_PLAIN)
    return " ".join(text.translate(_DIGITS).split())


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """``unify``, and no case and no accents: ``"Ο Σύλλογος"`` and ``"ΟΣΎΛΛΟΓΟΣ"`` have the same letters."""
    unified = unify(text).casefold()
    if unified.isascii():
        return unified
    # Taking marks away can leave a space, and composing letters a compatibility form.
    return " ".join(unicodedata.normalize("NFKC", _MARKS.sub("", unicodedata.normalize("NFD", unified))).split())


def pieces(text: str) -> list[str]:
    """The folded words of a text in order; in scripts without spaces its characters."""
    return _PIECE.findall(fold(text))


def word_counts(text: str) -> Counter[str]:
    """How often each of ``pieces`` occurs."""
    return Counter(pieces(text))


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording that is looked for as whole words in folded texts."""

    pattern: re.Pattern[str]
    first: str
    last: str

    def find(self, folded: str) -> str | None:
        """The words of a folded text that are the wording, None where there are none."""
        for match in self.pattern.finditer(folded):
            start = _begins(folded, match.start(), self.first)
            if start is not None and _ends(folded, match.end(), self.last):
                return folded[start : match.end()]
        return None


@lru_cache(maxsize=16_384)
def wording(alias: str) -> Wording | None:
    """What finds an alias; None for one without a letter or digit.

    A hyphen is also found as a space or as nothing, a space also as a hyphen. ``10`` is in none of 2010, 10.5 and
    10,000. Where no spaces divide words, any place will do; what Arabic writes together with a word may stand before.
    """
    folded = fold(alias).strip("\"'.,;:!? ")
    if not _WORD.search(folded):
        return None
    joints = {"-": r"\s?-?\s?", " ": r"[\s-]"}
    inner = "".join(joints.get(sign) or re.escape(sign) for sign in _SPACED_HYPHEN.sub("-", folded))
    return Wording(re.compile(inner), folded[0], folded[-1])


def _begins(text: str, at: int, first: str) -> int | None:
    """Where the word begins that begins at ``at`` with ``first``, or with clitics before it; None where it does not."""
    if at == 0 or not first.isalnum() or _UNSPACED_SIGN.match(first):
        return at
    before = text[at - 1]
    if first.isdigit() and before in ".," and at > 1 and text[at - 2].isdigit():
        return None
    if not (before.isalnum() or before == "_") or _UNSPACED_SIGN.match(before):
        return at
    if _ARABIC.match(first) and (clitics := _CLITICS.search(text, 0, at)):
        return clitics.start()
    return None


def _ends(text: str, at: int, last: str) -> bool:
    """Whether the word that ends before ``at`` with ``last`` does end there."""
    if at == len(text) or not last.isalnum() or _UNSPACED_SIGN.match(last):
        return True
    behind = text[at]
    if last.isdigit() and behind in ".," and text[at + 1 : at + 2].isdigit():
        return False
    return not (behind.isalnum() or behind == "_") or _UNSPACED_SIGN.match(behind) is not None
