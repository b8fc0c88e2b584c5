"""Questions with nuggets, quoted evidence and forbidden strings (tests/evals says how they came about).

A nugget counts where one of its lower-case strings stands in the first words of an answer, even inside a longer word;
how many words depends on the type of the question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.evaluation.errors import CaseFileError
from assistant.evaluation.importers.imported import Imported, filled
from assistant.evaluation.jsonl import describe, read_objects

MARKS = frozenset({"nuggets", "answerable"})
"""Keys by which such a file is known."""
MAX_CITATIONS = 8
_WITHIN_WORDS = {"temporal": 160, "list": 220, "synthesis": 220, "comparison": 220, "conflict": 220}
_WITHIN_WORDS_OTHERWISE = 120
_SPECIAL = re.compile(r"([\\.^$*+?{}\[\]|()])")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Nugget(_Strict):
    text: str
    vital: bool
    match: list[str]


class _Evidence(_Strict):
    document: str
    quote: str


class _Turn(_Strict):
    role: Literal["user", "assistant"]
    content: str


class _Question(_Strict):
    id: str
    question: str
    language: str
    type: str
    answerable: bool
    history: list[_Turn] = []
    reference: str = ""
    nuggets: list[_Nugget] = []
    evidence: list[_Evidence] = []
    forbidden: list[str] = []
    note: str = ""


def read_development(path: Path) -> Imported:
    """Read such a file. Raises CaseFileError, with the line, where it is none."""
    return Imported(cases=[_case(_parsed(path, line, value)) for line, value in read_objects(path, CaseFileError)])


def _parsed(path: Path, line: int, value: Mapping[str, Any]) -> _Question:
    try:
        return _Question.model_validate(value)
    except ValidationError as failure:
        raise CaseFileError(f"{path}:{line}: {describe(failure)}; correct the question.") from failure


def _case(question: _Question) -> dict[str, Any]:
    facts = [
        filled({"text": nugget.text, "regex": _any_of(nugget.match)}) | ({} if nugget.vital else {"vital": False})
        for nugget in question.nuggets
    ]
    limit = _WITHIN_WORDS.get(question.type, _WITHIN_WORDS_OTHERWISE)
    return filled(
        {
            "id": question.id,
            "question": question.question,
            "history": [{turn.role: turn.content} for turn in question.history],
            "language": question.language,
            "kind": question.type,
            "expect": None if question.answerable else "refuse",
            "facts": facts,
            "must_not": [{"regex": _any_of([words])} for words in question.forbidden],
            "sources": [{"doc": e.document, "quote": e.quote, "vital": False} for e in question.evidence],
            "within_words": limit if question.answerable else None,
            "max_citations": MAX_CITATIONS,
            "reference": question.reference,
            "note": question.note,
        }
    )


def _any_of(strings: Sequence[str]) -> str:
    """An expression that finds any of the strings wherever they stand. Only what has a meaning in one is escaped, so
    that people can read it.
    """
    return "|".join(_SPECIAL.sub(r"\\\1", string) for string in strings)
