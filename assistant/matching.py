"""A claim beside one sentence of evidence: which word, figure or name of the one stands in the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from assistant.claim_dates import dates_agree
from assistant.claim_words import Word
from assistant.claims import Reading, read
from assistant.figures import Figure
from assistant.lexicon import lexicon, same_name
from ingest.document import Authority

MissingKind = Literal[
    "word",
    "number",
    "date",
    "address",
    "name",
    "quotation",
    "negation",
    "modality",
    "speaker",
    "degree",
    "opposite",
    "qualifier",
]

LONGEST_TEXT = 4_000
"""Code points of a text that are looked at."""
_BEGINNING = 5
_FAMILY = 0.75
"""Two stems are of one family when they share their first five letters and this much of the longer one."""
_COMPOUNDING = frozenset({"de", "nl"})
_MONTH = re.compile(r"\b([12]\d{3})-(0[1-9]|1[0-2])\b(?!-)")
_DEMONYM = re.compile(r"(?:ian|an|n|ese|ish|i|s)?")
_LAST_LETTERS = re.compile(r"(?:um|y|ia|a|e|o)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Something of a sentence that its evidence does not bear out; ``text`` says what, mostly in words of the sentence.

    "qualifier" is the only kind that is told of the evidence: a "most" or "about" that the sentence leaves out.
    """

    kind: MissingKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceText:
    """The words of one sentence of evidence. ``speaker`` is whose words they are ("" where the publisher's own);
    ``context`` the title, section and date of its document, which serve to name the source and not as content.
    """

    words: str
    language: str
    authority: Authority
    speaker: str = ""
    context: str = ""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One sentence of evidence. ``context`` (title, section, date, speaker) serves to name the source only.

    ``attributed`` says that the sentence must name whose words these are, ``speaker`` who that is ("" for unknown).
    """

    said: Reading
    context: Reading
    attributed: bool
    speaker: str

    @cached_property
    def beginnings(self) -> dict[str, list[str]]:
        """The keys of the sentence by their first letters."""
        found: dict[str, list[str]] = {}
        for key in self.said.by_key:
            found.setdefault(key[:_BEGINNING], []).append(key)
        return found

    @cached_property
    def dates(self) -> frozenset[str]:
        """The dates of the sentence."""
        return _dates(self.said)

    @cached_property
    def context_dates(self) -> frozenset[str]:
        """The dates of its document."""
        return _dates(self.context) | {f"{year}-{month}-??" for year, month in _MONTH.findall(self.context.text)}

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Its numbers with their units, the years of its dates among them."""
        found: set[str] = set()
        for figure in self.said.figures:
            if figure.kind == "date":
                found.add(figure.value[:4])
            elif figure.kind == "number":
                value, _, unit = figure.value.partition(" ")
                found |= {figure.value, *figure.parts, *([value] if unit != "%" else [])}
        return frozenset(found)

    @cached_property
    def context_numbers(self) -> frozenset[str]:
        """The numbers of its document's title and section; of a span of years neither end alone."""
        return frozenset(figure.value for figure in self.context.figures) | {date[:4] for date in self.context_dates}

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Its addresses."""
        return frozenset(figure.value for figure in self.said.figures if figure.kind == "address")


@lru_cache(maxsize=4096)
def fact_of(piece: EvidenceText) -> Fact:
    """Evidence taken apart. It is kept, since the same evidence is held against every sentence of a draft."""
    return Fact(
        said=read(piece.words[:LONGEST_TEXT], piece.language),
        context=read(f"{piece.context} {piece.speaker}"[:LONGEST_TEXT], piece.language),
        attributed=piece.authority == "third_party",
        speaker=piece.speaker,
    )


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A claim and one fact."""

    claim: Reading
    fact: Fact

    @cached_property
    def found(self) -> tuple[Sequence[Word], ...]:
        """For each word of the claim the words of the fact that say the same, for a figure those of the same one."""
        return tuple(self._words_for(word) for word in self.claim.words)

    def lacks(self, word: Word) -> bool:
        """Whether a word has content that the fact has not. Names and figures are looked at apart from words; a word
        that names the source may stand in the context, or be what sources are called.
        """
        if not word.key or word.name or self.found[word.at]:
            return False
        return not (word.credit and (word.key in self.fact.context.by_key or self._is_source(word)))

    def _is_source(self, word: Word) -> bool:
        return any(start <= word.at < end for start, end in self.claim.cues.get("sources", ()))

    def _words_for(self, word: Word) -> Sequence[Word]:
        said = self.fact.said
        if word.figure >= 0:
            figure = self.claim.figures[word.figure]
            same = [n for n in said.figure_words if same_figure(figure, said.figures[n])]
            return [said.words[n] for index in same for n in said.figure_words[index]]
        if not word.key:
            return ()
        for key in (word.key, *word.joined):
            if key in said.by_key:
                return said.by_key[key]
        for key in self._relatives(word.key):
            return said.by_key[key]
        return ()

    def _relatives(self, key: str) -> Iterator[str]:
        """Keys of the fact that are of one family with a key, or a compound of it."""
        if len(key) < _BEGINNING:
            return
        for other in self.fact.beginnings.get(key[:_BEGINNING], ()):
            if _common(key, other) >= _FAMILY * max(len(key), len(other)):
                yield other
        if lexicon(self.fact.said.language).language in _COMPOUNDING:
            keys = [other for other in self.fact.said.by_key if len(other) >= 4]
            yield from (other for other in keys if other.endswith(key))
            heads = [other for other in keys if key.endswith(other)]
            yield from (other for other in heads if any(key.startswith(o) and o != other for o in keys))


