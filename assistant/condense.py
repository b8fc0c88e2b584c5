"""Conversation + question → a question that can be understood alone, by rules and without a model."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.cues import Heard, cues
from assistant.events import Turn
from ingest.text import stems

_SHORT = 4
"""Content words; a question with fewer leans on the turn before even without a word that points back."""
_FAR = 2
"""Earlier questions that are taken along at the most."""


def condense(question: str, history: Sequence[Turn], language: str) -> str:
    """The question, with the earlier questions it leans on before it. Without a history it is unchanged."""
    asked = [turn.content.strip() for turn in history if turn.role == "user" and turn.content.strip()]
    if not asked or not leans_back(question, language):
        return question
    taken: list[str] = []
    for earlier in reversed(asked):
        taken.insert(0, earlier)
        if len(taken) == _FAR or not leans_back(earlier, language):
            break
    return " ".join([*taken, question])


def leans_back(question: str, language: str) -> bool:
    """Whether a question needs an earlier one: it is very short, or a word of it points back."""
    if len(stems(question, language)) < _SHORT:
        return True
    heard = Heard(question)
    pointing = heard.holds(cues(language).backward)
    # In a long question a pronoun mostly stands for something in the question itself.
    return bool(pointing) and (len(heard.words) <= 12 or heard.words[0] in pointing)
