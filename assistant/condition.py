"""In what condition the parts of an assistant are, without a word of what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

IndexCondition = Literal["ready", "by_words"]
ModelCondition = Literal["ready", "resting", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """``index`` is "by_words" while a damaged one is made again and its texts and keywords alone are used.

    ``language_model`` is "none" where none is set or the one that is set is not here, and "resting" while it is left
    alone because it failed again and again; quotations are given meanwhile.
    """

    index: IndexCondition = "ready"
    language_model: ModelCondition = "none"
