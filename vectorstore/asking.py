"""Chunks → questions about them: known ones are copied, new ones asked for, one chunk after the other.

What a run that breaks off has asked for waits in a file beside the generations, so that nothing is asked twice.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from ingest.cut import CutDocument
from vectorstore.chunk_questions import NO_QUESTIONS, ChunkQuestions, key_of
from vectorstore.report import Progress


class Asker(Protocol):
    """Writes questions; a language model mostly."""

    @property
    def fingerprint(self) -> str:
        """Names everything the questions depend on besides the text; never empty."""
        ...

    def ask(self, text: str, language: str) -> tuple[str, ...]:
        """Questions that the text answers, in its language (ISO 639-1); none where there are none. Whatever it raises
        ends the run of indexing, which the next one goes on with.
        """
        ...


def collect(
    documents: Sequence[CutDocument],
    asker: Asker | None,
    earlier: Sequence[ChunkQuestions],
    resume: Path,
    on_progress: Callable[[Progress], None],
) -> ChunkQuestions:
    """The questions of all chunks: those of ``earlier`` generations and of an interrupted run (``resume``, a file) as
    they are, new ones as the ``asker`` writes them. Without one there are none.
    """
    if asker is None:
        return NO_QUESTIONS
    chunks = {key_of(asker.fingerprint, cut, chunk): (cut, chunk) for cut in documents for chunk in cut.chunks}
    known = _resumed(resume)
    for questions in earlier:
        known.update(questions.written)
    new = [key for key in chunks if key not in known]
    with os.fdopen(os.open(resume, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
        for done, key in enumerate(new):
            cut, chunk = chunks[key]
            on_progress(Progress(stage="ask", done=done, total=len(new), what=cut.document.id))
            known[key] = asker.ask(cut.embedding_text(chunk), cut.document.metadata.language)
            file.write(json.dumps([key, known[key]]).encode() + b"\n")
            file.flush()
    on_progress(Progress(stage="ask", done=len(new), total=len(new)))
    return ChunkQuestions(asker=asker.fingerprint, written={key: known[key] for key in chunks})


def _resumed(file: Path) -> dict[str, tuple[str, ...]]:
    """What an interrupted run left. A line that a kill cut short ends the file, which is cut there for what follows."""
    found: dict[str, tuple[str, ...]] = {}
    end = 0
    for line in file.read_bytes().splitlines(keepends=True) if file.exists() else ():
        try:
            key, questions = json.loads(line)
            found[str(key)] = tuple(map(str, questions))
        except (ValueError, TypeError):
            break
        end += len(line)
    if file.exists():
        os.truncate(file, end)
    return found
