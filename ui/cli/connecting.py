"""The command ``mcp``."""

from __future__ import annotations

import sys

import typer

from ui.answering import AnswersQuestions
from ui.cli.backend import backend_of, ensure_index, opened
from ui.cli.console import complain


def mcp(context: typer.Context) -> None:
    """Offer the documents to a program that speaks the Model Context Protocol, which starts this itself."""
    backend = backend_of(context)
    settings = backend.settings()
    from ui.mcp.stdio import serve_over_stdio
    from ui.warming import WarmingAssistant

    def open_assistant() -> AnswersQuestions:
        ensure_index(backend, settings)
        return opened(backend, settings, kept=True)

    if sys.stdin.isatty():
        complain("A program is to start this, and speaks to it where you would type; Ctrl-C ends it.")
    # Programs wait a few seconds for the tools, and not for the models behind them.
    assistant = WarmingAssistant(open_assistant, on_failure=complain)
    assistant.start()
    try:
        serve_over_stdio(assistant)
    finally:
        assistant.close()
