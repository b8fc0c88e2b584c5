"""Exchanges → what an exported file says, before it has a format: blocks of text, and a note for each source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NamedTuple

from assistant.answer import Citation
from ingest.language import UNDETERMINED, detect_language, question_language
from ui.chat.made import made_lines
from ui.chat.quoted_words import quoted_words
from ui.chat.rendering import BOLD, EMPHASISED, MARKERS, Piece, kinds, unescaped
from ui.chat.texts import DEFAULT_LANGUAGE, Direction, Texts
from ui.conversations import Exchange
from ui.plain_text import plain, plain_line
from ui.sources import details, passage_path

_BETWEEN: Mapping[Direction, str] = {"ltr": " · ", "rtl": "\u200f · \u200f"}
"""Between the parts of a reference; with marks that keep parts in Latin letters in their order among Arabic ones."""

Kind = Literal["text", "list", "heading"]


class Span(NamedTuple):
    """A piece of a line: text, or the reference to the note of this number, from 1; then ``text`` is ""."""

    text: str
    bold: bool = False
    note: int = 0


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, a heading, or a list whose items are ``lines``; ``quoted`` is whether it stands in a quotation."""

    kind: Kind
    lines: tuple[Line, ...]
    quoted: bool = False


class Address(NamedTuple):
    """Where a source can be read; ``label`` says what is there, "" for the document itself."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A source: the words quoted, where they stand (with every label that a reader must know), and its addresses.

    ``language`` is that of the quote.
    """

    number: int
    quote: str
    language: str
    reference: str
    addresses: tuple[Address, ...]


class Remark(NamedTuple):
    """A line about an answer, in ``language``."""

    line: Line
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One question with what came of it: ``remarks`` are what to know besides, ``made`` who wrote it, when and how."""

    question: str
    question_language: str
    language: str
    blocks: tuple[Block, ...]
    remarks: tuple[Remark, ...]
    made: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A whole file. The words around the texts are in ``language``; notes are in the order of their numbers, and each
    has at least one reference.
    """

    title: str
    statement: str
    sources: str
    language: str
    parts: tuple[Part, ...]
    notes: tuple[Note, ...]


def content_of(exchanges: Iterable[Exchange], texts: Texts) -> Content:
    """What is kept of these exchanges. Notes are numbered through, so those of a single answer have its own numbers."""
    parts, notes = [], list[Note]()
    for exchange in exchanges:
        numbers = {cited.marker: len(notes) + place for place, cited in enumerate(exchange.citations, start=1)}
        notes += [_note(cited, numbers[cited.marker], exchange, texts) for cited in exchange.citations]
        parts.append(_part(exchange, numbers, texts))
    return Content(
        title=texts.say("kept_title"),
        statement=texts.say("kept_statement"),
        sources=texts.say("sources"),
        language=texts.language,
        parts=tuple(parts),
        notes=tuple(notes),
    )


def _note(citation: Citation, number: int, exchange: Exchange, texts: Texts) -> Note:
    about = exchange.about(citation)
    quote = quoted_words(citation, about)
    labels = [plain_line(citation.title), *details(citation, texts.words), *about.words(texts.words)]
    addresses = [Address("", plain_line(citation.url))] if plain_line(citation.url) else []
    if exchange.base:
        label = plain_line(texts.say("passage_at", address=""))
        addresses.append(Address(label, exchange.base + passage_path(citation)))
    return Note(
        number=number,
        quote=quote,
        language=about.language or _language(quote),
        reference=_BETWEEN[texts.direction].join(labels),
        addresses=tuple(addresses),
    )


def _part(exchange: Exchange, numbers: Mapping[int, int], texts: Texts) -> Part:
    blocks = tuple(_blocks(plain(exchange.text).split("\n"), numbers, quoted=False))
    referred = {span.note for block in blocks for line in block.lines for span in line}
    unreferred = tuple(Span("", note=number) for number in numbers.values() if number not in referred)
    remarks = [Remark(line, language) for line, language in _remarks(exchange, numbers, texts)]
    if unreferred:  # a source that the text does not name still has its place
        remarks.append(Remark((Span(f"{texts.say('sources')}: "), *unreferred), texts.language))
    language = exchange.language or _language(exchange.text) or texts.language
    return Part(
        question=exchange.question,
        question_language=question_language(exchange.question, default=language),
        language=language,
        blocks=blocks,
        remarks=tuple(remarks),
        made=tuple(made_lines(exchange, texts)),
    )


def _remarks(exchange: Exchange, numbers: Mapping[int, int], texts: Texts) -> Iterator[tuple[Line, str]]:
    """What to know of an answer besides its text, the most important first."""
    own = texts.language
    if exchange.answer is not None and exchange.answer.status in {"not_in_documents", "declined"}:
        yield (Span(texts.say(f"kept_{exchange.answer.status}"), bold=True),), own
    if exchange.state == "stopped":
        yield (Span(texts.say("stopped")),), own
    if exchange.state == "failed" and exchange.reason != "failed":
        yield (Span(texts.say(exchange.reason, seconds=exchange.retry_after_s)),), own
    elif exchange.state == "failed":
        yield (Span(plain_line(exchange.trouble)),), DEFAULT_LANGUAGE
    for conflict in exchange.conflicts:
        about = Span(f"{texts.say('disagree', about=plain_line(conflict.about))} ")
        yield (about, *(Span("", note=numbers[marker]) for marker in conflict.markers if marker in numbers)), own
    for sentence in exchange.sentences:
        if sentence.support != "supported":
            words = " ".join("".join(span.text for span in _spans(sentence.text, {})).split())
            yield (Span(texts.say(f"kept_{sentence.support}", sentence=words)),), own
    for warning in exchange.warnings:
        yield (Span(plain_line(warning)),), DEFAULT_LANGUAGE
    if exchange.removed:
        yield (Span(texts.say("removed", count=exchange.removed)),), own


def _blocks(lines: Sequence[str], numbers: Mapping[int, int], *, quoted: bool) -> Iterator[Block]:
    pieces = [Piece(line, 0) for line in lines]
    grouped = groupby(kinds(pieces, may_quote=not quoted), key=lambda line: (line.kind, line.block))
    for (kind, _), group in grouped:
        inside = [line.piece.text for line in group]
        if kind == "quote":
            yield from _blocks(inside, numbers, quoted=True)
        elif kind == "list":
            yield Block(kind="list", lines=tuple(_spans(item, numbers) for item in inside), quoted=quoted)
        else:
            spans = tuple(_spans(line, numbers) for line in inside)
            yield Block(kind="heading" if kind == "heading" else "text", lines=spans, quoted=quoted)


def _spans(text: str, numbers: Mapping[int, int]) -> Line:
    """A line with its bold words, and the markers that have notes as references to them."""
    parts = BOLD.split(EMPHASISED.sub(r"\1", text))
    return tuple(span for index, part in enumerate(parts) for span in _referring(part, numbers, bold=index % 2 == 1))


def _referring(text: str, numbers: Mapping[int, int], *, bold: bool) -> Iterator[Span]:
    done = 0
    for found in MARKERS.finditer(text):
        markers = [int(number) for number in found[1].split(",")]
        if not all(marker in numbers for marker in markers):
            continue
        before = text[done : found.start()]
        # A mark of a note stands at the word.
        yield Span(unescaped(before.rstrip()), bold)
        yield from (Span("", note=numbers[marker]) for marker in markers)
        done = found.end()
    if text[done:]:
        yield Span(unescaped(text[done:]), bold)


def _language(text: str) -> str:
    language = detect_language(text)
    return "" if language == UNDETERMINED else language
