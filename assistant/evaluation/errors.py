"""Errors of evaluation. The message of each is one sentence that says what to do.

EvaluationError
├── CaseFileError        a case file; the message begins with ``path:line:`` where a line is to blame
├── AnswerFileError      a file of answers, or an answer that is missing or belongs to another question
├── TargetError          the assistant under test gave no answer
├── JudgeError           the judge cannot be asked at all (a single failure of it is "inconclusive", not an error)
├── GateError            a gate, METRIC=VALUE, that cannot be understood
└── ReportError          a report, or the baseline to compare with, cannot be written or read
"""

from __future__ import annotations


class EvaluationError(Exception):
    """Something that the person who evaluates can mend. The message is one sentence."""


class CaseFileError(EvaluationError):
    """A case file cannot be used."""


class AnswerFileError(EvaluationError):
    """Stored answers cannot be used."""


class TargetError(EvaluationError):
    """The assistant under test could not be asked, or what it said is no answer."""


class JudgeError(EvaluationError):
    """The judge is not set up."""


class GateError(EvaluationError):
    """A gate cannot be understood."""


class ReportError(EvaluationError):
    """A report or a baseline cannot be used."""
