"""Question files → cases: what is asked, what a right answer holds, and where it stands.

The fields are described in ``tests/evals/README.md``. Unknown fields are errors: a typing slip in a case must never
make it easier to pass.
"""

from __future__ import annotations

import difflib
import hashlib
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.evaluation.errors import CaseFileError
from assistant.evaluation.jsonl import describe, read_objects
from assistant.events import Turn

QuestionType = Literal[
    "fact",
    "number",
    "list",
    "synthesis",
    "comparison",
    "temporal",
    "conflict",
    "attribution",
    "followup",
    "false_premise",
    "unanswerable",
    "out_of_scope",
    "adversarial",
    "crosslingual",
]
TYPES: tuple[QuestionType, ...] = get_args(QuestionType)

Part = Literal["tuning", "held_back"]

HELD_BACK_ONE_IN = 3
"""One case in three is held back from tuning."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Nugget(_Strict):
    """A fact that an answer should hold: any string of ``match`` in the answer counts as the fact."""

    text: str = Field(min_length=1)
    vital: bool
    match: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _strings_can_match(self) -> Nugget:
        for string in self.match:
            if not string.strip() or string != string.lower():
                raise ValueError(f"match string {string!r} must be lower case and not empty")
        return self


class GoldEvidence(_Strict):
    """A verbatim span of a source that answers the question; white space is folded."""

    document: str = Field(min_length=1)
    quote: str = Field(min_length=1)


class Message(_Strict):
    """One earlier turn of the conversation."""

    role: Literal["user", "assistant"]
    content: str


class Case(_Strict):
    """One question with what is expected of its answer."""

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    language: str = Field(min_length=2)
    type: QuestionType
    answerable: bool
    history: tuple[Message, ...] = ()
    reference: str = ""
    nuggets: tuple[Nugget, ...] = ()
    evidence: tuple[GoldEvidence, ...] = ()
    forbidden: tuple[str, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _expectations_agree(self) -> Case:
        if self.answerable and not self.nuggets:
            raise ValueError("an answerable question needs at least one nugget")
        if not self.answerable and self.nuggets:
            raise ValueError("a question that the documents do not answer has no nuggets")
        for string in self.forbidden:
            if not string.strip() or string != string.lower():
                raise ValueError(f"forbidden string {string!r} must be lower case and not empty")
        return self

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The history as the assistant takes it."""
        return tuple(Turn(role=message.role, content=message.content) for message in self.history)

    @property
    def part(self) -> Part:
        """Where the case belongs: decided by the SHA-256 of its id alone, so adding cases moves none."""
        digest = hashlib.sha256(self.id.encode("utf-8")).digest()
        return "held_back" if int.from_bytes(digest[:8], "big") % HELD_BACK_ONE_IN == 0 else "tuning"


def load_cases(path: Path) -> tuple[Case, ...]:
    """The cases of a JSON Lines file in file order.

    Raises CaseFileError, its message beginning with ``path:line:``, for bad JSON, a missing, unknown or wrong field and
    an id that occurs twice; and for a file without any case.
    """
    cases: dict[str, tuple[int, Case]] = {}
    for line, value in read_objects(path, CaseFileError):
        unknown = next((key for key in value if key not in Case.model_fields), None)
        if unknown is not None:
            near = difflib.get_close_matches(unknown, Case.model_fields, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known fields are {', '.join(Case.model_fields)}."
            raise CaseFileError(f"{path}:{line}: the field {unknown!r} is unknown; {hint}")
        try:
            case = Case.model_validate(value)
        except ValidationError as failure:
            raise CaseFileError(f"{path}:{line}: {describe(failure)}.") from failure
        if case.id in cases:
            raise CaseFileError(f"{path}:{line}: the id {case.id!r} stands in line {cases[case.id][0]} already.")
        cases[case.id] = (line, case)
    if not cases:
        raise CaseFileError(f"{path} holds no question: write one JSON object a line.")
    return tuple(case for _, case in cases.values())
