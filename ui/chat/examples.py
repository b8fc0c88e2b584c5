"""Questions to begin with, made from the titles of the documents whatever they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ui.chat.texts import Texts
from ui.plain_text import plain_line

if TYPE_CHECKING:
    from assistant.library import DocumentSummary

MOST_EXAMPLES = 3
_LONGEST_TITLE = 90
"""Characters; a longer title makes a question that nobody would write."""
_ORDER = {"own": 0, "unstated": 1, "third_party": 2}


def example_titles(documents: Sequence[DocumentSummary]) -> tuple[str, ...]:
    """The titles of up to MOST_EXAMPLES documents: the organisation's own first, in these the newest first."""
    newest = sorted(documents, key=lambda document: document.published or "", reverse=True)
    ordered = sorted(newest, key=lambda document: _ORDER.get(document.authority, len(_ORDER)))
    titles = dict.fromkeys(plain_line(document.title) for document in ordered)
    return tuple(title for title in titles if 0 < len(title) <= _LONGEST_TITLE)[:MOST_EXAMPLES]


def example_questions(titles: Sequence[str], texts: Texts) -> list[str]:
    """One question for each title."""
    return [texts.say(f"example_{number}", title=title) for number, title in enumerate(titles, start=1)]
