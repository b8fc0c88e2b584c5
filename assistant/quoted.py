"""Whose words a sentence is: a document quotes other bodies at length, and what stands there is theirs, not its own.

Read from structure and punctuation, so it works for documents that nobody prepared: a sentence that ends in a colon
leads in to what follows it. That is quoted where it stands in quotation marks, or where the lead-in says nothing but
whose words come ("According to the Court of Auditors:", "The ombudsman wrote:"). In doubt a sentence is the document's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.cues import cues
from assistant.evidence import Evidence
from ingest.cut import CutDocument
from ingest.document import BlockKind
from ingest.text import fold

_REACH = 40
"""Sentences of a quotation at the most; where no closing mark stands so near, an opening one opens none."""
_UNMARKED_REACH = 12
"""Sentences of a quotation without marks at the most: those up to the note that says where it was taken from."""
_LEAST_WORDS = 8
"""Words in marks that are a quotation and not a title."""
_LONGEST_NAME = 12
"""Words of a body's name."""
_LEADING_IN = 2
"""Sentences in front of a lead-in that are taken along in search of a name."""

_CLOSING = {"“": "”", "„": "“”", "«": "»", "»": "«", '"': '"', "「": "」", "『": "』"}
"""Closing marks by opening mark; single ones are left out, since apostrophes look the same."""
_COLONS = ":："
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_CUE_WORDS = 4
_UNINFLECTED = frozenset({"en", "fr", "es", "it", "nl", "pt"})
"""Languages whose names can be taken out of "according to …" as they stand; elsewhere the lead-in itself is quoted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """The sentences ``first`` to ``last`` of a document, both included, are somebody else's words.

    ``speaker`` is who says them, "" where the lead-in does not say it outright or inflects the name; ``introduced`` is
    the first of the sentences that lead in, which end right before ``first``.
    """

    first: int
    last: int
    speaker: str
    introduced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A piece of evidence in one voice: that of its document, or that of a ``quotation`` in it."""

    evidence: Evidence
    quotation: Quotation | None = None

    @property
    def speaker(self) -> str | None:
        """Who is quoted, "" where that is not said outright; None where nobody is."""
        return self.quotation.speaker if self.quotation else None


def quotation_at(cut: CutDocument, ordinal: int) -> Quotation | None:
    """The quotation that a sentence stands in; None where it is the document's own."""
    for lead_in in range(ordinal - 1, max(ordinal - 1 - _REACH, -1), -1):
        if cut.sentences[lead_in].section != cut.sentences[ordinal].section:
            return None
        found = _led_in(cut, lead_in)
        if found and ordinal <= found.last:
            return found
    return None


def voices(evidence: Evidence) -> list[Voice]:
    """A piece of evidence cut where another voice begins; what introduces a quotation stays with it."""
    found: list[Voice] = []
    quoted = {n: quotation_at(evidence.cut, n) for n in _ordinals(evidence)}
    begun = {
        n: quotation
        for quotation in quoted.values()
        if quotation and quotation.first in quoted
        for n in range(quotation.introduced, quotation.first)
    }
    for ordinal, inside in quoted.items():
        quotation = inside or begun.get(ordinal)
        if found and found[-1].quotation == quotation:
            found[-1] = replace(found[-1], evidence=replace(found[-1].evidence, last=ordinal))
        else:
            found.append(Voice(evidence=replace(evidence, first=ordinal, last=ordinal), quotation=quotation))
    return [replace(found[0], evidence=evidence)] if len(found) == 1 else found


def with_introductions(evidence: Sequence[Evidence], most: int) -> list[Voice]:
    """The evidence voice by voice, at most ``most`` pieces: a quotation whose speaker is not known comes behind what
    introduces it, if that is no evidence itself and there is room.
    """
    found = [voice for piece in evidence for voice in voices(piece)][:most]
    taken = {(voice.evidence.document, n) for voice in found for n in _ordinals(voice.evidence)}
    heard: list[Voice] = []
    room = most - len(found)
    for voice in found:
        quotation = voice.quotation
        if quotation and not quotation.speaker and room > 0:
            piece = voice.evidence
            introduction = replace(piece, first=quotation.introduced, last=quotation.first - 1)
            places = {(piece.document, n) for n in _ordinals(introduction)}
            if taken.isdisjoint(places):
                heard.append(replace(voice, evidence=introduction))
                taken |= places
                room -= 1
        heard.append(voice)
    return heard


def _ordinals(evidence: Evidence) -> range:
    return range(evidence.first, evidence.last + 1)


def _led_in(cut: CutDocument, lead_in: int) -> Quotation | None:
    """The quotation that a sentence leads in to."""
    first = lead_in + 1
    if cut.document.text[cut.sentences[lead_in].end - 1] not in _COLONS or not _quotable(cut, lead_in, first):
        return None
    said = cut.wording(cut.sentences[lead_in])
    source = _source(cut, said)
    speaker = source if source and cut.document.metadata.language in _UNINFLECTED else ""
    if cut.wording(cut.sentences[first])[:1] in _CLOSING:
        if (last := _closed(cut, first)) is None:
            return None
        introduced = lead_in if source else _introduced(cut, lead_in)
        return Quotation(first=first, last=last, speaker=speaker, introduced=introduced)
    if source is None and not (_says(cut, said) and _named(said)):
        return None
    return Quotation(first=first, last=_unmarked(cut, lead_in), speaker=speaker, introduced=lead_in)


