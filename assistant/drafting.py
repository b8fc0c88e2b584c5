"""Evidence → the written answer: a model's sentences as they are found to hold, then the quotations they left out.

The organisation's own words come first: sentences that stand on third parties are kept back until the draft has ended.
A small model often answers only a part of a question; the quotations that follow hold the rest, word for word.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import closing as closing_of

from assistant.chain import Course, closing
from assistant.clock import Clock
from assistant.errors import LanguageModelError
from assistant.events import Delta
from assistant.evidence import Evidence
from assistant.generation import generate, number
from assistant.language_models import LanguageModel
from assistant.support import comparable
from assistant.translation import translate
from assistant.verification import Composition, Verified
from assistant.writing import Label, Piece, Statement, past_note, plain, source_label, write
from assistant.written import Written, language_of, translated
from ingest.text import stems
from prompts.loader import phrases
from vectorstore.pair_models import EntailmentModel

SHORT = 2
"""Sentences of a short answer at the most."""
QUOTED_WORDS = 100
"""Words of the quotations behind what a model wrote, at the most."""


def draft(
    course: Course,
    model: LanguageModel,
    cancelled: threading.Event,
    clock: Clock,
    entailment: EntailmentModel | None = None,
) -> Generator[Delta, None, tuple[Verified, tuple[str, ...]]]:
    """The sentences as they come. Returns the answer, which has none where nothing of the draft held, and warnings."""
    short = course.form == "short"
    composition, late = _Answer(course, most=SHORT if short else None), list[Written]()
    warnings: tuple[str, ...] = ()
    numbered = number(course.evidence)
    language = language_of(numbered[0])
    in_its_language = comparable(language, course.language)
    written_in = course.language if in_its_language else language
    try:
        # Left as soon as a short answer is full; the model stops then.
        with closing_of(
            generate(course.standalone, numbered, written_in, model, cancelled, entailment, course.form)
        ) as drafted:
            for written in drafted:
                if written is None:
                    composition.removed += 1
                elif written.elsewhere or not in_its_language:
                    late.append(written)
                elif delta := composition.say(written):
                    clock.spoke()
                    yield delta
                    if composition.full:
                        break
    except LanguageModelError as error:
        warnings = (str(error),)
    for written in sorted(late, key=lambda one: one.elsewhere):
        if composition.full:
            break
        try:
            said = written if in_its_language or warnings else _translated(written, language, course, model, cancelled)
        except LanguageModelError as error:
            said, warnings = written, (str(error),)
        if delta := composition.say(said):
            clock.spoke()
            yield delta
    if composition.sentences:
        before = len(composition.deltas)
        composition.quote([*(() if short else _left_out(course, composition)), *_closing(course, composition)])
        yield from composition.deltas[before:]
    return composition.end(), warnings


def _translated(
    written: Written, spoken: str, course: Course, model: LanguageModel, cancelled: threading.Event
) -> Written:
    """The sentence in the language of the question; in its own where the translation cannot be trusted.

    Raises LanguageModelError.
    """
    text = translate(written.text, spoken=spoken, wanted=course.language, model=model, cancelled=cancelled)
    back = text and translate(text, spoken=course.language, wanted=spoken, model=model, cancelled=cancelled)
    return (text and back and translated(written, text, course.language, back, spoken)) or written


class _Answer(Composition):
    """A written answer as it grows. What was said for another time stands under the name and date of its document."""

    def __init__(self, course: Course, *, most: int | None = None) -> None:
        super().__init__()
        self._course, self._most = course, most
        self._label = ""
        self._told: list[tuple[tuple[Evidence, ...], frozenset[str]]] = []

    @property
    def full(self) -> bool:
        """Whether it has as many sentences as are asked for."""
        return self._most is not None and len(self.sentences) >= self._most

    def say(self, written: Written) -> Delta | None:
        """Append a sentence; None where it would be one citation too many, or says what was said already."""
        if not self.has_room(written.evidence):
            self.removed += 1
            return None
        said = frozenset(stems(written.text, self._course.language))
        if any(written.evidence == evidence and (said <= there or there <= said) for evidence, there in self._told):
            return None
        self._told.append((written.evidence, said))
        label = " ".join(dict.fromkeys(filter(None, map(self._label_of, written.evidence))))
        before = " " if label == self._label else f"\n\n{label} " if label else "\n\n"
        self._label = label
        return self.add(
            before if self.text else before.lstrip(), self._said(written), written.evidence, written.support
        )

    def _said(self, written: Written) -> str:
        if not written.source:
            return plain(written.text)
        words = phrases(self._course.language)
        source = words.say("third_party", publisher=written.source) if written.third_party else written.source
        return plain(f"{words.say('according_to', source=source)} {written.text}")

    def _label_of(self, evidence: Evidence) -> str:
        metadata, successor = evidence.cut.document.metadata, self._course.successors.get(evidence.document)
        words, today = phrases(self._course.language), self._course.today
        # The words of third parties say themselves whose they are.
        if metadata.authority == "third_party" or not past_note(metadata, successor, words, today):
            return ""
        return source_label(metadata, successor, words, today)


def _left_out(course: Course, composition: Composition) -> list[Piece]:
    """Quotations of the evidence that no sentence stands on yet, the best first, under a label of their own."""
    chosen: list[Evidence] = []
    words = 0
    for evidence in course.evidence:
        for rest in composition.uncited(evidence):
            if (not chosen or words + rest.words <= QUOTED_WORDS) and composition.has_room([*chosen, rest]):
                chosen.append(rest)
                words += rest.words
    if not chosen:
        return []
    said = phrases(course.language)
    return [
        Label(text=f"{said.say('quoted')}\n\n", over="part"),
        *write(chosen, course.successors, said, course.today),
    ]


def _closing(course: Course, composition: Composition) -> list[Piece]:
    """What stands behind the answer, as far as there is room."""
    pieces = closing(course)
    cited = [piece.evidence for piece in pieces if isinstance(piece, Statement)]
    return pieces if composition.has_room(cited) else pieces[:1]
