"""Conversation + question → a question that can be understood alone, by rules and without a model."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.cues import Heard, cues, is_courtesy
from assistant.events import Turn
from ingest.text import fold, stems, words

_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d(?:\s?[-–/]\s?(?:(?:19|20)?\d\d))?(?!\d)")
_SHORT = 4
"""Content words; a question with fewer leans on the turn before even without a word that points back."""
_FAR = 2
"""Earlier questions that are taken along at the most."""
_LONGEST = 400
"""Code points of an earlier question that is taken along. Embedding models read the first 1,000 or so, and what is
asked now stands last.
"""


def condense(question: str, history: Sequence[Turn], language: str, organisation: Sequence[str] = ()) -> str:
    """The question, with the earlier questions it leans on before it. Without a history it is unchanged.

    Years of earlier questions give way to those of this one: "and in 2016?". Of the history only questions are taken:
    no answers, whose words would be searched for, and nothing that asked for a deed, which would be declined once more,
    or for nothing.
    ``organisation`` are the names of the one whose documents these are.
    """
    said = [turn.content.strip() for turn in history if turn.role == "user"]
    asked = [content for content in said if _is_question(content, language, organisation)]
    if not asked or is_courtesy(question, organisation) or not leans_back(question, language, organisation):
        return question
    taken: list[str] = []
    for earlier in reversed(asked):
        taken.insert(0, _YEARS.sub("", earlier) if _YEARS.search(question) else earlier)
        if len(taken) == _FAR or not leans_back(earlier, language, organisation):
            break
    return " ".join([*taken, question])


def leans_back(question: str, language: str, organisation: Sequence[str] = ()) -> bool:
    """Whether a question needs an earlier one: it corrects one, a word of it points back, or it is very short and does
    not name the organisation, which is a subject of its own ("When was the library founded?").
    """
    return points_back(question, language) or _is_bare(question, language, organisation)


def points_back(question: str, language: str) -> bool:
    """Whether the wording of a question says that it goes on from an earlier one."""
    heard, known = _heard(question), cues(language)
    if any(" ".join(heard.words[:n]) in known.opening for n in (1, 2)) or _corrects(question, known.correcting):
        return True
    # In a long question a pronoun mostly stands for something in the question itself.
    pointing = heard.holds(known.backward)
    short = len(stems(question, language)) < _SHORT or len(heard.words) <= 12
    return bool(pointing) and (short or heard.words[0] in pointing)


def _is_bare(question: str, language: str, organisation: Sequence[str]) -> bool:
    content = stems(question, language)
    if len(content) >= _SHORT:
        return False
    named = [name for name in organisation if f" {fold(name)} " in f" {' '.join(map(fold, words(question)))} "]
    return not named or set(stems(" ".join(named), language)) >= set(content)


def _heard(question: str) -> Heard:
    # French hangs pronouns on: "offre-t-il".
    return Heard(question.replace("-", " "))


def _corrects(question: str, correcting: frozenset[str]) -> bool:
    """Whether a question begins by taking something back: with "I meant", or with a "no" that stands apart, since "No
    fee for children?" takes nothing back.
    """
    begins = re.split(r"[,.;:!–—-]", question, maxsplit=1)
    apart = len(begins) > 1 and " ".join(Heard(begins[0]).words) in correcting
    heard = Heard(question).words
    return apart or any(" ".join(heard[:n]) in correcting for n in (2, 3))


def _is_question(content: str, language: str, organisation: Sequence[str]) -> bool:
    asks = not Heard(content).holds(cues(language).deed) and not is_courtesy(content, organisation)
    return 0 < len(content.strip()) <= _LONGEST and asks
