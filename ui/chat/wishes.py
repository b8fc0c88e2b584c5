"""What the address of an embedded page asks for: a title, an opening question, fewer documents.

Whoever makes the address may write anything there. It only ever narrows what is seen, and becomes text, never markup.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import QueryParams

from ui.chat.pieces import TITLE
from ui.plain_text import plain, plain_line
from ui.questions import MAX_QUESTION_CHARACTERS

MAX_TITLE_CHARACTERS = 80
_MOST_DOCUMENTS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """``question`` stands in its box when the page opens, "" for none; ``documents`` are ids, None for all."""

    title: str = TITLE
    question: str = ""
    documents: frozenset[str] | None = None


def wishes_of(query: QueryParams) -> Wishes:
    """The wishes in a query; what is empty or too long counts as not said. ``documents`` may stand there several times,
    and each may list ids with commas between them.
    """
    title = plain_line(query.get("title", "")).strip()
    question = plain(query.get("question", "")).strip()
    return Wishes(
        title=title if 0 < len(title) <= MAX_TITLE_CHARACTERS else TITLE,
        question=question if len(question) <= MAX_QUESTION_CHARACTERS else "",
        documents=_documents(query.getlist("documents")),
    )


def _documents(said: list[str]) -> frozenset[str] | None:
    # An id may hold a comma itself, so the whole counts too.
    ids = [each.strip(" ,") for value in said for each in (value, *value.split(","))]
    return frozenset([each for each in ids if each][:_MOST_DOCUMENTS]) or None
