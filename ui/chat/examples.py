"""How questions that the documents answer are put in the language of the page."""

from __future__ import annotations

from assistant.suggestions import Phrasing
from ui.chat.texts import Texts

MOST_EXAMPLES = 4


def phrasing(texts: Texts) -> Phrasing:
    """The questions about a section and about a document."""
    return Phrasing(section=texts.words["ask_section"], document=texts.words["example_1"])
