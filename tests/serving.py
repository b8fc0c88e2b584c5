"""Servers for tests: one in this process with any assistant."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from assistant.settings import Settings, load_settings
from ui import server
from ui.answering import AnswersQuestions


@contextmanager
def serving(
    assistant: AnswersQuestions, *, settings: Settings | None = None, grace_s: int | None = None
) -> Iterator[str]:
    """The address of a server in this process."""
    app = server.create_app(assistant, settings or load_settings({"PICUM_LLM": "none"}))
    with server.bind("127.0.0.1", 0) as listener:
        config = uvicorn.Config(app, log_level="critical", access_log=False, timeout_graceful_shutdown=grace_s)
        running = uvicorn.Server(config)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            running.should_exit = True
            thread.join()
