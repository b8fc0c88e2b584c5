"""Write blocks into one text and remember what each is."""

from __future__ import annotations

import re

from ingest.document import BlockKind, Mark
from ingest.invisible import drop_invisible

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_NUMBER = re.compile(r"[0-9]+(?:[,\s]+[0-9]+)*")

# Blocks of these kinds stand on neighbouring lines; every other pair is parted by a blank line.
_CLOSE = frozenset({BlockKind.LIST_ITEM, BlockKind.TABLE_ROW, BlockKind.CONTENTS})


def raised(text: str) -> str:
    """Text set as superscript: digits become superscript digits, so that a footnote mark is not read as a number."""
    return text.translate(_SUPERSCRIPTS) if _NUMBER.fullmatch(text.strip()) else text


class BlockWriter:
    """Collects blocks in reading order; ``text`` and ``marks`` fit each other, invisible characters are out of both."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._marks: list[Mark] = []
        self._dropped = 0

    @property
    def text(self) -> str:
        """Everything written so far; ends without a line end."""
        return "".join(self._parts)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """One mark for each block, ascending."""
        return tuple(self._marks)

    @property
    def dropped(self) -> int:
        """How many invisible characters were left out."""
        return self._dropped

    def add(self, kind: BlockKind, text: str, level: int = 0) -> None:
        """Append a block; white space around it goes, and a block of nothing else is not written."""
        text, dropped = drop_invisible(text)
        self._dropped += dropped
        text = text.strip()
        if not text:
            return
        if self._marks:
            previous = self._marks[-1].kind
            separator = "\n" if kind == previous and kind in _CLOSE else "\n\n"
            self._parts.append(separator)
            self._length += len(separator)
        self._marks.append(Mark(kind=kind, start=self._length, end=self._length + len(text), level=level))
        self._parts.append(text)
        self._length += len(text)
