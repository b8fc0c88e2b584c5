"""How markers are written: every notation in which language models point at numbered evidence.

Asked for ``[1]``, models also write ``[[1]]``, ``【1】``, ``(1)``, ``^1``, ``[Sentence 2]`` or "according to source 3".
Numbers in brackets that belong to the text itself ("Article 15(3)", "(2019)") are no markers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from assistant.marker_patterns import (
    ALSO,
    ATOM,
    CITING,
    DASH,
    ENDS,
    INSIDE,
    LOOSE,
    NAME,
    NAME_BEFORE,
    RAISED,
    SAYING,
    SEPARATOR,
    SIGNS,
    STEP,
)
from ingest.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Markers that stood together: ``at`` is their place in the text without markers, ``end`` where they ended in the
    text with markers. ``numbers`` name evidence, ``dangling`` name none; each number once, in order.
    """

    at: int
    end: int
    numbers: tuple[int, ...]
    dangling: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmarked:
    """A text without its markers; ``origin[i]`` is the offset that character i had before, one more that of its end."""

    text: str
    origin: tuple[int, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Atom:
    """One marker as written, ``numbers`` as found."""

    start: int
    end: int
    numbers: tuple[int, ...]


def take_out(text: str, evidence: int) -> Unmarked:
    """Separate one line from its markers; 1 to ``evidence`` are valid. White space around them is tidied, and "see",
    "according to sentence …" and the like go with them.
    """
    kept: list[tuple[int, str]] = []
    marks: list[Mark] = []
    at = 0
    for group in _groups(text, evidence):
        start, end = group[0].start, group[-1].end
        kept += ((i, text[i]) for i in range(at, start))
        at = end
        while kept and kept[-1][1] in " \t":
            kept.pop()
        while text[at : at + 1] in {" ", "\t"}:
            at += 1
        if kept and kept[-1][1] in ".!?" and text[at : at + 1] == ".":
            at += 1
        spaced = at > end or (start > 0 and text[start - 1] in " \t")
        goes_on = at < len(text) and text[at] not in ".,;:!?)]}"
        if kept and goes_on and spaced and kept[-1][1] not in "([{":
            kept.append((end - 1, " "))
        numbers = _in_order(group, text)
        marks.append(
            Mark(
                at=len(kept),
                end=at,
                numbers=tuple(n for n in numbers if 1 <= n <= evidence),
                dangling=tuple(n for n in numbers if not 1 <= n <= evidence),
            )
        )
        if not kept and text[start].isupper() and text[at : at + 1].islower():
            kept.append((at, text[at].upper()[0]))
            at += 1
    kept += ((i, text[i]) for i in range(at, len(text)))
    return Unmarked(
        text="".join(character for _, character in kept),
        origin=(*(offset for offset, _ in kept), len(text)),
        marks=tuple(marks),
    )


def _groups(text: str, evidence: int) -> Iterator[list[_Atom]]:
    """Markers with nothing but separators between them, as one."""
    group: list[_Atom] = []
    for atom in _atoms(text, evidence):
        if group and not SEPARATOR.fullmatch(text, group[-1].end, atom.start):
            yield group
            group = []
        group.append(atom)
    if group:
        yield group


def _atoms(text: str, evidence: int) -> Iterator[_Atom]:
    at = 0
    while match := ATOM.search(text, at):
        numbers = _read(match, text, evidence)
        if not numbers:
            at = match.start() + 1
            continue
        start, end = match.start(), match.end()
        before = NAME_BEFORE.search(text, max(0, start - 40), start) if match["square"] else None
        if before:
            start = before.start()
        if before or match["named"]:
            citing = CITING.search(text, max(at, start - 60), start)
            if citing:
                start = citing.start()
                end += text[end : end + 1] == "," and not text[:start].strip()
            elif not text[:start].strip():
                saying = SAYING.match(text, end)
                end = saying.end() if saying else end
        yield _Atom(start=start, end=end, numbers=numbers)
        at = end


def _read(match: re.Match[str], text: str, evidence: int) -> tuple[int, ...]:
    """The numbers of what looks like a marker; none where it is a part of the text."""
    inside = re.sub(r"\]\([^()\s]*\)$", "]", match[0]) if match["square"] else match[0]
    inside = inside.translate(RAISED)
    if match["raised"]:
        numbers = _numbers(inside)
        if match[0][0] != "^" and max(numbers) > evidence:  # "¹²" may be 12 or 1 and 2
            digits = tuple(int(digit) for digit in inside if digit.isdigit())
            return digits if all(1 <= digit <= evidence for digit in digits) else numbers
        return numbers
    if match["named"]:
        return _numbers(inside)
    bracketed = match["round"] is not None and re.search(r"[\[【]", inside) is not None
    inside = LOOSE.sub("", inside.strip("[]【】⟦⟧〔〕［］{}()"))
    named = re.search(rf"\b{NAME}\b", inside, re.IGNORECASE) is not None
    if not all(_belongs(token, bracketed) for token in INSIDE.findall(inside)):
        return ()
    numbers = _numbers(inside)
    if match["round"] and not (bracketed or named):
        ends = ENDS.match(text, match.end()) or text[: match.start()].rstrip()[-1:] in {".", "!", "?"}
        if not (ends and text[: match.start()].strip() and all(1 <= n <= evidence for n in numbers)):
            return ()
    return numbers


def _belongs(token: str, bracketed: bool) -> bool:
    """Whether a word, number or sign may stand in a marker."""
    if token.isdigit():
        return len(token) <= 3
    if token.isalpha():
        return fold(token) in ALSO or re.fullmatch(NAME, token, re.IGNORECASE) is not None
    return token in SIGNS or (bracketed and token in "[]【】")


def _numbers(text: str) -> tuple[int, ...]:
    """The numbers of a marker, ranges filled in; the ends alone of one that is too long to be meant."""
    found: list[int] = []
    for first, last, single in STEP.findall(text):
        if single:
            found.append(int(single))
        else:
            found += _between(int(first), int(last))
    return tuple(dict.fromkeys(found))


def _between(first: int, last: int) -> list[int]:
    return list(range(first, last + 1)) if 0 <= last - first < 20 else [first, last]


def _in_order(group: list[_Atom], text: str) -> list[int]:
    """The numbers of a group, each once; ``[1]-[3]`` is a range as well."""
    found = list(group[0].numbers)
    for previous, atom in pairwise(group):
        if DASH.fullmatch(text, previous.end, atom.start):
            found += _between(previous.numbers[-1], atom.numbers[0])
        found += atom.numbers
    return list(dict.fromkeys(found))
