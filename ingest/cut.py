"""A document cut for indexing: sections that tile it, citable sentences, and chunks made of whole sentences."""

from __future__ import annotations

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
    ``CutDocument.sentences``: the sentence that introduces the list. All indices are 0-based.
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
    """A document with its overlay. Every citable sentence stands in exactly one chunk."""

    document: Document
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    chunks: tuple[Chunk, ...]

    def wording(self, sentence: Sentence) -> str:
        """The words of a sentence on one line: gaps left out, white space folded, bullets and line breaks gone."""
        pieces, at = [], sentence.start
        for gap in sentence.gaps:
            pieces.append(self.document.text[at : gap.start])
            at = gap.end
        pieces.append(self.document.text[at : sentence.end])
        return " ".join(" ".join(pieces).split())

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
