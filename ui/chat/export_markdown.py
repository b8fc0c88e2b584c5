"""An exported file as Markdown (CommonMark with footnotes): every word of a document or a reader stays text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ui.chat.export_content import Block, Content, Line, Note, Part
from ui.chat.source_head import WEB_ADDRESS
from ui.plain_text import plain_line

# What may begin something anywhere: emphasis, code, links, notes, HTML, entities, tables, mathematics, strokes.
_SIGNS = re.compile(r"[\\`*_\[\]<>&|$~^]")
# What does so at the beginning of a line: headings, lists, rules, quotations, definitions, underlined headings.
_AT_START = re.compile(r"^(\s*)([#+\-=:>%])")
_NUMBERED = re.compile(r"^(\s*\d+)([.)])")
# What readers make links of where it stands bare. Some do so behind the parsing, where no stroke before a sign helps;
# none does it in code.
_ADDRESS = re.compile(
    r"((?:(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,20}+://|www\.)[^\s<>`“”]+|(?<![\w.+-])[\w.+-]{1,64}+@[\w.+@-]*\w)",
    re.IGNORECASE,
)


def markdown_of(content: Content) -> str:
    """The file, with one empty line between blocks and a line feed at the end."""
    blocks = [f"# {_text(content.title)}", _text(content.statement)]
    for part in content.parts:
        blocks += _part(part)
    blocks += [_note(note) for note in content.notes]
    return "\n\n".join(blocks) + "\n"


def _part(part: Part) -> Iterator[str]:
    yield f"## {_text(part.question)}"
    for block in part.blocks:
        yield _block(block)
    if part.remarks:
        yield "\n>\n".join(f"> {_line(remark.line)}" for remark in part.remarks)
    yield "  \n".join(f"*{_text(line)}*" for line in part.made)


def _block(block: Block) -> str:
    before = "> " if block.quoted else ""
    lines = [_line(line) for line in block.lines]
    match block.kind:
        case "list":
            return "\n".join(f"{before}- {line}" for line in lines)
        case "heading":
            return f"\n{before}\n".join(f"{before}### {line}" for line in lines)
        case _:
            return "  \n".join(f"{before}{line}" for line in lines)


def _line(line: Line) -> str:
    written = ""
    for span in line:
        if span.note:
            written += f"[^{span.note}]"
        elif span.bold and (word := span.text.strip()):
            # The signs stand at the words, or they are no signs.
            before, _, after = span.text.partition(word)
            written += f"{before}**{_inside(word)}**{after}"
        else:
            written += _inside(span.text)
    return _begun(written.strip())


def _note(note: Note) -> str:
    where = "".join(f" {_inside(f'{label} ') if label else ''}{_address(url)}" for label, url in note.addresses)
    return f"[^{note.number}]: “{_inside(plain_line(note.quote))}” {_inside(plain_line(note.reference))}{where}"


def _address(url: str) -> str:
    return f"<{url}>" if WEB_ADDRESS.fullmatch(url) and "\\" not in url else _inside(url)


def _text(text: str) -> str:
    """Text on a line of its own."""
    return _begun(_inside(plain_line(text)))


def _begun(line: str) -> str:
    return _NUMBERED.sub(r"\1\\\2", _AT_START.sub(r"\1\\\2", line))


def _inside(text: str) -> str:
    """Text within a line; white space at its ends stays."""
    parts = _ADDRESS.split(re.sub(r"\s+", " ", text))
    return "".join(f"`{part}`" if index % 2 else _SIGNS.sub(r"\\\g<0>", part) for index, part in enumerate(parts))
