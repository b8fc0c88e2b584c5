"""What a function or a file gives as an answer, in whatever form → a reply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, is_dataclass, replace
from typing import Any

from pydantic import BaseModel, ValidationError

from assistant.evaluation.jsonl import describe
from assistant.evaluation.reply import CitedSource, Reply, reply_from_json
from assistant.evaluation.targets.sources import as_list, cited_among, markers_in, passage

_ANSWER = ("answer", "result", "output", "output_text", "response", "text", "content")
_PASSAGES = ("passages", "context", "contexts", "source_documents", "retrieved_contexts", "documents")
_CITATIONS = ("citations", "sources", "references")
_TAKEN_OVER = (
    *("question", "status", "language", "sentences", "mode", "removed", "warnings", "timings", "made_with"),
    *("tokens", "cost"),
)


def reply_of(value: object) -> Reply:
    """A reply from a Reply, a text, a message with ``content``, or a table with the text under one of the names that
    people use: this project's contract, or a chain's ``answer``, ``result`` or ``output`` with its ``context``.

    Where nothing says what is cited and the text has markers, they count the passages from 1. Raises ValueError for
    anything that is no answer.
    """
    match value:
        case Reply():
            return value
        case str():
            return Reply(answer=value)
        case Mapping():
            return _of_table(value)
    if hasattr(value, "content"):
        return _of_message(value)
    if is_dataclass(value) and not isinstance(value, type):
        return _of_table(asdict(value))
    if isinstance(value, BaseModel):
        return _of_table(value.model_dump())
    raise ValueError(f"{type(value).__name__} is no answer")


def text_of(content: object) -> str:
    """The text of a message: as it is, or the text parts of a list. Raises ValueError where there is none."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        texts = (part.get("text") if isinstance(part, Mapping) else part for part in content)
        return "".join(text for text in texts if isinstance(text, str))
    raise ValueError(f"the text is {type(content).__name__}")


def _of_message(message: object) -> Reply:
    usage = getattr(message, "usage_metadata", None) or {}
    about = getattr(message, "response_metadata", None) or {}
    model = about.get("model_name") or about.get("model")
    return Reply(
        answer=text_of(getattr(message, "content", None)),
        tokens=usage.get("total_tokens"),
        made_with={"language_model": str(model)} if model else {},
    )


def _of_table(table: Mapping[str, Any]) -> Reply:
    found = _first(table, _ANSWER)
    if found is None:
        raise ValueError(f"it has none of the keys {', '.join(_ANSWER)}")
    if isinstance(found, Mapping):
        raise ValueError("its text is a table")
    told = reply_of(found)
    known = {key: table[key] for key in _TAKEN_OVER if table.get(key) is not None}
    try:
        reply = reply_from_json({"tokens": told.tokens, "made_with": told.made_with, **known, "answer": told.answer})
    except ValidationError as error:
        raise ValueError(describe(error)) from error
    shown = _first(table, _PASSAGES)
    return replace(
        reply,
        passages=None if shown is None else tuple(passage(value) for value in as_list(shown)),
        citations=_citations(_first(table, _CITATIONS), shown, told.answer),
    )


def _citations(listed: object, passages: object, text: str) -> tuple[CitedSource, ...]:
    if listed is not None:
        return cited_among(as_list(listed), text)
    return cited_among(as_list(passages), text) if markers_in(text) else ()


def _first(table: Mapping[str, Any], keys: Iterable[str]) -> Any:
    return next((table[key] for key in keys if table.get(key) is not None), None)
