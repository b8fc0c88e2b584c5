"""Servers for tests: one in this process with any assistant, and the real command in processes of its own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import uvicorn

from assistant.settings import Settings, load_settings
from assistant.wiring import ingest
from ui import server
from ui.answering import AnswersQuestions

ROOT = Path(__file__).parents[1]
FEES = "Fees of the club\n\nThe yearly fee of the club is 40 euros. Students pay half of the yearly fee.\n"
FEE = "What is the yearly fee of the club?"
UNLIMITED = "[limits]\nquestions_per_minute = 100000\nburst = 100000\n"
READY_SECONDS = 120


def run_alone(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run it in a thread of its own: where tests in a browser ran before, this one has an event loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


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


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_home(folder: Path, model_home: Path, *, tables: str = UNLIMITED, documents: Mapping[str, str] = {}) -> Path:
    """A data folder with the embedding model, a settings file, a small corpus and its index."""
    home, corpus = folder / "data", folder / "documents"
    home.mkdir(parents=True)
    corpus.mkdir()
    for name, text in {"fees.txt": FEES, **documents}.items():
        (corpus / name).write_text(text, encoding="utf-8")
    (home / "models").symlink_to(model_home / "models", target_is_directory=True)
    settings = f'corpus = ["{corpus}"]\nllm = "none"\nsecond_embedding = "none"\n'
    (home / "picum.toml").write_text(f"{settings}{tables}", encoding="utf-8")
    ingest(load_settings({"PICUM_HOME": str(home)}), (), add=False, on_progress=lambda _: None)
    return home


def environment_of(home: Path) -> dict[str, str]:
    """The environment of a command on this data folder: no other setting reaches it."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PICUM_")}
    return {**own, "PYTHONPATH": str(ROOT), "PICUM_HOME": str(home)}


class Worker:
    """``picum-assistant serve`` in a process of its own; ``log`` is the file of its standard error."""

    def __init__(self, home: Path, port: int | None = None, program: str = "", **variables: str) -> None:
        """``program`` is Python that runs before the command, to prepare what a test needs."""
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = home.parent / f"worker-{self.port}.log"
        environment = {**environment_of(home), "PICUM_PORT": str(self.port), **variables}
        start = f"{program}\nimport sys; sys.argv[1:] = ['serve']; from ui.__main__ import main; sys.exit(main())"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", start], cwd=home, env=environment, stdout=subprocess.DEVNULL, stderr=log
            )

    def state(self, path: str = "/readyz") -> tuple[int, str]:
        """What a probe says; 0 where nobody listens."""
        try:
            answer = httpx2.get(f"{self.address}{path}", timeout=30, trust_env=False)
        except httpx2.HTTPError:
            return 0, ""
        return answer.status_code, answer.json()["status"]

    def wait_until_ready(self) -> Worker:
        """Return when questions are answered."""
        until = time.monotonic() + READY_SECONDS
        while self.state()[0] != 200:
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
            assert time.monotonic() < until, self.log.read_text(encoding="utf-8")
            time.sleep(0.1)
        return self

    def ask(self, question: str = FEE, **headers: str) -> httpx2.Response:
        """One question by the interface for programs."""
        body = {"question": question}
        return httpx2.post(
            f"{self.address}/api/v1/ask", json=body, headers=headers, timeout=60, trust_env=False, follow_redirects=True
        )

    def stop(self, number: int = signal.SIGTERM, seconds: float = 60) -> int:
        """End it, and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(seconds)

    def close(self) -> None:
        """End it however it is."""
        self.process.kill()
        self.process.wait()


@contextmanager
def working(home: Path, port: int | None = None, program: str = "", **variables: str) -> Iterator[Worker]:
    """A worker that is ready."""
    worker = Worker(home, port, program, **variables)
    try:
        yield worker.wait_until_ready()
    finally:
        worker.close()


def fee_of(response: httpx2.Response) -> str:
    """The answer to FEE, which is cited."""
    assert response.status_code == 200, response.text
    body = json.loads(response.text)
    assert body["citations"][0]["document"] == "fees.txt"
    return str(body["answer"])


def slowly(seconds: float) -> str:
    """A program for a worker: so long between the events of a question with the word "slowly", as where a model writes;
    less if it is given up.
    """
    return f"""
from assistant import assistant
_answered = assistant.Assistant._answered
def slow(self, search, asked, history, cancelled, *rest):
    events = _answered(self, search, asked, history, cancelled, *rest)
    while True:
        try:
            yield next(events)
        except StopIteration as ended:
            return ended.value
        cancelled.wait({seconds} if "slowly" in asked else 0)
assistant.Assistant._answered = slow
"""
