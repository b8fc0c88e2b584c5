"""Which blocks are headings, and of which level, where no file format says so."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.blocks import Block
from ingest.document import BlockKind, Document
from ingest.text import fold

MARKDOWN_HEADING = re.compile(r"^(#{1,6})\s+")
NUMBERED = re.compile(r"^(\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-z]|[ivx]{1,5})[.)])\s+(?=\S)", re.IGNORECASE)
_BOLD_LINE = re.compile(r"^(\*\*|__)(?=\S)(.+?)\1:?$")
_CLOCK_AT_END = re.compile(r"\d{1,2}:\d{2}$")
_CREDIT = re.compile(r"©|\(c\)|@|https?://|www\.|^<")
"""Lines of credits and contact details look like headings and are none."""
_HEADING_WORDS, _PLAIN_WORDS, _SUBTITLE_WORDS = 14, 20, 25
"""Words of a heading at the most; without a comma; directly under another heading."""
_HEADING_LENGTH = 170
_QUESTION_WORDS = 45
_BODILESS_RUN = 3
_NESTED_AT_MOST = 4
"""Headings directly under one another; more of them are a list of names or titles."""


def name_headings(document: Document, blocks: list[Block]) -> list[Block]:
    """Paragraphs and numbered lines that stand like headings become headings; a run of them without text is a list."""
    text = document.text
    marked = {mark.start for mark in document.marks}
    body = [b for b in blocks if b.kind not in (BlockKind.FURNITURE, BlockKind.CONTENTS, BlockKind.FOOTNOTE)]
    named: dict[int, BlockKind] = {}
    for i, block in enumerate(body):
        after_heading = i > 0 and named.get(i - 1) is BlockKind.HEADING and block.space_before > 0
        following = body[i + 1] if i + 1 < len(body) else None
        if block.start not in marked and _looks_like_heading(
            text[block.start : block.end], block, following, after_heading=after_heading
        ):
            named[i] = BlockKind.HEADING
    for run in _runs(named, body, text):
        last = run[-1] + 1
        with_text = last < len(body) and _has_sentences(text, body[last])
        bodiless = run if last == len(body) else run[:-1] if with_text else run
        if len(run) > _NESTED_AT_MOST or last == len(body):
            kind = BlockKind.LIST_ITEM if len(bodiless) >= _BODILESS_RUN else BlockKind.PARAGRAPH
            named.update(dict.fromkeys(bodiless, kind))
    new = {id(block): named[i] for i, block in enumerate(body) if i in named}
    return [_as(block, new[id(block)]) if id(block) in new else block for block in blocks]


def _runs(named: dict[int, BlockKind], body: list[Block], text: str) -> list[list[int]]:
    """Neighbouring headings that no markup made headings."""
    runs: list[list[int]] = []
    for i in sorted(named):
        if _marked(text, body[i]):
            continue
        if runs and runs[-1][-1] == i - 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    return runs


def _has_sentences(text: str, block: Block) -> bool:
    """Whether a block reads like running text and not like one more line of an address or a list of names."""
    wording = text[block.start : block.end]
    return (
        block.kind is not BlockKind.PARAGRAPH
        or bool(re.search(r"[.:?!…][\"'”’»)]*\d{0,3}$", wording))
        or len(wording) >= 80
    )


def _as(block: Block, kind: BlockKind) -> Block:
    bullet = "•" if kind is BlockKind.LIST_ITEM else ""
    level = 1 if kind is BlockKind.LIST_ITEM else 0
    return Block(
        kind=kind, start=block.start, end=block.end, gaps=block.gaps, level=level, bullet=bullet,
        space_before=block.space_before,
    )  # fmt: skip


def _marked(text: str, block: Block) -> bool:
    wording = text[block.start : block.end]
    return bool(MARKDOWN_HEADING.match(wording) or _BOLD_LINE.match(wording))


def _looks_like_heading(wording: str, block: Block, following: Block | None, *, after_heading: bool) -> bool:
    if MARKDOWN_HEADING.match(wording):
        return True
    if block.kind is BlockKind.LIST_ITEM:
        return _item_heads(wording, block, following)
    if block.kind is not BlockKind.PARAGRAPH:
        return False
    if _BOLD_LINE.match(wording) and len(wording.split()) <= _HEADING_WORDS:
        return True
    if wording.endswith("?"):
        return following is not None and _is_one_question(wording)
    one_line = "\n" not in wording or wording.isupper()
    return one_line and _reads_like_heading(wording, _SUBTITLE_WORDS if after_heading else _HEADING_WORDS)


def _item_heads(wording: str, block: Block, following: Block | None) -> bool:
    """Whether a list item is a heading: a question with its answer under it, or a number without a next number."""
    if following is None:
        return False
    if wording.endswith("?"):
        return following.kind is BlockKind.PARAGRAPH and _is_one_question(wording)
    numbered = "1" in block.bullet and not wording.endswith((".", ";", ",", ":"))
    return numbered and following.bullet != block.bullet and len(wording.split()) <= _SUBTITLE_WORDS


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
        and bool(re.search(r"[^\W\d_]{2}", wording))
        and not re.search(r"[.!?:;,…]$", wording)
        and not _CLOCK_AT_END.search(wording)
        and not _CREDIT.search(wording)
    )


def rank_headings(document: Document, blocks: list[Block], contents: Iterable[str]) -> list[Block]:
    """Give headings that no format ranked a level: by the table of contents where there is one, else by the space
    above them; a heading directly under another is one level below it."""
    listed = {fold(_bare(entry)) for entry in contents}
    ranked: list[Block] = []
    before: Block | None = None  # the block before, furniture left aside
    above: Block | None = None  # the last heading
    for block in blocks:
        if block.kind is BlockKind.HEADING and not block.level:
            wording = document.text[block.start : block.end]
            level = _level(wording, block, listed)
            if before is not None and before is above and above is not None:
                same = fold(document.text[above.start : above.end]) == fold(wording)
                chapter = bool(listed) and level == 1
                level = above.level if same else level if chapter else max(level, above.level + 1)
            block = Block(kind=block.kind, start=block.start, end=block.end, level=min(level, 6))  # noqa: PLW2901
        if block.kind is BlockKind.HEADING:
            above = block
        if block.kind not in (BlockKind.FURNITURE, BlockKind.CONTENTS):
            before = block
        ranked.append(block)
    return ranked


def _level(wording: str, block: Block, contents: set[str]) -> int:
    if hashes := MARKDOWN_HEADING.match(wording):
        return len(hashes.group(1))
    if contents:
        if NUMBERED.match(wording):
            return 1
        return 2 if fold(_bare(wording)) in contents else 3
    return 1 if block.space_before > 1 or (NUMBERED.match(wording) and block.space_before) else 2


def _bare(text: str) -> str:
    """The words of a heading or an entry of the contents: no signs of markup, no page number behind it."""
    bold = _BOLD_LINE.match(text)
    text = bold.group(2) if bold else MARKDOWN_HEADING.sub("", text)
    return re.sub(r"(?:[.\s…]*\d{1,4})$", "", text).strip() if re.search(r"[^\W\d_]\d{1,3}$|\.{3,}|\t", text) else text
