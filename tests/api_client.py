"""What tests of the HTTP interface share: problems and streams, read as their specifications say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import httpx2

from assistant.settings import Settings, load_settings
from ui.access.caller import Right
from ui.access.tokens import Tokens
from ui.api.application import PREFIX

ASK = f"{PREFIX}/ask"
QUESTION = {"question": "Who can join?"}


def detail(response: httpx2.Response, status: int) -> str:
    """The sentence of a problem, whose form is checked."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert set(body) == {"type", "title", "status", "detail"}
    assert (body["type"], body["status"]) == ("about:blank", status)
    assert body["detail"].endswith(".")
    return str(body["detail"])


def events(lines: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Server-sent events from the lines of a stream: names with data; comments are named ""."""
    name, data = "", ""
    for line in lines:
        field, _, value = line.partition(":")
        match field:
            case "event":
                name = value.removeprefix(" ")
            case "data":
                data += value.removeprefix(" ")
            case "" if line:
                yield "", {}
            case "" if data:
                yield name, json.loads(data)
                name, data = "", ""
            case "":
                continue
            case _:
                raise AssertionError(f"no line of an event stream: {line}")


def behind_a_login(home: Path, **limits: float) -> Settings:
    """Settings under which only tokens let anybody in, so that limits count."""
    home.mkdir(parents=True, exist_ok=True)
    table = "".join(f"{name} = {value}\n" for name, value in limits.items())
    content = f'trusted_proxies = ["127.0.0.2"]\nfeedback = true\n[login]\nkind = "header"\n[limits]\n{table}'
    (home / "picum.toml").write_text(content, encoding="utf-8")
    return load_settings({"PICUM_HOME": str(home), "PICUM_LLM": "none"})


def token(settings: Settings, name: str = "program", rights: Sequence[Right] = ("ask", "feedback")) -> dict[str, str]:
    """The header of a program with a token of its own."""
    made = Tokens(settings.home).add(name, rights=rights, collections=settings.scope, created=date(2026, 1, 31))
    return {"authorization": f"Bearer {made}"}
