"""Exported files read back: Markdown by a parser of CommonMark, Word files by the project's own reader."""

from __future__ import annotations

import re
import zipfile
from html import unescape
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

from markdown_it import MarkdownIt

from assistant.answer import Answer, Conflict
from assistant.events import Finished
from ingest.document import BlockKind
from ingest.readers import docx
from ingest.readers.result import ReadOptions
from ui.chat.copying import Copied
from ui.conversations import Exchange

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NOTE = re.compile(r"^\[\^(\d+)\]: (.*)$", re.MULTILINE)


def exchange_of(answer: Answer, number: int = 1, question: str = "Who can join?") -> Exchange:
    """A question that was answered on a certain day."""
    return Exchange(number=number, question=question, asked_on="2026-01-31").after(Finished(answer=answer))


def whole(copied: Copied) -> str:
    """What the page copies: the pieces with an empty line between them."""
    return "\n\n".join(part for part in copied if part)


def conflict(about: str, *markers: int) -> Conflict:
    return Conflict(about=about, markers=markers)


class MarkdownFile:
    """Its HTML without the notes, the text of that, and the notes by number."""

    def __init__(self, text: str) -> None:
        self.raw = text
        self.notes = {int(number): _shown(said) for number, said in _NOTE.findall(text)}
        self.html = MarkdownIt("commonmark").render(_NOTE.sub("", text))
        self.text = _text(self.html)
        self.references = [int(number) for number in re.findall(r"\[\^(\d+)\](?!:)", _NOTE.sub("", text))]


class WordFile:
    """What its parts hold, and what the project's reader takes out of it."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(BytesIO(data)) as file:
            assert file.testzip() is None
            self.document = ElementTree.fromstring(file.read("word/document.xml"))
            self.footnotes = ElementTree.fromstring(file.read("word/footnotes.xml"))
            related = [file.read(name).decode() for name in file.namelist() if name.endswith(".rels")]
        self.external = [each for each in related if "External" in each]
        self.fields = [each.text or "" for each in self.document.iter(f"{W}instrText")]
        self.references = [int(each.attrib[f"{W}id"]) for each in self.document.iter(f"{W}footnoteReference")]
        found = [note for note in self.footnotes.iter(f"{W}footnote") if f"{W}type" not in note.attrib]
        self.notes = {int(note.attrib[f"{W}id"]): _of(note) for note in found}
        self.paragraphs = [_of(paragraph) for paragraph in self.document.iter(f"{W}p")]
        self.read = docx.read(data, Path("answer.docx"), ReadOptions())

    @property
    def headings(self) -> list[str]:
        """As the reader finds them."""
        marks = [mark for mark in self.read.marks if mark.kind == BlockKind.HEADING]
        return [self.read.text[mark.start : mark.end] for mark in marks]


def _of(element: ElementTree.Element) -> str:
    return "".join(each.text or "" for each in element.iter(f"{W}t"))


def _shown(markdown: str) -> str:
    return _text(MarkdownIt("commonmark").render(markdown))


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())
