"""Errors of evaluation.

EvaluationError
├── CaseFileError        a line of a question file; the message begins with ``path:line:``
└── AnswerFileError      a line of an answer file, or an answer that is missing or belongs to another question
"""

from __future__ import annotations


class EvaluationError(Exception):
    """Something that the person who evaluates can mend. The message is one sentence."""


class CaseFileError(EvaluationError):
    """A question file cannot be used."""


class AnswerFileError(EvaluationError):
    """An answer file cannot be used."""
