"""A standalone question, taken apart: what it is about, what kind of answer it wants, which documents it means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from assistant.cues import Cues, Heard, cues, is_courtesy
from ingest.document import Metadata
from ingest.text import fold, stems

Wanted = Literal["many", "number", "date", "person", "place", "amount", "telephone", "name"]

MENTIONED = 1.0
"""The weight from which a document counts as meant by the question."""

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?[-–/]\s?((?:19|20)?\d\d)(?!\d)")
_WORD = re.compile(r"\S+")
_TITLE_SHARE = 0.6
"""Share of the telling words of a title that name the document without its kind."""
_LEAST_TOPIC = 2
"""Content words that must be left when the words that point at documents are taken out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """``topic`` is the question without the words that only point at documents or name the organisation.

    ``documents`` gives the ids of documents that the question means a weight from 0.5 (a hint) to 2 (named), and one
    below 0 to those that it turns away from. ``deed`` is true where something is to be done or written rather than
    answered, ``idle`` where nothing is asked, ``own_case`` where somebody asks for themselves or somebody near.
    ``years`` are those that the question names. ``expansions`` are further texts to search with.
    """

    text: str
    language: str
    topic: str
    wants: frozenset[Wanted]
    documents: Mapping[str, float] = field(default_factory=dict)
    deed: bool = False
    idle: bool = False
    own_case: bool = False
    years: frozenset[int] = frozenset()
    expansions: tuple[str, ...] = ()

    @property
    def declined(self) -> bool:
        """Whether nothing in documents can answer it."""
        return self.deed or self.idle

    @property
    def meant(self) -> tuple[str, ...]:
        """The documents that the question means, those with the highest weights; empty where it means none."""
        if not self.documents or (best := max(self.documents.values())) < MENTIONED:
            return ()
        return tuple(
            name for name, weight in self.documents.items() if weight >= min(best, 2.0) and weight >= MENTIONED
        )


def analyse(text: str, language: str, documents: Mapping[str, Metadata], organisation: Sequence[str]) -> Question:
    """Take a standalone question apart. ``documents`` are those in scope, ``organisation`` its names."""
    known = cues(language)
    heard = Heard(text)
    wanted: dict[Wanted, frozenset[str]] = {
        "many": known.many,
        "number": known.number,
        "date": known.date,
        "person": known.person,
        "place": known.place,
        "amount": known.amount,
        "telephone": known.telephone,
        "name": known.name,
    }
    names = tuple(organisation)
    profiles = {name: _profile(metadata, names, language) for name, metadata in documents.items()}
    pointing = _Pointing(heard, known, text, language)
    weights = {name: pointing.weight(metadata, profiles[name]) for name, metadata in documents.items()}
    pointing.compare_dates(documents, profiles, weights)
    weights = {name: min(weight, 2.0) for name, weight in weights.items() if weight > 0}
    drop = pointing.pointing() | {word for name in names[:1] for word in Heard(name).words}
    known_years = frozenset[str]().union(*(profile.years for profile in profiles.values()))
    return Question(
        text=text,
        language=language,
        topic=_topic(text, language, drop, known_years),
        wants=frozenset(name for name, phrases in wanted.items() if heard.holds(phrases)),
        documents=weights if weights and max(weights.values()) >= MENTIONED else {},
        deed=bool(heard.holds(known.deed)),
        idle=is_courtesy(text, organisation),
        own_case=bool(heard.holds(known.own_case)),
        years=frozenset(int(year) for year in pointing.years),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Profile:
    """What names one document: ``kinds`` of ``Cues.kinds``, the ``years`` it is of, its publisher's words, and the
    ``telling`` stems of its title: no kind of document, no name of the organisation, no year.
    """

    kinds: frozenset[str]
    years: frozenset[str]
    publisher: frozenset[str]
    telling: frozenset[str]


@lru_cache(maxsize=16_384)
def _profile(metadata: Metadata, organisation: tuple[str, ...], language: str) -> _Profile:
    known, english = cues(language), cues("en")
    called = Heard(f"{metadata.kind} {metadata.title}")
    title = Heard(metadata.title).words
    common = {word for nouns in known.kinds.values() for noun in nouns for word in noun.split()}
    common |= {word for name in organisation for word in Heard(name).words}
    dates = (metadata.published, metadata.not_before, metadata.valid_from, metadata.valid_until, metadata.title)
    return _Profile(
        kinds=frozenset(
            kind
            for kind, nouns in known.kinds.items()
            if called.holds(nouns) or called.holds(english.kinds.get(kind, frozenset()))
        ),
        years=frozenset(year for date in dates if date for year in _YEAR.findall(date)),
        publisher=frozenset(Heard(metadata.publisher).words),
        telling=frozenset(
            stems(" ".join(word for word in title if word not in common and not _YEAR.search(word)), language)
        ),
    )


class _Pointing:
    """The words of a question that point at documents."""

    def __init__(self, heard: Heard, known: Cues, text: str, language: str) -> None:
        self.words = heard.words
        self.stems = set(stems(" ".join(heard.words), language))
        self.kinds = {kind: found for kind, nouns in known.kinds.items() if (found := heard.holds(nouns))}
        self.newer, self.older = heard.holds(known.newer), heard.holds(known.older)
        self.third_party = heard.holds(known.third_party)
        self.source = heard.holds(known.source)
        self.years = set(_YEAR.findall(text))
        for first, last in _YEARS.findall(text):
            end = last if len(last) == 4 else first[:2] + last
            self.years |= {first, end} if int(end) > int(first) else {first}  # 2019-05 is a month

    def weight(self, metadata: Metadata, profile: _Profile) -> float:
        """How much one document is meant, taken by itself."""
        kind = not profile.kinds.isdisjoint(self.kinds)
        shared = len(profile.telling & self.stems)
        weight = 0.0
        if kind:
            weight += 1.0 + min(shared / 2, 1.0)
        elif len(profile.telling) > 1 and shared >= _TITLE_SHARE * len(profile.telling):
            weight += 2.0
        if not profile.years.isdisjoint(self.years):
            weight += 1.0 if kind else 0.5
        third_party = metadata.authority == "third_party"
        if third_party and (self.third_party or not profile.publisher.isdisjoint(self.words)):
            weight += 1.0
        return weight

    def compare_dates(
        self, documents: Mapping[str, Metadata], profiles: Mapping[str, _Profile], weights: dict[str, float]
    ) -> None:
        """Raise the newest or the oldest of several documents of a kind, where the question says so."""
        for kind in self.kinds if self.newer or self.older else ():
            group = sorted(
                (date, name)
                for name, metadata in documents.items()
                if kind in profiles[name].kinds and (date := metadata.published or metadata.not_before)
            )
            if len(group) > 1:
                if self.newer:
                    weights[group[-1][1]] += 1.0
                if self.older:
                    weights[group[0][1]] += 1.0

    def pointing(self) -> frozenset[str]:
        """Every single word that points."""
        phrases = (self.newer | self.older | self.third_party | self.source).union(*self.kinds.values())
        return frozenset(word for phrase in phrases for word in phrase.split())


def _topic(text: str, language: str, drop: Set[str], years: Set[str]) -> str:
    """The question without the words of ``drop`` and the years of documents; the whole question where too little
    would be left."""
    kept = []
    for word in _WORD.findall(text):
        bare = re.sub(r"'s$", "", fold(word).strip(".,;:!?\"'()[]"))
        if bare in drop or ((found := _YEAR.findall(bare)) and years >= set(found)):
            continue
        kept.append(word)
    topic = " ".join(kept)
    return topic if len(stems(topic, language)) >= _LEAST_TOPIC else text
