"""Whether the evidence answers the question, and other words to search with: two short questions to a language model.

A small model is a poor judge of what it reads, but a good one of whether there is anything to be found: it tells near
misses from answers much better than any comparison of words or vectors (docs/decisions/0006-refusing.md). What it
says here is never shown; it decides between an answer and a refusal with the nearest quotations, and what is searched.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from assistant.drafts import text_of
from assistant.evidence import Evidence
from assistant.generation import evidence_lines
from assistant.language_models import LanguageModel, Prompt, Schema
from prompts.loader import language_name
from prompts.texts import render

EXPANDING_SCHEMA: Schema = {
    "type": "object",
    "properties": {"sentence": {"type": "string", "maxLength": 300}},
    "required": ["sentence"],
    "additionalProperties": False,
}
_EXPANDING_TOKENS = 70


def found(question: str, numbered: Sequence[Evidence], model: LanguageModel, cancelled: threading.Event) -> float:
    """How surely a model finds an answer in the sentences, in log odds; above 0 it rather does.

    The prompt begins as that for writing, so that a server reads the evidence once. Raises LanguageModelError.
    """
    prompt = Prompt(system=render("answer"), user=render("found", evidence=evidence_lines(numbered), question=question))
    return model.log_odds(prompt, cancelled=cancelled)


def hypothetical(question: str, wanted: str, model: LanguageModel, cancelled: threading.Event) -> str:
    """A sentence that a document in the language ``wanted`` (ISO 639-1) could answer the question with; "" where the
    model writes none. It is only searched with: what it says may be wrong.

    Gao et al. 2023, "Precise zero-shot dense retrieval without relevance labels". Raises LanguageModelError.
    """
    spoken = language_name(wanted) or "the language of the question"
    prompt = Prompt(system=render("expand"), user=render("expand_question", question=question, language=spoken))
    stream = model.stream(prompt, max_tokens=_EXPANDING_TOKENS, schema=EXPANDING_SCHEMA, cancelled=cancelled)
    return text_of("".join(stream))
