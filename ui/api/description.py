"""The description of the interface: OpenAPI for programs, the same as a page for people."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape
from pydantic import TypeAdapter

from assistant.events import EVENT_NAMES, Finished
from ui.api.bodies import Problem
from ui.api.caching import tagged
from ui.api.examples import REPLIES, REQUESTS

TITLE = "Answers with sources"
SUMMARY = "Answers from an organisation's documents, every sentence with the exact words of its source."
DESCRIPTION = (
    "Ask questions and get answers whose every sentence is cited to the exact words of a document; search the same "
    "documents, list them and read them. Offsets count Unicode code points from 0, ends are exclusive. What goes wrong "
    "is a problem (RFC 9457) whose `detail` is one sentence that says what to do. Where people log in, programs send "
    "a token: `Authorization: Bearer picum_…`."
)
_REF = "#/components/schemas/"


def description(api: FastAPI) -> dict[str, Any]:
    """The OpenAPI description of the routes, without the address that they stand at."""
    made = get_openapi(
        title=TITLE,
        version="1",
        summary=SUMMARY,
        description=DESCRIPTION,
        routes=api.routes,
        tags=[
            {"name": "Answers", "description": "Questions and their answers."},
            {"name": "Documents", "description": "What answers are made from."},
            {"name": "Feedback", "description": "What readers say of answers."},
        ],
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    schemas = made["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema()
    for kind, name in EVENT_NAMES.items():
        schema = TypeAdapter(kind).json_schema(mode="serialization", ref_template=_REF + "{model}")
        for inner, its_own in schema.pop("$defs", {}).items():
            schemas.setdefault(inner, its_own)
        if kind is Finished:
            schema["properties"]["answer"] = {"$ref": f"{_REF}AnswerBody"}
        schemas[f"{name.capitalize()}Event"] = {**schema, "title": f"{name.capitalize()}Event"}
    for unused in ("Answer", "HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for methods in made["paths"].values():
        for operation in methods.values():
            _show_by_example(operation)
    made["components"]["securitySchemes"] = {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token that `picum-assistant token` makes. None is needed where nobody logs in.",
        }
    }
    made["security"] = [{"token": []}, {}]
    return made


def _show_by_example(operation: dict[str, Any]) -> None:
    """Put the examples in, now that nothing takes their nulls away, and leave out what cannot happen: FastAPI says of
    every address with parts that these can be wrong.
    """
    name = operation["operationId"]
    if "application/json" in operation["responses"].get("422", {}).get("content", {}):
        del operation["responses"]["422"]
    if name in REQUESTS:
        operation["requestBody"]["content"]["application/json"]["example"] = REQUESTS[name]
    for kind, example in REPLIES.get(name, {}).items():
        operation["responses"]["200"]["content"][kind]["example"] = example


def description_router(api: FastAPI) -> APIRouter:
    """``/openapi.json`` and ``/``, made when they are first asked for."""
    router = APIRouter(include_in_schema=False)
    made: dict[str, Any] = {}

    def described(request: Request) -> dict[str, Any]:
        if not made:
            made.update(description(api))
        return {**made, "servers": [{"url": request.scope.get("root_path", "")}]}

    @router.get("/openapi.json")
    def for_programs(request: Request) -> Response:
        """The description."""
        return tagged(request, described(request))

    @router.get("/", response_class=HTMLResponse)
    def for_people(request: Request) -> HTMLResponse:
        """The same as a page."""
        return HTMLResponse(page(described(request)))

    return router


def page(described: dict[str, Any]) -> str:
    """The description as a page of its own, which loads nothing."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["words"] = _words
    environment.filters["example"] = _example
    template = environment.from_string((files("ui.api") / "description.html").read_text(encoding="utf-8"))
    return template.render(described=described, operations=_operations(described), base=described["servers"][0]["url"])


def _operations(described: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {**operation, "method": method.upper(), "path": path}
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]


def _words(text: str) -> Markup:
    """Plain text with `code` in it, paragraph by paragraph."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    shown = [re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(" ".join(p.split())))) for p in paragraphs]
    return Markup("").join(Markup("<p>{}</p>").format(Markup(each)) for each in shown)  # escaped above


def _example(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
