"""Evidence → drafted sentences that hold: a language model writes from numbered sentences, code decides what may stay.

The model sees few and short sentences, since reading them is what takes a small model its time. It writes items of
``{"n": [numbers], "s": "sentence"}`` in the language of the evidence, so that each can be judged against it word by
word as soon as it is complete.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from assistant.answer import Form
from assistant.drafts import Draft
from assistant.evidence import Evidence
from assistant.language_models import LanguageModel, Prompt, Schema
from assistant.support import comparable
from assistant.written import Bench, Written, language_of, speaker, words
from prompts.loader import language_name
from prompts.texts import render
from vectorstore.pair_models import EntailmentModel

EVIDENCE_WORDS = 95
"""Words that a model is given to answer from: two to three seconds of reading for the local one on two cores. With 120
the first sentence came after 8.6 seconds, with 95 after 7."""
MAX_TOKENS = 220

SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "answer": {
            "type": "array",
            "maxItems": 4,
            "items": {
                "type": "object",
                "properties": {
                    "n": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "integer"}},
                    "s": {"type": "string"},
                },
                "required": ["n", "s"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["answer"],
    "additionalProperties": False,
}
"""What a server that can constrain its output holds the model to."""


def number(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The sentences of the evidence, as many as a model is given: document by document, the best evidence first, all
    in the language of the very first.
    """
    chosen: list[Evidence] = []
    length = 0
    for piece in evidence:
        if chosen and not comparable(language_of(piece), language_of(chosen[0])):
            continue
        for ordinal in range(piece.first, piece.last + 1):
            single = replace(piece, first=ordinal, last=ordinal)
            if chosen and length + single.words > EVIDENCE_WORDS:
                continue
            length += single.words
            chosen.append(single)
    documents = list(dict.fromkeys(piece.document for piece in chosen))
    return sorted(chosen, key=lambda piece: documents.index(piece.document))


def prompt_for(question: str, numbered: Sequence[Evidence], language: str, form: Form = "full") -> Prompt:
    """What the model is told, to answer in ``language`` (ISO 639-1). The fixed part comes first, so that servers find
    it in their cache.
    """
    spoken = language_name(language) or "the language of the sentences"
    return Prompt(
        system=render("answer"),
        user=render(
            "question_short" if form == "short" else "question",
            evidence=evidence_lines(numbered),
            question=question,
            language=spoken,
        ),
    )


def evidence_lines(numbered: Sequence[Evidence]) -> str:
    """The evidence as a model sees it: a numbered sentence a line, under whose words they are."""
    lines: list[str] = []
    for n, piece in enumerate(numbered, start=1):
        if n == 1 or speaker(piece) != speaker(numbered[n - 2]):
            lines.append(f"{speaker(piece)}:")
        lines.append(f"[{n}] {words(piece)}")
    return "\n".join(lines)


def generate(
    question: str,
    numbered: Sequence[Evidence],
    language: str,
    model: LanguageModel,
    cancelled: threading.Event,
    entailment: EntailmentModel | None = None,
    form: Form = "full",
) -> Generator[Written | None]:
    """The sentences of a draft as they are found to hold; None for each that was removed.

    ``question`` stands alone; ``language`` is that of the evidence; ``entailment`` removes what it contradicts. Raises
    LanguageModelError, also after the first sentence.
    """
    bench = Bench(numbered, language, entailment)
    draft = Draft(len(numbered), language)
    prompt = prompt_for(question, numbered, language, form)
    stream = model.stream(prompt, max_tokens=MAX_TOKENS, schema=SCHEMA, cancelled=cancelled)
    shown: set[str] = set()
    with closing(_ended(stream)) as deltas:
        for delta in deltas:
            for said, markers in draft.finish() if delta is None else draft.feed(delta):
                written = bench.judged(said, markers)
                if written is None or written.text not in shown:
                    yield written
                if written:
                    shown.add(written.text)


def _ended(stream: Iterator[str]) -> Generator[str | None]:
    """The deltas of a stream, then None."""
    yield from stream
    yield None
