"""Sentence → words, each with what has to be known of it to compare it: is it a name, denied, only wanted, a say-so?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.figures import Figure
from assistant.lexicon import MODES, Lexicon, fold_word, lexicon, same_name
from ingest.text import stems

WORD = re.compile(r"[^\W\d_]+|\d+|[,;:()\[\]]|\s-\s")
"""Words and the signs that part clauses."""
_BOUNDS = tuple(f"degree.{name}" for name in ("all", "only", "most", "some", "few", "over", "under", "about"))
"""Degrees that are compared as such, "around" with "about", and not as words."""
_PLACE = frozenset({"in", "aus", "nach", "bei"})
"""German writes every noun with a capital; behind these words, without an article, it is most likely a place."""
_SCOPE_OF_WITHOUT = 2
_BEFORE_SAYS = 10
"""Words at the front of a sentence up to "says" that may all name the source: "The Review, a third party, says"."""
_REACH = 6
"""Words behind "according to" that may name the source when no comma ends it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word of a sentence; ``at`` is its place, from 0.

    ``key`` is what it is compared by, "" where it carries no content; ``joined`` are the keys that it has together with
    the word before or behind it, since "health care" is "healthcare". ``capital`` tells a capital that small words do
    not have, ``name`` a proper name. ``figure`` is the index of the figure that it belongs to, else -1. ``denied`` and
    ``without`` tell what turns it round, ``modes`` what it is only (see MODES), ``claimed`` that it is somebody's
    say-so, ``credit`` that it may be a part of naming the source.
    """

    at: int
    text: str
    folded: str
    key: str
    joined: tuple[str, ...]
    small: bool
    capital: bool
    name: bool
    figure: int
    clause: int
    denied: bool
    without: bool
    modes: frozenset[str]
    claimed: bool
    credit: bool


def take_apart(
    text: str, found: Sequence[Figure], known: Lexicon
) -> tuple[tuple[Word, ...], Mapping[str, Sequence[tuple[int, int]]]]:
    """(the words, the cues among them by label as spans of words). ``found`` are the figures of the text."""
    rows = _Rows(text, found, known)
    return rows.words(), rows.cues


@lru_cache(maxsize=65_536)
def key_of(folded: str, language: str) -> str:
    """What a folded word is compared by: its stem, spelling and variants unified."""
    known = lexicon(language)
    word = known.canonical.get(folded, folded)
    for wanted, put in known.spellings:
        word = wanted.sub(put, word)
    return (stems(word, language) or [word])[-1]


class _Rows:
    """The words of one sentence while it is taken apart: rows of the same length, one for each thing told of a word."""

    def __init__(self, text: str, found: Sequence[Figure], known: Lexicon) -> None:
        self.text, self.known = text, known
        self.matches: list[re.Match[str]] = []
        self.clauses: list[int] = []
        clause, breaks = 0, True
        inside = {at for figure in found for at in range(figure.start, figure.end)}
        for match in WORD.finditer(text):
            if not match[0][0].isalnum():
                if match.start() not in inside:  # "15(3)" is one thing
                    clause, breaks = clause + (not breaks), True
                continue
            if match[0].casefold() in known.joiners and not breaks:
                clause += 1
            self.matches.append(match)
            self.clauses.append(clause)
            breaks = False
        self.folded = [fold_word(match[0]) for match in self.matches]
        self.figure = self._figures(found)
        self.cues = _without_harmless(known.cues.within(self.folded))
        self.keys = self._keys()
        self.credit = self._credit()

    def words(self) -> tuple[Word, ...]:
        denied, without = self._denied()
        modes, claimed, joined = self._modes(), self._claimed(), self._joined()
        return tuple(
            Word(
                at=n,
                text=match[0],
                folded=self.folded[n],
                key=self.keys[n],
                joined=joined[n],
                small=self.folded[n] in self.known.function,
                capital=self._capital(n),
                name=self._is_name(n),
                figure=self.figure[n],
                clause=self.clauses[n],
                denied=denied[n],
                without=n in without,
                modes=modes[n],
                claimed=claimed[n],
                credit=n in self.credit,
            )
            for n, match in enumerate(self.matches)
        )

    def _figures(self, found: Sequence[Figure]) -> list[int]:
        row, at = [], 0
        for match in self.matches:
            while at < len(found) and found[at].end <= match.start():
                at += 1
            inside = at < len(found) and found[at].start <= match.start()
            row.append(at if inside and not found[at].weak else -1)
        return row

    def _keys(self) -> list[str]:
        spoken = {
            n
            for label in ("negation", *MODES, "according", "speech", *_BOUNDS)
            for start, end in self.cues.get(label, ())
            for n in range(start, end)
        }
        return [
            "" if n in spoken or self.figure[n] >= 0 or self._is_empty(n) else key_of(folded, self.known.language)
            for n, folded in enumerate(self.folded)
        ]

    def _is_empty(self, n: int) -> bool:
        acronym = self.matches[n][0].isupper() and len(self.folded[n]) > 1
        alone = len(self.folded[n]) == 1 and self.folded[n].isascii()
        return (self.folded[n] in self.known.function and not acronym) or alone

    def _joined(self) -> list[tuple[str, ...]]:
        row: list[tuple[str, ...]] = [()] * len(self.matches)
        for n in range(len(self.matches) - 1):
            between = self.text[self.matches[n].end() : self.matches[n + 1].start()]
            whole = self.folded[n] + self.folded[n + 1]
            if between in {"-", " "} and (self.keys[n] or between == "-") and self.keys[n + 1] and whole.isalpha():
                whole = key_of(whole, self.known.language)
                row[n], row[n + 1] = (*row[n], whole), (*row[n + 1], whole)
        return row

    def _denied(self) -> tuple[list[bool], set[int]]:
        """Which words a negation or an adverse deed turns round, and which stand behind "without".

        Two turns in a clause cancel out, but for negations of languages in which they are one. The turn of a clause
        without content is that of the next one.
        """
        negations = [start for start, _ in self.cues.get("negation", ())]
        negations += [start for start, _ in self.cues.get("paired", ()) if not any(n < start for n in negations)]
        turns = dict.fromkeys(self.clauses, 0)
        for start in negations:
            clause = self.clauses[start]
            turns[clause] = 1 if self.known.concord else turns[clause] + 1
        for start, _ in self.cues.get("adverse", ()):
            turns[self.clauses[start]] += 1
        speaking = {
            self.clauses[n] for n, key in enumerate(self.keys) if (key or self.figure[n] >= 0) and n not in self.credit
        }
        for clause in [clause for clause in turns if clause not in speaking and turns[clause]]:
            nearest = min((c for c in speaking if c > clause), default=max(speaking, default=clause))
            if nearest != clause:
                turns[nearest] += turns.pop(clause)
        without: set[int] = set()
        for _, end in self.cues.get("without", ()):
            behind = [n for n in range(end, len(self.keys)) if self.keys[n] or self.figure[n] >= 0]
            without.update(behind[:_SCOPE_OF_WITHOUT])
        return [turns.get(clause, 0) % 2 == 1 for clause in self.clauses], without

    def _modes(self) -> list[frozenset[str]]:
        """What covers each word: a modal word covers its clause and all behind it up to a contrast, "if" everything."""
        row: list[set[str]] = [set() for _ in self.matches]
        for mode in MODES:
            for start, end in self.cues.get(mode, ()):
                first = 0 if mode == "condition" else self._clause_start(start)
                for n in range(first, len(row)):
                    if n > end and mode != "condition" and self.folded[n] in self.known.contrast:
                        break
                    row[n].add(mode)
        return [frozenset(modes) for modes in row]

    def _claimed(self) -> list[bool]:
        """Which words are covered by "argues that" (those behind it) or "according to" (all)."""
        said = {start for start, _ in self.cues.get("opinion", ())}
        covers_all = any(start in said for start, _ in self.cues.get("according", ()))
        first = -1 if covers_all else min(said, default=len(self.matches))
        return [n > first for n in range(len(self.matches))]

    def _credit(self) -> set[int]:
        """The words that may name a source: behind "according to" up to a comma, and all before "says"."""
        found: set[int] = set()
        for _, end in self.cues.get("according", ()):
            clause = self.clauses[min(end, len(self.clauses) - 1)]
            found.update(n for n in range(end, min(end + _REACH, len(self.clauses))) if self.clauses[n] == clause)
        for start, _ in self.cues.get("speech", ()):
            found.update(range(0 if start <= _BEFORE_SAYS else self._clause_start(start), start))
        return found

    def _clause_start(self, n: int) -> int:
        while n > 0 and self.clauses[n - 1] == self.clauses[n]:
            n -= 1
        return n

    def _is_name(self, n: int) -> bool:
        """Whether a word is a proper name by its capitals. The first word is one only when something else says so."""
        text, folded = self.matches[n][0], self.folded[n]
        if not text[0].isupper() or self.figure[n] >= 0 or len(text) == 1:
            return False
        if sum(character.isupper() for character in text) > 1:
            return True
        if folded in self.known.function or len(same_name(folded)) > 1:
            return folded not in self.known.function
        beside_capital = self._capital(n + 1) or (self.known.language == "de" and self._capital(n - 1))
        if self.known.language == "de":
            return beside_capital or (n > 0 and self.folded[n - 1] in _PLACE)
        if n == 0 or self.text[: self.matches[n].start()].rstrip()[-1:] in set('.!?:"“«„'):
            return beside_capital or (n + 1 < len(self.matches) and self.folded[n + 1] in self.known.function)
        return True

    def _capital(self, n: int) -> bool:
        if not 0 <= n < len(self.matches):
            return False
        return self.matches[n][0][0].isupper() and self.folded[n] not in self.known.function


def _without_harmless(cues: Mapping[str, list[tuple[int, int]]]) -> dict[str, list[tuple[int, int]]]:
    """The cues but for those within a phrase that denies nothing: in "not only" there is neither "not" nor "only"."""
    harmless = {n for start, end in cues.get("harmless", ()) for n in range(start, end)}
    kept = {
        label: spans if label == "harmless" else [span for span in spans if span[0] not in harmless]
        for label, spans in cues.items()
    }
    return {label: spans for label, spans in kept.items() if spans}
