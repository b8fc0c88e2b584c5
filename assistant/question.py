"""A standalone question, taken apart: what it is about, what kind of answer it wants, which documents it means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.cues import Cues, Heard, cues
from ingest.document import Metadata
from ingest.text import fold, stems

Wanted = Literal["many", "number", "date", "person", "place"]

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

    ``documents`` gives the ids of documents that the question means a weight from 0.5 (a hint) to 2 (named);
    ``deed`` is true where something is to be done or written rather than answered.
    """

    text: str
    language: str
    topic: str
    wants: frozenset[Wanted]
    documents: Mapping[str, float] = field(default_factory=dict)
    deed: bool = False

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
    }
    pointing = _Pointing(heard, known, text)
    weights = {name: pointing.weight(metadata, organisation, language) for name, metadata in documents.items()}
    pointing.compare_dates(documents, weights)
    weights = {name: min(weight, 2.0) for name, weight in weights.items() if weight > 0}
    return Question(
        text=text,
        language=language,
        topic=_topic(text, language, pointing, documents, organisation),
        wants=frozenset(name for name, phrases in wanted.items() if heard.holds(phrases)),
        documents=weights if weights and max(weights.values()) >= MENTIONED else {},
        deed=bool(heard.holds(known.deed)),
    )


class _Pointing:
    """The words of a question that point at documents."""

    def __init__(self, heard: Heard, known: Cues, text: str) -> None:
        self.heard, self.known = heard, known
        self.kinds = {kind: heard.holds(nouns) for kind, nouns in known.kinds.items()}
        self.newer, self.older = heard.holds(known.newer), heard.holds(known.older)
        self.third_party = heard.holds(known.third_party)
        self.years = set(_YEAR.findall(text))
        for first, last in _YEARS.findall(text):
            self.years |= {first, last if len(last) == 4 else first[:2] + last}

    def weight(self, metadata: Metadata, organisation: Sequence[str], language: str) -> float:
        """How much one document is meant, taken by itself."""
        kind = bool(self.kinds_of(metadata))
        years = self.years & _years(metadata)
        telling = _telling(metadata, organisation, self.known, language)
        shared = telling & set(stems(" ".join(self.heard.words), language))
        weight = 0.0
        if kind:
            weight += 1.0 + min(len(shared) / 2, 1.0)
        elif len(telling) > 1 and len(shared) >= _TITLE_SHARE * len(telling):
            weight += 2.0
        if years:
            weight += 1.0 if kind else 0.5
        if metadata.authority == "third_party" and (
            self.third_party or set(Heard(metadata.publisher).words) & set(self.heard.words)
        ):
            weight += 1.0
        return weight

    def compare_dates(self, documents: Mapping[str, Metadata], weights: dict[str, float]) -> None:
        """Raise the newest or the oldest of several documents of a kind, where the question says so."""
        for kind in self.kinds:
            group = sorted(
                (metadata.published or metadata.not_before or "", name)
                for name, metadata in documents.items()
                if kind in self.kinds_of(metadata) and (metadata.published or metadata.not_before)
            )
            if len(group) > 1:
                if self.newer:
                    weights[group[-1][1]] += 1.0
                if self.older:
                    weights[group[0][1]] += 1.0

    def kinds_of(self, metadata: Metadata) -> list[str]:
        """The kinds that the question names and the document is of."""
        own = Heard(f"{metadata.kind} {metadata.title}")
        english = cues("en").kinds
        return [
            kind
            for kind, named in self.kinds.items()
            if named and (own.holds(self.known.kinds[kind]) or own.holds(english.get(kind, frozenset())))
        ]

    def words(self) -> frozenset[str]:
        """Every single word that points."""
        phrases = self.newer | self.older | self.third_party | self.heard.holds(self.known.source)
        return frozenset(word for phrase in phrases.union(*self.kinds.values()) for word in phrase.split())


def _years(metadata: Metadata) -> set[str]:
    dates = (metadata.published, metadata.not_before, metadata.valid_from, metadata.valid_until, metadata.title)
    return {year for date in dates if date for year in _YEAR.findall(date)}


def _telling(metadata: Metadata, organisation: Sequence[str], known: Cues, language: str) -> set[str]:
    """The stems of a title that tell it from others: no kind of document, no name of the organisation, no year."""
    common = {word for nouns in known.kinds.values() for noun in nouns for word in noun.split()}
    common |= {word for name in organisation for word in Heard(name).words}
    kept = [word for word in Heard(metadata.title).words if word not in common and not _YEAR.search(word)]
    return set(stems(" ".join(kept), language))


def _topic(
    text: str, language: str, pointing: _Pointing, documents: Mapping[str, Metadata], organisation: Sequence[str]
) -> str:
    """The question without pointing words; the whole question where too little would be left."""
    drop = set(pointing.words())
    drop |= {word for name in organisation[:1] for word in Heard(name).words}
    known_years = {year for metadata in documents.values() for year in _years(metadata)}
    kept = []
    for word in _WORD.findall(text):
        bare = re.sub(r"'s$", "", fold(word).strip(".,;:!?\"'()[]"))
        if bare in drop or ((years := _YEAR.findall(bare)) and set(years) <= known_years):
            continue
        kept.append(word)
    topic = " ".join(kept)
    return topic if len(stems(topic, language)) >= _LEAST_TOPIC else text
