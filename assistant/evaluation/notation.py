"""The numbers of a text, in whatever notation. Where a notation can be read in two ways, both are given.

Number words are those of ``assistant.lexicon`` and of ``languages.toml``; nothing else is shared with what is measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from assistant.evaluation.language_table import KNOWN, table
from assistant.evaluation.normalise import UNSPACED, fold
from assistant.lexicon import currencies, lexicon

_DIGITS = re.compile(
    rf"(?<![^\W_{UNSPACED}])(?<!\d[.,])(?P<sign>(?<![^\s(])-)?"
    r"(?P<digits>\d{1,3}(?:[ ']\d{3})+(?:[.,]\d{1,2})?(?![\d.,]*\d)|\d+(?:[.,]\d+)*)(?=(?P<suffix>k|m|bn)\b)?"
)
_SUFFIXES = {"k": Decimal(1000), "m": Decimal(1_000_000), "bn": Decimal(1_000_000_000)}
_NEXT_WORD = re.compile(r"[\s-]?([^\W\d_]+)\.?")
_WORD = re.compile(r"[^\W\d_]+")
_SIGNS = "€£$¥%§"
_JOINERS = frozenset({"and", "et", "y", "und", "e", "en", "i", "και", "و"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number at ``start`` to ``end`` of a folded text. ``values`` are its readings ("1.234" has two), scales such as
    "million" included, which are not in ``plain``. ``weak`` tells the word "one", which need not be a number.
    """

    values: frozenset[Decimal]
    plain: frozenset[Decimal]
    start: int
    end: int
    plain_end: int
    weak: bool = False


def numbers(text: str, language: str) -> tuple[Number, ...]:
    """The numbers of a folded text in order; number words are read in ``language`` (ISO 639-1)."""
    found = [*_in_digits(text), *_in_words(text, language)]
    return tuple(sorted(found, key=lambda number: number.start))


def _in_digits(text: str) -> Iterator[Number]:
    for match in _DIGITS.finditer(text):
        sign = -1 if match["sign"] else 1
        for offset, written in _parts(match["digits"]):
            start = match.start("digits") + offset
            plain = frozenset(sign * value for value in readings(written))
            end = start + len(written)
            values, behind = _scaled(plain, text, end)
            if match["suffix"] and end == match.end("digits"):
                scale = _SUFFIXES[match["suffix"]]
                # 5 m is five metres, too.
                values = frozenset(scale * value for value in plain) | (
                    plain if match["suffix"] == "m" else frozenset()
                )
                behind = end + len(match["suffix"])
            yield Number(values=values, plain=plain, start=start, end=behind, plain_end=end)


def _parts(written: str) -> list[tuple[int, str]]:
    """The whole, or the parts of what is no single number: the numbering 3.2.1, a list 3,5,8."""
    signs = re.findall(r"[.,]", written)
    groups = re.split(r"[.,]", written)
    mixed = len(set(signs)) == 2 and signs.count(signs[-1]) == 1
    thousands = len(signs) > 1 and len(set(signs)) == 1 and all(len(group) in {2, 3} for group in groups[1:])
    if len(signs) <= 1 or mixed or (thousands and len(groups[-1]) == 3):
        return [(0, written)]
    return [(match.start(), match[0]) for match in re.finditer(r"\d+", written)]


@lru_cache(maxsize=16_384)
def readings(written: str) -> frozenset[Decimal]:
    """The values that digits with separators can mean: 1,234.5 and 1.234,5 and 1 234,5 one; 1.234 two; 0.123 one."""
    bare = re.sub(r"[ ']", "", written)
    signs = re.findall(r"[.,]", bare)
    if not signs:
        return frozenset({Decimal(bare)})
    if len(signs) == 1 and " " not in written and "'" not in written:
        whole, decimals = re.split(r"[.,]", bare)
        found = {Decimal(f"{whole}.{decimals}")}
        if len(decimals) == 3 and len(whole) <= 3 and whole.strip("0"):
            found.add(Decimal(whole + decimals))
        return frozenset(found)
    last = signs[-1]
    if len(set(signs)) == 2 or len(signs) == 1:
        whole, _, decimals = bare.rpartition(last)
        return frozenset({Decimal(re.sub(r"[.,]", "", whole) + "." + decimals)})
    return frozenset({Decimal(re.sub(r"[.,]", "", bare))})


