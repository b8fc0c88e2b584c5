"""Questions that each chunk answers, as somebody wrote them: further ways to find the chunk (Nogueira and Lin 2019,
"From doc2query to docTTTTTquery").

They are stored in the generation whose chunks they lead to, and go with it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ingest.cut import Chunk, CutDocument
from vectorstore.errors import IndexDamaged


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkQuestions:
    """The questions of one generation. ``asker`` is the fingerprint of who wrote them, "" for nobody; ``written`` has
    them by a hash of ``asker``, language and text of the chunk, so that equal chunks share theirs.
    """

    asker: str = ""
    written: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, cut: CutDocument, chunk: Chunk) -> tuple[str, ...]:
        """The questions that lead to a chunk."""
        return self.written.get(key_of(self.asker, cut, chunk), ()) if self.written else ()


NO_QUESTIONS = ChunkQuestions()


def save(questions: ChunkQuestions, path: Path) -> None:
    """Write the questions, where there was somebody to ask; ``load`` gives back the same."""
    if questions.asker:
        path.write_bytes(_adapter().dump_json(questions))


def load(path: Path) -> ChunkQuestions:
    """Read what ``save`` wrote. Raises IndexDamaged."""
    try:
        return _adapter().validate_json(path.read_bytes()) if path.exists() else NO_QUESTIONS
    except (OSError, ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise IndexDamaged(
            f"The questions of the index, {path}, are unreadable ({reason}); run `picum-assistant ingest` to make it "
            "again."
        ) from error


def key_of(asker: str, cut: CutDocument, chunk: Chunk) -> str:
    """The hash under which the questions about a chunk are kept."""
    identity = json.dumps([asker, cut.document.metadata.language, cut.embedding_text(chunk)])
    return hashlib.blake2b(identity.encode(), digest_size=16).hexdigest()


@cache
def _adapter() -> TypeAdapter[ChunkQuestions]:
    return TypeAdapter(ChunkQuestions)
