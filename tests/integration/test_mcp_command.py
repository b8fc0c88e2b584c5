"""The command ``mcp``: the tools for one program, which starts it, with the SDK's own client."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from mcp import StdioServerParameters
from mcp.client import Client
from mcp.types import CallToolResult, TextContent

from assistant.settings import Settings
from tests.serving import run_alone

ROOT = Path(__file__).parents[2]
FEES = "Fees of the club\n\nThe yearly fee of the club is 40 euros. Students pay half of the yearly fee.\n"
FEE = "What is the yearly fee of the club?"


def text(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def command(settings: Settings, corpus: Path) -> StdioServerParameters:
    environment = {
        "PYTHONPATH": str(ROOT),
        "PICUM_HOME": str(settings.home),
        "PICUM_CORPUS": str(corpus),
        "PICUM_LLM": "none",
        "PICUM_SECOND_EMBEDDING": "none",
    }
    return StdioServerParameters(command=sys.executable, args=["-m", "ui", "mcp"], env=os.environ | environment)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_command_serves_one_program(settings_with_model: Settings, tmp_path: Path, mode: str) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "fees.txt").write_text(FEES, encoding="utf-8")

    async def use() -> None:
        async with Client(command(settings_with_model, corpus), mode=mode) as client:
            assert len((await client.list_tools()).tools) == 4
            asked = await client.call_tool("ask", {"question": FEE})
            assert asked.structured_content
            assert "The yearly fee of the club is 40 euros." in asked.structured_content["citations"][0]["quote"]
            assert asked.structured_content["citations"][0]["source_page"] == ""
            listed = await client.call_tool("documents", {})
            assert text(listed) == "- fees.txt: Fees of the club · undated · en"
            assert (await client.call_tool("read_passage", {"document": "none"})).is_error

    run_alone(use())


def test_a_command_that_cannot_answer_says_why(settings: Settings, tmp_path: Path) -> None:
    """There is no embedding model in this home."""

    async def use() -> str:
        async with Client(command(settings, tmp_path / "nothing-there")) as client:
            result = await client.call_tool("ask", {"question": FEE})
            assert result.is_error
            return text(result)

    assert "run `picum-assistant models fetch all-MiniLM-L6-v2`" in run_alone(use())


def test_ctrl_c_ends_the_command_though_it_waits_for_input(settings: Settings) -> None:
    started = command(settings, ROOT / "examples")
    arguments = [started.command, *started.args]
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    with subprocess.Popen(
        arguments, env=started.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdin
        assert process.stdout
        said = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
        process.stdin.write(json.dumps(said).encode() + b"\n")
        process.stdin.flush()
        answered = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        code = process.wait(20)
    assert answered["result"]["serverInfo"]["name"] == "picum-assistant"
    assert code == -signal.SIGINT
