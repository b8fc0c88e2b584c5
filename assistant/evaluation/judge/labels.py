"""Statements that people have judged, in JSON Lines: what a judge is held against.

A line holds ``statement``; ``evidence``, the words of its sources (a text, or a list of texts and of
``{"words": …, "origin": "whose, from when"}``); and what people say of it: a ``label``, supported, partial or
unsupported, or a ``rating`` from 1 (made up) to 4 (faithful), as of several raters on average. A line with neither is
judged as well: its verdict counts in the corrected mean. ``id``, ``language``, ``tags`` and ``note`` are for people.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from assistant.evaluation.errors import CaseFileError
from assistant.evaluation.jsonl import describe, read_objects
from assistant.evaluation.judge.questions import VALUES, JudgeQuestion, SourceText, Verdict, support_question

Label = Literal["supported", "partial", "unsupported"]

_VERDICT_OF: dict[Label, Verdict] = {"supported": "yes", "partial": "partial", "unsupported": "no"}
_LOWEST, _HIGHEST = 1.0, 4.0


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    words: str = Field(min_length=1)
    origin: str = ""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        return {"words": value} if isinstance(value, str) else value


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str | dict) else value


class LabelledStatement(BaseModel):
    """One line. Unknown fields are errors: a label under a wrong name would silently be none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    statement: str = Field(min_length=1)
    evidence: Annotated[tuple[_Words, ...], BeforeValidator(_as_list), Field(min_length=1)]
    label: Label | None = None
    rating: float | None = Field(default=None, ge=_LOWEST, le=_HIGHEST)
    id: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _one_judgement(self) -> LabelledStatement:
        if self.label is not None and self.rating is not None:
            raise ValueError("give a label or a rating, not both")
        return self

    @property
    def value(self) -> float | None:
        """What people say, from 0 to 1, a rating on a straight line between its ends; None where they say nothing."""
        if self.label is not None:
            return VALUES[_VERDICT_OF[self.label]]
        return None if self.rating is None else (self.rating - _LOWEST) / (_HIGHEST - _LOWEST)

    @property
    def verdict(self) -> Verdict | None:
        """What a judge should say: of a rating, the verdict whose value is nearest, the lower one of two."""
        value = self.value
        if value is None:
            return None
        return min(VALUES, key=lambda verdict: (abs(VALUES[verdict] - value), VALUES[verdict]))

    def question(self) -> JudgeQuestion:
        """What the judge is asked about it."""
        return support_question(self.statement, [SourceText(text.words, text.origin) for text in self.evidence])


def read_labelled(path: Path) -> Sequence[LabelledStatement]:
    """The statements of a file in its order. Raises CaseFileError, which names the line."""
    rows = []
    for line, value in read_objects(path, CaseFileError):
        try:
            rows.append(LabelledStatement.model_validate(value))
        except ValidationError as failure:
            raise CaseFileError(f"{path}:{line}: {describe(failure)}; correct that line.") from failure
    if not rows:
        raise CaseFileError(f"{path} holds no statements: write one JSON object a line, with statement and evidence.")
    return rows
