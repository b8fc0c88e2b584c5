"""Which blocks are headings where no file format says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.blocks import Block
from ingest.contents import listed
from ingest.document import BlockKind, Document
from ingest.lines import ends_sentence
from ingest.numbering import label, names_part, readings
from ingest.text import fold

MARKDOWN_HEADING = re.compile(r"^(#{1,6})\s+")
BOLD_LINE = re.compile(r"^(\*\*|__)(?=\S)(.+?)\1:?$")
_CLOCK_AT_END = re.compile(r"\d{1,2}:\d{2}$")
_CREDIT = re.compile(r"©|\(c\)|@|https?://|www\.|^<")
"""Lines of credits and contact details look like headings and are none."""
_FIELD = re.compile(r"[^\W\d_][^\d.:!?]{0,30}:\s+\S")
"""A line of a form, where its neighbour is one too: "Present: …", "Date: …"."""
_QUESTION = re.compile(r"(?:[?？؟\u037e]|(?<=[\u0370-\u03ff\u1f00-\u1fff]);)[\"'”’»)]*$")
"""The Greek question mark looks like a semicolon."""
_YEARS = re.compile(r"(?:19|20)\d\d(?:\s?[-–/]\s?(?:(?:19|20)?\d\d))?")
_HEADING_WORDS, _PLAIN_WORDS, _SUBTITLE_WORDS = 14, 20, 25
"""Words of a heading at the most; without a comma; directly under another heading."""
_HEADING_LENGTH, _MARKUP_LENGTH = 170, 300
"""Code points of a heading at the most, without and with signs of markup."""
_QUESTION_WORDS = 45
_BODILESS_RUN = 3
"""Lines without text between them that make a list, where they stand close or end the document."""
_NESTED_AT_MOST = 3
"""Headings directly under one another that nothing else says to be headings; more are a list of names or titles."""
_SENTENCE_LENGTH = 80
_NO_TEXT = frozenset({BlockKind.FURNITURE, BlockKind.CONTENTS, BlockKind.FOOTNOTE})


def name_headings(document: Document, blocks: Sequence[Block], contents: Sequence[str]) -> list[Block]:
    """Paragraphs and numbered lines that stand like headings become headings; a run of them without text is a list.

    What ``contents``, the lines of a table of contents, lists is a heading, and so is what markup or a number says to
    be one.
    """
    naming = _Naming(document, [block for block in blocks if block.kind not in _NO_TEXT], contents)
    return [naming.named(block) for block in blocks]


class _Naming:
    """The blocks of running text in order, and what has been found of them by index."""

    def __init__(self, document: Document, body: Sequence[Block], contents: Sequence[str]) -> None:
        self._text, self._body = document.text, body
        self._listed = listed(contents)
        self._kinds: dict[int, BlockKind] = {}
        marked = {mark.start for mark in document.marks}
        for i, block in enumerate(body):
            if block.start not in marked and self._looks_like_heading(i):
                self._kinds[i] = BlockKind.HEADING
        for run in list(self._runs()):
            self._judge(run)
        self._named = {body[i].start: kind for i, kind in self._kinds.items()}

    def named(self, block: Block) -> Block:
        """The block as what it was found to be."""
        kind = self._named.get(block.start) if block.kind not in _NO_TEXT else None
        if kind is None:
            return block
        return replace(block, kind=kind, level=0, bullet="•" if kind is BlockKind.LIST_ITEM else "")

    def _wording(self, i: int) -> str:
        return self._text[self._body[i].start : self._body[i].end]

    def _looks_like_heading(self, i: int) -> bool:
        block = self._body[i]
        if block.end - block.start > _MARKUP_LENGTH or block.gaps:
            return False
        wording = self._wording(i)
        if MARKDOWN_HEADING.match(wording):
            return True
        if block.kind is BlockKind.LIST_ITEM:
            return self._item_heads(i, wording)
        return block.kind is BlockKind.PARAGRAPH and self._paragraph_heads(i, wording)

    def _paragraph_heads(self, i: int, wording: str) -> bool:
        block = self._body[i]
        if names_part(wording) or (BOLD_LINE.match(wording) and len(wording.split()) <= _HEADING_WORDS):
            return True
        if _QUESTION.search(wording):
            return i + 1 < len(self._body) and _is_one_question(wording)
        under_heading = i > 0 and self._kinds.get(i - 1) is BlockKind.HEADING and block.space_before > 0
        words = _SUBTITLE_WORDS if under_heading else _HEADING_WORDS
        return self._is_set_apart(i, wording) and not self._is_field(i, wording) and _reads_like_heading(wording, words)

    def _is_set_apart(self, i: int, wording: str) -> bool:
        """One line, lines in capitals, or two lines with space around them."""
        apart = self._body[i].space_before > 0 and i + 1 < len(self._body) and self._body[i + 1].space_before > 0
        return "\n" not in wording or wording.isupper() or (apart and wording.count("\n") == 1)

    def _is_field(self, i: int, wording: str) -> bool:
        beside = [j for j in (i - 1, i + 1) if 0 <= j < len(self._body) and not self._body[max(i, j)].space_before]
        return bool(_FIELD.match(wording)) and any(_FIELD.match(self._wording(j)[:_HEADING_LENGTH]) for j in beside)

    def _item_heads(self, i: int, wording: str) -> bool:
        """Whether a list item is a heading: a question with its answer under it, or a number without neighbours."""
        if i + 1 == len(self._body):
            return False
        block, following = self._body[i], self._body[i + 1]
        if _QUESTION.search(wording):
            return following.kind is BlockKind.PARAGRAPH and _is_one_question(wording)
        return (
            bool(label(wording))
            and not wording.endswith((".", ";", ",", ":"))
            and len(wording.split()) <= _SUBTITLE_WORDS
            and following.bullet != block.bullet
            and not self._ends_list(i, wording)
        )

    def _ends_list(self, i: int, wording: str) -> bool:
        """Whether a number goes on that of an item right above it."""
        if i == 0 or self._body[i].space_before or self._kinds.get(i - 1) is BlockKind.HEADING:
            return False
        above = dict(readings(label(self._wording(i - 1)[:_HEADING_LENGTH])))
        return any(above.get(shape) == place - 1 for shape, place in readings(label(wording)) if place)

    def _runs(self) -> Iterator[list[int]]:
        """Neighbouring headings that only their look makes headings."""
        run: list[int] = []
        for i in sorted(self._kinds):
            if self._is_sure(self._wording(i)):
                continue
            if run and run[-1] != i - 1:
                yield run
                run = []
            run.append(i)
        if run:
            yield run

    def _is_sure(self, wording: str) -> bool:
        """Whether markup, a number or the table of contents says that a heading is one."""
        return bool(
            MARKDOWN_HEADING.match(wording)
            or BOLD_LINE.match(wording)
            or label(wording)
            or names_part(wording)
            or fold(wording) in self._listed
        )

    def _judge(self, run: list[int]) -> None:
        """Take back the headings of a run that are lines of a list."""
        last = run[-1] + 1
        with_text = last < len(self._body) and self._has_sentences(last)
        for group in self._close_lines(run):
            announced = group[0] > 0 and self._wording(group[0] - 1).endswith(":")
            if len(group) >= _BODILESS_RUN or announced:
                heads = with_text and group[-1] == run[-1] and not self._body[last].space_before and len(group) > 1
                self._take_back(group[:-1] if heads else group, announced=announced)
        left = [i for i in run if self._kinds[i] is BlockKind.HEADING]
        if len(left) > _NESTED_AT_MOST or last == len(self._body):
            self._take_back(left[:-1] if with_text and left[-1:] == run[-1:] else left, announced=False)

    def _close_lines(self, run: list[int]) -> Iterator[list[int]]:
        """The parts of a run without empty lines in them."""
        group: list[int] = []
        for i in run:
            if group and self._body[i].space_before:
                yield group
                group = []
            group.append(i)
        yield group

    def _take_back(self, indices: list[int], *, announced: bool) -> None:
        is_list = len(indices) >= (2 if announced else _BODILESS_RUN)
        self._kinds.update(dict.fromkeys(indices, BlockKind.LIST_ITEM if is_list else BlockKind.PARAGRAPH))

    def _has_sentences(self, i: int) -> bool:
        """Whether a block reads like running text and not like one more line of an address or a list of names."""
        block = self._body[i]
        long = block.end - block.start >= _SENTENCE_LENGTH
        return block.kind is not BlockKind.PARAGRAPH or long or ends_sentence(self._wording(i))


def _is_one_question(wording: str) -> bool:
    return len(wording.split()) <= _QUESTION_WORDS and not re.search(r"[.?!](?=\s)", wording)


def _reads_like_heading(wording: str, words: int) -> bool:
    """Whether a line without markup is short, begins like a title and does not end like a sentence."""
    first = wording[0]
    without_case = not first.isalpha() or first == first.upper()
    return (
        len(wording.split()) <= (words if "," in wording else max(words, _PLAIN_WORDS))
        and len(wording) <= _HEADING_LENGTH
        and (first.isdigit() or without_case)
        and bool(re.search(r"[^\W\d_]{2}", wording) or _YEARS.fullmatch(wording))
        and not ends_sentence(wording)
        and not wording.endswith(",")
        and not _CLOCK_AT_END.search(wording)
        and not _CREDIT.search(wording)
    )
