"""How a case fails: without a traceback, and told from a crash."""

from __future__ import annotations

from typing import NoReturn

import pytest


class CaseFailed(pytest.fail.Exception):  # type: ignore[misc, name-defined]  # an attribute of a function
    """The answer is not what the case expects. The message is the whole explanation; its first line is the headline."""

    def __init__(self, text: str) -> None:
        super().__init__(text, pytrace=False)


class NotAsked(pytest.fail.Exception):  # type: ignore[misc, name-defined]  # as above
    """There is no answer to judge, or it cannot be judged. The message is one sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, pytrace=False)


def give_up(error: Exception) -> NoReturn:
    """Fail with the sentence of an error that the person who runs the tests can mend."""
    raise NotAsked(str(error)) from None
