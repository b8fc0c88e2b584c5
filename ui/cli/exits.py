"""The exit codes, in the one place that the help text and the README take them from."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every command."""

    FINE = 0
    FAILED = 1
    WRONG_USE = 2
    INTERRUPTED = 130


EXIT_CODES = (
    (Exit.FINE, "done; an answer that says that the documents do not hold it is an answer too"),
    (Exit.FAILED, "failed, or something is left to do; one sentence on standard error says what"),
    (Exit.WRONG_USE, "wrong use: an unknown option, a missing argument, a question that is empty or too long"),
    (Exit.INTERRUPTED, "interrupted from the keyboard"),
)
"""Each code with its meaning."""


def help_text() -> str:
    """The exit codes as one paragraph of help."""
    return "Exit codes: " + "; ".join(f"{code:d} {meaning}" for code, meaning in EXIT_CODES) + "."
