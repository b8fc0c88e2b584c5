"""Answer files → answers: the contract plus the ``id`` of the question, one a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.answer import SCHEMA, Answer
from assistant.evaluation.cases import Case
from assistant.evaluation.errors import AnswerFileError
from assistant.evaluation.jsonl import describe, read_objects
from assistant.evaluation.normalise import normalise

_ANSWER = TypeAdapter(Answer)


def parse_answer(value: Mapping[str, Any]) -> Answer:
    """An answer from the contract's JSON; keys that the contract does not know are passed over.

    Raises pydantic's ValidationError for a missing or wrong field.
    """
    return _ANSWER.validate_python(value)


def load_answers(path: Path) -> dict[str, Answer]:
    """The answers of a JSON Lines file by the id of their question.

    Raises AnswerFileError, its message beginning with ``path:line:``, for a line that is not an answer of this schema
    or an id that occurs twice.
    """
    answers: dict[str, Answer] = {}
    for line, value in read_objects(path, AnswerFileError):
        identifier = value.get("id")
        if not isinstance(identifier, str):
            raise AnswerFileError(f"{path}:{line}: the line has no id of a question.")
        if value.get("schema") != SCHEMA:
            raise AnswerFileError(
                f"{path}:{line}: the schema is {value.get('schema')!r}, this version reads {SCHEMA}; answer again."
            )
        if identifier in answers:
            raise AnswerFileError(f"{path}:{line}: the id {identifier!r} occurs a second time.")
        try:
            answers[identifier] = parse_answer(value)
        except ValidationError as failure:
            raise AnswerFileError(f"{path}:{line}: {describe(failure)}.") from failure
    return answers


def pair(cases: Sequence[Case], answers: Mapping[str, Answer], path: Path) -> tuple[tuple[Case, Answer], ...]:
    """Each case with its answer, in the order of the cases; answers to questions that are not asked are left out.

    ``path`` is where the answers come from. Raises AnswerFileError, which names it, when a case has no answer or the
    answer was given to another wording: a figure over some of the cases would be taken for one over all.
    """
    missing = [case.id for case in cases if case.id not in answers]
    if missing:
        named = ", ".join(missing[:5]) + (", …" if len(missing) > 5 else "")
        raise AnswerFileError(
            f"{len(missing)} of {len(cases)} questions have no answer in {path} ({named}); answer them first."
        )
    for case in cases:
        if normalise(answers[case.id].question) != normalise(case.question):
            raise AnswerFileError(
                f"The answer {case.id!r} in {path} was given to another question; answer the questions again."
            )
    return tuple((case, answers[case.id]) for case in cases)
