"""Errors of the doors.

UiError
├── QuestionError        a question that cannot be asked: empty or too long
├── UsageError           arguments that do not go together
├── PageError            the page cannot be opened
└── Interrupted          stopped from the keyboard; the message says what was kept
"""

from __future__ import annotations


class UiError(Exception):
    """Something that the person at the door can mend. The message is one sentence and says what to do."""


class QuestionError(UiError):
    """The question cannot be asked as it is."""


class UsageError(UiError):
    """Arguments of a command do not go together."""


class PageError(UiError):
    """The page cannot be opened."""


class Interrupted(UiError):
    """A command was stopped from the keyboard."""
