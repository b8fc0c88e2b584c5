"""Evidence → draft: the extractive answer, made of quotations only, grouped by document.

A draft is a row of pieces. Labels say whose words follow, and from when; sentences carry the evidence they quote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from assistant.evidence import Evidence
from assistant.quoted import Voice, with_introductions
from assistant.selection import MAX_EVIDENCE
from ingest.cut import CutDocument, Sentence
from ingest.document import Authority, Metadata
from ingest.readers.dates import date_bounds
from prompts.loader import Phrases

OMITTED = "[…]"

_ORDER: Mapping[Authority, int] = {"own": 0, "unstated": 1, "third_party": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Words that are nobody's statement. ``over`` says what they stand over and go with when it goes: the quotations
    of one document, a whole part of the answer, or nothing (a refusal stays whatever follows). One that stands over
    something is a paragraph of its own.
    """

    text: str
    over: Literal["nothing", "document", "part"] = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One drafted sentence and the evidence it stands on.

    ``block`` is shared by the sentences of one paragraph of the evidence; ``item`` tells the items of a list.
    """

    text: str
    evidence: Evidence
    block: int = 0
    item: bool = False


Piece = Label | Statement


def write(
    evidence: Sequence[Evidence],
    successors: Mapping[str, str],
    phrases: Phrases,
    today: date,
    *,
    most: int = MAX_EVIDENCE,
) -> list[Piece]:
    """Quote the evidence: main part, then further passages; in each the organisation's own documents first, third
    parties last.

    ``successors`` is what the function of that name says of the documents in scope. What a document quotes stands
    under the name of who says it, or behind the sentences that introduce it. ``most`` pieces of evidence are quoted.
    """
    pieces: list[Piece] = []
    heard = with_introductions(evidence, most)
    for main in (True, False):
        groups: dict[tuple[str, str | None], list[Voice]] = {}
        for voice in heard:
            if voice.evidence.main == main:
                groups.setdefault((voice.evidence.document, voice.speaker), []).append(voice)
        if groups and not main:
            pieces.append(Label(text=f"{phrases.say('further')}\n\n", over="part"))
        for group in sorted(groups.values(), key=lambda g: _ORDER[g[0].evidence.cut.document.metadata.authority]):
            document = group[0].evidence.cut.document
            label = source_label(
                document.metadata, successors.get(document.id), phrases, today, speaker=group[0].speaker
            )
            pieces.append(Label(text=f"{label}\n\n", over="document"))
            for voice in group:
                pieces += _quote(voice.evidence)
    return pieces


def source_label(
    metadata: Metadata, successor: str | None, phrases: Phrases, today: date, *, speaker: str | None = None
) -> str:
    """Whose words follow, and from when: title and date of the organisation's own documents, attribution of others.

    ``successor`` is the title of the document that supersedes this one; ``speaker`` is the body that the document
    quotes, "" where it does not say which.
    """
    source = _source(metadata, successor, phrases, today)
    if speaker is not None:
        said = phrases.say("quoted_from", speaker=speaker, source=source) if speaker else ""
        said = one_line(said or phrases.say("quotation", source=source))
        return said[:1].upper() + said[1:]
    return one_line(f"{source}:" if metadata.authority == "own" else phrases.say("according_to", source=source))


def _source(metadata: Metadata, successor: str | None, phrases: Phrases, today: date) -> str:
    """A document with its date, and with its publisher where that is a third party."""
    notes = [metadata.published] if metadata.published else []
    if past := past_note(metadata, successor, phrases, today):
        notes.append(past)
    behind = f" ({'; '.join(notes)})" if notes else ""
    if metadata.authority == "own":
        return f"**{metadata.title}**{behind}"
    source = metadata.title
    if metadata.authority == "third_party":
        source = phrases.say("third_party", publisher=metadata.publisher or metadata.title)
        source += f" ({metadata.title})" if metadata.publisher else ""
    return f"{source}{behind}"


def past_note(metadata: Metadata, successor: str | None, phrases: Phrases, today: date) -> str:
    """That what a document says was said for another time; "" where it holds today as far as is known."""
    if successor:
        return phrases.say("superseded", title=successor)
    if metadata.valid_until and date_bounds(metadata.valid_until)[1] < today:
        return phrases.say("expired", year=metadata.valid_until)
    return ""


def in_front(statement: Statement, previous: Statement | None) -> str:
    """The Markdown between a statement and ``previous``, the one above it under the same label: a block quote, in which
    every paragraph and every other piece of evidence begins anew and items are a list.
    """
    quoted_on = previous is not None and previous.evidence is statement.evidence
    if previous is not None and quoted_on and previous.block == statement.block:
        return " "
    bullet = "- " if statement.item else ""
    if previous is None:
        return f"> {bullet}"
    return f"\n> {bullet}" if quoted_on and previous.item and statement.item else f"\n>\n> {bullet}"


def _quote(evidence: Evidence) -> list[Statement]:
    """The sentences of a quotation; those of the list that it ends in are items."""
    sentences = evidence.cut.sentences[evidence.first : evidence.last + 1]
    listed = sentences[-1].list_id if len({s.block for s in sentences}) > 1 else None
    return [
        Statement(
            text=plain(displayed(evidence.cut, sentence)),
            evidence=evidence,
            block=sentence.block,
            item=listed is not None and sentence.list_id == listed,
        )
        for sentence in sentences
    ]


def displayed(cut: CutDocument, sentence: Sentence) -> str:
    """The words of a sentence on one line, each gap in it marked."""
    return cut.one_line(sentence.start, sentence.end, sentence.gaps, OMITTED)


def plain(text: str) -> str:
    """Text of a document with the brackets of its own reference numbers escaped, so that they are no markers."""
    return re.sub(r"\[(\d+(?:\s*[,–-]\s*\d+)*)\]", r"\\[\1\\]", text)


def one_line(text: str) -> str:
    """A text on one line, in which nothing is a marker."""
    return plain(" ".join(text.split()))
