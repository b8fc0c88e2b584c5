"""The tools as the protocol describes them, and what is called by their names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from mcp.types import Tool, ToolAnnotations
from pydantic import BaseModel, TypeAdapter, ValidationError

from ui.mcp import calls
from ui.mcp.bodies import Answered, Ask, Found, ListDocuments, Listing, Read, ReadPassage, Search
from ui.mcp.calls import Desk, NotDone, Result


@dataclass(frozen=True, slots=True)
class _Tool:
    call: Callable[[Any, Desk], Awaitable[Result]]
    arguments: type[BaseModel]
    output: TypeAdapter[Any]
    described: Tool


def _tool(
    name: str,
    title: str,
    description: str,
    call: Callable[..., Awaitable[Result]],
    arguments: type[BaseModel],
    output: Any,
) -> _Tool:
    adapter: TypeAdapter[Any] = TypeAdapter(output)
    described = Tool(
        name=name,
        title=title,
        description=description,
        input_schema=arguments.model_json_schema(),
        output_schema=adapter.json_schema(mode="serialization"),
        annotations=ToolAnnotations(
            title=title, read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
        ),
    )
    return _Tool(call, arguments, adapter, described)


def tools() -> dict[str, _Tool]:
    """All tools, by name."""
    made = [
        _tool(
            "ask",
            "Ask the documents",
            "Answers a question from the documents. Every sentence of the answer is verified and has markers like [1], "
            "each with the exact words of its source. The question has to stand by itself: nothing before it is known. "
            'A status of "not_in_documents" means that the documents do not say.',
            calls.ask,
            Ask,
            Answered,
        ),
        _tool(
            "search",
            "Search the documents",
            "Finds the passages of the documents that a question is answered from, best first, with their exact words.",
            calls.search,
            Search,
            Found,
        ),
        _tool(
            "read_passage",
            "Read a document",
            "Reads a part of the text of a document, by the offsets that the other tools give; to see what stands "
            "around a quote, or to read on.",
            calls.read_passage,
            ReadPassage,
            Read,
        ),
        _tool(
            "documents",
            "List the documents",
            "Lists the documents that answers are made from, with their publishers and dates.",
            calls.documents,
            ListDocuments,
            Listing,
        ),
    ]
    return {tool.described.name: tool for tool in made}


async def call(tool: _Tool, arguments: dict[str, Any], desk: Desk) -> tuple[dict[str, Any], str]:
    """Data as JSON types, and text. Raises NotDone for arguments that are wrong, and what the tool raises."""
    try:
        checked = tool.arguments.model_validate(arguments)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the arguments"
        raise NotDone(f"{place}: {first['msg'].rstrip('.')}.") from None
    data, text = await tool.call(checked, desk)
    dumped: dict[str, Any] = tool.output.dump_python(data, mode="json")
    return dumped, text
