"""Titles and languages: as files state them, where that says something, else as their text and name suggest."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.document import BlockKind, Mark

# Lone surrogates stand for bytes that are no text; line ends and other control characters make no address and no line.
_NO_NAME = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SPACE = re.compile(r"\s+")
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_].*)?", re.IGNORECASE | re.ASCII)

# What software writes where nobody wrote a title: the program's name before a file name, a file name, a placeholder.
_PLACEHOLDER = re.compile(
    r"""microsoft\ (word|powerpoint|excel)\ -\ .*
      | .*\.(docx?|dotx?|pptx?|xlsx?|odt|rtf|indd|pages|pdf|html?|qxd|pub|tmp)
      | (untitled|document|new\ document|slide|presentation|word\ document|powerpoint\ presentation)[\s\d-]*
      | (title|about:blank|index|home)""",
    re.IGNORECASE | re.VERBOSE,
)
_LONGEST_TITLE = 200
"""Characters; a longer "title" is an abstract or a first sentence."""
_MARKUP = re.compile(r"^[#\s]+|[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}")
_NO_TITLE_END = (".", ",", ";", ":", "…")
_JOINTS = re.compile(r"(?:[-_+\s]|%20)+")


def encodable(name: str) -> str:
    """A file name, or a sentence with one, in which what is no text, control characters too, is replaced by U+FFFD."""
    return _NO_NAME.sub("\N{REPLACEMENT CHARACTER}", name)


def stated_title(text: str | None) -> str | None:
    """The title that a file states, on one line; None where it is missing or nobody wrote it."""
    title = _SPACE.sub(" ", text or "").strip()
    if not title or len(title) > _LONGEST_TITLE or _PLACEHOLDER.fullmatch(title):
        return None
    return title if any(character.isalpha() for character in title) else None


def stated_language(text: str | None) -> str | None:
    """The ISO 639-1 code of a language tag ("pt-BR" gives "pt"); None where it is missing or has no such code."""
    match = _LANGUAGE.fullmatch((text or "").strip())
    return match[1].lower() if match else None


def title_in(text: str, marks: Sequence[Mark]) -> str | None:
    """The first heading of a document; without marked headings its first paragraph, if it stands there like a title.

    A title is short, does not end like a sentence or a lead-in, and no sentence runs on from it into what follows.
    """
    for mark in marks:
        if mark.kind == BlockKind.HEADING and (title := _unmarked(text[mark.start : mark.end])):
            return title
    start = 0
    for mark in marks:
        if mark.kind not in (BlockKind.FURNITURE, BlockKind.CONTENTS) or text[start : mark.start].strip():
            break
        start = mark.end
    opening, _, rest = re.sub(r"\n\s*\n", "\n\n", text[start:].strip()).partition("\n\n")
    runs_on = rest[:1].islower() or opening[:1].islower()
    return None if runs_on or opening.endswith(_NO_TITLE_END) else _unmarked(opening)


def readable_name(stem: str) -> str:
    """A file name without its suffix as a title: "annual_report-2021" gives "Annual report 2021"."""
    name = _JOINTS.sub(" ", stem).strip()
    return name[:1].upper() + name[1:] or stem


def _unmarked(text: str) -> str | None:
    return stated_title(_MARKUP.sub("", text))
