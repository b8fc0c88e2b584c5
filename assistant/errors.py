"""Errors of the assistant.

AssistantError
├── SettingsError            an environment variable or a line of the settings file is wrong
├── QuestionRejected         a question that cannot be asked: empty or too long
└── ModelFileError           the files of a model are unknown, missing or damaged
    ├── SourceFailed         one place did not give the right bytes; the next one is tried
    └── ModelUnavailable     no place gave the files; trying again later may help
"""

from __future__ import annotations

from typing import ClassVar


class AssistantError(Exception):
    """Something that the person who asks or runs the assistant can mend.

    The message is one sentence: what happened, to what, what to do next. ``retryable`` says whether the same call may
    succeed later without anything being changed.
    """

    retryable: ClassVar[bool] = False


class SettingsError(AssistantError):
    """A setting is unknown or has a value that cannot be used; the message names it and where it was set."""


class QuestionRejected(AssistantError):
    """The question itself cannot be answered as it was sent; the message says what to change."""


class ModelFileError(AssistantError):
    """A model cannot be used from this machine's disk as it is."""


class SourceFailed(ModelFileError):
    """One source of a model did not give what the manifest says; the message names the source and the reason."""

    retryable: ClassVar[bool] = True


class ModelUnavailable(ModelFileError):
    """Every source of a model failed; the message says which file to put where."""

    retryable: ClassVar[bool] = True
