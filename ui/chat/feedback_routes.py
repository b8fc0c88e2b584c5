"""``POST /conversation/feedback``: what a reader says of an answer in the page, shown before it is stored.

The preview is the line itself, and what is sent is stored only where it makes the same line: nobody sends what they did
not see.
"""

from __future__ import annotations

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field, StringConstraints

from assistant.answer import Citation
from ui.access.caller import caller_of
from ui.access.views import Views
from ui.chat.bodies import OfConversation, body_of, found_exchanges
from ui.chat.copying import answer_words
from ui.chat.quoted_words import shown_words
from ui.chat.texts import Texts, texts
from ui.conversations import Conversations, Exchange
from ui.errors import FeedbackNotKept
from ui.feedback import FeedbackFile
from ui.feedback_form import (
    MOST_ANSWER_CHARACTERS,
    MOST_CITATIONS,
    MOST_COMMENT_CHARACTERS,
    MOST_QUESTION_CHARACTERS,
    MOST_QUOTE_CHARACTERS,
    Cited,
    Feedback,
    Kept,
    Verdict,
)
from ui.plain_text import plain, plain_line
from ui.problems import problem
from ui.standing import Standing


class Said(OfConversation):
    """What a reader says of an exchange, and what of it they send along; ``source`` is the marker of the one meant."""

    exchange: Annotated[int, Field(ge=1)]
    verdict: Verdict
    comment: Annotated[str, StringConstraints(max_length=MOST_COMMENT_CHARACTERS)] = ""
    with_question: bool = False
    with_answer: bool = False
    source: int | None = None


class Sent(Said):
    """The same with the line that was shown."""

    line: str


def feedback_router(views: Views, conversations: Conversations, file: FeedbackFile | None) -> APIRouter:
    """The routes; without a file feedback is switched off, and they answer 403."""
    router = APIRouter()

    def line_of(file: FeedbackFile, said: Said, request: Request) -> tuple[str, Exchange] | None:
        """The line of the file that it makes, and what it is about; None where who asks has no such exchange."""
        owner = caller_of(request.scope).key
        found = found_exchanges(conversations, said.conversation, said.exchange, owner)
        return (file.line(_feedback(found[0], said).model_dump(exclude_none=True)), found[0]) if found else None

    @router.post("/conversation/feedback/preview")
    async def preview(request: Request) -> Response:
        """The line that would be stored, and its fields in the words of the page."""
        said = await body_of(request, Said)
        if isinstance(said, Response):
            return said
        words = texts(said.language)
        if file is None:
            return problem(403, words.say("feedback_failed"))
        made = line_of(file, said, request)
        if made is None:
            return problem(404, words.say("feedback_gone"))
        line, about = made
        shown = {"line": line, "fields": _fields(Kept.model_validate_json(line), about, words)}
        return JSONResponse(shown, headers={"cache-control": "no-store"})

    @router.post("/conversation/feedback")
    async def keep(request: Request) -> Response:
        """Stores what was shown. 409 where it would be something else by now, 429 where this one sent much."""
        sent = await body_of(request, Sent)
        if isinstance(sent, Response):
            return sent
        words = texts(sent.language)
        if file is None:
            return problem(403, words.say("feedback_failed"))
        made = line_of(file, sent, request)
        if made is None:
            return problem(404, words.say("feedback_gone"))
        if made[0] != sent.line:
            return problem(409, words.say("feedback_differs"))
        return await _kept(file, made[0], words, views.seconds_until_feedback(request.scope))

    return router


async def _kept(file: FeedbackFile, line: str, words: Texts, wait_s: int) -> Response:
    if wait_s:
        return problem(429, words.say("feedback_wait", seconds=wait_s), {"Retry-After": str(wait_s)})
    try:
        await to_thread.run_sync(file.keep_line, line)
    except FeedbackNotKept:
        return problem(503, words.say("feedback_failed"))
    return Response(status_code=204)


def _feedback(exchange: Exchange, said: Said) -> Feedback:
    """What is sent of an exchange: of its content only what the reader chose."""
    meant = next((cited for cited in exchange.citations if cited.marker == said.source), None)
    about_source = said.verdict == "wrong_source" and meant is not None
    return Feedback(
        verdict=said.verdict,
        comment=plain(said.comment).strip() or None,
        question=exchange.question[:MOST_QUESTION_CHARACTERS] if said.with_question else None,
        answer=exchange.text[:MOST_ANSWER_CHARACTERS] if said.with_answer else None,
        citations=tuple(map(_cited, exchange.citations[:MOST_CITATIONS])) if said.with_answer else None,
        source=_cited(meant) if about_source and meant is not None else None,
    )


def _cited(citation: Citation) -> Cited:
    return Cited(
        document=citation.document,
        start=citation.start,
        end=citation.end,
        quote=citation.quote[:MOST_QUOTE_CHARACTERS],
    )


def _fields(kept: Kept, about: Exchange, said: Texts) -> list[tuple[str, str]]:
    """Every field of a line with its name, as people read it: without signs of Markdown, and without places, which are
    numbers. The line itself is shown besides.
    """
    citations = [f"[{number}] {_shown(cited, about)}" for number, cited in enumerate(kept.citations or (), start=1)]
    fields = {
        "day": kept.day,
        "verdict": said.say(f"feedback_{kept.verdict}"),
        "source": _shown(kept.source, about) if kept.source else "",
        "comment": kept.comment or "",
        "question": kept.question or "",
        "answer": answer_words(kept.answer or ""),
        "citations": "\n".join(citations),
    }
    return [(said.say(f"field_{name}"), plain(value)) for name, value in fields.items() if value]


def _shown(cited: Cited, about: Exchange) -> str:
    quote = cited.quote or ""
    path = about.documents.get(cited.document, Standing()).path
    return f"{cited.document}: “{shown_words(plain_line(quote), quote, path)}”"