def _quotable(cut: CutDocument, lead_in: int, ordinal: int) -> bool:
    """Whether there is such a sentence and it can be a part of what the one at ``lead_in`` leads in to."""
    if ordinal >= len(cut.sentences):
        return False
    one, other = cut.sentences[lead_in], cut.sentences[ordinal]
    return one.section == other.section and other.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)


def _closed(cut: CutDocument, first: int) -> int | None:
    """The last sentence of the quotation that is opened at the beginning of ``first``, if its words are enough and it
    is closed. By custom each of its paragraphs may begin with an opening mark once more.
    """
    opening = cut.wording(cut.sentences[first])[0]
    depth = words = 0
    for ordinal in range(first, min(first + _REACH, len(cut.sentences))):
        if not _quotable(cut, first, ordinal):
            if cut.sentences[ordinal].kind is BlockKind.FOOTNOTE:
                continue
            return None
        said = cut.wording(cut.sentences[ordinal])
        words += len(said.split())
        begins = ordinal > first and cut.sentences[ordinal].block != cut.sentences[ordinal - 1].block
        if begins and said[0] == opening:
            said = said[1:]
        for mark in said:
            if mark in _CLOSING[opening] and (mark != opening or depth):
                depth -= 1
            elif mark == opening:
                depth += 1
        if depth <= 0:
            return ordinal if words >= _LEAST_WORDS else None
    return None


def _unmarked(cut: CutDocument, lead_in: int) -> int:
    """The last sentence of a quotation without marks: the paragraph or the list that is led in, and what follows up to
    a sentence with a note, if there is one before the next lead-in or heading.
    """
    sentences, first = cut.sentences, lead_in + 1
    last = first
    while last + 1 < len(sentences) and (
        sentences[last + 1].block == sentences[first].block or sentences[last + 1].lead_in == lead_in
    ):
        last += 1
    noted = {note.lead_in for note in sentences if note.kind is BlockKind.FOOTNOTE}
    for ordinal in range(first, min(first + _UNMARKED_REACH, len(sentences))):
        if not _quotable(cut, lead_in, ordinal) or cut.wording(sentences[ordinal])[-1:] in _COLONS:
            break
        if ordinal in noted:
            return max(last, ordinal)
    return last


def _introduced(cut: CutDocument, lead_in: int) -> int:
    """The first of the sentences that lead in: those of the paragraph back to one that names somebody."""
    first = lead_in
    for ordinal in range(lead_in - 1, max(lead_in - 1 - _LEADING_IN, -1), -1):
        same = cut.sentences[ordinal].block == cut.sentences[lead_in].block
        if _named(cut.wording(cut.sentences[first])) or not same:
            break
        first = ordinal
    return first


def _source(cut: CutDocument, said: str) -> str | None:
    """The name in a lead-in that holds nothing else ("According to the Court of Auditors:"); None in any other."""
    words = list(_WORD.finditer(said))
    for name, end in ((said[: words[-n].start()], n) for n in range(1, _CUE_WORDS + 1) if n < len(words)):
        if _is_cue(words[-end:], cut, "source"):
            return _as_name(cut, name)
    for n in range(min(_CUE_WORDS, len(words) - 1), 0, -1):
        if _is_cue(words[:n], cut, "source"):
            return _as_name(cut, said[words[n - 1].end() :])
    return None


def _as_name(cut: CutDocument, text: str) -> str | None:
    """A text as the name of a body: short, no clause of its own, with a capital where the script has any, and not the
    name of who publishes the document.
    """
    name = text.strip().rstrip(_COLONS).strip()
    uncased = name.upper() == name.lower()
    if not name or "," in name or len(name.split()) > _LONGEST_NAME or not (uncased or name != name.lower()):
        return None
    return None if _names_publisher(cut, name) else name


def _names_publisher(cut: CutDocument, text: str) -> bool:
    publisher = fold(cut.document.metadata.publisher)
    return bool(publisher) and publisher in fold(text)


def _says(cut: CutDocument, said: str) -> bool:
    """Whether a lead-in ends in a word of saying."""
    words = list(_WORD.finditer(said))
    says = any(_is_cue(words[-n:], cut, "saying") for n in range(1, _CUE_WORDS + 1) if n < len(words))
    return says and not _names_publisher(cut, said)


def _is_cue(words: Sequence[re.Match[str]], cut: CutDocument, kind: str) -> bool:
    known = cues(cut.document.metadata.language)
    phrases = known.source if kind == "source" else known.saying
    return fold(" ".join(word.group() for word in words)) in phrases


def _named(said: str) -> bool:
    """Whether a sentence holds a word with a capital besides the first one and those that open a stretch in marks."""
    words = list(_WORD.finditer(said))
    return any(word.group()[0].isupper() and said[word.start() - 1] not in _CLOSING for word in words[1:])
