"""What a reader may say of an answer: one form for the page and for programs, and for whoever reads the file later."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Verdict = Literal["right", "wrong", "wrong_source", "missing"]

MOST_COMMENT_CHARACTERS = 2000
MOST_QUESTION_CHARACTERS = 4000
MOST_ANSWER_CHARACTERS = 20_000
MOST_QUOTE_CHARACTERS = 4000
MOST_CITATIONS = 50


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cited(_Sent):
    """A citation of the answer that the feedback is about."""

    document: Annotated[str, StringConstraints(max_length=1000), Field(description="The id of the document.")]
    start: Annotated[int, Field(ge=0, le=1_000_000_000)]
    end: Annotated[int, Field(ge=0, le=1_000_000_000)]
    quote: Annotated[
        Annotated[str, StringConstraints(max_length=MOST_QUOTE_CHARACTERS)] | None,
        Field(description="The words cited, only where they choose to."),
    ] = None


class Feedback(_Sent):
    """What a reader says of an answer, and what of it they choose to send along."""

    verdict: Annotated[
        Verdict,
        Field(
            description="`right`; `wrong`; `wrong_source`: a citation does not hold; `missing`: the documents say it, "
            "and the answer does not."
        ),
    ]
    comment: Annotated[
        Annotated[str, StringConstraints(max_length=MOST_COMMENT_CHARACTERS)] | None,
        Field(description="In the reader's own words, at most 2,000 characters."),
    ] = None
    question: Annotated[
        Annotated[str, StringConstraints(max_length=MOST_QUESTION_CHARACTERS)] | None,
        Field(description="Only where they choose to."),
    ] = None
    answer: Annotated[
        Annotated[str, StringConstraints(max_length=MOST_ANSWER_CHARACTERS)] | None,
        Field(description="The text of the answer, only where they choose to."),
    ] = None
    citations: Annotated[
        Annotated[tuple[Cited, ...], Field(max_length=MOST_CITATIONS)] | None,
        Field(description="Only where they choose to."),
    ] = None
    source: Annotated[
        Annotated[Cited, Field()] | None,
        Field(description="With `wrong_source`, the citation that does not hold."),
    ] = None


class Kept(Feedback):
    """A line of the file: what was sent, and the day."""

    day: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
