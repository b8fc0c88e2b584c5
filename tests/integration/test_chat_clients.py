"""Programs that people use, pointed at a running server as docs/clients.md says."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import openai
import pytest
import yaml
from langchain_core.messages import AIMessage, HumanMessage
from langchain_openai import ChatOpenAI
from mcp import StdioServerParameters
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

from assistant.events import Turn
from tests.serving import run_alone, serving
from ui.cli.app import app
from ui.testing import FakeAssistant, make_answer, make_citation

PAGE = (Path(__file__).parents[2] / "docs" / "clients.md").read_text(encoding="utf-8")
DOCUMENTED = "http://127.0.0.1:7860"
ANSWER = make_answer(
    ("Membership is open.", (1,)), ("Members pay a fee.", (2,)), citations=[make_citation(1), make_citation(2)]
)
SOURCE = "[1] The plan · The organisation · 2022-01 · section Membership"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture
def fake() -> FakeAssistant:
    return FakeAssistant(otherwise=ANSWER)


@pytest.fixture
def address(fake: FakeAssistant) -> Iterator[str]:
    with serving(fake) as address:
        yield address


@pytest.fixture
def model(address: str) -> ChatOpenAI:
    return ChatOpenAI(base_url=f"{address}/v1", model="picum-assistant", api_key="sk-none", max_retries=0)


def test_langchain_gets_the_answer_and_its_sources(model: ChatOpenAI, fake: FakeAssistant) -> None:
    said = model.invoke([HumanMessage("Who?"), AIMessage("Whom?"), HumanMessage("Who can join?")])
    assert str(said.content).startswith(ANSWER.answer)
    assert SOURCE in str(said.content)
    assert "annotations" not in json.dumps([said.additional_kwargs, said.response_metadata], default=str)
    assert fake.asked[-1][0] == "Who can join?"
    assert fake.asked[-1][1] == (Turn(role="user", content="Who?"), Turn(role="assistant", content="Whom?"))
    parts = [str(part.content) for part in model.stream("Who can join?")]
    assert "".join(parts) == said.content
    assert len([part for part in parts if part]) == 3


def test_langchain_is_told_what_cannot_be_had(model: ChatOpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="Answers are text, not JSON"):
        model.bind(response_format={"type": "json_object"}).invoke("Who can join?")


@pytest.fixture
def folder(address: str, tmp_path: Path) -> Path:
    (entry,) = blocks("yaml")
    (tmp_path / "extra-openai-models.yaml").write_text(entry.replace(DOCUMENTED, address), encoding="utf-8")
    assert yaml.safe_load(entry)[0]["model_id"] == "documents"
    return tmp_path


def llm(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "LLM_USER_PATH": str(folder), "HOME": str(folder)}
    command = [Path(sys.executable).with_name("llm"), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def stored(folder: Path) -> str:
    """What llm keeps of questions and answers."""
    file = folder / "logs.db"
    if not file.exists():
        return ""
    with sqlite3.connect(file) as database:
        rows = "\n".join(database.iterdump())
    database.close()
    return rows


def test_llm_answers_and_goes_on_with_the_conversation(folder: Path, fake: FakeAssistant) -> None:
    assert "documents" in llm(folder, "models")
    first = llm(folder, "-m", "documents", "Who can join?")
    assert first.startswith(ANSWER.answer)
    assert SOURCE in first
    assert llm(folder, "-c", "And what does it cost?", "--no-stream").startswith(ANSWER.answer)
    question, history = fake.asked[-1]
    assert question == "And what does it cost?"
    assert history == (Turn(role="user", content="Who can join?"), Turn(role="assistant", content=ANSWER.answer))
    assert "And what does it cost?" in stored(folder)


def test_llm_keeps_nothing_after_the_documented_commands(folder: Path, fake: FakeAssistant) -> None:
    (commands,) = blocks("sh")
    for line in commands.splitlines():
        arguments = re.findall(r'"([^"]*)"|(\S+)', line)
        llm(folder, *[quoted or bare for quoted, bare in arguments][1:])
    assert fake.asked[-1][0] == "Who can become a member?"
    assert "member" not in stored(folder)


def test_the_programs_of_the_page_run(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    programs = blocks("python")
    assert len(programs) == 2
    for program in programs:
        exec(compile(program.replace(DOCUMENTED, address), "clients.md", "exec"), {})
        printed = capsys.readouterr().out
        assert ANSWER.answer in printed
        assert "Membership is open to any organisation." in printed or printed.count(SOURCE) == 2


def test_the_entries_for_tools_of_the_page_lead_to_them(address: str) -> None:
    here, there = (json.loads(block)["mcpServers"]["documents"] for block in blocks("json"))
    commands = [command.callback.__name__ for command in app.registered_commands if command.callback]
    assert StdioServerParameters(**here).args[0] in commands
    assert here["command"] == "picum-assistant"

    async def look() -> list[str]:
        async with (
            httpx2.AsyncClient(headers=there["headers"], trust_env=False) as http,
            Client(streamable_http_client(there["url"].replace(DOCUMENTED, address), http_client=http)) as client,
        ):
            return [tool.name for tool in (await client.list_tools()).tools]

    assert run_alone(look()) == re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \|$", PAGE, flags=re.MULTILINE)
