"""What the address of a document asks to see in it, and where that stands now."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ingest.document import Span
from ui.fingerprints import Fingerprint, locate, written_fingerprint
from ui.sources import MOST_PASSAGES

_LONGEST_NUMBER = 12
_RANGE = re.compile(r"([0-9]{1,12})-([0-9]{1,12})")

Fate = Literal["none", "here", "found_again", "moved", "gone"]
"""What became of a passage: none was asked for, it stands where it stood, it stands elsewhere, nothing stands there any
more, or its words stand nowhere.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """``passage`` is None for the whole document, ``quote`` for an address that does not know its words."""

    passage: Span | None = None
    quote: Fingerprint | None = None
    also: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What to mark in the text: ``passage``, where it has a place, and the ``others``, which are apart from each other
    and from it and ascend.
    """

    fate: Fate
    passage: Span | None = None
    others: tuple[Span, ...] = ()


def asked_for(query: Mapping[str, str]) -> Asked:
    """What the query of an address names. What is no number or no range names nothing, or a place that is nowhere."""
    ranges = [_RANGE.fullmatch(one) for one in query.get("also", "").split(",", MOST_PASSAGES)[:MOST_PASSAGES]]
    return Asked(
        passage=_span(query.get("start", ""), query.get("end", "")),
        quote=written_fingerprint(query.get("quote", "")),
        also=tuple(Span(int(one[1]), int(one[2])) for one in ranges if one),
    )


def shown_in(text: str, asked: Asked) -> Shown:
    """Where in ``text`` that stands. Other passages have no fingerprint: they are shown only where the text is known to
    be the one that they were cited from.
    """
    if asked.passage is None:
        return Shown(fate="none")
    if asked.quote is None:
        there = _holds_words(asked.passage, text)
        passage = asked.passage if there else None
        return Shown(fate="here" if there else "moved", passage=passage, others=_apart(asked.also, passage, text))
    found = locate(text, asked.quote, asked.passage)
    if found is None:
        return Shown(fate="gone")
    if found != asked.passage:
        return Shown(fate="found_again", passage=found)
    return Shown(fate="here", passage=found, others=_apart(asked.also, found, text))


def _span(start: str, end: str) -> Span | None:
    """What the address names; None where it names nothing, and a span that stands nowhere where it is no span."""
    if not start and not end:
        return None
    if max(len(start), len(end)) > _LONGEST_NUMBER or not (start.isdecimal() and end.isdecimal()):
        return Span(-1, -1)
    return Span(int(start), int(end))


def _holds_words(span: Span, text: str) -> bool:
    return 0 <= span.start < span.end <= len(text) and bool(text[span.start : span.end].strip())


def _apart(spans: tuple[Span, ...], passage: Span | None, text: str) -> tuple[Span, ...]:
    """The spans without what stands in the passage or in an earlier one."""
    if passage is None:
        return ()
    found, end = list[Span](), 0
    for span in sorted(set(spans)):
        if not _holds_words(span, text):
            continue
        start = max(span.start, end)
        for piece in (Span(start, min(span.end, passage.start)), Span(max(start, passage.end), span.end)):
            if _holds_words(piece, text):
                found.append(piece)
        end = max(end, span.end)
    return tuple(found)
