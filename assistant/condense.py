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
_LONGEST = 400
"""Code points of an earlier question that is taken along. Embedding models read the first 1,000 or so, and what is
asked now stands last.
"""


def condense(question: str, history: Sequence[Turn], language: str) -> str:
    """The question, with the earlier questions it leans on before it. Without a history it is unchanged.

    Of the history only questions are taken: no answers, whose words would be searched for, and nothing that asked for
    a deed, which would be declined once more.
    """
    asked = [turn.content.strip() for turn in history if turn.role == "user" and _is_question(turn.content, language)]
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
    # French hangs pronouns on: "offre-t-il".
    heard, known = Heard(question.replace("-", " ")), cues(language)
    if any(" ".join(heard.words[:n]) in known.opening for n in (1, 2)):
        return True
    pointing = heard.holds(known.backward)
    # In a long question a pronoun mostly stands for something in the question itself.
    return bool(pointing) and (len(heard.words) <= 12 or heard.words[0] in pointing)


def _is_question(content: str, language: str) -> bool:
    return 0 < len(content.strip()) <= _LONGEST and not Heard(content).holds(cues(language).deed)
