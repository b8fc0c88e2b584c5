"""What one sentence claims, taken apart so that it can be held against another: content words, names, figures,
quotations, and the words that decide what is said of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from assistant.claim_words import WORD, Word, take_apart
from assistant.figures import Figure, figures
from assistant.lexicon import fold_word, lexicon

_SIGNS = str.maketrans({**dict.fromkeys("’‘ʼ′`´", "'"), **dict.fromkeys("‐‑‒–—―−", "-"), "\u00a0": " "})
_QUOTATION = re.compile(r"“([^“”]{3,})”|«\s?([^«»]{3,}?)\s?»|„([^„“”]{3,})[“”]|\"([^\"]{3,})\"")
_QUOTED_WORDS = 2
"""Words from which on what stands in quotation marks must be somebody's very words; one word may be a mere term."""
_NEAR = 4
"""Content words on either side that tell what a number is about."""
_LONGEST_SHORT_FORM = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a figure stands: ``figure`` is its index, ``near`` the keys around it in its clause, ``unit`` the key of
    the word right behind it, which is mostly what it counts ("" for none).
    """

    figure: int
    near: frozenset[str]
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A name or figure: its first word, and the small words right before and behind it ("" for none)."""

    word: Word
    before: str
    behind: str


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A sentence taken apart. ``cues`` are the phrases found by label, as spans of words (first, behind the last)."""

    text: str
    language: str
    words: tuple[Word, ...]
    figures: tuple[Figure, ...]
    quotations: tuple[str, ...]
    cues: Mapping[str, Sequence[tuple[int, int]]]

    @cached_property
    def folded(self) -> frozenset[str]:
        """Every word, folded."""
        return frozenset(word.folded for word in self.words)

    @cached_property
    def plain(self) -> str:
        """The folded words in a row, a space around each."""
        return f" {' '.join(word.folded for word in self.words)} "

    @cached_property
    def by_key(self) -> dict[str, list[Word]]:
        """The words of each key, and of each key of two words taken together."""
        found: dict[str, list[Word]] = {}
        for word in self.words:
            for key in (word.key, *word.joined):
                if key:
                    found.setdefault(key, []).append(word)
        return found

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Keys that stand next to each other, or next but one, among the content words."""
        keys = [word.key for word in self.words if word.key]
        return frozenset((*pairwise(keys), *zip(keys, keys[2:], strict=False)))

    @cached_property
    def initials(self) -> frozenset[str]:
        """What its names of several words may be shortened to."""
        return frozenset(
            "".join(letters[start:end])
            for letters in self._capitals()
            for start in range(len(letters))
            for end in range(start + 2, min(start + _LONGEST_SHORT_FORM, len(letters)) + 1)
        )

    @cached_property
    def speaking(self) -> tuple[int, ...]:
        """The places of the words with content, figures included."""
        return tuple(word.at for word in self.words if word.key or word.figure >= 0)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Where its figures stand, in order."""
        return tuple(self._place(rows) for rows in self.figure_words.values())

    @cached_property
    def figure_words(self) -> dict[int, list[int]]:
        """The places of the words of each figure, by its index."""
        found: dict[int, list[int]] = {}
        for word in self.words:
            if word.figure >= 0:
                found.setdefault(word.figure, []).append(word.at)
        return found

    @cached_property
    def items(self) -> dict[str, Item]:
        """Its names and figures, each where it stands first."""
        found: dict[str, Item] = {}
        for word in self.words:
            if word.figure >= 0:
                rows = self.figure_words[word.figure]
                name, last = self.figures[word.figure].value, rows[-1]
            elif word.name or (word.capital and lexicon(self.language).language != "de"):
                name, last = word.folded, word.at
            else:
                continue
            if name not in found:
                found[name] = Item(word=word, before=self._small(word.at - 1), behind=self._small(last + 1))
        return found

    def has(self, label: str) -> bool:
        """Whether a cue of this label occurs."""
        return label in self.cues

    def phrase(self, span: tuple[int, int]) -> str:
        """The words of a span, folded."""
        return " ".join(word.folded for word in self.words[span[0] : span[1]])

    def _place(self, rows: Sequence[int]) -> Place:
        clause = self.words[rows[0]].clause
        before = self._keys_within(clause, range(rows[0] - 1, -1, -1))
        behind = self._keys_within(clause, range(rows[-1] + 1, len(self.words)))
        unit = self.words[rows[-1] + 1].key if rows[-1] + 1 < len(self.words) else ""
        return Place(figure=self.words[rows[0]].figure, near=frozenset([*before, *behind]), unit=unit)

    def _keys_within(self, clause: int, places: range) -> list[str]:
        """The keys of the nearest content words of a clause, walking along ``places``."""
        found: list[str] = []
        for n in places:
            if self.words[n].clause != clause or len(found) == _NEAR:
                break
            found += [self.words[n].key] if self.words[n].key else []
        return found

    def _small(self, at: int) -> str:
        return self.words[at].folded if 0 <= at < len(self.words) and self.words[at].small else ""

    def _capitals(self) -> list[list[str]]:
        """The first letters of words with capitals that follow each other, at most two small words between."""
        rows: list[list[str]] = [[]]
        gap = 0
        for word in self.words:
            if word.text[0].isupper() and word.figure < 0:
                rows[-1].append(word.folded[0])
                gap = 0
            elif rows[-1]:
                gap += 1
                if gap > 2:
                    rows.append([])
        return rows


def read(text: str, language: str) -> Reading:
    """Take a sentence apart; ``language`` is an ISO 639-1 code. Never fails. Time is linear in the text."""
    known = lexicon(language)
    text = _unified(text)
    for wanted, put in known.rewrites:
        text = wanted.sub(put, text)
    found = figures(text, known)
    words, cues = take_apart(text, found, known)
    quotations = (next(part for part in match.groups() if part) for match in _QUOTATION.finditer(text))
    return Reading(
        text=text,
        language=language,
        words=words,
        figures=found,
        quotations=tuple(quoted for quoted in quotations if len(quoted.split()) >= _QUOTED_WORDS),
        cues=cues,
    )


def plain_words(text: str) -> str:
    """A text as ``Reading.plain`` has it, for finding one in the other."""
    return f" {' '.join(fold_word(match[0]) for match in WORD.finditer(_unified(text)) if match[0][0].isalnum())} "


def _unified(text: str) -> str:
    return unicodedata.normalize("NFKC", " ".join(text.split())).translate(_SIGNS)
