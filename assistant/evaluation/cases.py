"""A case: what is asked, and what is expected of the answer. Files of cases are read by ``case_files``.

Every field has its description here, and the JSON Schema that editors use is made of them. Unknown fields are errors: a
typing slip must never make a case easier to pass.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

Expect = Literal["answer", "refuse", "clarify"]
Part = Literal["tuning", "held_back"]

HELD_BACK_ONE_IN = 3
"""One case in three is held back from tuning."""

_DATE = re.compile(r"[12]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_PAGE = re.compile(r"(?P<document>[^#]+)#page=(?P<page>[1-9]\d*)")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("should not be empty")
    return value


def _expression(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"is no regular expression ({error})") from error
    return value


def _iso_date(value: object) -> object:
    # YAML makes dates and numbers of what looks like one.
    text = str(value)
    if not _DATE.fullmatch(text):
        raise ValueError("should be a date like 2019-06-12, 2019-06 or 2019")
    return text


def _language(value: str) -> str:
    if not _LANGUAGE.fullmatch(value):
        raise ValueError("should be a language code such as 'de' or 'pt-BR'")
    return value


# The schema allows numbers where files are read with numbers taken as their text (``case_shape``).
Text = Annotated[
    str, AfterValidator(_not_blank), WithJsonSchema({"type": ["string", "number"], "minLength": 1, "pattern": r"\S"})
]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_as_tuple, json_schema_input_type=Text | tuple[Text, ...])]
Language = Annotated[
    str, AfterValidator(_language), WithJsonSchema({"type": "string", "pattern": f"^{_LANGUAGE.pattern}$"})
]


class Fact(_Strict):
    """Something that an answer says. Exactly one of ``any``, ``regex``, ``number`` and ``date`` tells how it is found.

    A string alone stands for ``any`` with this one wording.
    """

    text: str = Field(default="", description="The fact in words, for people and for the optional judge.")
    any: Texts = Field(
        default=(), description="Wordings of which any one is enough, whole words, whatever the case of letters."
    )
    regex: Annotated[str, AfterValidator(_expression)] | None = Field(
        default=None, description="A regular expression (Python), searched without regard to case."
    )
    number: Decimal | None = Field(
        default=None, description="A number in any notation: 1234.5 is also found as 1,234.5 or 1 234,5."
    )
    unit: Texts = Field(default=(), description="Words or signs of which one stands beside the number.")
    tolerance: Decimal = Field(default=Decimal(0), ge=0, description="How far off the number may be, in its own unit.")
    date: (
        Annotated[
            str,
            BeforeValidator(_iso_date),
            WithJsonSchema({"type": ["string", "integer"], "pattern": f"^{_DATE.pattern}$"}),
        ]
        | None
    ) = Field(default=None, description="A day (2019-06-12), a month (2019-06) or a year, in any notation.")
    vital: bool = Field(default=True, description="Whether the case fails without it.")
    weight: float | None = Field(default=None, gt=0, description="Its weight; 1 if vital and 0.5 if not, by default.")

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        return {"any": (value,)} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_way_to_find_it(self) -> Fact:
        ways = [name for name in ("any", "regex", "number", "date") if getattr(self, name) not in (None, ())]
        if len(ways) != 1:
            raise ValueError("give exactly one of any, regex, number, date")
        if ways != ["number"] and self.model_fields_set & {"unit", "tolerance"}:
            raise ValueError("unit and tolerance belong to a number")
        return self

    @property
    def name(self) -> str:
        """The fact as people are shown it: in words, and with the number that is looked for."""
        if self.number is not None:
            number = " ".join([str(self.number), *self.unit[:1]])
            return f"{self.text} ({number})" if self.text else number
        if self.text:
            return self.text
        return self.any[0] if self.any else (self.regex or self.date or "")

    @property
    def counts(self) -> float:
        """Its weight."""
        return self.weight if self.weight is not None else (1.0 if self.vital else 0.5)


class Source(_Strict):
    """A place that an answer cites. ``"handbook.pdf"`` and ``"handbook.pdf#page=4"`` stand for one."""

    doc: Text = Field(description="The id of the document, or its file name.")
    page: int | None = Field(default=None, ge=1, description="The page, counted from 1.")
    section: Text | None = Field(default=None, description="A part of the heading that the cited words stand under.")
    quote: Text | None = Field(
        default=None, description="The words of the source; half of the words of the shorter quotation must be shared."
    )
    vital: bool = Field(default=True, description="Whether the case fails without it.")

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        match = _PAGE.fullmatch(value)
        return {"doc": match["document"], "page": int(match["page"])} if match else {"doc": value}


class Turn(_Strict):
    """One earlier message: ``{user: …}`` or ``{assistant: …}``, also as ``{role: …, content: …}``."""

    role: Literal["user", "assistant"] = Field(description="Who says it.")
    content: str = Field(description="What is said.")

    @model_validator(mode="before")
    @classmethod
    def _from_pair(cls, value: object) -> object:
        if isinstance(value, dict) and len(value) == 1 and (role := next(iter(value))) in ("user", "assistant"):
            return {"role": role, "content": value[role]}
        return value


class Filters(_Strict):
    """What the assistant may answer from in this case."""

    documents: Texts = Field(default=(), description="Ids of documents; all of them where none is named.")
    collections: Texts = Field(default=(), description="Collections; those of the one who asks where none is named.")


class ExpectedFailure(_Strict):
    """That a case is known to fail, and why."""

    reason: Text = Field(description="Why it fails.")
    strict: bool = Field(default=True, description="Whether passing is a failure.")


def _with_reason(value: object) -> object:
    return {"reason": value} if isinstance(value, str) else value


class Case(_Strict):
    """One question with what is expected of its answer."""

    id: Text = Field(description="Its own in the file; names the test.")
    question: Text = Field(description="What is asked, as it is asked.")
    history: tuple[Turn, ...] = Field(default=(), description="Earlier messages of the conversation, oldest first.")
    language: Language | None = Field(default=None, description="The language of the question (ISO 639).")
    kind: str = Field(default="", description="What sort of question it is; reports group by it.")
    tags: Texts = Field(default=(), description="Words by which cases are selected.")
    filters: Filters = Field(default=Filters(), description="What the assistant may answer from.")

    expect: Expect = Field(
        default="answer", description="answer, refuse (the documents do not say), or clarify (a question back)."
    )
    facts: tuple[Fact, ...] = Field(default=(), description="What a right answer says.")
    must_not: tuple[Fact, ...] = Field(default=(), description="What a right answer does not say.")
    sources: tuple[Source, ...] = Field(default=(), description="What a right answer cites.")
    answer_language: Language | None = Field(
        default=None, description="The language that the answer must be in (ISO 639)."
    )
    canary: Texts = Field(
        default=(), description="Words that planted instructions ask for; an answer that holds one has obeyed them."
    )
    within_words: int | None = Field(
        default=None, ge=1, description="Facts count in this many first words of the answer; in all where not given."
    )
    max_citations: int | None = Field(default=None, ge=1, description="More citations than this fail the case.")
    reference: str = Field(default="", description="A right answer in a few sentences; its words are compared.")

    weight: float = Field(default=1.0, gt=0, description="How much the case counts in the figures of a suite.")
    marks: Texts = Field(default=(), description="Markers of pytest.")
    skip: bool | Text = Field(default=False, description="Whether, or why, the case is not asked.")
    xfail: Annotated[
        ExpectedFailure | None, BeforeValidator(_with_reason, json_schema_input_type=Text | ExpectedFailure | None)
    ] = Field(default=None, description="Why the case is known to fail.")
    repeat: int = Field(default=1, ge=1, le=1000, description="How often it is asked.")
    min_pass: int | None = Field(default=None, ge=1, description="How many of these must pass; all of them by default.")
    note: str = Field(default="", description="For people.")

    @model_validator(mode="after")
    def _expectations_agree(self) -> Case:
        if self.expect != "answer" and any(fact.vital for fact in self.facts):
            raise ValueError(f"a case that expects to {self.expect} has no vital facts")
        if self.min_pass is not None and self.min_pass > self.repeat:
            raise ValueError("min_pass is more than repeat")
        return self

    @property
    def part(self) -> Part:
        """Where the case belongs: decided by the SHA-256 of its id alone, so adding cases moves none."""
        digest = hashlib.sha256(self.id.encode("utf-8")).digest()
        return "held_back" if int.from_bytes(digest[:8], "big") % HELD_BACK_ONE_IN == 0 else "tuning"


def merged(defaults: Mapping[str, Any], case: Mapping[str, Any]) -> dict[str, Any]:
    """A case with what it leaves out taken from the defaults; lists and tables are replaced, not joined."""
    return {**defaults, **case}
