"""Every route of an application, with a path that leads there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from gradio.routes import App
from starlette.routing import BaseRoute, Mount

SAMPLES = {"document": "secret-plan", "document_id": "secret-plan", "api_name": "ask", "name": "secret-plan"}
"""What stands in paths for their variables; anything else is "x"."""


@dataclass(frozen=True, slots=True)
class Place:
    """One method at one path; ``gradio`` is whether Gradio answers there, which serves more than is let through."""

    method: str
    path: str
    gradio: bool = False


def places(app: FastAPI) -> frozenset[Place]:
    """Every place of an application. Those of Gradio that are never reached, since ours come first, are not in it."""
    found = frozenset(_walk(app.routes, "", gradio=False))
    ours = {(place.method, place.path) for place in found if not place.gradio}
    return frozenset(place for place in found if not place.gradio or (place.method, place.path) not in ours)


def _walk(routes: list[BaseRoute], before: str, *, gradio: bool) -> Iterator[Place]:
    for route in routes:
        if (inner := getattr(route, "original_router", None)) is not None:
            yield from _walk(inner.routes, before + route.include_context.prefix, gradio=gradio)
        elif isinstance(route, Mount) and route.routes:
            yield from _walk(route.routes, before + route.path, gradio=gradio or isinstance(route.app, App))
        elif isinstance(route, Mount):
            # An application that is none of FastAPI's answers whatever is asked there.
            yield from (Place(method, before + route.path, gradio) for method in ("GET", "POST", "DELETE"))
        else:
            path = re.sub(r"\{(\w+)(?::\w+)?\}", lambda name: SAMPLES.get(name[1], "x"), before + route.path)
            for method in getattr(route, "methods", None) or ("GET", "POST", "DELETE"):
                yield Place(method, path, gradio)
