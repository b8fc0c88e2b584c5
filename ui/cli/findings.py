"""What ``doctor`` found: one line each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line: ``todo`` is empty where all is well, else one sentence that says what to do."""

    about: str
    says: str
    todo: str = ""
