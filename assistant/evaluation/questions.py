"""Question files of the ``answer`` command: id, question and optional history; other fields are passed over."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from assistant.evaluation.cases import Message
from assistant.evaluation.errors import CaseFileError
from assistant.evaluation.jsonl import describe, read_objects
from assistant.events import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question to answer; ``line`` is where it stands in its file, from 1."""

    id: str
    question: str
    history: tuple[Turn, ...]
    line: int


class _Line(BaseModel):
    id: str = Field(min_length=1)
    question: str
    history: tuple[Message, ...] = ()


def read_questions(path: Path) -> tuple[Question, ...]:
    """All questions of a JSON Lines file, in file order; the whole file is checked before anything is answered.

    Raises CaseFileError, its message beginning with ``path:line:``, for a line that cannot be asked or an id that
    occurs twice; and for a file without any question.
    """
    questions: dict[str, Question] = {}
    for line, value in read_objects(path, CaseFileError):
        try:
            given = _Line.model_validate(value)
        except ValidationError as failure:
            raise CaseFileError(f"{path}:{line}: {describe(failure)}.") from failure
        if given.id in questions:
            raise CaseFileError(
                f"{path}:{line}: the id {given.id!r} stands in line {questions[given.id].line} already."
            )
        history = tuple(Turn(role=message.role, content=message.content) for message in given.history)
        questions[given.id] = Question(id=given.id, question=given.question, history=history, line=line)
    if not questions:
        raise CaseFileError(f"{path} holds no question: write one JSON object with id and question a line.")
    return tuple(questions.values())
