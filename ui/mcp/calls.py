"""The tools at work: arguments and a view → data and text, or one sentence why not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anyio import to_thread

from assistant.answer import Answer, Citation
from assistant.errors import AssistantError
from assistant.events import Event, EvidenceFound, Failed, Finished, Waiting
from ingest.errors import IngestError
from ui.answering import View
from ui.errors import UiError
from ui.feed import MISTAKE, Feed
from ui.mcp.bodies import (
    Answered,
    Ask,
    Cited,
    Found,
    ListDocuments,
    Listed,
    Listing,
    Quoted,
    Read,
    ReadPassage,
    Search,
)
from ui.mcp.wording import answer_text, found_text, listing_text, read_text
from ui.questions import checked_question
from ui.sources import source_path
from vectorstore.errors import VectorStoreError

if TYPE_CHECKING:
    from assistant.library import FoundPassage

EXPECTED = (AssistantError, VectorStoreError, IngestError, UiError)
"""Errors whose message is a sentence for whoever called."""
_PATIENCE_SECONDS = 10.0

Result = tuple[Answered | Found | Read | Listing, str]
"""What a tool gives, as data and as text."""
Tell = Callable[[str], Awaitable[None]]
"""Told what happens while a question is answered."""


class NotDone(Exception):
    """A call that gives nothing; the message is one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One caller: what they see, the address of the application ("" where it has none), how they hear of progress."""

    view: View
    base: str
    tell: Tell

    def page(self, document: str, start: int, end: int, quote: str) -> str:
        """The address of the page that shows these words in their document; "" where there is none."""
        return self.base and self.base + source_path(document, start, end, quote=quote)


async def ask(arguments: Ask, desk: Desk) -> Result:
    """One question; being cancelled gives it up. Raises NotDone, UiError."""
    question = checked_question(arguments.question)
    documents, collections = _named(arguments.documents), _named(arguments.collections)
    feed = Feed(lambda given_up: desk.view.ask(question, (), given_up, documents=documents, collections=collections))
    last: Event | None = None
    try:
        while not feed.ended:
            for last in await feed.batch(_PATIENCE_SECONDS):
                if isinstance(last, Waiting) and last.before:
                    await desk.tell(f"Questions that are answered first: {last.before}.")
                if isinstance(last, EvidenceFound):
                    await desk.tell(f"Passages found: {len(last.passages)}.")
    finally:
        feed.give_up()
    match last:
        case Finished(answer=answer):
            answered = _answered(answer, desk)
            return answered, answer_text(answered, answer)
        case Failed(message=message):
            raise NotDone(message)
    raise NotDone(MISTAKE)


async def search(arguments: Search, desk: Desk) -> Result:
    """The passages that an answer would be made from. Raises EXPECTED errors."""
    query = checked_question(arguments.query)
    documents, collections = _named(arguments.documents), _named(arguments.collections)
    passages = await to_thread.run_sync(
        lambda: desk.view.search(query, documents=documents, collections=collections), abandon_on_cancel=True
    )
    found = Found(passages=tuple(_passage(passage, desk) for passage in passages[: arguments.limit]))
    return found, found_text(found)


async def read_passage(arguments: ReadPassage, desk: Desk) -> Result:
    """A part of the text of a document. Raises NotDone for one that is not to be seen; EXPECTED errors."""
    source = await to_thread.run_sync(lambda: desk.view.source(arguments.document), abandon_on_cancel=True)
    if source is None:
        raise NotDone("There is no such document here; the tool documents lists those that there are.")
    characters = len(source.text)
    start, end = arguments.start, min(arguments.stop, characters)
    if start >= end:
        raise NotDone(
            f"There is nothing to read from {start} to {arguments.stop}: the text has {characters} characters."
        )
    read = Read(
        document=arguments.document,
        title=source.title,
        publisher=source.publisher,
        authority=source.authority,
        published=source.published,
        language=source.language,
        url=source.url,
        start=start,
        end=end,
        characters=characters,
        text=source.text[start:end],
        source_page=desk.page(arguments.document, start, end, source.text[start:end]),
    )
    return read, read_text(read)


async def documents(_arguments: ListDocuments, desk: Desk) -> Result:
    """The documents that the caller sees. Raises EXPECTED errors."""
    listing = Listing(
        documents=tuple(
            Listed(
                document=summary.id,
                title=summary.title,
                publisher=summary.publisher,
                authority=summary.authority,
                published=summary.published,
                language=summary.language,
                pages=summary.pages,
            )
            for summary in await to_thread.run_sync(desk.view.documents, abandon_on_cancel=True)
        )
    )
    return listing, listing_text(listing)


def _answered(answer: Answer, desk: Desk) -> Answered:
    return Answered(
        status=answer.status,
        language=answer.language,
        answer=answer.answer,
        citations=tuple(_cited(citation, desk) for citation in answer.citations),
        conflicts=answer.conflicts,
        warnings=answer.warnings,
        mode=answer.mode,
    )


def _cited(citation: Citation, desk: Desk) -> Cited:
    return Cited(
        marker=citation.marker,
        document=citation.document,
        title=citation.title,
        publisher=citation.publisher,
        authority=citation.authority,
        published=citation.published,
        section=citation.section,
        page=citation.page,
        start=citation.start,
        end=citation.end,
        quote=citation.quote,
        url=citation.url,
        source_page=desk.page(citation.document, citation.start, citation.end, citation.quote),
    )


def _passage(passage: FoundPassage, desk: Desk) -> Quoted:
    return Quoted(
        document=passage.document,
        title=passage.title,
        publisher=passage.publisher,
        authority=passage.authority,
        published=passage.published,
        section=passage.section,
        page=passage.page,
        start=passage.start,
        end=passage.end,
        quote=passage.text,
        source_page=desk.page(passage.document, passage.start, passage.end, passage.text),
    )


def _named(names: Sequence[str] | None) -> Set[str] | None:
    return None if names is None else frozenset(names)
