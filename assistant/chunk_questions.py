"""A chunk of a document → everyday questions that it answers, by a language model, when the index is made.

People ask in other words than documents are written in; a question in everyday words lies nearer to theirs. What the
model writes is searched and never shown, so nothing of it is verified: a poor question finds its chunk for nothing.
"""

from __future__ import annotations

import json
import threading

from assistant.language_models import LanguageModel, Prompt, Schema
from prompts.loader import language_name
from prompts.texts import INDEXING, fingerprint_of, render

MAX_TOKENS = 100
MOST = 2
"""Questions of a chunk. Each costs the local model about a second."""
_LONGEST = 200
"""Code points; what is longer is the text itself."""

SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "questions": {
            "type": "array",
            "minItems": MOST,
            "maxItems": MOST,
            "items": {"type": "string", "maxLength": _LONGEST},
        }
    },
    "required": ["questions"],
    "additionalProperties": False,
}


class ModelAsker:
    """Has a language model write the questions (see ``vectorstore.asking.Asker``)."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self.fingerprint = f"{model.name}:{fingerprint_of(*INDEXING)}"

    def ask(self, text: str, language: str) -> tuple[str, ...]:
        """The questions; none where what came is not what was asked for. Raises LanguageModelError."""
        spoken = language_name(language) or "the language of the text"
        prompt = Prompt(system=render("chunk_questions"), user=render("chunk", text=text, language=spoken))
        stream = self._model.stream(prompt, max_tokens=MAX_TOKENS, schema=SCHEMA, cancelled=threading.Event())
        return questions_of("".join(stream))


def questions_of(written: str) -> tuple[str, ...]:
    """The questions of ``{"questions": ["…", "…"]}``; () for anything else."""
    try:
        found = json.loads(written)["questions"]
    except (ValueError, KeyError, TypeError):
        return ()
    if not isinstance(found, list):
        return ()
    texts = [" ".join(one.split()) for one in found if isinstance(one, str)]
    return tuple(dict.fromkeys(text for text in texts if text and len(text) <= _LONGEST))[:MOST]
