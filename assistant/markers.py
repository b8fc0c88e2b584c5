"""A model's draft, as it streams in → its sentences, each with the numbered evidence that it points at.

A draft is read line by line, since models write lists, headings, "Answer:" and repeated evidence on lines of their own,
and within a line sentence by sentence. A sentence is given back when the next one has begun, because only then it is
known which markers behind its full stop are its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.marker_notation import Mark, Unmarked, take_out
from assistant.marker_patterns import UNFINISHED
from ingest.sentences import split_sentences

_LONGEST_LINE = 4_000
"""Code points after which a line is cut, so that a stream without an end takes linear time."""
_ANSWER = (
    r"(?:[*_]{0,2}(?:final\s+|short\s+)?(?:answer|response|réponse|respuesta|antwort|risposta|antwoord|resposta"
    r"|odpowied[zź])\s?[*_]{0,2}\s?:\s*[*_]{0,2}\s*)"
)
_FRONT = re.compile(
    rf"(?:>\s?|[-*+•‣▪◦–]\s+|\d{{1,2}}\)\s+|\d{{1,2}}\.\s+(?=[^\W\d_*]|\*\*)|\(?[a-z]\)\s+|\(\d{{1,2}}\)\s+|{_ANSWER})++",
    re.IGNORECASE,
)
"""What stands at the front of a line and says nothing: quotation and list signs, numbers of items, "Answer:"."""
_STARTS_ANSWER = re.compile(rf"\W*{_ANSWER}", re.IGNORECASE)
_WHOLE_LINE = re.compile(r"#|```|~~~|\[\^\d+\]:|\[\d+\]:\s*https?:")
"""Lines that no sentence stands on: headings, code fences, definitions of footnotes and links."""
_HEADING = re.compile(r"(\*\*|__)(?:(?!\1).)+(?<![.!?…])\1:?")
_LIST_OF_SOURCES = re.compile(
    r"[*_#\s]*(?:numbered\s+)?(?:sources?|references?|evidence|citations?|footnotes?|notes|quellen|belege|références|fuentes"
    r"|referencias|fonti|bronnen|fontes|źródła)[*_\s]*:?[*_\s]*",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"^[\s.:;,)\]–—-]+")
_RAISED = re.compile(r"<sup>\s*\[?([\d,\s–-]{1,20})\]?\s*</sup>", re.IGNORECASE)
_TAGS = re.compile(r"<\|[^|>\n]{0,40}\|>|</?s>")
_OPEN_TAG = re.compile(r"<(?:/?\w{0,6}|\|[^|>\n]{0,40}\|?|sup>[^<\n]{0,24}(?:</?\w{0,4})?)$", re.IGNORECASE)
_BREAK = re.compile(r"<br\s?/?>", re.IGNORECASE)
_THINKING = ("<think>", "</think>")
_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\s]*\)")
_LINK = re.compile(r"(?<!\\)\[([^\]\n]+)\]\([^)\s]*\)")
_EMPHASIS = re.compile(r"\*\*+|(?<!\w)__+|__+(?!\w)|`+|(?<![\w*])[*_](?=[^\s*_])|(?<=[^\s*_])[*_](?![\w*])")


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSentence:
    """One sentence of a draft. ``text`` is without markers and Markdown; ``markers`` name evidence, from 1;
    ``dangling`` are markers of evidence that does not exist. Each number once, in order.
    """

    text: str
    markers: tuple[int, ...]
    dangling: tuple[int, ...]


class DraftReader:
    """Takes the text of a draft in pieces of any size and gives back its sentences; how it is cut makes no difference.

    Never fails, whatever the model writes.
    """

    def __init__(self, *, evidence: int, language: str) -> None:
        """``evidence`` is how many numbered sentences the model saw, ``language`` that of the draft (ISO 639-1)."""
        self._evidence, self._language = evidence, language
        self._raw = ""
        self._fresh = True  # whether the text that is left begins a line
        self._awaited = 0  # how long the text must be before it is worth looking at again
        self._sources: list[str] = []  # lines of a list of sources
        self._in_sources = False
        self._given = 0

    def feed(self, delta: str) -> list[DraftSentence]:
        """The sentences that this piece of text completes."""
        self._raw += delta
        if len(self._raw) < self._awaited:
            return []
        sentences = list(self._read(final=False))
        # A long text without an end is looked at again only when a twentieth more of it is there: linear time in all.
        self._awaited = len(self._raw) + len(self._raw) // 20
        return sentences

    def finish(self) -> list[DraftSentence]:
        """The sentences that are left when the stream has ended."""
        sentences = list(self._read(final=True))
        if not self._given and self._sources:
            # Nothing but a list: these are sentences with their markers in front.
            self._raw, self._in_sources, self._fresh = "\n".join(self._sources), False, True
            self._sources = []
            sentences = list(self._read(final=True))
        return sentences

    def _read(self, *, final: bool) -> Iterator[DraftSentence]:
        if not self._prepare(final):
            return
        while self._raw:
            self._raw = self._raw.lstrip() if self._fresh else self._raw
            end = self._line_end(final)
            line = self._raw[:end]
            if self._fresh:
                if end is None and (self._in_sources or _WHOLE_LINE.match(line)):
                    return
                self._in_sources = self._in_sources and not _STARTS_ANSWER.match(line)
                front = _FRONT.match(line)
                line = line[front.end() :] if front and not self._in_sources else line
                if end is not None and self._says_nothing(line):
                    self._skip(line, end)
                    continue
            found = self._first(line.replace("\n", " "), whole=end is not None)
            if found is None:
                return
            sentence, consumed = found
            begins = (len(self._raw) if end is None else end) - len(line)
            self._raw = self._raw[begins + consumed :]
            self._fresh = end is not None and not line[consumed:].strip()
            if sentence and any(c.isalnum() for c in sentence.text):
                self._given += 1
                yield sentence

    def _prepare(self, final: bool) -> bool:
        """Take out what is no text; whether there is something to read."""
        begin, close = _THINKING
        start = self._raw.lstrip()
        if not self._given and start.startswith(begin):
            if close not in start:
                return False
            self._raw = start.split(close, 1)[1]
        elif not self._given and not final and start and begin.startswith(start):
            return False
        self._raw = _BREAK.sub("\n", _TAGS.sub("", _RAISED.sub(r"[\1]", self._raw.replace("\r", ""))))
        return True

    def _line_end(self, final: bool) -> int | None:
        """Where the line ends with which the text begins, or None where that cannot be told yet.

        A line that goes on in small letters, and markers alone on the next one, belong to it.
        """
        at = 0
        while (newline := self._raw.find("\n", at)) >= 0:
            goes_on = self._goes_on_at(newline, final)
            if goes_on is None:
                return None
            if goes_on == newline:
                return newline
            at = goes_on
        if final:
            return len(self._raw)
        if len(self._raw) > _LONGEST_LINE:
            return max(self._raw.rfind(" ", 0, _LONGEST_LINE), 0) or _LONGEST_LINE
        return None

    def _goes_on_at(self, newline: int, final: bool) -> int | None:
        """From where to look for the next line break; ``newline`` itself where the line ends, None for not known."""
        following = self._raw[newline:].lstrip()
        if _WHOLE_LINE.match(self._raw) or (self._in_sources and self._fresh):
            return newline
        if not following:
            return newline if final else None
        if following[0].islower() and not self._raw.startswith("\n\n", newline) and not _FRONT.match(following):
            return newline + 1 if final or len(following) > 2 else None
        next_line, ended, _ = following.partition("\n")
        known = bool(ended) or final
        if following[0].isalpha() or not self._only_markers(next_line, known):
            return newline
        return len(self._raw) - len(following) + len(next_line) if known else None

    def _only_markers(self, line: str, known: bool) -> bool:
        """Whether a line holds nothing but markers, as far as it is known."""
        if not known and (unfinished := UNFINISHED.search(line)):
            line = line[: unfinished.start()]
        return not any(c.isalnum() for c in take_out(line, self._evidence).text)

    def _skip(self, line: str, end: int) -> None:
        if self._in_sources:
            self._sources.append(line)
        self._in_sources = self._in_sources or _LIST_OF_SOURCES.fullmatch(line) is not None
        self._raw, self._fresh = self._raw[end:], True

    def _says_nothing(self, line: str) -> bool:
        """Whether a whole line is a title or a fence, stands in a list of sources, or names sources only."""
        if self._in_sources or _WHOLE_LINE.match(line):
            return True
        label, colon, behind = line.partition(":")
        if _LIST_OF_SOURCES.fullmatch(label + colon):
            return not any(c.isalnum() for c in take_out(behind, self._evidence).text)
        return _HEADING.fullmatch(line.strip()) is not None

    def _first(self, line: str, *, whole: bool) -> tuple[DraftSentence | None, int] | None:
        """The first sentence of a line and how much of the line it takes up; None where it is not complete yet."""
        if not whole:
            line = _OPEN_TAG.sub("", line)
            line = line[: found.start()] if (found := UNFINISHED.search(line)) else line
        unmarked = take_out(line, self._evidence)
        text = unmarked.text
        spans = split_sentences(text, self._language)
        if not spans or (len(spans) == 1 or not (whole or _has_begun(text, spans[0].end))):
            if not whole:
                return None
            return _sentence(unmarked, text, unmarked.marks), len(line)
        end, following = spans[0].end, spans[1].start
        own = [mark for mark in unmarked.marks if mark.at < end]
        between = [mark for mark in unmarked.marks if end <= mark.at <= following]
        consumed = unmarked.origin[end - 1] + 1
        if between and not own:
            own, consumed = between, between[-1].end
        return _sentence(unmarked, text[:end], own), consumed


def _has_begun(text: str, end: int) -> bool:
    """Whether another sentence has surely begun behind ``end``: two words of it are there, and no bracket is open."""
    *behind, _ = text[end:].split(" ") if text[end:] else [""]
    words = [word for word in behind if word]
    if text.count("(", 0, end) > text.count(")", 0, end) or text[end:].lstrip()[:1] == "(":
        return len(text) - end > 300
    return len(words) >= 2 and any(c.isalpha() for word in words for c in word)


def _sentence(unmarked: Unmarked, text: str, marks: Sequence[Mark]) -> DraftSentence | None:
    if any(not unmarked.text[: mark.at].strip() for mark in marks):
        text = _SEPARATOR.sub("", text)
    plain = _EMPHASIS.sub("", _LINK.sub(r"\1", _IMAGE.sub("", text)))
    return DraftSentence(
        text=" ".join(plain.split()),
        markers=tuple(dict.fromkeys(n for mark in marks for n in mark.numbers)),
        dangling=tuple(dict.fromkeys(n for mark in marks for n in mark.dangling)),
    )
