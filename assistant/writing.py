"""Evidence → draft: the extractive answer, made of quotations only, grouped by document.

A draft is a row of pieces. Labels say whose words follow, and from when; sentences carry the evidence they quote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.selection import Evidence
from ingest.cut import CutDocument, Sentence
from ingest.document import Metadata
from prompts.loader import Phrases

OMITTED = "[…]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Words that are nobody's statement: a heading over quotations, a refusal."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One drafted sentence and the evidence it stands on; ``before`` is the Markdown in front of it.

    ``continues`` is true for every sentence of a quotation but its first.
    """

    text: str
    evidence: Evidence
    before: str
    continues: bool = False


Piece = Label | Statement


def write(evidence: Sequence[Evidence], titles: Mapping[str, str], phrases: Phrases, today: date) -> list[Piece]:
    """Quote the evidence: main part, then further passages; in each the organisation's own documents first.

    ``titles`` gives the title of every document in scope by id.
    """
    pieces: list[Piece] = []
    for main in (True, False):
        groups: dict[str, list[Evidence]] = {}
        for piece in evidence:
            if piece.main == main:
                groups.setdefault(piece.document, []).append(piece)
        if groups and not main:
            pieces.append(Label(text=f"{phrases.say('further')}\n\n"))
        for group in sorted(groups.values(), key=lambda g: g[0].cut.document.metadata.authority == "third_party"):
            pieces.append(Label(text=f"{source_label(group[0].cut.document.metadata, titles, phrases, today)}\n\n"))
            for n, piece in enumerate(group):
                pieces += _quote(piece, first=n == 0)
            pieces.append(Label(text="\n\n"))
    return pieces


def source_label(metadata: Metadata, titles: Mapping[str, str], phrases: Phrases, today: date) -> str:
    """Whose words follow, and from when: title and date of the organisation's own documents, attribution of others."""
    notes = [metadata.published] if metadata.published else []
    if successor := titles.get(metadata.superseded_by or ""):
        notes.append(phrases.say("superseded", title=successor))
    elif metadata.valid_until and metadata.valid_until[:4] < str(today.year):
        notes.append(phrases.say("expired", year=metadata.valid_until))
    behind = f" ({'; '.join(notes)})" if notes else ""
    if metadata.authority == "own":
        return f"**{plain(metadata.title)}**{plain(behind)}:"
    source = metadata.title
    if metadata.authority == "third_party":
        source = phrases.say("third_party", publisher=metadata.publisher or metadata.title)
        source += f" ({metadata.title})" if metadata.publisher else ""
    return phrases.say("according_to", source=f"{plain(source)}{plain(behind)}")


def _quote(evidence: Evidence, *, first: bool) -> list[Piece]:
    """A quotation as a block quote, list items as a list."""
    pieces: list[Piece] = []
    sentences = evidence.cut.sentences[evidence.first : evidence.last + 1]
    listed = sentences[-1].list_id if len({s.block for s in sentences}) > 1 else None
    for n, sentence in enumerate(sentences):
        new_block = n == 0 or sentence.block != sentences[n - 1].block
        item = listed is not None and sentence.list_id == listed
        after_item = n > 0 and sentences[n - 1].list_id == listed
        if n == 0:
            before = "> " if first else "\n>\n> "
        elif not new_block:
            before = " "
        else:
            before = "\n> " if item and after_item else "\n>\n> "
        bullet = "- " if item and new_block else ""
        pieces.append(
            Statement(
                text=plain(displayed(evidence.cut, sentence)),
                evidence=evidence,
                before=before + bullet,
                continues=n > 0,
            )
        )
    return pieces


def displayed(cut: CutDocument, sentence: Sentence) -> str:
    """The words of a sentence on one line, each gap in it marked."""
    return shown(cut, sentence.start, sentence.end, sentence.gaps)


def shown(cut: CutDocument, start: int, end: int, gaps: Sequence[tuple[int, int]]) -> str:
    """A span on one line without its gaps, each of them marked."""
    pieces, at = [], start
    for gap_start, gap_end in gaps:
        pieces.append(cut.document.text[at:gap_start])
        at = gap_end
    pieces.append(cut.document.text[at:end])
    return " ".join(f" {OMITTED} ".join(pieces).split())


def plain(text: str) -> str:
    """Text of a document with the brackets of its own reference numbers escaped, so that they are no markers."""
    return re.sub(r"\[(\d+(?:\s*[,–-]\s*\d+)*)\]", r"\\[\1\\]", text)
