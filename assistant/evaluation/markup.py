"""The Markdown of a reply and the markers in it: what a reader sees, and what the numbers in brackets point at."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_NUMBERS = r"\d{1,3}(?:\s*[-–—]\s*\d{1,3})?"
MARKER = re.compile(
    rf"""
    (?<!\\) (?:
        \[\^?(?P<square> {_NUMBERS} (?:\s*[,;]\s*\^?{_NUMBERS})* )\]
      | \[\[(?P<double> {_NUMBERS} )\]\]
      | 【(?P<wide> {_NUMBERS} )[^】\n]{{0,60}}】
    ) (?: \((?:https?://|\#|/|\./)[^)\s]*\) )?
    """,
    re.VERBOSE,
)
"""``[1]``, ``[1, 3]``, ``[1-3]``, ``[^1]``, ``[[1]]``, ``【1†source】``, each with or without the address of a link."""
_WITH_SPACE_BEFORE = re.compile(rf"\s*{MARKER.pattern}", re.VERBOSE)
_LONGEST_RANGE = 50

_LIST_OF_SOURCES = re.compile(rf"[ \t]*(?:[-*+]\s+)?{MARKER.pattern}:?(?=.*[^\W\d_])[^\n]*", re.VERBOSE)
_LINE_SIGN = re.compile(r"^[ \t]*(?:(?:>|[-*+•▪◦‣]|\d{1,3}[.)]|\#{1,6})[ \t]+|>(?=\n|$))+", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*(?:[-*_=]{3,}|\|[\s:|-]+\||```.*|~~~.*)[ \t]*$", re.MULTILINE)
_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\s]*\)")
_LINK = re.compile(r"(?<!\\)\[([^\]\n]+)\]\([^)\s]*\)")
_EMPHASIS = re.compile(r"\*\*+|(?<!\w)__+|__+(?!\w)|`+|(?<![\w*\\])[*_](?=[^\s*_])|(?<=[^\s*_\\])[*_](?![\w*])")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!<>|~-])")
_MARKUP = re.compile(r"[*_`|\\]")
_CELLS = re.compile(r"\s*\|\s*")


class Mark(NamedTuple):
    """Markers that stand together at ``start`` to ``end`` of a text; ``numbers`` in order."""

    start: int
    end: int
    numbers: tuple[int, ...]


class _Markers(NamedTuple):
    marks: tuple[Mark, ...]
    sources: tuple[tuple[int, int], ...]  # the lines of a list of sources


@lru_cache(maxsize=1024)
def _read(answer: str) -> _Markers:
    """A line that begins with a marker that was used before it is an entry in a list of sources."""
    found: list[Mark] = []
    sources: list[tuple[int, int]] = []
    used: set[int] = set()
    at = 0
    for line in answer.splitlines(keepends=True):
        marks = [
            Mark(
                at + match.start(),
                at + match.end(),
                tuple(_numbers(match["square"] or match["double"] or match["wide"])),
            )
            for match in MARKER.finditer(line)
        ]
        if marks and used.issuperset(marks[0].numbers) and _LIST_OF_SOURCES.match(line):
            sources.append((at, at + len(line)))
        else:
            used.update(number for mark in marks for number in mark.numbers)
            found += marks
        at += len(line)
    return _Markers(tuple(found), tuple(sources))


def marks(answer: str) -> tuple[Mark, ...]:
    """Every marker of an answer in order. What begins the lines of a list of sources, below the text that the markers
    were used in, is none.
    """
    return _read(answer).marks


def _numbers(written: str) -> list[int]:
    found: list[int] = []
    for part in re.split(r"[,;]", written.replace("^", "")):
        first, *last = (int(number) for number in re.findall(r"\d+", part))
        end = last[0] if last and first <= last[0] <= first + _LONGEST_RANGE else first
        found += range(first, end + 1)
        if last and end == first != last[0]:
            found.append(last[0])
    return found


def marker_numbers(answer: str) -> tuple[int, ...]:
    """Each number that a marker of an answer names, once, in order of first appearance."""
    return tuple(dict.fromkeys(number for mark in marks(answer) for number in mark.numbers))


def blanked(answer: str) -> str:
    """An answer with its markers, and lines of a list of sources, as spaces; every other character keeps its place."""
    signs = list(answer)
    for start, end in (*((mark.start, mark.end) for mark in marks(answer)), *_read(answer).sources):
        signs[start:end] = [sign if sign == "\n" else " " for sign in signs[start:end]]
    return "".join(signs)


@lru_cache(maxsize=4096)
def visible(text: str) -> str:
    """What a reader sees of Markdown, markers left out: the white space before a marker goes with it, single spaces."""
    if "[" in text or "【" in text:
        text = _LINK.sub(r"\1", _WITH_SPACE_BEFORE.sub("", _IMAGE.sub("", text)))
    text = _LINE_SIGN.sub("", _RULE.sub("", text))
    if _MARKUP.search(text):
        text = _ESCAPE.sub(r"\1", _CELLS.sub(" ", _EMPHASIS.sub("", text)))
    return " ".join(text.split())
