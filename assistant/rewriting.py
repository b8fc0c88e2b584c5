"""Conversation + question → a question that can be understood alone, in the language of the documents, by a model.

Rules answer first (see ``condense``); a model is asked where a question leans on earlier ones, or is put in a language
that the documents are not written in. What it writes is only searched for, and only if it holds: it brings in nothing
that was not said, no number and, in the same language, no word.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence

from assistant.drafts import text_of
from assistant.events import Turn
from assistant.language_models import LanguageModel, Prompt, Schema
from ingest.language import question_language
from ingest.text import stems
from prompts.loader import language_name
from prompts.texts import render

MAX_TOKENS = 80
_TURNS = 4
"""Turns that a model is shown, the last ones; of each the first words, which is where its subject stands."""
_TURN_WORDS = 40
_LONGEST = 400
_SAME = "the language of the conversation"
_NUMBER = re.compile(r"\d+")
_MARKER = re.compile(r"\[\d+\]")

SCHEMA: Schema = {
    "type": "object",
    "properties": {"question": {"type": "string", "maxLength": _LONGEST}},
    "required": ["question"],
    "additionalProperties": False,
}


def prompt_for(question: str, history: Sequence[Turn], language: str) -> Prompt:
    """What the model is told; ``language`` is the one to write in (ISO 639-1)."""
    turns = "\n".join(f"{turn.role}: {_shortened(turn.content)}" for turn in history[-_TURNS:])
    user = render("conversation", turns=turns, question=question, language=language_name(language) or _SAME)
    return Prompt(system=render("standalone"), user=user.strip())


def rewrite(
    question: str,
    history: Sequence[Turn],
    *,
    spoken: str,
    wanted: str,
    model: LanguageModel,
    cancelled: threading.Event,
) -> str | None:
    """The standalone question; None where what the model wrote does not hold.

    ``spoken`` is the language of the conversation, ``wanted`` that of the documents (ISO 639-1). Raises
    LanguageModelError.
    """
    if spoken != wanted and language_name(wanted) is None:
        return None
    prompt = prompt_for(question, history, wanted)
    stream = model.stream(prompt, max_tokens=MAX_TOKENS, schema=SCHEMA, cancelled=cancelled)
    written = text_of("".join(stream))
    said = " ".join([*(turn.content for turn in history), question])
    if not written or len(written) > _LONGEST or not set(_NUMBER.findall(written)) <= set(_NUMBER.findall(said)):
        return None
    if spoken == wanted:
        return written if set(stems(written, wanted)) <= set(stems(said, wanted)) else None
    return written if question_language(written, default=wanted) == wanted else None


def _shortened(said: str) -> str:
    return " ".join(_MARKER.sub("", said).split()[:_TURN_WORDS])
