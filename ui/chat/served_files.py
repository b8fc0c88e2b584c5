"""The scripts and style sheets, each made of the files of a folder, in the order in which they count: those of the page
with the chat, and those of the sheets, which are all other pages that a reader sees.
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


_SCRIPTS = {
    "page": (
        "start",
        "language",
        "chat",
        "places",
        "citations",
        "previews",
        "doubts",
        "both/clipboard",
        "copying",
        "keeping",
        "feedback",
        "asking",
        "choosing",
        "links",
        "lost",
        "connection",
        "both/leaving",
        "returning",
        "end",
    ),
    "sheet": ("start", "both/leaving", "languages", "library", "both/clipboard", "source"),
}
_STYLES = {
    "page": (
        "colours",
        "gradio",
        "head",
        "messages",
        "trust",
        "tools",
        "welcome",
        "asking",
        "sources",
        "previews",
        "arrangement",
        "readers",
        "both/leaving",
        "print",
    ),
    "sheet": ("start", "head", "library", "source", "both/leaving", "print"),
}


def page_files() -> Iterator[File]:
    """Every script and style sheet. A script leaves no name in the page."""
    for name, parts in _SCRIPTS.items():
        script = f'(() => {{\n"use strict";\n{_together(name, "js", parts)}}})();\n'
        yield File(f"{name}.js", "text/javascript", script)
    for name, parts in _STYLES.items():
        yield File(f"{name}.css", "text/css", _together(name, "css", parts))


def _together(folder: str, ending: str, parts: Sequence[str]) -> str:
    """Those of a folder, and of another where a part names it."""
    there = files("ui.chat") / "files"
    paths = [f"{part if '/' in part else f'{folder}/{part}'}.{ending}" for part in parts]
    return "\n".join(there.joinpath(*path.split("/")).read_text(encoding="utf-8") for path in paths)
