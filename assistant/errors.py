"""Errors of the assistant.

AssistantError
├── SettingsError            an environment variable or a line of the settings file is wrong
├── UnknownDocument          a document that is not in the corpus, or was not forgotten
├── QuestionRejected         a question that cannot be asked: empty or too long
├── ModelFileError           the files of a model are unknown, missing or damaged
│   ├── SourceFailed         one place did not give the right bytes; the next one is tried
│   └── ModelUnavailable     no place gave the files; trying again later may help
└── LanguageModelError              the language model gave no whole answer
    ├── LanguageModelNotSetUp       a setting, a key, a package or a file has to be mended first
    ├── LanguageModelRefused        it does not take this request, whenever it is sent
    ├── LanguageModelUnreachable    no connection, or the local server does not run
    ├── LanguageModelTooSlow        a time limit has passed
    ├── LanguageModelBusy           it has too much to do
    ├── LanguageModelFaulty         what came is broken, cut off, empty or endless
    └── LanguageModelResting        it failed so often that it is left alone for a while
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


class UnknownDocument(AssistantError):
    """A document that the corpus does not hold, or that was not forgotten; the message names others."""


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


class LanguageModelError(AssistantError):
    """A language model gave no answer, or not a whole one; what it wrote before is still what it wrote.

    ``repeat`` says whether the same call may be made again at once, as long as nothing of an answer has come;
    ``wait_s`` is how many seconds the server asked to wait before that, None where it asked nothing.
    """

    def __init__(self, message: str, *, repeat: bool = False, wait_s: float | None = None) -> None:
        super().__init__(message)
        self.repeat = repeat
        self.wait_s = wait_s


class LanguageModelNotSetUp(LanguageModelError):
    """The language model cannot be used until somebody changes something; the message says what."""


class LanguageModelRefused(LanguageModelError):
    """The server does not take this request."""


class LanguageModelUnreachable(LanguageModelError):
    """There is no connection to the language model."""

    retryable: ClassVar[bool] = True


class LanguageModelTooSlow(LanguageModelError):
    """The language model did not write in time."""

    retryable: ClassVar[bool] = True


class LanguageModelBusy(LanguageModelError):
    """The language model has too many requests."""

    retryable: ClassVar[bool] = True


class LanguageModelFaulty(LanguageModelError):
    """The server failed, or sent something that is no whole answer."""

    retryable: ClassVar[bool] = True


class LanguageModelResting(LanguageModelError):
    """The language model failed repeatedly and is not asked for some seconds."""

    retryable: ClassVar[bool] = True
