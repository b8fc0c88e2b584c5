"""A drafted sentence → what may be shown of it: with the evidence that it stands on, and whose words it tells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answer import Support
from assistant.evidence import Evidence
from assistant.quoted import quotation_at
from assistant.repair import Repaired, repair
from assistant.support import EvidenceText, judge
from ingest.text import fold
from vectorstore.pair_models import EntailmentModel

_FOOTNOTE_MARK = re.compile(r"[.!?][^\w\s]*\d{1,3}$")
"""The number of a footnote, glued to the end of a sentence."""
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_LEAST_LETTERS = 8
_MARKER = re.compile(r"\[[\d\s,–-]+\]")
_WORD = re.compile(r"\w+")
_RETURNED = 0.7
"""Share of words, and of pairs of them, that must come back when a translation is translated back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A drafted sentence that holds, with the sentences of evidence that it stands on. Where it does not say itself
    that it tells what somebody else says, ``source`` is to be named in front of it: a third party, or a body that a
    document quotes.
    """

    text: str
    evidence: tuple[Evidence, ...]
    source: str = ""
    support: Support = "supported"

    @property
    def elsewhere(self) -> bool:
        """Whether it tells what somebody else says."""
        return any(map(_others_words, self.evidence))

    @property
    def third_party(self) -> bool:
        """Whether what it tells is written by a third party."""
        return any(map(_is_third_party, self.evidence))


class Bench:
    """Judges drafted sentences on the evidence that the model was given, in the language of both.

    The rules of words decide what may stay; an ``entailment`` model, where there is one, can only remove more.
    """

    def __init__(self, numbered: Sequence[Evidence], language: str, entailment: EntailmentModel | None = None) -> None:
        self._numbered, self._language, self._entailment = numbered, language, entailment
        self._texts = [_text(piece) for piece in numbered]
        self._anybodys = [_as_own(text) for text in self._texts]
        self._labels = tuple({f"{speaker(piece)}:" for piece in numbered})

    def judged(self, said: str, markers: Sequence[int]) -> Written | None:
        """The sentence with the evidence that bears it: what it cites, else what else was found; None if nothing does,
        or if that evidence contradicts it.

        What lacks nothing but to say that it is somebody else's will be given that attribution. Nothing is written of a
        quotation whose speaker is not known: it can only be quoted.
        """
        written = self._borne(said, markers)
        return written if written and not self._is_contradicted(written) else None

    def _borne(self, said: str, markers: Sequence[int]) -> Written | None:
        """What the rules of words say."""
        said = _ended_well(self._without_label(" ".join(said.split())))
        if not _says_something(said):
            return None
        found = repair(said, markers, self._texts, self._language)
        if found and found.judgement.support == "supported":
            evidence = self._cited(found)
            speakers = {name for piece in evidence if (name := _others_words(piece)) is not None}
            # Others are named in full, or the sentence may be taken for somebody else's.
            named = all(one and _bare(one) in _bare(said) for one in speakers)
            return Written(text=said, evidence=evidence) if named else None
        if self._anybodys == self._texts:
            return None
        found = repair(said, markers, self._anybodys, self._language)
        if found and found.judgement.support == "supported":
            evidence = self._cited(found)
            sources = {_others_words(piece) for piece in evidence}
            if len(sources) == 1 and (source := sources.pop()):
                return Written(text=said, evidence=evidence, source=source)
        return None

    def _is_contradicted(self, written: Written) -> bool:
        """What the entailment model says. That it finds a claim left open is no reason to remove it: the rules have
        found every word of it, and such models are often unsure of long premises.
        """
        if self._entailment is None:
            return False
        premise = " ".join(words(piece) for piece in written.evidence)
        return self._entailment.relation(premise, written.text) == "contradiction"

    def _cited(self, found: Repaired) -> tuple[Evidence, ...]:
        return tuple(self._numbered[marker - 1] for marker in found.markers)

    def _without_label(self, said: str) -> str:
        """A sentence without the name of the document that small models like to put in front of it."""
        return next((said.removeprefix(label).lstrip() for label in self._labels if said.startswith(label)), said)


def _says_something(said: str) -> bool:
    """Whether a sentence is more than a number, an address or what only leads in: small models copy such pieces too."""
    # One word may be many where a script leaves no blanks between them.
    letters = sum(character.isalpha() for character in _ADDRESS.sub("", said))
    return letters >= _LEAST_LETTERS and not said.endswith(":")


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
    """Whose words these are, for a model: a document, a third party, or a body that the document quotes."""
    if quotation := quotation_at(piece.cut, piece.first):
        return quotation.speaker or f"A quotation in {piece.cut.document.metadata.title}"
    return f"{_name(piece)}, a third party" if _is_third_party(piece) else piece.cut.document.metadata.title


def _text(piece: Evidence) -> EvidenceText:
    metadata = piece.cut.document.metadata
    section = piece.cut.sections[piece.cut.sentences[piece.first].section].title
    source = _others_words(piece)
    return EvidenceText(
        words=words(piece),
        language=metadata.language,
        authority=metadata.authority if source is None else "third_party",
        speaker=source or "",
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


def _others_words(piece: Evidence) -> str | None:
    """Who else says a sentence: a body that the document quotes ("" for one without a name), or a third party; None
    where the document says it.
    """
    if quotation := quotation_at(piece.cut, piece.first):
        return quotation.speaker
    return _name(piece) if _is_third_party(piece) else None


def _is_third_party(piece: Evidence) -> bool:
    return piece.cut.document.metadata.authority == "third_party"


def _ended_well(said: str) -> str:
    return f"{said}." if said[-1:].isalnum() and not _FOOTNOTE_MARK.search(said) else said
