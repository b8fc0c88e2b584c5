"""What a citation does not say of its document: whether it still holds, and what its text is like."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from string import Template

from ui.answering import SourceText
from ui.plain_text import plain_line
from ui.sources import ENGLISH


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """``language`` is the ISO 639 code of the text, ``path`` names its file. ``superseded`` is whether there is a newer
    version, ``successor`` its id and ``successor_title`` its title, both "" where it may not be seen. ``expired`` is
    the date until which the document held, "" where that is not over or not known.
    """

    language: str = ""
    path: str = ""
    superseded: bool = False
    successor: str = ""
    successor_title: str = ""
    expired: str = ""

    def words(self, words: Mapping[str, str] = ENGLISH) -> list[str]:
        """What a reader must know before relying on the document; nothing for one that holds."""
        said = []
        if self.superseded:
            title = plain_line(self.successor_title)
            said.append(Template(words["superseded_by"]).substitute(title=title) if title else words["superseded"])
        if self.expired:
            said.append(Template(words["held_until"]).substitute(date=self.expired))
        return said


def standing(source: SourceText, find: Callable[[str], SourceText | None], today: date) -> Standing:
    """The standing of a document; ``find`` gives the others that the same reader may see, by id."""
    successor = find(source.superseded_by) if source.superseded_by else None
    return Standing(
        language=source.language,
        path=source.path,
        superseded=bool(source.superseded_by),
        successor=source.superseded_by or "" if successor else "",
        successor_title=successor.title if successor else "",
        expired=source.valid_until or "" if is_over(source.valid_until, today) else "",
    )


def is_over(until: str | None, today: date) -> bool:
    """Whether the last day of ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD`` is past. What is no such date is never over."""
    try:
        parts = [int(part) for part in (until or "").split("-")]
        year, month = parts[0], parts[1] if len(parts) > 1 else 12
        day = parts[2] if len(parts) > 2 else monthrange(year, month)[1]
        return date(year, month, day) < today
    except (ValueError, IndexError):
        return False
