"""Evidence → a written answer: a language model drafts from numbered sentences, code decides what is shown.

The model sees few and short sentences, since reading them is what takes a small model its time. It writes items of
``{"n": [numbers], "s": "sentence"}``; each is judged against the evidence as soon as it is complete. One that does not
hold is held against all evidence, and removed if nothing there supports it.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answer import Support
from assistant.language_models import LanguageModel, Prompt, Schema
from assistant.markers import DraftReader
from assistant.question import Question
from assistant.repair import repair
from assistant.selection import Evidence
from assistant.support import EvidenceText
from assistant.writing import plain
from prompts.texts import render

EVIDENCE_WORDS = 220
"""Words that a model is given to answer from: about five seconds of reading for the local one on two cores."""
MAX_TOKENS = 220
_ITEM = re.compile(r'\{\s*"n"\s*:\s*\[([\d,\s]*)\]\s*,\s*"s"\s*:\s*("(?:[^"\\]|\\.)*")\s*\}')

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
                    "s": {"type": "string", "maxLength": 320},
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A drafted sentence that holds, with the sentences of evidence that it stands on."""

    text: str
    evidence: tuple[Evidence, ...]
    support: Support


def number(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The sentences of the evidence one by one, best evidence first, as many as a model is given."""
    numbered: list[Evidence] = []
    words = 0
    for piece in evidence:
        for ordinal in range(piece.first, piece.last + 1):
            single = replace(piece, first=ordinal, last=ordinal)
            if numbered and words + single.words > EVIDENCE_WORDS:
                continue
            words += single.words
            numbered.append(single)
    return numbered


def prompt_for(question: Question, numbered: Sequence[Evidence]) -> Prompt:
    """What the model is told. The fixed part comes first, so that servers find it in their cache."""
    lines = [f"[{n}] {_speaker(piece)}: {_words(piece)}" for n, piece in enumerate(numbered, start=1)]
    return Prompt(system=render("answer"), user=render("question", evidence="\n".join(lines), question=question.text))


def generate(
    question: Question, numbered: Sequence[Evidence], model: LanguageModel, cancelled: threading.Event
) -> Iterator[Written | None]:
    """The sentences of a draft as they are found to hold; None for each that was removed.

    Raises LanguageModelError, also after the first sentence.
    """
    texts = [_text(piece) for piece in numbered]
    draft = _Draft(len(numbered), question.language)
    stream = model.stream(prompt_for(question, numbered), max_tokens=MAX_TOKENS, schema=SCHEMA, cancelled=cancelled)
    shown: set[str] = set()
    for delta in _ended(stream):
        for said, markers in draft.finish() if delta is None else draft.feed(delta):
            written = _checked(said, markers, numbered, texts, question.language)
            if written is None or written.text not in shown:
                yield written
            if written:
                shown.add(written.text)


def _ended(stream: Iterator[str]) -> Iterator[str | None]:
    """The deltas of a stream, then None."""
    yield from stream
    yield None


class _Draft:
    """Reads drafts as they stream in: JSON items, or prose with markers from a server that does not keep a schema."""

    def __init__(self, evidence: int, language: str) -> None:
        self._evidence, self._language = evidence, language
        self._raw = ""
        self._read = 0

    def feed(self, delta: str) -> list[tuple[str, tuple[int, ...]]]:
        """The sentences of the items that this piece of text completes, each with its markers."""
        self._raw += delta
        if not self._is_json():
            return []
        found = []
        for match in _ITEM.finditer(self._raw, self._read):
            self._read = match.end()
            numbers = tuple(map(int, re.findall(r"\d+", match.group(1))))
            # An item may hold several sentences, and markers inside them, which are no part of their words.
            sentences = self._sentences(json.loads(match.group(2), strict=False))
            found += [(said, (*numbers, *markers)) for said, markers in sentences]
        return found

    def finish(self) -> list[tuple[str, tuple[int, ...]]]:
        """What is left when the stream has ended: of prose, everything."""
        return [] if self._is_json() else self._sentences(self._raw)

    def _sentences(self, prose: str) -> list[tuple[str, tuple[int, ...]]]:
        reader = DraftReader(evidence=self._evidence, language=self._language)
        return [(sentence.text, sentence.markers) for sentence in [*reader.feed(prose), *reader.finish()]]

    def _is_json(self) -> bool:
        return self._raw.lstrip()[:1] in ("{", "[", "")


def _checked(
    said: str, markers: Sequence[int], numbered: Sequence[Evidence], texts: Sequence[EvidenceText], language: str
) -> Written | None:
    """The sentence with the evidence that bears it: what it cites, else what else was found; None if nothing does."""
    said = " ".join(said.split())
    repaired = repair(said, markers, texts, language)
    if repaired is None or repaired.judgement.support != "supported":
        return None
    evidence = tuple(numbered[marker - 1] for marker in repaired.markers)
    return Written(text=plain(said), evidence=evidence, support=repaired.judgement.support)


def _text(piece: Evidence) -> EvidenceText:
    metadata = piece.cut.document.metadata
    section = piece.cut.sections[piece.cut.sentences[piece.first].section].title
    return EvidenceText(
        words=_words(piece),
        language=metadata.language,
        authority=metadata.authority,
        speaker=metadata.publisher if metadata.authority == "third_party" else "",
        context=" ".join(filter(None, (metadata.title, section, metadata.published))),
    )


def _words(piece: Evidence) -> str:
    return piece.cut.wording(piece.cut.sentences[piece.first])


def _speaker(piece: Evidence) -> str:
    metadata = piece.cut.document.metadata
    return (
        f"{metadata.publisher or metadata.title}, a third party"
        if metadata.authority == "third_party"
        else metadata.title
    )
