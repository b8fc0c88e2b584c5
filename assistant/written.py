"""A drafted sentence → what may be shown of it: with the evidence that it stands on, and whose words it tells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answer import Support
from assistant.repair import Repaired, repair
from assistant.selection import Evidence
from assistant.support import EvidenceText, judge
from ingest.text import fold

_FOOTNOTE_MARK = re.compile(r"[.!?][^\w\s]*\d{1,3}$")
"""The number of a footnote, glued to the end of a sentence."""
_MARKER = re.compile(r"\[[\d\s,–-]+\]")
_WORD = re.compile(r"\w+")
_RETURNED = 0.7
"""Share of words, and of pairs of them, that must come back when a translation is translated back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A drafted sentence that holds, with the sentences of evidence that it stands on. Where it does not say itself
    that it tells what a third party says, ``publisher`` is to be named in front of it.
    """

    text: str
    evidence: tuple[Evidence, ...]
    publisher: str = ""
    support: Support = "supported"

    @property
    def third_party(self) -> bool:
        """Whether it tells what somebody else says."""
        return any(map(_is_third_party, self.evidence))


class Bench:
    """Judges drafted sentences on the evidence that the model was given, in the language of both."""

    def __init__(self, numbered: Sequence[Evidence], language: str) -> None:
        self._numbered, self._language = numbered, language
        self._texts = [_text(piece) for piece in numbered]
        self._anybodys = [_as_own(text) for text in self._texts]
        self._labels = tuple({f"{speaker(piece)}:" for piece in numbered})

    def judged(self, said: str, markers: Sequence[int]) -> Written | None:
        """The sentence with the evidence that bears it: what it cites, else what else was found; None if nothing does.

        What lacks nothing but to say that it is a third party's will be given that attribution.
        """
        said = _ended_well(self._without_label(" ".join(said.split())))
        found = repair(said, markers, self._texts, self._language)
        if found and found.judgement.support == "supported":
            evidence = self._cited(found)
            speakers = {_name(piece) for piece in evidence if _is_third_party(piece)}
            # A third party is named in full, or the sentence may be taken for another's.
            return Written(text=said, evidence=evidence) if all(_bare(one) in _bare(said) for one in speakers) else None
        if self._anybodys == self._texts:
            return None
        found = repair(said, markers, self._anybodys, self._language)
        if found and found.judgement.support == "supported":
            evidence = self._cited(found)
            sources = {_name(piece) if _is_third_party(piece) else "" for piece in evidence}
            if len(sources) == 1 and (publisher := sources.pop()):
                return Written(text=said, evidence=evidence, publisher=publisher)
        return None

    def _cited(self, found: Repaired) -> tuple[Evidence, ...]:
        return tuple(self._numbered[marker - 1] for marker in found.markers)

    def _without_label(self, said: str) -> str:
        """A sentence without the name of the document that small models like to put in front of it."""
        return next((said.removeprefix(label).lstrip() for label in self._labels if said.startswith(label)), said)


def translated(written: Written, text: str, language: str, back: str, spoken: str) -> Written | None:
    """The same sentence as ``text`` in ``language``; None where that names or counts other things than the evidence, or
    where ``back``, its translation back into the language that was ``spoken``, says something else than the sentence.
    """
    evidence = [_as_own(_text(piece)) for piece in written.evidence]
    across = judge(text, evidence, language)
    same = judge(back, [EvidenceText(words=written.text, language=spoken, authority="own"), *evidence], spoken)
    returned = same.support == "supported" or (same.support == "partial" and same.score >= _RETURNED)
    if across.support not in ("supported", "not_assessable") or not returned:
        return None
    return replace(written, text=text, support="not_assessable")


def language_of(piece: Evidence) -> str:
    """The language of the document (ISO 639)."""
    return piece.cut.document.metadata.language


def words(piece: Evidence) -> str:
    """The words of a piece of evidence that is one sentence."""
    return piece.cut.wording(piece.cut.sentences[piece.first])


def speaker(piece: Evidence) -> str:
    """Whose words these are, for a model: a document, or a third party."""
    return f"{_name(piece)}, a third party" if _is_third_party(piece) else piece.cut.document.metadata.title


def _text(piece: Evidence) -> EvidenceText:
    metadata = piece.cut.document.metadata
    section = piece.cut.sections[piece.cut.sentences[piece.first].section].title
    return EvidenceText(
        words=words(piece),
        language=metadata.language,
        authority=metadata.authority,
        speaker=metadata.publisher if metadata.authority == "third_party" else "",
        context=" ".join(filter(None, (metadata.title, section, metadata.published))),
    )


def _as_own(text: EvidenceText) -> EvidenceText:
    return replace(text, authority="own", speaker="")


def _name(piece: Evidence) -> str:
    metadata = piece.cut.document.metadata
    return " ".join((metadata.publisher or metadata.title).split())


def _bare(text: str) -> str:
    """The words of a text, folded, without what looks like a marker."""
    return " ".join(_WORD.findall(fold(_MARKER.sub(" ", text))))


def _is_third_party(piece: Evidence) -> bool:
    return piece.cut.document.metadata.authority == "third_party"


def _ended_well(said: str) -> str:
    return f"{said}." if said[-1:].isalnum() and not _FOOTNOTE_MARK.search(said) else said
