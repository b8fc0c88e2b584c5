"""A sentence that holds → the same in the language of the question, by a language model.

What is written in the language of the documents can be compared with them word by word, so that is done first. A
translation is translated back, and what comes back is compared in its turn: small models change names and meanings.
"""

from __future__ import annotations

import threading

from assistant.drafts import text_of
from assistant.language_models import LanguageModel, Prompt, Schema
from ingest.language import question_language
from prompts.loader import language_name
from prompts.texts import render

MAX_TOKENS = 220

SCHEMA: Schema = {
    "type": "object",
    "properties": {"translation": {"type": "string"}},
    "required": ["translation"],
    "additionalProperties": False,
}


def translate(
    sentence: str, *, spoken: str, wanted: str, model: LanguageModel, cancelled: threading.Event
) -> str | None:
    """The sentence in another language (ISO 639-1); None where what the model wrote is not in it.

    Raises LanguageModelError.
    """
    language = language_name(wanted)
    if language is None:
        return None
    prompt = Prompt(system=render("translate"), user=render("sentence", sentence=sentence, language=language))
    written = text_of("".join(model.stream(prompt, max_tokens=MAX_TOKENS, schema=SCHEMA, cancelled=cancelled)))
    return written if written and question_language(written, default=spoken) == wanted else None
