"""Exported answers: each marker has its note and each note its marker, and what is read back is what was said."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer import Answer, Conflict
from tests.exports import MarkdownFile, WordFile, exchange_of
from ui.chat.export_content import content_of
from ui.chat.export_docx import docx_of
from ui.chat.export_markdown import markdown_of
from ui.chat.texts import texts
from ui.plain_text import plain_line
from ui.testing import make_answer, make_citation

# All that may steer Markdown, XML, Word or a terminal, besides letters of several scripts.
signs = st.sampled_from(
    [*"abc XY12.,:;!?()[]{}<>&\"'`*_~#+-=|\\/^$%@\t\x00\x1b\u202e\u2067\ufffe\ud800äßéλцعربي中\U0001f319"]
)
said = st.text(signs, min_size=1, max_size=40).filter(lambda text: bool(plain_line(text)))
quotes = st.lists(said, min_size=1, max_size=4)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """Whatever documents say; markers in the order of their first appearance, and any of them again."""
    quoted = draw(quotes)
    citations = [
        make_citation(marker, quote, title=draw(said), section=draw(said), document=f"d{marker}", start=marker)
        for marker, quote in enumerate(quoted, start=1)
    ]
    sentences = [(_harmless(draw(said)), (marker,)) for marker in range(1, len(quoted) + 1)]
    sentences += [
        (_harmless(draw(said)), tuple(draw(st.lists(st.integers(1, len(quoted)), max_size=2, unique=True))))
        for _ in range(draw(st.integers(0, 2)))
    ]
    conflicts = (Conflict(about=draw(said), markers=(1,)),) if draw(st.booleans()) else ()
    answer = make_answer(*sentences, citations=citations)
    return replace(answer, conflicts=conflicts)


def _harmless(text: str) -> str:
    """A sentence without the signs that are Markdown of the answer itself."""
    return re.sub(r"[*\[\]>#\\-]", "", plain_line(text)).strip() or "x"


def squeezed(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=25, deadline=None)
@given(answers(), st.lists(answers(), max_size=2), said, st.sampled_from(["en", "ar", "fr"]))
def test_every_marker_has_its_note_and_every_note_its_marker(
    first: Answer, more: list[Answer], question: str, language: str
) -> None:
    asked = [exchange_of(each, number, question) for number, each in enumerate([first, *more], start=1)]
    content = content_of(asked, texts(language))
    wanted = list(range(1, sum(len(each.citations) for each in asked) + 1))
    cited = [citation for each in asked for citation in each.citations]
    markdown, word = MarkdownFile(markdown_of(content)), WordFile(docx_of(content))
    assert [note.number for note in content.notes] == wanted
    assert sorted(set(markdown.references)) == wanted == sorted(markdown.notes)
    assert sorted(word.references) == wanted == sorted(word.notes)
    for number, citation in zip(wanted, cited, strict=True):
        for told in (markdown.notes[number], word.notes[number]):
            for words in (citation.quote, citation.title):
                assert squeezed(plain_line(words).replace("\ufffe", "\ufffd")) in squeezed(
                    told.replace("\ufffe", "\ufffd")
                )


@settings(max_examples=25, deadline=None)
@given(st.lists(said.map(_harmless), min_size=1, max_size=4), said)
def test_what_is_read_back_is_what_was_said(sentences: list[str], question: str) -> None:
    answer = make_answer(*((sentence, ()) for sentence in sentences))
    content = content_of([exchange_of(answer, 1, question)], texts("en"))
    markdown, word = MarkdownFile(markdown_of(content)), WordFile(docx_of(content))
    for words in (" ".join(sentences), plain_line(question)):
        assert squeezed(words) in squeezed(markdown.text)
        assert squeezed(words.replace("\ufffe", "\ufffd")) in squeezed("\n".join(word.paragraphs))