def _in_words(text: str, language: str) -> Iterator[Number]:
    """Number words added and multiplied as they follow one another: "two hundred and five thousand" is 205000."""
    words = _number_words(language)
    if words.begins.isdisjoint(_WORD.findall(text)):
        return
    tokens = list(_WORD.finditer(text))
    index = 0
    while index < len(tokens):
        size, value = _number_at(tokens, index, text, words)
        if size == 0:
            index += 1
            continue
        start, sum_, current = index, 0, value
        index += size
        while index < len(tokens) and not text[tokens[index - 1].end() : tokens[index].start()].strip(" -"):
            scale = words.scales.get(tokens[index][0])
            joined = tokens[index][0] in _JOINERS
            size, value = _number_at(tokens, index + joined, text, words)
            if scale == 100 and current < 100:
                current, index = current * 100, index + 1
            elif scale is not None and current and not joined:
                sum_, current, index = sum_ + current * scale, 0, index + 1
            elif size and current % 100 == 0 and (current or sum_):
                current, index = current + value, index + joined + size
            else:
                break
        weak = index == start + 1 and tokens[start][0] in words.one
        values = frozenset({Decimal(sum_ + current)})
        end = tokens[index - 1].end()
        yield Number(values=values, plain=values, start=tokens[start].start(), end=end, plain_end=end, weak=weak)


def _number_at(tokens: list[re.Match[str]], index: int, text: str, words: _NumberWords) -> tuple[int, int]:
    """(words, value) of the longest number word below a hundred at a word; (0, 0) where there is none."""
    if index >= len(tokens) or tokens[index][0] not in words.begins:
        return 0, 0
    for size in (4, 3, 2, 1):
        if index + size > len(tokens):
            continue
        first, last = tokens[index], tokens[index + size - 1]
        if (value := words.values.get(_spaced(text[first.start() : last.end()]))) is not None:
            return size, value
    return 0, 0


def _spaced(words: str) -> str:
    return re.sub(r"[\s-]+", " ", words)


def _scaled(plain: frozenset[Decimal], text: str, at: int) -> tuple[frozenset[Decimal], int]:
    match = _NEXT_WORD.match(text, at)
    if match is None or (scale := scales().get(match[1])) is None:
        return plain, at
    return frozenset(value * scale for value in plain), match.end(1)


def beside(text: str, number: Number) -> tuple[str, ...]:
    """The words or signs directly before and behind a number, those behind its digits alone included."""
    at = number.start
    at -= at > 0 and text[at - 1] in " -"
    at -= at > 0 and text[at - 1] == "."
    before = at
    while before > 0 and text[before - 1].isalpha():
        before -= 1
    if before == at and at > 0 and text[at - 1] in _SIGNS:
        before -= 1
    found = [text[before:at]] if before < at else []
    for end in {number.end, number.plain_end}:
        match = _behind().match(text, end)
        found += [match[1]] if match else []
    return tuple(found)


@lru_cache(maxsize=4096)
def unit(word: str) -> str:
    """A folded unit as it is compared: a currency by its code, every word for per cent as its sign."""
    return "%" if word in _percent() else currencies().get(word, word)


@cache
def _behind() -> re.Pattern[str]:
    phrases = "|".join(re.escape(words) for words in sorted(_percent()) if " " in words)
    return re.compile(rf"[\s-]?((?:{phrases})(?!\w)|[^\W\d_]+|[€£$¥%§°])")


@cache
def _percent() -> frozenset[str]:
    return frozenset(fold(word) for language in KNOWN for word in lexicon(language).percent)


@dataclass(frozen=True, slots=True, kw_only=True)
class _NumberWords:
    values: Mapping[str, int]
    begins: frozenset[str]
    one: frozenset[str]
    scales: Mapping[str, int]


@cache
def _number_words(language: str) -> _NumberWords:
    own, words = table(language), lexicon(language)
    values = own.units or {
        **{_spaced(fold(key)): n for key, n in words.numerals.items()},
        **dict.fromkeys(words.one, 1),
    }
    return _NumberWords(
        values=values,
        begins=frozenset(key.partition(" ")[0] for key in values),
        one=frozenset() if own.units else words.one,
        scales=own.scales or words.scales,
    )


@cache
def scales() -> Mapping[str, int]:
    """Words that multiply, of all languages; single letters are units more often."""
    found: dict[str, int] = {}
    for language in KNOWN:
        found |= {fold(word): value for word, value in lexicon(language).scales.items() if len(word) > 1}
        found |= table(language).scales
    return found
