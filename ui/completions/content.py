"""An answer → the text of a message, in Markdown that any client may show, and back for the next question.

Behind the answer stand notes and a list of its sources. What was said by a document must not become HTML in a client.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from string import Template

from assistant.answer import Answer, Citation
from ui.plain_text import plain, plain_line
from ui.sources import origin

_RULE = "\n\n---\n\n"
"""Stands between an answer and what follows it."""
_FOLLOWS = re.compile(r"(?:(?:>|\*\*|- \[\d)[^\n]*(?:\n+|$))+")
"""Notes, a heading, sources."""
_HTML = re.compile(r"<(?![\s\d=])")
_MARKDOWN = re.compile(r"([\\`*_\[\]~|])")

Words = Mapping[str, str]
"""The words of the page in one language."""


def safe(text: str) -> str:
    """Markdown of an answer in which nothing begins an HTML element."""
    return _HTML.sub("&lt;", plain(text))


def behind(answer: Answer, words: Words, page: Callable[[Citation], str]) -> str:
    """What follows the text: notes in plain words, and the sources by number; "" where there is neither.

    ``page`` is the address of the page that shows a citation in its document, "" where there is none.
    """
    notes = [f"> {note}" for note in _notes(answer, words)]
    blocks = ["\n".join(f"{note}\n>" for note in notes).removesuffix("\n>")] if notes else []
    if answer.citations:
        listed = [_source(citation, words, page(citation) or citation.url) for citation in answer.citations]
        blocks += [f"**{words['sources']}**", "\n".join(listed)]
    return _RULE + "\n\n".join(blocks) if blocks else ""


def without_sources(content: str) -> str:
    """The text of an earlier message without what ``behind`` put there."""
    text, rule, rest = content.rpartition(_RULE)
    if not rule or not _FOLLOWS.fullmatch(rest.strip() + "\n"):
        text = content
    return text.replace("&lt;", "<").strip()


def _notes(answer: Answer, words: Words) -> list[str]:
    notes = []
    for conflict in answer.conflicts:
        about = Template(words["disagree"]).substitute(about=_escaped(conflict.about))
        notes.append(f"{about} {' '.join(f'[{marker}]' for marker in conflict.markers)}")
    notes += [_escaped(warning) for warning in answer.warnings]
    foreign = sum(sentence.support == "not_assessable" for sentence in answer.sentences)
    for name, count in (("not_assessable", foreign), ("removed", answer.removed)):
        if count:
            notes.append(Template(words[name]).substitute(count=count))
    return notes


def _source(citation: Citation, words: Words, address: str) -> str:
    where = plain_line(address)
    link = f" <{where}>" if re.fullmatch(r"https?://[^\s<>]+", where) else ""
    return f"- [{citation.marker}] {_escaped(origin(citation, words))}{link}"


def _escaped(text: str) -> str:
    """Text of a title or a warning on one line, so that Markdown makes nothing of it."""
    return _MARKDOWN.sub(r"\\\1", plain_line(text)).replace("<", "&lt;")
