"""The command ``models serve``: the language model of this machine at a fixed address, once for several workers."""

from __future__ import annotations

import signal
import threading
import time
from typing import Annotated

import typer

from assistant.errors import LanguageModelNotSetUp
from ui.cli.backend import backend_of
from ui.cli.console import say
from ui.errors import Interrupted, UsageError
from ui.notifying import READY, STOPPING, notify

PORT = 7869
_LOADING_SECONDS = 600
_LOOK_SECONDS = 5


def serve_model(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine's own address.")] = PORT,
) -> None:
    """Run the language model of this machine for several workers; whoever asks it sends PICUM_LLM_KEY."""
    settings = backend_of(context).settings()
    if settings.llm_key is None:
        raise UsageError(
            "Without a key, every program and web page on this machine could ask the language model: set "
            "PICUM_LLM_KEY to a long random text, here and for the workers."
        )
    from assistant.language_models import local_weights
    from assistant.model_building import server_for_all

    ended = threading.Event()
    by = list[int]()

    def end(number: int, _frame: object) -> None:
        by.append(number)
        ended.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    server = server_for_all(local_weights(settings), settings, port, settings.llm_key.get_secret_value())
    try:
        endpoint = server.endpoint(time.monotonic() + _LOADING_SECONDS, ended)
        if endpoint is not None:
            if endpoint.url != f"http://127.0.0.1:{port}/v1":
                raise LanguageModelNotSetUp(f"The language model cannot be served at port {port}; choose another.")
            notify(READY)
            say(f"The language model is at {endpoint.url}; workers ask it with PICUM_LLM={endpoint.url}#local.")
        while not ended.wait(_LOOK_SECONDS):
            server.check()
            # Raises where it ended again and again.
            server.endpoint(time.monotonic() + _LOADING_SECONDS, ended)
        notify(STOPPING)
    finally:
        server.close()
    if signal.SIGINT in by:
        raise Interrupted("The language model is shut down.")
