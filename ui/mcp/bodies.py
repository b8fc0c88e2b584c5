"""What the tools take and what they give, as data: schemas are made from these."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from assistant.answer import Conflict, Status
from ingest.document import Authority
from ui.questions import MAX_QUESTION_CHARACTERS

MOST_PASSAGES = 20
LONGEST_READING = 20_000
"""Characters that are read at once."""
_READING = 4_000


def _list_of_names(value: object) -> object:
    """Some clients send a list as a string that holds its JSON."""
    if isinstance(value, str) and value.startswith("["):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


_Names = Annotated[tuple[str, ...] | None, BeforeValidator(_list_of_names)]


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Ask(_Arguments):
    """Arguments of ``ask``."""

    question: Annotated[str, Field(description=f"The whole question, at most {MAX_QUESTION_CHARACTERS:,} characters.")]
    documents: Annotated[_Names, Field(description="Ids of the only documents to answer from.")] = None
    collections: Annotated[_Names, Field(description="The only collections to answer from.")] = None


class Search(_Arguments):
    """Arguments of ``search``."""

    query: Annotated[str, Field(description="A question or key words.")]
    limit: Annotated[int, Field(ge=1, le=MOST_PASSAGES, description="How many passages at the most.")] = 5
    documents: Annotated[_Names, Field(description="Ids of the only documents to look in.")] = None
    collections: Annotated[_Names, Field(description="The only collections to look in.")] = None


class ReadPassage(_Arguments):
    """Arguments of ``read_passage``."""

    document: Annotated[str, Field(description="The id of a document, as the other tools name it.")]
    start: Annotated[int, Field(ge=0, description="The first character to read, counted from 0.")] = 0
    end: Annotated[
        int | None,
        Field(
            ge=1,
            description=f"The character to stop before, at most {LONGEST_READING:,} further on; without it "
            f"{_READING:,} further on.",
        ),
    ] = None

    @property
    def stop(self) -> int:
        """Where the reading ends."""
        return self.start + _READING if self.end is None else min(self.end, self.start + LONGEST_READING)


class ListDocuments(_Arguments):
    """Arguments of ``documents``: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """Words of a document: ``text[start:end]`` of it, in code points. ``source_page`` shows them in their place."""

    document: str
    title: str
    publisher: str
    authority: Authority
    published: str | None
    section: str
    page: int | None
    start: int
    end: int
    quote: str
    source_page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited(Quoted):
    """Words that a marker of the answer stands for; ``url`` is where their publisher has the document."""

    marker: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What ``ask`` gives. Each marker of ``answer`` has its citation; ``not_in_documents`` is an answer too."""

    status: Status
    language: str
    answer: str
    citations: tuple[Cited, ...]
    conflicts: tuple[Conflict, ...]
    warnings: tuple[str, ...]
    mode: Literal["extractive", "generated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What ``search`` gives, best first."""

    passages: tuple[Quoted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What ``read_passage`` gives: a part of a text of ``characters`` code points."""

    document: str
    title: str
    publisher: str
    authority: Authority
    published: str | None
    language: str
    url: str
    start: int
    end: int
    characters: int
    text: str
    source_page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One document."""

    document: str
    title: str
    publisher: str
    authority: str
    published: str | None
    language: str
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What ``documents`` gives, by title."""

    documents: tuple[Listed, ...]
