"""Questions that are offered to a reader, as the doors see them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasing:
    """How a question is put in a language: ``section`` with ``$heading``, ``document`` with ``$title``."""

    section: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A question that has an answer. ``document`` is the id of the document that it comes from."""

    question: str
    document: str
