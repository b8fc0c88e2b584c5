"""What must stand in the evidence sign for sign: numbers, dates and addresses, each in one notation.

"Two" is ``2``, "1,234" and "1.234" are ``1234``, "€5 million" is ``5000000 EUR``, "12 June 2019", "12/06/2019" and
"2019-06-12" are one date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from assistant.claim_dates import dates
from assistant.lexicon import Lexicon, currencies, fold_word
from ingest.text import fold, numbers

Kind = Literal["number", "date", "address"]

_ADDRESS = re.compile(
    r"""
    (?P<url> \b(?:https?://|www\.) [^\s<>"'“”»]+ )
    | (?P<mail> [\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6} )
    | (?P<phone> (?<![\w/.-]) (?! [0-3]?\d[./-][01]?\d[./-]\d{4} ) (?: \+\d | \(0 | 0(?=\d) )
        [\d\s()/.-]{5,20} \d (?![\w/]) )
    """,
    re.VERBOSE,
)
_REFERENCE = r"\d{1,4}(?:\s?\((?:\d{1,3}|[a-z]|[ivx]{1,4})\))+"
_NUMBER = re.compile(
    rf"""
    (?P<sign> (?<![\w)\]%]) [-<>≤≥] \s? )?
    (?P<before> [€£$] \s? | \b(?:EUR|GBP|USD|CHF|PLN)\s )?
    (?: (?P<reference> (?<![\w.,/]){_REFERENCE} )
      | (?P<digits> (?<![^\W_]) (?: \d{{1,3}}(?:[ \u00a0]\d{{3}})+(?!\d) | \d+(?:[.,:/-]\d+)* ) ) )
    """,
    re.VERBOSE,
)
_SCALE = re.compile(r"[\s-]?([^\W\d_]+)")
_UNIT = re.compile(r"\s?(%|€|£|\$|[^\W\d_]+(?:\s[^\W\d_]+)?)")
_WORD = re.compile(r"[^\W\d_]+(?:(?:-|\s)[^\W\d_]+)*?(?=\W|$)")
_ENDING = ".,;:!?)]}»”\"'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number, date or address at ``start`` to ``end`` of its text.

    ``value`` is in one notation: of a number its digits and unit ("5000000 EUR", "20 %", "13(2)"), of a date
    ``YYYY-MM-DD`` with "?" for what is not said. ``parts`` are the numbers of a compound such as 2016-2020. ``weak``
    tells the word "one", which need not be a number.
    """

    kind: Kind
    value: str
    text: str
    start: int
    end: int
    parts: frozenset[str] = frozenset()
    weak: bool = False


def figures(text: str, words: Lexicon) -> tuple[Figure, ...]:
    """Every figure of a text (NFKC) in order, none within another."""
    found: list[Figure] = []
    taken = bytearray(len(text))
    for figure in (*_addresses(text), *_dates(text, words), *_numbers(text, words), *_spelled(text, words)):
        if not any(taken[figure.start : figure.end]):
            taken[figure.start : figure.end] = b"\x01" * (figure.end - figure.start)
            found.append(figure)
    return tuple(sorted(found, key=lambda figure: figure.start))


def _dates(text: str, words: Lexicon) -> Iterator[Figure]:
    for date in dates(text, words):
        yield Figure(
            kind="date",
            value=date.values[-1],
            text=text[date.start : date.end],
            start=date.start,
            end=date.end,
            parts=frozenset(date.values[:-1]),
        )


def _addresses(text: str) -> Iterator[Figure]:
    for match in _ADDRESS.finditer(text):
        written = match[0].rstrip(_ENDING)
        value = re.sub(r"\D", "", written) if match["phone"] else fold(written)
        if match["url"]:
            value = re.sub(r"^(?:https?://)?(?:www\.)?", "", value).rstrip("/")
        yield Figure(kind="address", value=value, text=written, start=match.start(), end=match.start() + len(written))


def _numbers(text: str, words: Lexicon) -> Iterator[Figure]:
    for match in _NUMBER.finditer(text):
        if match["reference"]:
            bare = re.sub(r"\s", "", match["reference"])
            steps = re.findall(r"\d+|\([^)]+\)", bare)
            prefixes = {"".join(steps[:n]) for n in range(1, len(steps) + 1)}
            yield Figure(
                kind="number",
                value=bare,
                text=match["reference"],
                start=match.start("reference"),
                end=match.end(),
                parts=frozenset(prefixes),
            )
            continue
        written = match["digits"]
        several = numbers(written)
        whole = next((n for n in several if len(n) >= max(map(len, several))), written)
        end, value, unit = match.end(), whole, ""
        if len(several) == 1 or re.fullmatch(r"\d+\.\d+", whole):
            value, end = _scaled(whole, text, end, words)
        if match["before"]:
            unit = currencies()[fold(match["before"])]
        behind = _unit(text, end, words)
        if behind:
            unit, end = behind
        yield Figure(
            kind="number",
            value=f"{(match['sign'] or '').strip()}{value} {unit}".strip(),
            text=text[match.start() : end].strip(),
            start=match.start("digits"),
            end=end,
            parts=several - {whole}
            if not re.fullmatch(r"\d+\.\d+", whole) and value == whole and not unit
            else frozenset(),
        )


def _spelled(text: str, words: Lexicon) -> Iterator[Figure]:
    """Numbers in words, two words taken together where they make one number."""
    singles = list(re.finditer(r"[^\W\d_]+", text))
    index = 0
    while index < len(singles):
        first = singles[index]
        if fold_word(first[0]) not in words.numeral_begins:
            index += 1
            continue
        for size in (3, 2, 1):
            last = singles[index + size - 1] if index + size <= len(singles) else None
            if last is None or last.end() - first.start() > 40:
                continue
            key = re.sub(r"[\s-]+", " ", fold(text[first.start() : last.end()]))
            weak = size == 1 and key in words.one
            value = 1 if weak else words.numerals.get(key)
            if value is None:
                continue
            scaled, end, index = _completed(value, last.end(), index + size, singles, text, words)
            unit = _unit(text, end, words)
            written = f"{scaled} {unit[0]}" if unit else scaled
            end = unit[1] if unit else end
            weak = weak and scaled == "1" and not unit
            yield Figure(
                kind="number", value=written, text=text[first.start() : end], start=first.start(), end=end, weak=weak
            )
            break
        else:
            index += 1


def _completed(
    value: int, end: int, index: int, singles: list[re.Match[str]], text: str, words: Lexicon
) -> tuple[str, int, int]:
    """A number in words with its scales and what is added behind them, "two hundred and five": (number, where it ends,
    index of the next word).
    """
    total = 0
    scaled, end = _scaled(str(value), text, end, words)
    while True:
        while index < len(singles) and singles[index].start() < end:
            index += 1
        behind = index
        if behind < len(singles) and fold_word(singles[behind][0]) in words.joiners:
            behind += 1
        added = words.numerals.get(fold_word(singles[behind][0])) if behind < len(singles) else None
        if (
            int(scaled) <= value
            or added is None
            or singles[behind].start() - end > 6
            or "," in text[end : singles[behind].start()]
        ):
            return str(total + int(scaled)), end, index
        total, value = total + int(scaled), added
        scaled, end = _scaled(str(value), text, singles[behind].end(), words)


def _scaled(number: str, text: str, at: int, words: Lexicon) -> tuple[str, int]:
    """A number times the scales behind it ("million"), and where they end."""
    try:
        value = Decimal(number)
    except InvalidOperation:
        return number, at
    while (scale := _SCALE.match(text, at)) and fold_word(scale[1]) in words.scales:
        value *= words.scales[fold_word(scale[1])]
        at = scale.end()
    plain = format(value.normalize(), "f")
    return plain, at


def _unit(text: str, at: int, words: Lexicon) -> tuple[str, int] | None:
    """The currency or percent sign or word behind a number and where it ends."""
    match = _UNIT.match(text, at)
    if match is None:
        return None
    found = fold(match[1])
    if found == "%" or found in words.percent:
        return "%", match.end()
    first = found.split(" ")[0]
    if first in words.percent:
        return "%", match.start(1) + len(first)
    if first in currencies():
        return currencies()[first], match.start(1) + len(first)
    return None
