"""Errors of the doors.

UiError
├── QuestionError        a question that cannot be asked: empty or too long
├── UsageError           arguments that do not go together
├── PageError            the page cannot be opened
├── AccessError          who may ask is set in a way that cannot be, or a token or an embed is unknown
│   ├── ProviderSilent   the provider of the login does not answer
│   ├── ProviderWrong    it answers with what cannot be used, or does not know this client
│   └── LoginFailed      somebody could not be logged in
├── FeedbackNotKept      what a reader says of an answer cannot be written down
├── Busy                 so many ask that this one cannot even wait
│   └── LimitReached     this one asked too much
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


class AccessError(UiError):
    """Logins, tokens or embeds are not as they have to be."""


class ProviderSilent(AccessError):
    """The provider of the login does not answer; later it may."""


class ProviderWrong(AccessError):
    """The provider of the login is not what the settings say; whoever runs the assistant has to mend it."""


class LoginFailed(AccessError):
    """Somebody could not be logged in."""


class FeedbackNotKept(UiError):
    """The file of feedback is full or cannot be written."""


class Busy(UiError):
    """Too many ask at the same time; after ``retry_after_s`` it may go."""

    def __init__(self, message: str, retry_after_s: int = 15) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class LimitReached(Busy):
    """The one who asks has used up their share; others may still go."""


class Interrupted(UiError):
    """A command was stopped from the keyboard."""
