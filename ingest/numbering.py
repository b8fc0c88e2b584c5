"""Numbers in front of lines: "1.", "(a)", "iv)", "3.2", "§ 5", "Article 4", "Kapitel II"."""

from __future__ import annotations

import re

NUMBERED = re.compile(r"^(\(?(?:\d{1,3}(?:\.\d{1,2})*|[^\W\d_]|[ivx]{1,5}|[IVX]{1,5})[.)])\s+(?=\S)")
"""A number or letter with its stop or bracket, and something behind it."""
DECIMAL = re.compile(r"^(\d{1,2}(?:\.\d{1,2})+)\s+(?=[\"“„«‘'(¿¡]?[^\W\d_])(?![\"“„«‘'(¿¡]?[a-zß-öø-ÿ])")
"""The number of a section or a numbered paragraph: "3.2", not that of "3.2 million"."""
_PLAIN = re.compile(r"^(\d{1,2})\s+(?=[^\W\d_])")
_PART = re.compile(r"^(§+|[^\W\d_]{2,14}\.?)\s+(?:\d{1,3}[a-z]{0,3}|[IVXLC]{1,7})(?=$|[.:)–—-]?(?:\s|$))")
_PART_ALONE = re.compile(r"^(?:§+|[^\W\d_]{2,14}\.?)\s+(?:\d{1,3}[a-z]{0,3}|[IVXLC]{1,7})[.:]?$")
_ROMAN = re.compile(r"(?=[ivx])(x{0,3})(ix|iv|v?i{0,3})")
_FIRST_LETTERS = "aαа"  # Latin, Greek, Cyrillic
_ALPHABET = 32
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10}


def label(line: str) -> str:
    """The number in front of a line, with its signs; "" where there is none."""
    match = NUMBERED.match(line) or DECIMAL.match(line)
    return match.group(1) if match else ""


def names_part(line: str) -> bool:
    """Whether a line is nothing but the name of a part of a law or a book: "§ 12a", "Article 3", "Rozdział IV"."""
    return bool(_PART_ALONE.match(line))


def readings(numbered: str) -> tuple[tuple[str, int], ...]:
    """What a label can mean: its shape and its place in the row, the likelier first.

    Labels of one row have one shape: "1." of "7.", "1.1" of "3.2", "(a)" of "(c)", "i)" of "iv)". "(i)" can be the
    ninth letter or the first Roman number. The place counts from 1 and is 0 where it is not known.
    """
    word = re.search(r"\w+(?:\.\w+)*", numbered)
    if not word:
        return ()
    text, cased = word.group(), "A" if word.group().isupper() else "a"
    around = numbered.replace(text, "{}", 1).format
    if text[0].isdigit():
        return ((around(re.sub(r"\d+", "1", text)), int(text.rpartition(".")[2])),)
    letter = (around(cased), _letter(text.lower())) if len(text) == 1 else None
    roman = _roman(text.lower())
    numeral = (around("I" if cased == "A" else "i"), roman) if roman else None
    # Of the letters that are Roman numbers, "i" mostly is one and the others mostly are not.
    first, second = (numeral, letter) if roman == 1 else (letter, numeral)
    return tuple(reading for reading in (first, second) if reading) or ((around(cased), 0),)


def heading_shape(line: str) -> str:
    """What the numbers of headings of one level have in common, as ``readings`` says it; "" for one without number.

    "Article 4 Complaints" gives "article 1", "2 Scope" gives "1".
    """
    if numbered := label(line):
        found = readings(numbered)
        # A heading's "I." is Roman, and so is the "V." that follows.
        roman = [shape for shape, _ in found if "I" in shape]
        return roman[0] if roman else found[0][0] if found else ""
    if _PLAIN.match(line):
        return "1"
    part = _PART.match(line)
    return f"{part.group(1).casefold()} 1" if part else ""


def _letter(text: str) -> int:
    places = [ord(text) - ord(first) + 1 for first in _FIRST_LETTERS] if len(text) == 1 else []
    return next((place for place in places if 0 < place <= _ALPHABET), 0)


def _roman(text: str) -> int:
    if not _ROMAN.fullmatch(text):
        return 0
    values = [_ROMAN_VALUES[letter] for letter in text]
    return sum(-value if value < max(values[i:]) else value for i, value in enumerate(values))
