"""The table of how sentences become questions (``phrasing.toml``), with its patterns made whole."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Answer = Literal["predicate", "name", "year", "percent", "number", "duration", "amount"]

_MONEY = r"[Ee]uros?|€|EUR|[Dd]ollars?|\$|USD|[Pp]ounds?|£|GBP|francs?|Franken|CHF|zł(?:otych|ote)?|PLN|ευρώ|يورو"
_FIGURE = r"\d{1,3}(?:[., \u00a0]\d{3})+(?!\d)|\d+(?:[.,]\d+)?"
_CAPITALISED = r"[A-ZÀ-ÖØ-Þ][\w.'’-]+"
_PARTS = {
    "<S>": r"""(?P<subject>[^,;:()"“”«»„]+?(?: \([^\W\d_]{2,10}\))?)""",
    "<NAME>": rf"(?P<name>{_CAPITALISED}(?: (?:de|van|von|der|la|di|da|{_CAPITALISED})){{1,3}})",
    "<N>": f"(?P<number>{_FIGURE})",
    "<Y>": r"(?P<year>(?:1[5-9]|20)\d\d)(?!\d)",
    "<U>": r"(?P<unit>[^\W\d_][\w'’-]*(?: [^\W\d_][\w'’-]*){0,3}?)",
    "<M>": rf"(?P<amount>(?:[€$£] ?)(?:{_FIGURE})|(?:{_FIGURE}) ?(?:{_MONEY}))",
    "<P>": "(?P<predicate>.+)",
    "<REST>": "(?P<rest>.+)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A kind of sentence, without its full stop, and the question about what it leaves out."""

    expression: re.Pattern[str]
    question: str
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasing:
    """The table of one language; its file says what the fields mean. Words are lower case."""

    language: str
    acronym: str
    heading: str
    mark: str
    joins: re.Pattern[str]
    no_subject: re.Pattern[str] | None
    articles: frozenset[str]
    refuse: frozenset[str]
    not_first: tuple[str, ...]
    ends: frozenset[str]
    weak: frozenset[str]
    verbs: frozenset[str]
    repairs: tuple[tuple[str, str], ...]
    bases: Mapping[str, tuple[str, str]]
    questions: tuple[Pattern, ...]
    lists: tuple[Pattern, ...]

    def ask(self, question: str, parts: Mapping[str, str | None]) -> str:
        """A question with its parts filled in and its grammar repaired."""
        given = {name: part for name, part in parts.items() if part is not None}
        do, base = self.bases.get(given.get("verb", ""), ("", ""))
        asked = question.format_map({"where": "", "do": do, "base": base, **given}).replace("`", "")
        for wrong, right in self.repairs:
            asked = re.sub(wrong, right, asked)
        return " ".join(asked.split())


def languages() -> tuple[str, ...]:
    """The languages in which questions can be made without a model."""
    return tuple(_table())


@cache
def phrasing(language: str) -> Phrasing | None:
    """The table of a language (ISO 639-1); None where there is none."""
    entry = _table().get(language.partition("-")[0])
    if entry is None:
        return None
    return Phrasing(
        language=language.partition("-")[0],
        acronym=entry["acronym"],
        heading=entry.get("heading", ""),
        mark=entry["acronym"][-1],
        joins=re.compile(rf",? (?:{entry['joins']}) "),
        no_subject=re.compile(entry["no_subject"], re.IGNORECASE) if "no_subject" in entry else None,
        articles=frozenset(entry["articles"]),
        refuse=frozenset(entry["refuse"]),
        not_first=tuple(entry["not_first"]),
        ends=frozenset(entry["ends"]),
        weak=frozenset(entry["weak"]),
        verbs=frozenset(entry["verbs"]),
        repairs=tuple((wrong, right) for wrong, right in entry.get("repairs", ())),
        bases={verb: (do, base) for verb, (do, base) in entry.get("bases", {}).items()},
        questions=tuple(_pattern(one["sentence"], one["question"], one["answer"], entry) for one in entry["questions"]),
        lists=tuple(_pattern(one["lead_in"], one["question"], "predicate", entry) for one in entry["lists"]),
    )


def _pattern(sentence: str, question: str, answer: Answer, entry: Mapping[str, Any]) -> Pattern:
    times = rf"(?P<duration>(?:{_FIGURE}|{entry['numerals']}) (?:{entry['times']}))"
    # A year says when, whatever follows; a thing that is counted may only be followed by where.
    end = r"(?:[ ,;(].*)?" if answer == "year" else rf"(?:,.*| (?:{'|'.join(entry['places'])})\b.*)?"
    for sign, part in {**_PARTS, "<T>": times, "<END>": end}.items():
        sentence = sentence.replace(sign, part)
    return Pattern(expression=re.compile(sentence), question=question, answer=answer)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "phrasing.toml").read_text(encoding="utf-8"))
