"""The script and the style sheets, each made of the files of a folder, in the order in which they count: those of the
page with the chat, and those of the sheets, which are all other pages that a reader sees.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import NamedTuple


class File(NamedTuple):
    """A file as it is served; ``name`` is its address below that of the application."""

    name: str
    kind: str
    content: str


_SCRIPT = ("start", "language", "chat", "places", "citations", "copying", "links", "end")
_STYLES = {
    "page": (
        "colours",
        "gradio",
        "head",
        "messages",
        "tools",
        "welcome",
        "asking",
        "sources",
        "arrangement",
        "readers",
    ),
    "sheet": ("start",),
}


def page_files() -> Iterator[File]:
    """The script, which leaves no name in the page, and every style sheet."""
    script = f'(() => {{\n"use strict";\n{_together("page", "js", _SCRIPT)}}})();\n'
    yield File("page.js", "text/javascript", script)
    for name, parts in _STYLES.items():
        yield File(f"{name}.css", "text/css", _together(name, "css", parts))


def _together(folder: str, ending: str, parts: Sequence[str]) -> str:
    there = files("ui.chat") / "files" / folder
    return "\n".join((there / f"{part}.{ending}").read_text(encoding="utf-8") for part in parts)
