"""A reply → its sentences, each with the markers behind it, and what kind of sentence it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.evaluation.markup import Mark, blanked, marks, visible
from assistant.evaluation.refusals import says_nothing_is_known
from assistant.evaluation.reply import Reply
from ingest.sentences import split_sentences

Kind = Literal["statement", "question", "heading", "label", "refusal"]

_FRONT = re.compile(r"[ \t]*(?:(?:>|[-*+•▪◦‣]|\d{1,3}[.)])(?=[ \t]|$)[ \t]*)*")
_HEADING = re.compile(r"\s*#{1,6}\s|\s*(\*\*|__)(?:(?!\1).)+(?<![.!?…。:])\1:?\s*$")
_NO_TEXT = re.compile(r"[ \t]*(?:[-*_=]{3,}|\|[\s:|-]+\||```.*|~~~.*)[ \t]*$")
_GOES_ON = re.compile(r"[ \t]*[^\W\d_A-ZÀ-Þ]")
_QUESTION = re.compile(r"[?？؟;\u037e][\"'»”’)\]*_\s]*$")
_GREEK = re.compile("[\u0370-\u03ff]")
_LABEL = re.compile(r"[:：][\"'*_\s]*$")
_WORD = re.compile(r"\w+")
_CASELESS = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence at ``start`` to ``end`` of the answer; ``text`` is what a reader sees of it, ``markers`` the numbers
    that stand in it or behind it, each once, whether or not they have a source.
    """

    text: str
    start: int
    end: int
    kind: Kind
    markers: tuple[int, ...]


def sentences(reply: Reply, language: str) -> tuple[Sentence, ...]:
    """The sentences of a reply in order. ``language`` (ISO 639-1) chooses the abbreviations.

    Where the assistant divides its answer itself and its places hold (``answer[start:end] == text``), these are taken;
    what it leaves out is divided all the same, so that an uncited sentence cannot hide. A list item, a row of a table
    and a line of a quotation are sentences; a line of a list of sources is none. A single word is a sentence only if
    there is a digit in it.
    """
    answer = reply.answer
    text = blanked(answer)
    given = sorted(
        (s.start, s.end) for s in reply.sentences if 0 <= s.start < s.end and answer[s.start : s.end] == s.text
    )
    spans = [span for n, span in enumerate(given) if n == 0 or span[0] >= given[n - 1][1]]
    signs = list(text)
    for start, end in spans:
        signs[start:end] = " " * (end - start)
    spans = sorted([*spans, *_divided("".join(signs), language)])
    found = list(_kinds(answer, spans, language))
    behind = _behind(answer, marks(answer), [(start, end) for start, end, _, _ in found])
    return tuple(
        Sentence(text=seen, start=start, end=end, kind=kind, markers=markers)
        for (start, end, seen, kind), markers in zip(found, behind, strict=True)
        if kind != "statement" or len(_WORD.findall(seen)) > 1 or re.search(r"\d", seen) or _CASELESS.search(seen)
    )


def _divided(text: str, language: str) -> Iterator[tuple[int, int]]:
    """The sentences of a text without markers, line by line; a line that goes on in small letters belongs to the one
    before it.
    """
    at, begun, pending = 0, 0, ""
    fenced = False
    for line in [*text.splitlines(keepends=True), "\n"]:
        fence = line.lstrip().startswith(("```", "~~~"))
        fenced ^= fence
        goes_on = pending.strip() and not _FRONT.match(line).group().strip() and _GOES_ON.match(line)  # type: ignore[union-attr]
        if not goes_on:
            yield from _of_line(pending, begun, language)
            begun, pending = at, ""
        if not (fenced or fence or _NO_TEXT.match(line)):
            pending += line
        at += len(line)


def _of_line(line: str, at: int, language: str) -> Iterator[tuple[int, int]]:
    if _HEADING.match(line):
        yield at + len(line) - len(line.lstrip()), at + len(line.rstrip())
        return
    front = _FRONT.match(line)
    offset = front.end() if front else 0
    for span in split_sentences(line[offset:], language):
        yield at + offset + span.start, at + offset + span.end


def _kinds(answer: str, spans: list[tuple[int, int]], language: str) -> Iterator[tuple[int, int, str, Kind]]:
    for start, end in spans:
        seen = visible(answer[start:end])
        if not _WORD.search(seen):
            continue
        line = answer[answer.rfind("\n", 0, start) + 1 : end]
        if _HEADING.match(answer[start:end]) or re.match(r"\s*#{1,6}\s", line):
            yield start, end, seen, "heading"
        elif _QUESTION.search(seen) and (seen.rstrip("\"'»”’)] ")[-1] != ";" or _GREEK.search(seen)):
            yield start, end, seen, "question"
        elif _LABEL.search(seen):
            yield start, end, seen, "label"
        elif says_nothing_is_known(seen, language):
            yield start, end, seen, "refusal"
        else:
            yield start, end, seen, "statement"


def _behind(answer: str, found: tuple[Mark, ...], spans: list[tuple[int, int]]) -> list[tuple[int, ...]]:
    """The numbers of each sentence: of the markers in it, and of those behind it up to the next one. A marker at the
    front of a line belongs to the sentence that it leads in.
    """
    numbers: list[dict[int, None]] = [{} for _ in spans]
    for mark in found:
        before = [n for n, (start, _) in enumerate(spans) if start <= mark.start]
        owner = before[-1] if before else 0
        if before and mark.start >= spans[owner][1] and owner + 1 < len(spans):
            line = answer.rfind("\n", 0, mark.start) + 1
            if spans[owner][1] <= line and answer.find("\n", mark.end, spans[owner + 1][0]) < 0:
                owner += 1
        if spans:
            numbers[owner].update(dict.fromkeys(mark.numbers))
    return [tuple(each) for each in numbers]
