"""The description of the interface: it says what is there, its examples are right, and it is made in one place."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.routing import APIRoute
from jsonschema import Draft202012Validator
from starlette.routing import BaseRoute

from assistant.answer import Answer
from assistant.door_settings import Limits
from assistant.events import EVENT_NAMES
from assistant.settings import load_settings
from tests.api_client import events
from tests.serving import serving
from ui.access.rules import rule_for
from ui.access.views import Views
from ui.api.application import PREFIX, create_api
from ui.api.replying import STREAM
from ui.problems import MEDIA_TYPE
from ui.testing import FakeAssistant

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def client() -> Iterator[httpx2.Client]:
    with serving(FakeAssistant()) as address, httpx2.Client(base_url=address, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def described(client: httpx2.Client) -> dict[str, Any]:
    found = client.get(f"{PREFIX}/openapi.json").json()
    assert isinstance(found, dict)
    return found


def routes_of(router: Any) -> Iterator[BaseRoute]:
    """Every route, also of routers that were included."""
    for route in router.routes:
        if included := getattr(route, "original_router", None):
            yield from routes_of(included)
        else:
            yield route


def operations(described: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def contents(described: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every place where a body is described: where it is, its media type, what is said of it."""
    for method, path, operation in operations(described):
        for kind, content in operation.get("requestBody", {}).get("content", {}).items():
            yield f"{method} {path} request", kind, content
        for status, response in operation["responses"].items():
            for kind, content in response.get("content", {}).items():
                yield f"{method} {path} {status}", kind, content


def validator(described: Mapping[str, Any], schema: Mapping[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": described["components"]})


def test_the_description_and_the_routes_are_the_same(described: dict[str, Any]) -> None:
    api = create_api(Views(FakeAssistant(), Limits()))
    routes = {
        (method, route.path_format)
        for route in routes_of(api)
        if isinstance(route, APIRoute) and route.include_in_schema
        for method in route.methods
    }
    assert {(method, path) for method, path, _ in operations(described)} == routes


def test_the_gate_lets_through_what_is_described(described: dict[str, Any]) -> None:
    for method, path, _ in operations(described):
        rule = rule_for(PREFIX + path.replace("{id}", "a/b"))
        assert rule is not None, path
        assert method in rule.methods


def test_everything_is_described(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    assert described["servers"] == [{"url": PREFIX}]
    ids = [operation["operationId"] for _, _, operation in operations(described)]
    assert len(set(ids)) == len(ids) == 6
    for method, path, operation in operations(described):
        where = f"{method} {path}"
        assert operation["summary"], where
        assert operation["description"].endswith("."), where
        assert {"401", "403", "500", "503"} <= set(operation["responses"]), where
        assert all(response["description"] for response in operation["responses"].values()), where
        assert all(parameter["description"] for parameter in operation.get("parameters", [])), where
    for method, path, operation in operations(described):
        for status in {"429", "503"} & set(operation["responses"]):
            assert "Retry-After" in operation["responses"][status]["headers"], f"{method} {path}"
    scheme = described["components"]["securitySchemes"]["token"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert described["security"] == [{"token": []}, {}]
    assert set(described["components"]["schemas"]["AnswerBody"]["properties"]) == {
        "schema",
        *(field.name for field in fields(Answer)),
    }


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    references = set(re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', json.dumps(described)))
    assert references
    assert references <= set(described["components"]["schemas"])


def test_every_example_is_right(described: dict[str, Any]) -> None:
    seen = 0
    for where, kind, content in contents(described):
        assert "example" in content, f"{where} {kind} has no example"
        assert kind in {"application/json", MEDIA_TYPE, STREAM}, where
        if kind != STREAM:
            validator(described, content["schema"]).validate(content["example"])
        seen += 1
    assert seen > 30


def test_the_example_of_a_stream_is_a_stream_of_described_events(described: dict[str, Any]) -> None:
    stream = next(content for _, kind, content in contents(described) if kind == STREAM)
    told = list(events(stream["example"].split("\n")))
    assert [each["properties"]["event"]["const"] for each in stream["itemSchema"]["oneOf"]] == [*EVENT_NAMES.values()]
    assert {name for name, _ in told} == set(EVENT_NAMES.values()) - {"failed"}
    for name, data in told:
        schema = {"$ref": f"#/components/schemas/{name.capitalize()}Event"}
        validator(described, schema).validate(data)


def test_real_replies_are_as_described(client: httpx2.Client, described: dict[str, Any]) -> None:
    reply = client.post(f"{PREFIX}/ask", json={"question": "Who can join?", "stream": True})
    for name, data in events(reply.text.split("\n")):
        schema = {"$ref": f"#/components/schemas/{name.capitalize()}Event"}
        validator(described, schema).validate(data)
    for name in EVENT_NAMES.values():
        assert f"{name.capitalize()}Event" in described["components"]["schemas"]


def test_the_page_says_the_same(client: httpx2.Client, described: dict[str, Any]) -> None:
    response = client.get(f"{PREFIX}/")
    assert response.headers["content-type"].startswith("text/html")
    assert "<script" not in response.text
    assert not re.search(r'(src|href)="(https?:)?//', response.text)
    for method, path, operation in operations(described):
        assert f"{method} {PREFIX}{path}" in response.text
        assert f'id="{operation["operationId"]}"' in response.text
    assert f'href="{PREFIX}/openapi.json"' in response.text


def test_the_description_is_committed_nowhere() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    assert [name for name in listed if re.search(r"(openapi|swagger)[^/]*\.(json|ya?ml)$", name, re.IGNORECASE)] == []
    texts = [ROOT / name for name in listed if name.endswith((".json", ".yaml", ".yml", ".md", ".html"))]
    assert len(texts) > 20
    assert [
        path.name
        for path in texts
        if path.is_file() and re.search(r'"?openapi"?\s*:\s*"?3\.', path.read_text(encoding="utf-8"))
    ] == []


def test_behind_a_proxy_and_in_an_embed_it_says_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "picum.toml").write_text(
        'public_url = "https://ask.example.org/assistant"\n[login]\nopen = true\n'
        '[embeds.intranet]\norigins = ["https://intranet.example.org"]\n',
        encoding="utf-8",
    )
    settings = load_settings({"PICUM_HOME": str(tmp_path), "PICUM_LLM": "none"})
    with serving(FakeAssistant(), settings=settings) as address:
        for prefix in ("/assistant", "/assistant/embed/intranet", "/assistant"):
            found = httpx2.get(f"{address}{prefix}{PREFIX}/openapi.json", trust_env=False).json()
            assert found["servers"] == [{"url": prefix + PREFIX}]
            page = httpx2.get(f"{address}{prefix}{PREFIX}/", trust_env=False)
            assert f'href="{prefix}{PREFIX}/openapi.json"' in page.text
