"""Words that somebody types → documents by title and publisher, and passages that hold the words. No model is asked."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

from assistant.library import DocumentSummary, list_documents
from ingest.cut import CutDocument
from ingest.document import Authority, Span
from ingest.typed_words import Typed, holds_all, places, typed_words
from vectorstore.index import Index, IndexedChunk
from vectorstore.store import Scope
from vectorstore.word_index import WordIndex

LONGEST_TEXT = 320
"""Characters of a passage that are shown, about."""
_BEFORE = 90
"""Characters before the first of the words where the sentence is longer than that."""
_MOST_DOCUMENTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageLookedUp:
    """A passage that holds what was typed: ``text`` is the wording of ``start`` to ``end`` (code points, exclusive) of
    its document, or of a part of it, with "…" for what is left out; ``marks`` are the words in ``text``. ``quote`` is
    what stands there in the document, sign by sign.
    """

    document: str
    title: str
    publisher: str
    authority: Authority
    published: str | None
    language: str
    section: str
    page: int | None
    start: int
    end: int
    quote: str
    text: str
    marks: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """What was found: the best of it, and how much there is."""

    documents: tuple[DocumentSummary, ...] = ()
    documents_found: int = 0
    passages: tuple[PassageLookedUp, ...] = ()
    passages_found: int = 0


class LookUps:
    """Makes each index ready when that is first asked for, and forgets it with the index."""

    def __init__(self) -> None:
        self._made: WeakKeyDictionary[Index, WordIndex] = WeakKeyDictionary()
        self._making = threading.Lock()

    def over(self, index: Index) -> WordIndex:
        """The words of an index."""
        with self._making:
            if index not in self._made:
                self._made[index] = WordIndex(index)
            return self._made[index]

    def find(self, index: Index, scope: Scope, text: str, most: int, today: date) -> LookedUp:
        """At most so many passages, and a few documents as they stand ``today``; nothing for a text without words."""
        typed = typed_words(text)
        if not typed:
            return LookedUp()
        chunks = self.over(index).find(typed, scope, most)
        documents = [
            each for each in list_documents(index, scope, today) if holds_all(f"{each.title} {each.publisher}", typed)
        ]
        return LookedUp(
            documents=tuple(documents[:_MOST_DOCUMENTS]),
            documents_found=len(documents),
            passages=tuple(_passage(index, index.chunks[found.number], typed) for found in chunks.best),
            passages_found=chunks.found,
        )


def _passage(index: Index, found: IndexedChunk, typed: Sequence[Typed]) -> PassageLookedUp:
    cut = index.cut_documents[found.document_id]
    document = cut.document
    first, last = _sentences(cut, found, typed)
    start, end = cut.sentences[first].start, cut.sentences[last - 1].end
    text = _shortened(" ".join(cut.wording(sentence) for sentence in cut.sentences[first:last]), typed)
    return PassageLookedUp(
        document=document.id,
        title=document.metadata.title,
        publisher=document.metadata.publisher,
        authority=document.metadata.authority,
        published=document.metadata.published,
        language=document.metadata.language,
        section=cut.sections[found.chunk.section].title,
        page=document.page_at(start),
        start=start,
        end=end,
        quote=document.text[start:end],
        text=text,
        marks=tuple(span for span, _ in places(text, typed)),
    )


def _sentences(cut: CutDocument, found: IndexedChunk, typed: Sequence[Typed]) -> tuple[int, int]:
    """The sentence that holds the most of the words, and those behind it that there is room for: first and last
    (exclusive), as indices of ``cut.sentences``.
    """
    chunk = found.chunk
    wordings = [cut.wording(sentence) for sentence in cut.sentences[chunk.first : chunk.last]]
    held = [len({index for _, index in places(wording, typed)}) for wording in wordings]
    first = held.index(max(held))
    last, length = first + 1, len(wordings[first])
    while last < len(wordings) and length + len(wordings[last]) < LONGEST_TEXT:
        length += len(wordings[last]) + 1
        last += 1
    return chunk.first + first, chunk.first + last


def _shortened(text: str, typed: Sequence[Typed]) -> str:
    """A long text from a little before the first of the words; "…" stands for what is left out."""
    if len(text) <= LONGEST_TEXT:
        return text
    first = next((span.start for span, _ in places(text, typed)), 0)
    start = 0
    if first > _BEFORE:
        space = text.find(" ", first - _BEFORE, first)
        start = space + 1 if space >= 0 else first - _BEFORE  # within a word that is longer than all of this
    end = text.rfind(" ", start, start + LONGEST_TEXT) if start + LONGEST_TEXT < len(text) else len(text)
    if end <= first:  # one word that is longer than all of this
        end = min(len(text), start + LONGEST_TEXT)
    return f"{'… ' if start else ''}{text[start:end]}{' …' if end < len(text) else ''}"
