"""A chat completion → a reply, with the sources that some providers add to OpenAI's form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.evaluation.reply import CitedSource, Reply, Retrieved
from assistant.evaluation.targets.reading import text_of
from assistant.evaluation.targets.sources import as_list, cited_among, passage

_AZURE_MARKER = re.compile(r"\[doc(\d{1,3})\]")


def reply_of_completion(value: Mapping[str, Any]) -> Reply:
    """The first choice as a reply; its markers stay where they are.

    Sources are looked for in ``message.annotations`` (OpenAI), in ``search_results`` and ``citations`` beside the
    choices (Perplexity and others), and in ``message.context`` (Azure, whose markers ``[doc1]`` become ``[1]``). Raises
    ValueError for anything that is no chat completion.
    """
    message = _message(value)
    refusal = message.get("refusal")
    content = message.get("content")
    text = refusal if content is None and isinstance(refusal, str) else text_of(content)
    context = _azure_context(value, message)
    if context:
        text = _AZURE_MARKER.sub(r"[\1]", text)
    listed = context or _listed(value)
    usage, model = _table(value.get("usage")), value.get("model")
    tokens, cost = usage.get("total_tokens"), usage.get("cost")
    if isinstance(cost, Mapping):
        cost = cost.get("total_cost")
    return Reply(
        answer=text,
        status="declined" if content is None and isinstance(refusal, str) else None,
        citations=cited_among(listed, text) if listed else _annotated(message),
        passages=_passages(listed),
        made_with={"language_model": model} if isinstance(model, str) and model else {},
        tokens=tokens if isinstance(tokens, int) else None,
        cost=float(cost) if isinstance(cost, int | float) else None,
    )


def _message(value: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = value.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    message = first.get("message") if isinstance(first, Mapping) else None
    if not isinstance(message, Mapping):
        raise ValueError("choices[0].message is missing")
    return message


def _azure_context(value: Mapping[str, Any], message: Mapping[str, Any]) -> list[object]:
    for holder in (message, value):
        if isinstance(context := holder.get("context"), Mapping) and context.get("citations"):
            return as_list(context["citations"])
    return []


def _listed(value: Mapping[str, Any]) -> list[object]:
    """What was found, in the order of the markers; the longer form where there are two of the same."""
    results, citations = as_list(value.get("search_results")), as_list(value.get("citations"))
    return results if len(results) >= len(citations) else citations


def _annotated(message: Mapping[str, Any]) -> tuple[CitedSource, ...]:
    """Places in the text with an address, numbered by address in order of appearance."""
    found = [
        table
        for annotation in as_list(message.get("annotations"))
        if isinstance(annotation, Mapping)
        and annotation.get("type") == "url_citation"
        and isinstance(table := annotation.get("url_citation", annotation), Mapping)
    ]
    kept: dict[str, CitedSource] = {}
    for table in found:
        url, title = table.get("url"), table.get("title")
        if isinstance(url, str) and url not in kept:
            # Its start and end are places in the answer, not in the source.
            kept[url] = CitedSource(marker=len(kept) + 1, url=url, title=title if isinstance(title, str) else "")
    return tuple(kept.values())


def _passages(listed: Sequence[object]) -> tuple[Retrieved, ...] | None:
    """What was found with its words; None where only names or addresses are given."""
    found = tuple(passage(value) for value in listed if not isinstance(value, str))
    return tuple(one for one in found if one.text) or None


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