def same_figure(one: Figure, other: Figure) -> bool:
    """Whether a figure of a claim is one of the evidence, or a part of it."""
    if one.kind == other.kind == "date":
        return dates_agree(one.value, other.value)
    bare = other.value[:4] if other.kind == "date" else other.value.partition(" ")[0]
    values = {other.value, bare, *other.parts}
    return one.value in values or (is_range(one) and bool(one.parts & values))


def is_range(figure: Figure) -> bool:
    """Whether a number is two of them with a dash between, such as 2016-2020."""
    return re.fullmatch(r"\d+-\d+", figure.value) is not None


def names(words: Sequence[Word]) -> list[list[Word]]:
    """The names among words, as rows of words that follow each other."""
    rows: list[list[Word]] = []
    previous: Word | None = None
    for word in words:
        if word.name:
            if previous is not None and previous.name and previous.clause == word.clause:
                rows[-1].append(word)
            else:
                rows.append([word])
        previous = word
    return rows


def name_stands(row: Sequence[Word], reading: Reading) -> bool:
    """Whether a name stands in a text: as written, shortened to its initials or spelled out from them, as it is called
    in another language, or as the adjective of a place.
    """
    name = " ".join(word.folded for word in row)
    if any(f" {other} " in reading.plain for other in same_name(name)):
        return True
    initials = "".join(word.folded[0] for word in row)
    if len(row) > 1 and any(word.folded == initials and word.text.isupper() for word in reading.words):
        return True
    if len(row) == 1 and row[0].text.isupper() and len(name) > 1 and name in reading.initials:
        return True
    return all(_part_stands(word, reading) for word in row)


def _part_stands(word: Word, reading: Reading) -> bool:
    return (
        word.folded in reading.folded
        or any(f" {other} " in reading.plain for other in same_name(word.folded))
        or (word.key in reading.by_key and not word.text.isupper())
        or any(_is_demonym(word.folded, other.folded) for other in reading.words if other.text[0].isupper())
    )


def _is_demonym(one: str, other: str) -> bool:
    """Whether two names differ by the ending of those who live there: "Belgian" and "Belgium"."""
    if one[:4] != other[:4]:
        return False
    short, long = sorted((one, other), key=len)
    stem = _LAST_LETTERS.sub("", short)
    return len(stem) >= 4 and long.startswith(stem) and _DEMONYM.fullmatch(long[len(stem) :]) is not None


def _common(one: str, other: str) -> int:
    """How many letters two words have in common from the first."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _dates(reading: Reading) -> frozenset[str]:
    return frozenset(value for f in reading.figures if f.kind == "date" for value in (f.value, *f.parts))
