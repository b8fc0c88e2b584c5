"""Texts set by LibreOffice as PDF files in several layouts, to measure what reading them back loses."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from ingest.blocks import Block
from ingest.document import BlockKind, Document
from ingest.structure import find_blocks

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")

_NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{path}"'
    for name, path in {
        "office": "office:1.0", "style": "style:1.0", "text": "text:1.0", "table": "table:1.0",
        "fo": "xsl-fo-compatible:1.0",
    }.items()
)  # fmt: skip
_NUMBER = re.compile(r"^[\d⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}\s*")
"""In front of a footnote; LibreOffice puts its own."""
_WRITING = {"ar": "rl-tb", "fa": "rl-tb", "he": "rl-tb"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How a text is set: on A4, with ``columns`` on each page, at ``size`` points.

    With ``running`` it has a running head and page numbers. Words are hyphenated where LibreOffice has the patterns of
    the language.
    """

    columns: int = 1
    running: bool = False
    justified: bool = False
    hyphenated: bool = False
    size: float = 11
    language: str = "en"


PLAIN = Setting()
COLUMNS = Setting(columns=2, running=True, justified=True, hyphenated=True, size=10)


def fodt_of(document: Document, setting: Setting) -> str:
    """The blocks of a document as a flat OpenDocument text; its footnotes are footnotes of the paragraphs
    above them."""
    body: list[str] = []
    notes: list[str] = []
    for block in find_blocks(document):
        text = " ".join(_wording(document, block).split())
        if block.kind is BlockKind.FOOTNOTE:
            notes.append(_NUMBER.sub("", text))
            continue
        _add_notes(body, notes)
        if block.kind is BlockKind.HEADING:
            level = min(max(block.level, 1), 3)
            body.append(f'<text:h text:style-name="H{level}" text:outline-level="{level}">{escape(text)}</text:h>')
        elif block.kind is BlockKind.LIST_ITEM:
            body.append(f'<text:p text:style-name="Item">{escape(text)}</text:p>')
        elif block.kind is not BlockKind.FURNITURE:
            body.append(f'<text:p text:style-name="P">{escape(text)}</text:p>')
    _add_notes(body, notes)
    return fodt("".join(body), setting, head=document.metadata.title)


def fodt(body: str, setting: Setting, head: str = "") -> str:
    """A flat OpenDocument text with this body (XML with the styles P, Item, H1 to H3) and running head."""
    size, language = setting.size, setting.language
    columns = f'<style:columns fo:column-count="{setting.columns}" fo:column-gap="0.6cm"/>'
    align = "justify" if setting.justified else "start"
    hyphens = "true" if setting.hyphenated else "false"
    writing = _WRITING.get(language, "lr-tb")
    edges = "<style:header-style/><style:footer-style/>" if setting.running else ""
    headings = "".join(
        f'<style:style style:name="H{level}" style:family="paragraph" style:default-outline-level="{level}">'
        f'<style:paragraph-properties fo:margin-top="0.4cm" fo:margin-bottom="0.2cm" fo:keep-with-next="always"'
        f' style:writing-mode="{writing}"/><style:text-properties fo:font-size="{points}pt" fo:font-weight="bold"/>'
        "</style:style>"
        for level, points in ((1, size + 7), (2, size + 3), (3, size))
    )
    running = (
        f'<style:header><text:p text:style-name="Small">{escape(head)}</text:p></style:header>'
        '<style:footer><text:p text:style-name="Small"><text:page-number/></text:p></style:footer>'
    )
    country = {"en": "US", "ar": "EG"}.get(language, language.upper())
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {_NAMESPACES} office:version="1.3" '
        'office:mimetype="application/vnd.oasis.opendocument.text"><office:styles>'
        '<style:style style:name="P" style:family="paragraph">'
        f'<style:paragraph-properties fo:margin-bottom="0.25cm" fo:text-align="{align}" fo:widows="2" fo:orphans="2"'
        f' style:writing-mode="{writing}"/>'
        f'<style:text-properties fo:font-size="{size}pt" fo:language="{language}" fo:country="{country}"'
        f' fo:hyphenate="{hyphens}" fo:hyphenation-remain-char-count="2" fo:hyphenation-push-char-count="2"/>'
        "</style:style>"
        '<style:style style:name="Item" style:family="paragraph" style:parent-style-name="P">'
        '<style:paragraph-properties fo:margin-left="0.5cm" fo:margin-bottom="0.1cm"/></style:style>'
        '<style:style style:name="Small" style:family="paragraph">'
        '<style:paragraph-properties fo:text-align="center"/>'
        '<style:text-properties fo:font-size="8pt"/></style:style>'
        '<style:style style:name="Footnote" style:family="paragraph">'
        '<style:paragraph-properties fo:margin-left="0.4cm" fo:text-indent="-0.4cm"/>'
        '<style:text-properties fo:font-size="8pt"/></style:style>'
        '<style:style style:name="Raised" style:family="text">'
        '<style:text-properties style:text-position="super 58%"/></style:style>'
        '<text:notes-configuration text:note-class="footnote" text:citation-style-name="Raised"'
        ' text:default-style-name="Footnote"/>'
        f"{headings}</office:styles><office:automatic-styles>"
        '<style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="21cm"'
        f' fo:page-height="29.7cm" fo:margin="2cm" style:writing-mode="{writing}">{columns}'
        f"</style:page-layout-properties>{edges}</style:page-layout></office:automatic-styles>"
        '<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A4">'
        f"{running if setting.running else ''}</style:master-page></office:master-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document>"
    )


def to_pdf(sources: dict[str, str], folder: Path, *, options: str = "") -> dict[str, bytes]:
    """PDF files of flat OpenDocument texts by name, made by one start of LibreOffice; ``options`` of its export."""
    assert SOFFICE is not None
    paths = []
    for name, source in sources.items():
        paths.append(folder / f"{name}.fodt")
        paths[-1].write_text(source, encoding="utf-8")
    target = f"pdf:writer_pdf_Export:{options}" if options else "pdf"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command: Sequence[str] = [SOFFICE, profile, "--headless", "--convert-to", target, "--outdir", str(folder)]
    subprocess.run([*command, *map(str, paths)], check=True, capture_output=True, timeout=180)
    return {name: (folder / f"{name}.pdf").read_bytes() for name in sources}


def _wording(document: Document, block: Block) -> str:
    """The text of a block without its gaps."""
    pieces, at = [], block.start
    for gap in block.gaps:
        pieces.append(document.text[at : gap.start])
        at = gap.end
    return " ".join([*pieces, document.text[at : block.end]])


def _add_notes(body: list[str], notes: list[str]) -> None:
    """Put the notes waiting, which are none then, behind the last paragraphs, one behind each."""
    places = range(max(len(body) - len(notes), 0), len(body))
    for place, text in zip(places, notes, strict=False):
        body[place] = _with_note(body[place], text, place)
    notes.clear()


def _with_note(paragraph: str, text: str, number: int) -> str:
    end = paragraph.rindex("</text:")
    note = (
        f'<text:note text:id="n{number}-{len(paragraph)}" text:note-class="footnote"><text:note-citation/>'
        f'<text:note-body><text:p text:style-name="Footnote">{escape(text)}</text:p></text:note-body></text:note>'
    )
    return paragraph[:end] + note + paragraph[end:]
