"""A document cut for indexing: sections that tile it, citable sentences, and chunks made of whole sentences."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.document import BlockKind, Document, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The text under one heading; sections tile ``Document.text``.

    ``path`` holds the headings from the outermost to this one's own; it is empty before the first heading.
    """

    path: tuple[str, ...]
    start: int
    end: int

    @property
    def title(self) -> str:
        """The headings joined for people, outermost first."""
        return " › ".join(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A stretch that can be cited. ``gaps`` are the stretches inside it that are no part of its wording
    (page furniture, footnotes between two pages), ascending and apart.

    ``section`` indexes ``CutDocument.sections``; ``block`` numbers the paragraph, list item, footnote or table row
    that it stands in, in reading order; ``list_id`` is shared by the items of one list; ``lead_in`` indexes
    ``CutDocument.sentences``: the sentence that introduces the list or carries the mark of the footnote. All indices
    are 0-based.
    """

    start: int
    end: int
    kind: BlockKind
    section: int
    block: int
    gaps: tuple[Span, ...] = ()
    list_id: int | None = None
    lead_in: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """The unit of indexing: the sentences ``first`` to ``last`` (exclusive) of one section.

    ``document.text[start:end]`` begins with the first of them and ends with the last.
    """

    start: int
    end: int
    section: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CutDocument:
    """A document with its overlay. Every citable sentence stands in exactly one chunk.

    ``typesetting`` are the stretches inside words and lines that are there for their setting only (a hyphen at a line
    end, a quotation sign at its beginning), ascending and apart: text that is shown or searched leaves them out.
    """

    document: Document
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    chunks: tuple[Chunk, ...]
    typesetting: tuple[Span, ...] = ()

    def one_line(self, start: int, end: int, gaps: Sequence[Span] = (), omitted: str = "") -> str:
        """The words of a span on one line, without typesetting; ``omitted`` stands for each of the gaps."""
        pieces, at = [], start
        for gap in gaps:
            pieces.append(self._set_plain(at, gap.start))
            at = gap.end
        pieces.append(self._set_plain(at, end))
        return " ".join(f" {omitted} ".join(pieces).split())

    def _set_plain(self, start: int, end: int) -> str:
        pieces, at = [], start
        for i in range(bisect_left(self.typesetting, (start, start)), len(self.typesetting)):
            stretch = self.typesetting[i]
            if stretch.end > end:
                break
            pieces.append(self.document.text[at : stretch.start])
            at = stretch.end
        pieces.append(self.document.text[at:end])
        return "".join(pieces)

    def wording(self, sentence: Sentence) -> str:
        """The words of a sentence on one line: gaps left out, white space folded, bullets and line breaks gone."""
        return self.one_line(sentence.start, sentence.end, sentence.gaps)

    def context(self, chunk: Chunk) -> str:
        """What a reader would know before reading the chunk: title, date and section of its document."""
        metadata = self.document.metadata
        date = f" ({metadata.published})" if metadata.published else ""
        section = self.sections[chunk.section].title
        return f"{metadata.title}{date}" + (f" – {section}" if section else "")

    def chunk_wording(self, chunk: Chunk) -> str:
        """The words of a chunk, sentence after sentence."""
        return " ".join(self.wording(s) for s in self.sentences[chunk.first : chunk.last])

    def embedding_text(self, chunk: Chunk) -> str:
        """The text that is embedded and searched for a chunk: its context, the lead-in of a list that goes on from an
        earlier chunk, then its words. Headings stand in the context already."""
        inside = self.sentences[chunk.first : chunk.last]
        lead_in = inside[0].lead_in
        words = [self.wording(s) for s in inside if s.kind is not BlockKind.HEADING]
        if lead_in is not None and lead_in < chunk.first:
            words.insert(0, self.wording(self.sentences[lead_in]))
        return f"{self.context(chunk)}. {' '.join(words)}"
