"""Where the sentences of one paragraph begin and end.

A full stop, question or exclamation mark, or ellipsis that white space follows is a candidate. It is a boundary when
what follows can begin a sentence (a capital, a digit, a quotation, a bullet, a letter of a script without case) and
when nothing says that the sentence goes on: an abbreviation, an initial, a number that counts, a bracket still open.
In doubt the sentence goes on, because a citation that is a little long misleads less than half a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass

from ingest.abbreviations import Abbreviations, abbreviations
from ingest.document import Span

_LONGEST_ASIDE = 300
"""Code points between two brackets that still make an aside; a longer stretch is more likely two stray brackets."""

# The repetitions are possessive, and a run of marks is tried once only, so that the time stays linear in the text.
_CANDIDATE = re.compile(
    r"""
    (?<! [.!?…] )
    (?:
        (?P<stop> [.!?…؟۔։።፧।॥\u037e]++ | (?<=[\u0370-\u03ff\u1f00-\u1fff]);++ )   # ";" asks in Greek
        (?P<close> (?: ["'”’“‘«»‹›)\]}*_] | \s++[»›](?=[\s.,;:!?)]|$) )*+ )
        (?P<mark> (?<!\d\.)\d{1,3}(?:[,–-]\d{1,3})*+ | [⁰¹²³⁴⁵⁶⁷⁸⁹]++ | (?:\[\d{1,3}(?:[,–-]\s?\d{1,3})*+\])++ )?+
        (?=\s)
    |
        [。！？｡]++ (?P<wide> ["'”’」』）】》)]*+ )
    )
    """,
    re.VERBOSE,
)
_NEXT = re.compile(
    r"""
    \s*+ (?P<bullet> [•▪◦‣●○■□►✓✔➢➤] \s*+ )?+
    (?: [-–—*]\s++ )?+
    (?P<opener> (?: [*_]++ | ["'”’“‘„‚«»‹›¿¡「『《（]\s*+ | [(\[{] )*+ )
    (?P<head> \S )?+
    """,
    re.VERBOSE,
)
_QUOTES = frozenset("\"'”’“‘„‚«»‹›¿¡「『《")
_LABEL = re.compile(r"\(?(?:[^\W\d_]|[ivxIVX]{1,4}|\d{1,2})\)")
_NUMBERING = re.compile(
    r"\W*(?:(?:[^\W\d_]+\.?\s+|§+\s*)?(?:\d{1,3}(?:\.\d{1,3})*|[ivxlcIVXLC]{1,6})|[^\W\d_])",
)
"""What stands before the full stop of "1.", "3.2.", "IV.", "A." or "Article 5." at the beginning of a sentence."""
_LONGEST_NUMBERING = 60

_COUNTED = re.compile(r"\s*(?:[\d(\[§№#+]|[ivxlcIVXLCDM]+\b|[^\W\d_](?![^\W\d_]))")
_NUMBER = re.compile(r"\d+|[IVXLCІХ]+")  # the last two are Cyrillic
_ORDINAL = re.compile(r"\d{1,2}|[IVXLC]{2,7}")
_WORD_BREAK = re.compile(r"['’\"“”„«»‹›‚‘(\[{*_]|[-/–—](?=[^\W\d_])")
_STREET = "str"
"""German writes streets as one word: "Hauptstr. 5"."""

_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_STRAY = re.compile(r"(?:\s+\[?\d{1,3}\]?,?)+(?=\s|$)")
_STRAY_AT_END = re.compile(r"[.!?…][\"'”’»)]*(?:\s+\[?\d{1,3}\]?)+\s*$")
_REMARK = re.compile(r"\s+(?P<remark>\((?=[^\W\d_])[^()]{1,80}\))(?=\s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paragraph:
    """A text with what has to be known of the whole of it. ``asides`` are pairs of brackets, ascending and apart."""

    text: str
    words: Abbreviations
    asides: tuple[Span, ...]
    ends_in_mark: bool


def split_sentences(text: str, language: str = "en") -> list[Span]:
    """The sentences of ``text``, one paragraph or list item in which line breaks count as any other white space.

    Spans count code points of ``text``, ascend, do not overlap and have no white space at either end; all outside
    them is white space. ``language`` (ISO 639-1, "und" where unknown) chooses the abbreviations. A number or letter
    that counts a sentence, the marks of its footnotes and the quotation mark that closes it belong to it. Semicolons
    (but for the Greek question mark) and colons end no sentence. Never fails; empty text gives none.
    """
    paragraph = _Paragraph(
        text=text,
        words=abbreviations(language),
        asides=_asides(text),
        ends_in_mark=_STRAY_AT_END.search(text) is not None,
    )
    spans: list[Span] = []
    start = _skip_space(text, 0)
    speaks = _first_letter(text, start)
    for candidate in _CANDIDATE.finditer(text):
        if candidate.start() <= speaks:
            continue
        end = _boundary(paragraph, start, candidate)
        if end is not None:
            spans.append(Span(start, end))
            start = _skip_space(text, end)
            speaks = _first_letter(text, start)
    end = len(text.rstrip())
    if start < end:
        if spans and speaks == len(text):
            start = spans.pop().start
        spans.append(Span(start, end))
    return spans


def _boundary(paragraph: _Paragraph, start: int, candidate: re.Match[str]) -> int | None:
    """Where the sentence that began at ``start`` ends, or None where it goes on behind the candidate."""
    text, at = paragraph.text, candidate.start()
    if _in_aside(paragraph, start, at):
        return None
    if candidate["wide"] is not None:
        names_speaker = candidate["wide"] and text[candidate.end() : candidate.end() + 1].isalpha()
        return None if names_speaker else candidate.end()
    if text[at - 1] in "([{":  # "[…]", "(!)": a remark on the text, not its end
        return None
    end = _end_of_marks(paragraph, candidate)
    following = _match_next(text, end)
    if not _can_begin(text, following):
        return None
    if candidate["stop"] == "." and _goes_on(paragraph, start, candidate, following):
        return None
    return end


def _can_begin(text: str, following: re.Match[str]) -> bool:
    """Whether a sentence can begin so."""
    head = following["head"]
    if head is None:
        return False
    if following["bullet"] or head.isupper() or head.istitle() or head.isdigit():
        return True
    if head.isalpha():
        caseless = not head.islower() or "ა" <= head <= "ჿ"  # Georgian has capitals in Unicode, not in its sentences
        quoted = not _QUOTES.isdisjoint(following["opener"])
        return caseless or quoted or _LABEL.match(text, following.start("opener")) is not None
    if head in ".…":
        return "[" in following["opener"] or "(" in following["opener"]  # "[…] It was drafted"
    return head in "§¶#@+" or unicodedata.category(head) in {"Sc", "So"}


def _goes_on(paragraph: _Paragraph, start: int, candidate: re.Match[str], following: re.Match[str]) -> bool:
    """Whether a single full stop belongs to the word before it, so that the sentence goes on."""
    text, words = paragraph.text, paragraph.words
    before = text[start : candidate.start()]
    if not candidate["close"] and len(before) <= _LONGEST_NUMBERING and _NUMBERING.fullmatch(before):
        return True
    previous, last = ["", *before.rsplit(maxsplit=2)][-2:]
    token = _WORD_BREAK.split(last)[-1]
    word = token.casefold()
    counted = bool(candidate["mark"]) or _COUNTED.match(text, candidate.end()) is not None
    if not word or word in words.closing or f"{previous}{word}".casefold() in words.closing:
        goes_on = False
    elif token in words.joining or word in words.joining:
        goes_on = not (candidate["close"] and _is_starter(text, following, words))
    elif word in words.dating and _NUMBER.fullmatch(previous):
        goes_on = following["head"].isdigit()
    elif counted and (word in words.numbered or word.endswith(_STREET)):
        goes_on = True
    elif word in words.naming or _is_shortened(token):
        goes_on = not _is_starter(text, following, words)
    elif _ORDINAL.fullmatch(token):
        is_third = words.ordinals and previous.rstrip(".").casefold() not in words.counting
        goes_on = previous.endswith((":", ";")) or (is_third and not _is_starter(text, following, words))
    else:
        goes_on = False
    return goes_on


def _is_shortened(token: str) -> bool:
    """Whether a word is short for something by its shape: "J", "z", "U.S", "Ph.D", "d.w.z"."""
    pieces = token.split(".")
    return all(piece.isalpha() for piece in pieces) and max(map(len, pieces)) <= (1 if len(pieces) == 1 else 2)


def _is_starter(text: str, following: re.Match[str], words: Abbreviations) -> bool:
    """Whether the word that follows is one that begins sentences rather than continues a name."""
    at = end = following.start("head")
    while end < len(text) and text[end].isalpha():
        end += 1
    return text[at:end].casefold() in words.starters and text[end : end + 1] != "."


def _end_of_marks(paragraph: _Paragraph, candidate: re.Match[str]) -> int:
    """The end of what stands apart behind a sentence and still belongs to it: footnote digits, a remark in brackets.

    A lone number could as well begin the next sentence ("… slow. 27 Member States …"). It is a footnote's where a word
    that begins sentences follows, where several stand in a row, or where the paragraph itself ends in such a number.
    """
    text, at = paragraph.text, candidate.end()
    remark = _REMARK.match(text, at)
    if remark and text[remark.start("remark") + 1].islower() and not _LABEL.match(text, remark.start("remark")):
        return remark.end()
    stray = _STRAY.match(text, at)
    if not stray:
        return at
    following = _match_next(text, stray.end())
    numbers = stray[0].split()
    several = len(numbers) > 1 and all(len(number) < 3 for number in numbers[1:])  # not "15 000"
    if following["head"] is None:
        return stray.end()
    if not (following["head"].isupper() or following["opener"]):
        return at
    is_mark = several or paragraph.ends_in_mark or _is_starter(text, following, paragraph.words)
    return stray.end() if is_mark else at


def _match_next(text: str, at: int) -> re.Match[str]:
    match = _NEXT.match(text, at)
    assert match is not None, "every part of the pattern is optional"
    return match


def _asides(text: str) -> tuple[Span, ...]:
    """The pairs of brackets that are short enough to be an aside within a sentence; one inside another is left out."""
    pairs: list[Span] = []
    opened: list[int] = []
    for match in re.finditer(r"[()]", text):
        at = match.start()
        if match[0] == "(":
            opened.append(at)
        elif opened:
            begin = opened.pop()
            if at - begin <= _LONGEST_ASIDE:
                while pairs and pairs[-1].start > begin:
                    pairs.pop()
                pairs.append(Span(begin, at))
    return tuple(pairs)


def _in_aside(paragraph: _Paragraph, start: int, at: int) -> bool:
    """Whether ``at`` stands between brackets that opened within the sentence, not those around the whole of it."""
    index = bisect_left(paragraph.asides, (at, at)) - 1
    return index >= 0 and start < paragraph.asides[index].start and at < paragraph.asides[index].end


def _first_letter(text: str, start: int) -> int:
    """Where the first letter or digit stands from ``start`` on, which no sentence lacks; else the end of ``text``."""
    match = _LETTER_OR_DIGIT.search(text, start)
    return match.start() if match else len(text)


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
